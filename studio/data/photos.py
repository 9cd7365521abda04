"""Finding photos on disk, and reading one."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import UserError
from studio.core.photo_limits import LIMIT_BYTES
from studio.data.decode import Decoded, DecodeError, decode
from studio.data.promises import SUFFIX, kept_promise

PHOTO_EXTENSIONS = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif", ".heic",
    ".heif", ".hif", ".avif", ".ppm", ".pgm", ".pnm", ".jp2",
})  # fmt: skip
RAW_EXTENSIONS = frozenset({".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".dng"})

SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What systems put into folders; nobody's photos, and nobody's work."""

MIN_SIDE_PX = 16
MAX_ASPECT = 20
"""A longer strip would be left with too few rows once its longest side fits."""
GLANCE_PX = 512
"""Longest side at which a photo is looked at to find its dish."""

CLEAN, DIRTY = "clean", "dirty"
_KNOWN = {"clean": CLEAN, "cleaned": CLEAN, "dirty": DIRTY}
_DATASET_MARK = b'"spotless-dataset"'


class PhotoError(UserError):
    """One photo cannot be used.

    Attributes:
        path: the file.
        reason: the rest of the sentence that begins with its name.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{shown(self.path)}: {self.reason}"


def shown(path: Path | str) -> str:
    """A path as text that any file or console takes, whatever bytes the file's name is made of."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def has_photo_name(name: str) -> bool:
    """Whether a file's name ends as a photo's does; dots and spaces behind the ending do not count."""
    return ending_of(name) in PHOTO_EXTENSIONS | RAW_EXTENSIONS


def ending_of(name: str) -> str:
    """The ending of a file's name with its dot, in small letters; empty where it has none."""
    _, dot, ending = name.rstrip(". ").lower().rpartition(".")
    return dot + ending if dot else ""


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What was found in a search for photos.

    Attributes:
        photos: as `find_photos` returns them.
        others: files that are no photos by their names; those that a system leaves in every folder are not told.
    """

    photos: list[Path]
    others: list[Path]


def find_photos(paths: Sequence[Path], *, everywhere: bool = False) -> list[Path]:
    """Every file with a picture's extension.

    Args:
        paths: files, taken as they are whatever their name, and folders, searched to the bottom. Folders whose
            name begins with a dot are passed over, and so are datasets of ours below a given folder.
        everywhere: whether to search those too, for an answer that leaves nothing out.

    Returns:
        the files, each once, in the order of `paths`, sorted within a folder. A folder that cannot be opened
        stands among them, so that reading it says why.

    Raises:
        UserError: one of `paths` does not exist.
    """
    return search(paths, everywhere=everywhere).photos


def search(paths: Sequence[Path], *, everywhere: bool = False) -> Sought:
    """Look for photos, as `find_photos` does, and tell what else was there.

    Raises:
        UserError: as for `find_photos`.
    """
    photos: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(_walk(path, everywhere))
            photos.update((file, None) for file, is_photo in inside if is_photo)
            others.update((file, None) for file, is_photo in inside if not is_photo)
        elif os.path.lexists(path):
            photos[path] = None
        else:
            raise UserError(f"{shown(path)}: does not exist; name a photo or a folder of photos")
    return Sought(photos=list(photos), others=[file for file in others if file not in photos])


def _walk(root: Path, everywhere: bool) -> Iterator[tuple[Path, bool]]:
    """Every file below a folder, and whether it is a photo by its name; a folder that cannot be opened counts as one.

    `os.walk` goes down by recursion before Python 3.12, and ends the program in a thousand folders within each other.
    """
    seen: set[tuple[int, int]] = set()
    due = [str(root)]
    while due:
        folder = due.pop()
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in seen:  # a link that leads back
                continue
            seen.add((status.st_dev, status.st_ino))
            if not everywhere and folder != str(root) and is_dataset(Path(folder)):
                continue
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError:
            yield Path(folder), True
            continue
        for entry in entries:
            if not _is_folder(entry):
                if entry.name not in SYSTEM_FILES:
                    yield Path(folder, entry.name), has_photo_name(entry.name)
            elif everywhere or not entry.name.startswith("."):
                due.append(entry.path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def is_dataset(folder: Path) -> bool:
    """Whether the folder is a dataset of ours."""
    try:
        with open(folder / "manifest.json", "rb") as stream:
            return _DATASET_MARK in stream.read(200)
    except OSError:
        return False


def class_of(path: Path, root: Path) -> str:
    """The class that a photo's place says.

    Args:
        path: the photo, below `root`.
        root: the folder that was given; for a photo given by itself, its own folder.

    Returns:
        `clean` or `dirty` by the nearest folder called clean, cleaned or dirty in any case, `root` included; else
        the name of the first folder below `root`; `clean` where there is none.
    """
    root = Path(os.path.abspath(root))
    folders = Path(os.path.abspath(path)).relative_to(root).parts[:-1]
    for name in (*reversed(folders), root.name):
        known = _KNOWN.get(name.strip().lower())
        if known:
            return known
    return unicodedata.normalize("NFC", folders[0].strip()) if folders else CLEAN


def read_bytes(path: Path | str) -> bytes:
    """The content of a photo's file; a promised picture is painted.

    Raises:
        PhotoError: it is missing, no plain file, empty, far too large, or may not be read.
        UserError: it is promised, and its photo is gone or has changed.
    """
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            os.listdir(path)  # a folder among photos is one that could not be opened
            raise PhotoError(str(path), "is a folder, not a photo")
        if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever
            raise PhotoError(str(path), "is not a plain file")
        if status.st_size > LIMIT_BYTES:
            raise PhotoError(str(path), f"has {status.st_size / 1e9:.1f} GB; more than 1 GB is refused")
        with open(path, "rb") as stream:
            content = stream.read()
    except OSError as error:
        raise PhotoError(str(path), f"cannot be opened ({error.strerror or error})") from None
    return kept_promise(path, content) if str(path).endswith(SUFFIX) else content


def decode_photo(data: bytes, path: Path | str, *, longest_px: int | None = None) -> Decoded:
    """Decode a photo's content, as `read_photo` does.

    Args:
        data: the content of the file.
        path: the file, for the error's sentence.
        longest_px: see `read_photo`.

    Raises:
        PhotoError: it is no photo that can be used.
    """
    if ending_of(Path(path).name) in RAW_EXTENSIONS:
        raise PhotoError(str(path), "is a camera's raw file; export it as JPEG")
    try:
        decoded = decode(data, longest_px=longest_px)
    except DecodeError as error:
        raise PhotoError(str(path), str(error)) from error
    if min(decoded.height, decoded.width) < MIN_SIDE_PX:
        size = f"{decoded.width} × {decoded.height} px"
        raise PhotoError(str(path), f"is only {size}; at least {MIN_SIDE_PX} px on each side are needed")
    if max(decoded.height, decoded.width) > MAX_ASPECT * min(decoded.height, decoded.width):
        size = f"{decoded.width} × {decoded.height} px"
        raise PhotoError(str(path), f"is a strip of {size}; no side may be more than {MAX_ASPECT} times the other")
    return decoded


def read_photo(path: Path | str, *, longest_px: int | None = None) -> NDArray[np.uint8]:
    """Read a photo as it was meant to be seen: upright, in 8-bit RGB, the first frame, over white.

    Args:
        path: the file.
        longest_px: how many pixels of the longest side are enough; the photo may then come back smaller than it
            is, though never with fewer than these.

    Returns:
        image_HW3, uint8 RGB.

    Raises:
        PhotoError: the file cannot be used; the text says why.
    """
    return decode_photo(read_bytes(path), path, longest_px=longest_px).image_HW3
