"""Files whose place is odd: strange names, links, pipes and devices, folders too deep for a path."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from tests.data.odd_corpus import Corpus, saved

PATH_MAX = 4096


def names(corpus: Corpus) -> None:
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


def not_plain(corpus: Corpus) -> None:
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


def deep(corpus: Corpus) -> None:
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
