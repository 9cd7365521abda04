"""Takes a bundle apart, whoever it is from."""

from __future__ import annotations

import functools
import json
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from studio.core.errors import UserError
from studio.core.files import write_atomically
from studio.learn.bundle_format import FORMAT, INDEX, MOST_TEXT_BYTES, TEXTS, VERSION, WEIGHTS, Index, excess, is_known

_BLOCK = 1 << 20


def unpack(file: Path, folder: Path) -> Index:
    """Take a bundle apart into a run's folder.

    Args:
        file: the bundle, from anybody.
        folder: made when missing; nothing is written outside of it. The manifest stands beside the run's files.

    Returns:
        what the bundle says of itself; whether its hashes hold is for the caller to compare.

    Raises:
        UserError: it is no bundle, torn, of a newer version, or made to do harm; or the folder cannot be written.
    """
    with _opened(file) as archive:
        index = _index(archive, file)
        for member in archive.infolist():
            if member.filename != INDEX:
                with archive.open(member) as source:
                    write_atomically(folder / member.filename, functools.partial(_copy, source, member))
        return index


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """A bundle whose members are plain files with the names that a run has, of bearable sizes."""
    try:
        with zipfile.ZipFile(file) as archive:
            _check_members(archive.infolist(), file)
            yield archive
    except FileNotFoundError:
        raise UserError(f"{file}: does not exist") from None
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error})") from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{file}: is damaged, or no bundle ({error})") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise UserError(f"{file}: is damaged ({error})") from error
        raise


def _check_members(members: list[zipfile.ZipInfo], file: Path) -> None:
    counts = Counter(member.filename for member in members)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        raise UserError(f"{file}: holds {twice[0]!r:.80} twice; it is not unpacked")
    for member in members:
        name = member.filename
        if not is_known(name):
            raise UserError(f"{file}: holds {name!r:.80}, which is no part of a run; it is not unpacked")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.is_dir():
            raise UserError(f"{file}: {name} in it is a link or another special file; it is not unpacked")
        if member.flag_bits & 0x1:
            raise UserError(f"{file}: is encrypted; ask for a bundle without a password")
    reason = excess({member.filename: member.file_size for member in members})
    if reason:
        raise UserError(f"{file}: holds {reason}; it is not unpacked")


def _index(archive: zipfile.ZipFile, file: Path) -> Index:
    names = {member.filename for member in archive.infolist()}
    if INDEX not in names:
        raise UserError(f"{file}: is no bundle of Spotless Studio (it has no {INDEX})")
    with archive.open(INDEX) as stream:
        content = stream.read(MOST_TEXT_BYTES + 1)
    try:
        values = json.loads(content)
        if values["format"] != FORMAT:
            raise ValueError("is of another format")
        if not isinstance(values["version"], int) or values["version"] > VERSION:
            raise UserError(f"{file}: was written by a newer Spotless Studio; update this one")
        index = Index(
            title=str(values["title"]),
            files=_texts(values["files"]),
            weights=str(values["weights"]),
            fingerprint=str(values["fingerprint"]),
            masks=_texts(values["masks"]),
        )
    except UserError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{file}: its {INDEX} is torn or wrong ({error})") from None
    lacking = sorted({*TEXTS, WEIGHTS} - names)
    if lacking:
        raise UserError(f"{file}: lacks {', '.join(lacking)}; ask for the bundle again")
    return index


def _texts(values: Any) -> dict[str, str]:
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError("hashes are expected")
    return dict(values)


def _copy(source: Any, member: zipfile.ZipInfo, target: BinaryIO) -> None:
    """Copy no more than was announced: a size that lies must not fill the disk."""
    left = member.file_size
    while block := source.read(min(_BLOCK, left + 1)):
        left -= len(block)
        if left < 0:
            raise zipfile.BadZipFile(f"{member.filename} is larger than it says")
        target.write(block)
