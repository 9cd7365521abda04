"""Files whose content is odd: cut, turned, of rare modes and sizes, moving, with torn notes, or no pictures at all."""

from __future__ import annotations

import io
import zipfile

import numpy as np
from PIL import Image

from tests.data.odd_corpus import HEIGHT, WIDTH, Corpus, saved
from tests.data.odd_headers import apng_of, giants, lab_tiff, packed_to_explode, ycck_of

CUT_WIDTH, CUT_HEIGHT = 200, 150

SAVED_AS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF", "tif": "TIFF", "bmp": "BMP"}
_UPRIGHT_TO_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def cut(corpus: Corpus) -> None:
    """Files that end too early: at every kilobyte, and a byte before their end."""
    for extension, form in SAVED_AS.items():
        grain = np.random.default_rng(len(extension)).integers(0, 256, (CUT_HEIGHT, CUT_WIDTH, 3), dtype=np.uint8)
        whole = saved(Image.fromarray(grain), form)
        kilobytes = range(0, len(whole) - 1, 1024)
        kept = list(kilobytes) if corpus.is_whole else [kilobytes[len(kilobytes) * part // 4] for part in range(4)]
        for length in kept:
            corpus.bad(f"cut/{extension}-{length:06}.{extension}", whole[:length])
        corpus.either(f"cut/{extension}-but-one.{extension}", whole[:-1])


def turned(corpus: Corpus) -> None:
    for extension, form in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF"), ("heic", "HEIF")):
        for orientation, turn in _UPRIGHT_TO_STORED.items():
            if not corpus.is_whole and extension != "jpg" and orientation not in (5, 6):
                continue
            upright = corpus.picture()
            exif = Image.Exif()
            exif[0x0112] = orientation
            stored = upright if turn is None else upright.transpose(turn)
            data = saved(stored, form, exif=exif.tobytes() if extension != "tif" else exif)
            corpus.good(f"turned/{extension}-{orientation}.{extension}", data, upright)


def modes(corpus: Corpus) -> None:
    forms = [(extension, SAVED_AS[extension]) for extension in ("jpg", "png", "tif", "webp", "bmp")]
    for mode in ("L", "CMYK", "YCbCr", "RGBA", "LA", "P", "1"):
        for extension, form in forms if corpus.is_whole else forms[:3]:
            seen = corpus.picture()
            stored = seen.convert("L").convert("LA") if mode == "LA" else seen.convert(mode)
            try:
                data = saved(stored, form)
            except OSError:
                continue  # this format has no such mode
            looks = stored if mode in ("L", "1", "P") else stored.convert("L") if mode == "LA" else seen
            corpus.good(f"modes/{mode}.{extension}", data, looks, tolerance=40 if mode == "1" else 20)
    deep_HW = np.tile(np.linspace(0, 65535, WIDTH).astype(np.uint16), (HEIGHT, 1))
    seen = Image.fromarray((deep_HW >> 8).astype(np.uint8))
    for extension, form in (("png", "PNG"), ("tif", "TIFF")):
        corpus.good(f"modes/grey-16.{extension}", saved(Image.fromarray(deep_HW), form), seen)
    corpus.good("modes/grey-float.tif", saved(Image.fromarray((deep_HW / 65535).astype(np.float32)), "TIFF"), seen)
    import cv2

    for kind, extension in (("colour-16", "png"), ("colour-16", "tif")):
        seen = corpus.picture()
        deep_HW3 = np.array(seen).astype(np.uint16) * 257
        _, coded = cv2.imencode(f".{extension}", deep_HW3[..., ::-1])
        corpus.good(f"modes/{kind}.{extension}", coded.tobytes(), seen)
    _, coded = cv2.imencode(".tiff", (np.array(corpus.picture()) / 255).astype(np.float32))
    corpus.either("modes/colour-float.tif", coded.tobytes())
    seen = corpus.picture()
    corpus.good("modes/ycck.jpg", ycck_of(seen), seen)
    seen = corpus.picture()
    corpus.good("modes/lab.tif", lab_tiff(seen), seen, tolerance=16)
    seen = corpus.picture()
    corpus.good("modes/progressive.jpg", saved(seen, "JPEG", progressive=True), seen)
    flat = corpus.picture().quantize(16)
    corpus.good(
        "modes/see-through.png",
        saved(flat, "PNG", transparency=bytes(16)),
        Image.new("RGB", flat.size, "white"),
    )


def moving(corpus: Corpus) -> None:
    """Pictures that move, or are many: the first is the photo."""
    for extension, form in (("gif", "GIF"), ("webp", "WEBP"), ("tif", "TIFF"), ("png", "PNG")):
        seen, others = corpus.picture(), [corpus.picture() for _ in range(3)]
        data = apng_of([seen, *others]) if form == "PNG" else saved(seen, form, save_all=True, append_images=others)
        corpus.good(f"moving/{form.lower()}.{extension}", data, seen, tolerance=25)


def torn_notes(corpus: Corpus) -> None:
    """Good pixels beside a torn EXIF block, profile or comment."""
    rng = np.random.default_rng(7)
    for number in range(12 if corpus.is_whole else 1):
        noise = rng.integers(0, 256, 20 + 97 * number, dtype=np.uint8).tobytes()
        exifs = (
            b"Exif\0\0" + noise,
            b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + noise,
            b"Exif\0\0II*\0\xff\xff\xff\xff" + noise,
        )
        for extension, form in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")):
            seen = corpus.picture()
            data = saved(seen, form, exif=exifs[number % 3], icc_profile=noise)
            corpus.good(f"notes/{extension}-{number}.{extension}", data, seen)
    for value in (0, 9, 65535):
        seen = corpus.picture()
        exif = Image.Exif()
        exif[0x0112] = value
        corpus.good(f"notes/orientation-{value}.jpg", saved(seen, "JPEG", exif=exif), seen)


def sizes(corpus: Corpus) -> None:
    for width, height in ((1, 1), (1, 10_000), (10_000, 1), (15, 400), (2_000, 20)):
        for extension in ("png", "jpg", "bmp"):
            data = saved(Image.new("RGB", (width, height), (90, 120, 30)), SAVED_AS[extension])
            corpus.bad(f"sizes/{width}x{height}.{extension}", data)
    for name, data in giants():
        corpus.bad(f"sizes/{name}", data)
    for name, data in packed_to_explode():
        corpus.bad(f"sizes/{name}", data)


def no_pictures(corpus: Corpus) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("photo.jpg", saved(corpus.picture(), "JPEG"))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="99" height="99"/></svg>'
    contents = {
        "html": b"<!DOCTYPE html><title>404</title>",
        "xhtml": b'<?xml version="1.0"?><html/>',
        "svg": svg,
        "pdf": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        "text": "Grüße".encode(),
        "zip": archive.getvalue(),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 99 99\n%%EndComments\nshowpage\n",
        "nothing": b"",
        "zeros": bytes(5000),
        "noise": np.random.default_rng(3).integers(0, 256, 5000, dtype=np.uint8).tobytes(),
        "a-mac-s-note": b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        " + bytes(200),
        "program": b"\x7fELF\x02\x01\x01" + bytes(400),
        "pickle": b"cos\nsystem\n(S'true'\ntR.",
        "json": b'{"format": "spotless-dataset"}',
    }
    for name, data in contents.items():
        for extension in ("jpg", "png", "heic", "tif") if corpus.is_whole else ("jpg",):
            corpus.bad(f"no pictures/{name}.{extension}", data)
    for number, (wrong, form) in enumerate((("jpg", "PNG"), ("png", "JPEG"), ("heic", "JPEG"), ("bmp", "WEBP"))):
        seen = corpus.picture()
        corpus.good(f"no pictures/wrong-ending-{number}.{wrong}", saved(seen, form), seen)
    for extension in ("nef", "dng", "cr2"):
        corpus.bad(f"no pictures/raw.{extension}", b"II*\0" + bytes(100))
