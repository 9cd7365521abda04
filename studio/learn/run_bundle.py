"""A run as one file: everything that is needed to check it, and to train it again from the same photos."""

from __future__ import annotations

import functools
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import studio
from studio.core.errors import UserError
from studio.core.expert_events import Exported
from studio.core.files import write_atomically
from studio.core.runs import RunFolder
from studio.data.manifest import FILE_NAME as MANIFEST
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.learn.checkpoints import load_model
from studio.learn.digests import file_digest, weights_digest
from studio.learn.environment import read_environment

FORMAT, VERSION = "spotless-bundle", 1
INDEX = "bundle.json"
TEXTS = ("config.json", "split.json", "environment.json", "events.jsonl", "metrics.csv")
WEIGHTS = "checkpoints/best.pt"
_OTHERS = ("title.txt", MANIFEST, WEIGHTS)
_REPORT = re.compile(r"evaluation/[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\.json")
MOST_FILES = 500
MOST_TEXT_BYTES = 512 * 2**20
MOST_TEXTS_BYTES = 2 * 2**30
"""Of all texts together."""

MOST_WEIGHTS_BYTES = 8 * 2**30
_BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same run gives the same bundle, to the byte, whenever it is packed."""


@dataclass(frozen=True, kw_only=True)
class Index:
    """What a bundle says of itself.

    Attributes:
        title: the run's name.
        files: SHA-256 of each file, by its name in the bundle.
        weights: `weights_digest` of the model.
        fingerprint: of the dataset; empty where it had gone when the bundle was written.
        masks: SHA-256 of each mask's file, by the sample's id.
    """

    title: str
    files: Mapping[str, str]
    weights: str
    fingerprint: str
    masks: Mapping[str, str]


def write_bundle(run: RunFolder, file: Path) -> Exported:
    """Pack a run.

    Args:
        run: with a model.
        file: the bundle, replaced as one step.

    Returns:
        what was written.

    Raises:
        UserError: the run has no model or lacks a file, or the bundle cannot be written.
    """
    if not run.best.is_file():
        raise UserError(f"{run.path}: has no model yet; let it finish an epoch first")
    model = load_model(run.best)
    manifest = dataset_of(run)
    contents = _contents(run, manifest)
    try:
        masks = _masks(manifest)
        index = {
            "format": FORMAT,
            "version": VERSION,
            "studio": studio.__version__,
            "title": run.title,
            "weights": weights_digest([member.weights for member in model.members]),
            "fingerprint": "" if manifest is None else manifest.fingerprint(),
            "masks": masks,
            "files": {name: file_digest(path) for name, path in contents.items()},
        }
        write_atomically(file, lambda stream: _pack(stream, contents, index))
    except OSError as error:
        raise UserError(f"{run.path}: cannot be read ({error.strerror or error})") from error
    if manifest is None:
        photos = "Its dataset is not here any more, so the bundle cannot say which photos it learned from."
    else:
        photos = f"It names {len(manifest.samples)} samples by their hashes; the photos themselves are not in it."
    return Exported(
        kind="bundle",
        files=(str(file),),
        framed_difference=None,
        file_difference=None,
        photos=0,
        sentence=f"Wrote {file.name}: {len(contents)} files of the run, {file.stat().st_size / 2**20:.1f} MB. {photos}",
    )


def dataset_of(run: RunFolder) -> Manifest | None:
    """The dataset that a run learned from, where it still is.

    Raises:
        UserError: the run's environment, or the dataset, is torn.
    """
    said = read_environment(run).dataset
    for place in (*([Path(said)] if said else []), run.dataset):
        if is_dataset(place):
            return Manifest.load(place)
    return None


def read_index(file: Path) -> Index:
    """What a bundle says of itself, once its members are known to be harmless.

    Raises:
        UserError: it is no bundle, torn, of a newer version, or made to do harm.
    """
    with _opened(file) as archive:
        return _index(archive, file)


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


def _contents(run: RunFolder, manifest: Manifest | None) -> dict[str, Path]:
    missing = [name for name in TEXTS if not (run.path / name).is_file()]
    if missing:
        raise UserError(f"{run.path}: lacks {', '.join(missing)}, and a bundle without would prove nothing; train anew")
    found = {name: run.path / name for name in TEXTS}
    if run.title_file.is_file():
        found["title.txt"] = run.title_file
    reports = sorted(run.evaluation.glob("*.json")) if run.evaluation.is_dir() else []
    found |= {name: path for path in reports if _REPORT.fullmatch(name := f"evaluation/{path.name}")}
    if manifest is not None:
        found[MANIFEST] = manifest.folder / MANIFEST
    return {**found, WEIGHTS: run.best}


def _masks(manifest: Manifest | None) -> dict[str, str]:
    if manifest is None:
        return {}
    files = {sample.id: manifest.mask_file(sample) for sample in manifest.samples}
    return {id: file_digest(file) for id, file in files.items() if file is not None and file.is_file()}


def _pack(stream: BinaryIO, contents: Mapping[str, Path], index: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(INDEX), json.dumps(index, indent=1, ensure_ascii=False) + "\n")
        for name, path in contents.items():
            entry = _entry(name)
            entry.file_size = path.stat().st_size  # from 4 GB on the format asks for it beforehand
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while block := source.read(_BLOCK):
                    target.write(block)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if name == WEIGHTS else zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


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
    if len(members) > MOST_FILES:
        raise UserError(f"{file}: holds {len(members)} files, more than any run has; it is not unpacked")
    names = [member.filename for member in members]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(f"{file}: holds {twice[0]!r:.80} twice; it is not unpacked")
    for member in members:
        name = member.filename
        # Only names that a run has: nothing absolute, nothing with .., no other place can be meant by them.
        if name not in (INDEX, *TEXTS, *_OTHERS) and not _REPORT.fullmatch(name):
            raise UserError(f"{file}: holds {name!r:.80}, which is no part of a run; it is not unpacked")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.is_dir():
            raise UserError(f"{file}: {name} in it is a link or another special file; it is not unpacked")
        if member.flag_bits & 0x1:
            raise UserError(f"{file}: is encrypted; ask for a bundle without a password")
        limit = MOST_WEIGHTS_BYTES if name == WEIGHTS else MOST_TEXT_BYTES
        if member.file_size > limit:
            size = f"{member.file_size / 2**30:.1f} GB"
            raise UserError(f"{file}: {name} in it would unpack to {size}, more than is allowed; it is not unpacked")
    texts = sum(member.file_size for member in members if member.filename != WEIGHTS)
    if texts > MOST_TEXTS_BYTES:
        size = f"{texts / 2**30:.1f} GB"
        raise UserError(f"{file}: its texts would unpack to {size}, more than is allowed; it is not unpacked")


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
