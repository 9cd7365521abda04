"""Makes a folder of odd photos: `python -m tests.data.odd_photos FOLDER`."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import stat
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.data.odd_corpus import HEIGHT, WIDTH, Corpus, Odd, saved
from tests.data.odd_headers import apng_of, giants, lab_tiff, packed_to_explode, ycck_of

CUT_WIDTH, CUT_HEIGHT = 200, 150
PATH_MAX = 4096

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


def make(folder: Path, *, is_whole: bool = True) -> list[Odd]:
    """Fill a folder with odd photos.

    Args:
        folder: made when missing.
        is_whole: as for `Corpus`.

    Returns:
        every file that an import has to take or to refuse.
    """
    corpus = Corpus(folder, is_whole=is_whole)
    _cut(corpus)
    _turned(corpus)
    _modes(corpus)
    _moving(corpus)
    _torn_notes(corpus)
    _sizes(corpus)
    _no_pictures(corpus)
    _names(corpus)
    _not_plain(corpus)
    _deep(corpus)
    return corpus.files


def _cut(corpus: Corpus) -> None:
    """Files that end too early: at every kilobyte, and a byte before their end."""
    for extension, form in SAVED_AS.items():
        grain = np.random.default_rng(len(extension)).integers(0, 256, (CUT_HEIGHT, CUT_WIDTH, 3), dtype=np.uint8)
        whole = saved(Image.fromarray(grain), form)
        kilobytes = range(0, len(whole) - 1, 1024)
        kept = list(kilobytes) if corpus.is_whole else [kilobytes[len(kilobytes) * part // 4] for part in range(4)]
        for length in kept:
            corpus.bad(f"cut/{extension}-{length:06}.{extension}", whole[:length])
        corpus.either(f"cut/{extension}-but-one.{extension}", whole[:-1])


def _turned(corpus: Corpus) -> None:
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


def _modes(corpus: Corpus) -> None:
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


def _moving(corpus: Corpus) -> None:
    """Pictures that move, or are many: the first is the photo."""
    for extension, form in (("gif", "GIF"), ("webp", "WEBP"), ("tif", "TIFF"), ("png", "PNG")):
        seen, others = corpus.picture(), [corpus.picture() for _ in range(3)]
        data = apng_of([seen, *others]) if form == "PNG" else saved(seen, form, save_all=True, append_images=others)
        corpus.good(f"moving/{form.lower()}.{extension}", data, seen, tolerance=25)


def _torn_notes(corpus: Corpus) -> None:
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


def _sizes(corpus: Corpus) -> None:
    for width, height in ((1, 1), (1, 10_000), (10_000, 1), (15, 400), (2_000, 20)):
        for extension in ("png", "jpg", "bmp"):
            data = saved(Image.new("RGB", (width, height), (90, 120, 30)), SAVED_AS[extension])
            corpus.bad(f"sizes/{width}x{height}.{extension}", data)
    for name, data in giants():
        corpus.bad(f"sizes/{name}", data)
    for name, data in packed_to_explode():
        corpus.bad(f"sizes/{name}", data)


def _no_pictures(corpus: Corpus) -> None:
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


def _names(corpus: Corpus) -> None:
    names = [
        "Schüssel.jpg",
        "Schu\u0308ssel.jpg",
        "皿とТарелка.jpg",
        "🍽️ sauber 🧽.jpg",
        "two\nlines.jpg",
        "tab\tand\rreturn.jpg",
        "-rf.jpg",
        "--help.jpg",
        "trailing space.jpg ",
        "trailing dot.jpg.",
        " leading space.jpg",
        ".hidden.jpg",
        ".jpg",
        "...jpg",
        "UPPER.JPG",
        "two.endings.png.jpg",
        "=1+1.jpg",
        "@SUM(A1).jpg",
        "+cmd|'!A0.jpg",
        "<b>bold<b>.jpg",
        "<img src=x onerror=alert(1)>.jpg",
        "&amp;\"quotes'.jpg",
        "%s%n{0}{x}.jpg",
        "\u202egpj.exe.jpg",
        "CON.jpg",
        "a" * 246 + ".jpg",
        "\x01\x7f.jpg",
        "C:\\photo.jpg",
        "50%.jpg",
        "$HOME`id`.jpg",
        os.fsdecode(b"latin-1 \xfc.jpg"),
        os.fsdecode(b"\xff\xfe.jpg"),
    ]
    for number, name in enumerate(names):
        if not corpus.is_whole and number % 2:
            continue
        seen = corpus.picture()
        with contextlib.suppress(OSError):  # a name that this disk does not take
            corpus.good(f"names {number}/{name}", saved(seen, "JPEG"), seen)
    for name in (".DS_Store", "Thumbs.db", "notes.txt", "no ending"):
        (corpus.folder / "names 0" / name).write_bytes(b"passed over")


def _not_plain(corpus: Corpus) -> None:
    """What is no plain file, and other names of what is one."""
    folder = corpus.folder / "not plain"
    folder.mkdir()
    seen = corpus.picture()
    first = corpus.good("not plain/first.jpg", saved(seen, "JPEG"), seen)
    links = {"link.jpg": first, "gone.jpg": folder / "nowhere.jpg", "loop.jpg": folder / "loop.jpg"}
    for name, target in links.items():
        (folder / name).symlink_to(target)
    (folder / "back").symlink_to(corpus.folder, target_is_directory=True)
    os.link(first, folder / "hard.jpg")
    for name in ("link.jpg", "hard.jpg"):
        corpus.same(folder / name, first)
    for name in ("gone.jpg", "loop.jpg"):
        corpus.refused(folder / name)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.jpg")
        corpus.refused(folder / "pipe.jpg")
    with contextlib.suppress(OSError, AttributeError), _inside(folder), socket.socket(socket.AF_UNIX) as plug:
        plug.bind("socket.jpg")  # by a short name, since an address holds about a hundred bytes
        corpus.refused(folder / "socket.jpg")
    with contextlib.suppress(OSError, AttributeError):
        os.mknod(folder / "device.jpg", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        corpus.refused(folder / "device.jpg")
    seen = corpus.picture()
    corpus.good("not plain/album.jpg/inside.jpg", saved(seen, "JPEG"), seen)
    (folder / "empty.jpg").mkdir()


def _first_beyond(folder: Path, part: str) -> Path:
    """The first folder of a chain whose path is longer than a path may be."""
    while len(os.fsencode(folder)) < PATH_MAX:
        folder /= part
    return folder


def make_closed(folder: Path) -> list[Odd]:
    """An open photo, then a photo and a folder that nobody but root may read."""
    corpus = Corpus(folder, is_whole=False)
    for name in ("open", "closed"):
        seen = corpus.picture()
        corpus.good(f"{name}.jpg", saved(seen, "JPEG"), seen)
    (folder / "closed.jpg").chmod(0)
    (folder / "closed").mkdir(mode=0)
    corpus.refused(folder / "closed")
    return corpus.files


def _deep(corpus: Corpus) -> None:
    """Folders within folders, further down than a path or a recursion reaches."""
    seen = corpus.picture()
    corpus.good("deep/" + "/".join(f"level {number}" for number in range(60)) + "/1.jpg", saved(seen, "JPEG"), seen)
    if os.mkdir not in os.supports_dir_fd:
        return
    for name, part, levels in (("long", "n" * 200, 25), ("many", "m", 1200 if corpus.is_whole else 0)):
        place = corpus.folder / "deep" / name
        place.mkdir(parents=True)
        handle = os.open(place, os.O_RDONLY)
        for _ in range(levels):
            os.mkdir(part, dir_fd=handle)
            below = os.open(part, os.O_RDONLY, dir_fd=handle)
            os.close(handle)
            handle = below
        os.close(handle)
        if name == "long":
            corpus.refused(_first_beyond(place, part))


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def sweep(folder: Path) -> None:
    """Delete a corpus, also what is too deep for a path."""
    for place in folder.glob("closed*"):
        place.chmod(0o700)
    for deep in folder.glob("deep/*"):
        _pull_up(deep)
    shutil.rmtree(folder)


def _pull_up(folder: Path) -> None:
    """Delete a chain of folders from its top, each next one moved up first."""
    while (below := next((place for place in folder.iterdir() if place.is_dir()), None)) is not None:
        spare = folder.with_name(f"{folder.name}+")
        below.rename(spare)
        shutil.rmtree(folder)
        spare.rename(folder)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print(f"{len(made)} files, {sum(odd.looks is not None for odd in made)} of them good photos")
