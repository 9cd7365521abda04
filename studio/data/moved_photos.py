"""Photos of a dataset that lie in another folder than before."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.errors import UserError
from studio.core.files import write_text
from studio.data.changes import changing
from studio.data.manifest import Manifest, Sample
from studio.data.photos import find_photos, shown
from studio.data.promises import SUFFIX, read_promise

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What became of photos that were looked for.

    Attributes:
        manifest: the dataset, with those that were found where they lie now.
        found: how many were found.
        changed: how many files have a missing photo's name and another content; they are other photos.
    """

    manifest: Manifest
    found: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class _File:
    path: Path
    size: int
    mtime: int


def find_moved(manifest: Manifest, missing: Collection[str], folder: Path) -> Moved:
    """Look for missing photos in a folder, and have the dataset name where they are now.

    A file is a missing photo when name, size and time are the same, or else when its content is; a copy keeps its
    content, and a renamed photo does too. What was promised to be painted on a photo is promised anew from its new
    place: the same picture. The manifest is written.

    Args:
        manifest: the dataset.
        missing: ids of photos that are no longer where it says.
        folder: where they may be, searched to the bottom.

    Raises:
        UserError: the folder is gone, or the dataset cannot be written.
    """
    files = _files_below(folder)
    of_size: dict[int, list[_File]] = {}
    for file in files:
        of_size.setdefault(file.size, []).append(file)
    names = {_plain(file.path.name) for file in files}
    sha1s: dict[Path, str] = {}
    taken: set[Path] = set()
    found: dict[str, Sample] = {}
    changed = 0
    for id in missing:
        sample = manifest.by_id[id]
        same = _same_photo(manifest, sample, of_size.get(sample.size, ()), taken, sha1s)
        if same is not None:
            taken.add(same.path)
            found[id] = replace(sample, path=_named(manifest, same.path), mtime=same.mtime)
        else:
            changed += _plain(manifest.picture(sample).name) in names
    after = manifest.with_samples(found.get(sample.id, sample) for sample in manifest.samples)
    if found:
        with changing(after.folder):
            _promise_anew(after, found)
            after.save()
    return Moved(manifest=after, found=len(found), changed=changed)


def _files_below(folder: Path) -> list[_File]:
    files = []
    for path in find_photos([folder], everywhere=True):
        try:
            status = os.stat(path)
        except OSError:
            continue  # a link that leads nowhere is no photo that could be meant
        files.append(_File(path=Path(os.path.abspath(path)), size=status.st_size, mtime=status.st_mtime_ns))
    return files


def _same_photo(
    manifest: Manifest, sample: Sample, files: Iterable[_File], taken: Collection[Path], sha1s: dict[Path, str]
) -> _File | None:
    before = manifest.picture(sample)
    free = [file for file in files if file.path not in taken]
    # The one that lies deepest in the same folders comes first: cameras give the same names again.
    free.sort(key=lambda file: (file.mtime == sample.mtime, _same_end(file.path, before)), reverse=True)
    for file in free:
        if file.mtime == sample.mtime and _plain(file.path.name) == _plain(before.name):
            return file
        if _sha1_of(file.path, sha1s) == sample.sha1:
            return file
    return None


def _sha1_of(path: Path, known: dict[Path, str]) -> str:
    if path not in known:
        digest = hashlib.sha1(usedforsecurity=False)
        try:
            with open(path, "rb") as stream:
                while chunk := stream.read(_CHUNK_BYTES):
                    digest.update(chunk)
            known[path] = digest.hexdigest()
        except OSError:
            known[path] = ""  # what cannot be read cannot be told to be the photo
    return known[path]


def _same_end(path: Path, other: Path) -> int:
    """How many of their last parts two paths share."""
    same = 0
    for mine, yours in zip(reversed(path.parts), reversed(other.parts), strict=False):
        if _plain(mine) != _plain(yours):
            break
        same += 1
    return same


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name)  # macOS writes an ä as two characters


def _named(manifest: Manifest, path: Path) -> str:
    folder = Path(os.path.abspath(manifest.folder))
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _promise_anew(manifest: Manifest, moved: Collection[str]) -> None:
    for sample in manifest.samples:
        if not sample.is_promised or sample.source_photo not in moved:
            continue
        photo = str(manifest.picture(manifest.by_id[sample.source_photo]))
        for part in (sample.path, sample.twin, sample.mask):
            if part is not None and part.endswith(SUFFIX):
                file = manifest.folder / part
                try:
                    promise = read_promise(file.read_bytes(), shown(file))
                except OSError as error:
                    raise UserError(f"{shown(file)}: cannot be opened ({error.strerror})") from error
                write_text(file, replace(promise, photo=photo).to_text())
