"""Picture files written by hand, byte by byte: what no program saves."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
from PIL import Image, ImageCms

from tests.data.odd_corpus import saved

SIDE = 30_000
_WEBP_MOST = 16_383
_PNG = b"\x89PNG\r\n\x1a\n"


def giants() -> Iterator[tuple[str, bytes]]:
    """Small files whose headers announce 900 megapixels: names and contents."""
    small = Image.new("RGB", (32, 32), (10, 90, 200))
    yield "giant.png", _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)) + _idat() + _iend()
    yield (
        "giant-deep.png",
        _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 16, 6, 0, 0, 1)) + _idat() + _iend(),
    )
    yield "giant-below-zero.png", _PNG + _chunk(b"IHDR", b"\xff" * 8 + b"\x08\x02\0\0\0") + _idat() + _iend()
    # Just below the limit: what is announced must not be believed before it is there.
    yield "liar.png", _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 14_000, 14_000, 8, 2, 0, 0, 0)) + _idat() + _iend()
    for name, side in (("giant", SIDE), ("liar", 14_000)):
        jpeg = bytearray(saved(small, "JPEG"))
        frame = jpeg.index(b"\xff\xc0")
        jpeg[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
        yield f"{name}.jpg", bytes(jpeg)
        progressive = bytearray(saved(small, "JPEG", progressive=True))
        frame = progressive.index(b"\xff\xc2")
        progressive[frame + 5 : frame + 9] = struct.pack(">HH", side, side)
        yield f"{name}-progressive.jpg", bytes(progressive)
        bmp = bytearray(saved(small, "BMP"))
        bmp[18:26] = struct.pack("<ii", side, side)
        yield f"{name}.bmp", bytes(bmp)
        yield f"{name}.tif", _tiff_of(side)
        yield f"{name}.ppm", f"P6 {side} {side} 255\n".encode() + bytes(300)
        gif = bytearray(saved(small, "GIF"))
        gif[6:10] = struct.pack("<HH", side, side)
        screen = gif.index(b"\x2c", 13)
        gif[screen + 5 : screen + 9] = struct.pack("<HH", side, side)
        yield f"{name}.gif", bytes(gif)
        heic = bytearray(saved(small, "HEIF"))
        size = heic.index(b"ispe") + 8
        heic[size : size + 8] = struct.pack(">II", side, side)
        yield f"{name}.heic", bytes(heic)
        jp2 = bytearray(saved(small, "JPEG2000"))
        siz = jp2.index(b"\xff\x51")
        jp2[siz + 6 : siz + 14] = struct.pack(">II", side, side)
        yield f"{name}.jp2", bytes(jp2)
    extended = struct.pack("<I", 0) + (_WEBP_MOST - 1).to_bytes(3, "little") * 2
    body = b"WEBPVP8X" + struct.pack("<I", 10) + extended + saved(small, "WEBP")[12:]
    yield "giant.webp", b"RIFF" + struct.pack("<I", len(body)) + body


def packed_to_explode() -> Iterator[tuple[str, bytes]]:
    """Small files of which a part unpacks to gigabytes, or which are true to a giant size: names and contents."""
    bomb = zlib.compress(bytes(1 << 26), 1)
    head = _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
    yield "text-bomb.png", head + _chunk(b"zTXt", b"Comment\0\0" + bomb) + _idat() + _iend()
    yield "many-text-bombs.png", head + _chunk(b"zTXt", b"Comment\0\0" + bomb) * 4 + _idat() + _iend()
    yield "profile-bomb.png", head + _chunk(b"iCCP", b"profile\0\0" + bomb) + _idat() + _iend()
    rows = zlib.compress(bytes(20_000 * 2501), 1)
    true = _PNG + _chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0))
    yield "true-giant.png", true + _chunk(b"IDAT", rows) + _iend()


def ycck_of(seen: Image.Image) -> bytes:
    """A JPEG in the four colours of a printer, stored as luminance, two differences and black."""
    cyan, magenta, yellow, black = seen.convert("CMYK").split()
    luma, blue, red = Image.merge("RGB", (cyan, magenta, yellow)).convert("YCbCr").split()
    # What saves CMYK turns it over as Adobe does; these three are to stand in the file as they are.
    turned = [band.point(lambda value: 255 - value) for band in (luma, blue, red)]
    data = bytearray(saved(Image.merge("CMYK", (*turned, black)), "JPEG"))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def lab_tiff(seen: Image.Image) -> bytes:
    """A TIFF in CIE L*a*b*."""
    lab = ImageCms.profileToProfile(
        seen, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    return saved(lab, "TIFF")


def apng_of(frames: Sequence[Image.Image]) -> bytes:
    """A PNG that moves."""
    return saved(frames[0], "PNG", save_all=True, append_images=list(frames[1:]))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _idat() -> bytes:
    return _chunk(b"IDAT", zlib.compress(bytes(300)))


def _iend() -> bytes:
    return _chunk(b"IEND", b"")


def _tiff_of(side: int) -> bytes:
    """An uncompressed TIFF of one strip that is not there."""
    entries = [
        (256, 4, side), (257, 4, side), (258, 3, 8), (259, 3, 1), (262, 3, 1),
        (273, 4, 8), (277, 3, 1), (278, 4, side), (279, 4, np.uint32(min(side * side, 2**32 - 1))),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", tag, kind, 1, int(value)) for tag, kind, value in entries)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(entries)) + table + bytes(4)
