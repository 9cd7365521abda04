"""A run as one file: everything that is needed to check it, and to train it again from the same photos."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import studio
from studio.core.errors import UserError
from studio.core.expert_events import Exported
from studio.core.files import write_atomically
from studio.core.runs import RunFolder
from studio.data.manifest import FILE_NAME as MANIFEST
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.learn.bundle_format import (
    FORMAT,
    INDEX,
    REPORT,
    STARTS,
    TEXTS,
    TITLE,
    VERSION,
    WEIGHTS,
    excess,
)
from studio.learn.checkpoints import load_model
from studio.learn.digests import file_digest, weights_digest
from studio.learn.environment import read_environment

_BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same run gives the same bundle, to the byte, whenever it is packed."""


def write_bundle(run: RunFolder, file: Path) -> Exported:
    """Pack a run.

    Args:
        run: with a model.
        file: the bundle, replaced as one step.

    Returns:
        what was written.

    Raises:
        UserError: the run has no model or lacks a file, is larger than what is unpacked, or the bundle cannot be
            written.
    """
    if not run.best.is_file():
        raise UserError(f"{run.path}: has no model yet; let it finish an epoch first")
    model = load_model(run.best)
    manifest = dataset_of(run)
    contents = _contents(run, manifest)
    has_start = any(name in contents for name in STARTS)
    try:
        masks = _masks(manifest)
        index = {
            "format": FORMAT,
            "version": VERSION if has_start else 1,
            "studio": studio.__version__,
            "title": run.title,
            "weights": weights_digest([member.weights for member in model.members]),
            "fingerprint": "" if manifest is None else manifest.fingerprint(),
            "masks": masks,
            "files": {name: file_digest(path) for name, path in contents.items()},
        }
        told = json.dumps(index, indent=1, ensure_ascii=False) + "\n"
        reason = excess({INDEX: len(told.encode()), **{name: path.stat().st_size for name, path in contents.items()}})
        if reason:
            raise UserError(f"{run.path}: would make a bundle of {reason}; keep this run as a folder")
        write_atomically(file, lambda stream: _pack(stream, contents, told))
    except OSError as error:
        raise UserError(f"{run.path}: cannot be read ({error.strerror or error})") from error
    if manifest is None:
        photos = "Its dataset is not here any more, so the bundle cannot say which photos it learned from."
    else:
        photos = f"It names {len(manifest.samples)} samples by their hashes; the photos themselves are not in it."
    start = model.config.model.weights
    if start and not has_start:
        photos += f" The weights that the run started from, {start}, are gone, so it cannot be replayed."
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


def _contents(run: RunFolder, manifest: Manifest | None) -> dict[str, Path]:
    missing = [name for name in TEXTS if not (run.path / name).is_file()]
    if missing:
        raise UserError(f"{run.path}: lacks {', '.join(missing)}, and a bundle without would prove nothing; train anew")
    found = {name: run.path / name for name in TEXTS}
    if run.title_file.is_file():
        found[TITLE] = run.title_file
    reports = sorted(run.evaluation.glob("*.json")) if run.evaluation.is_dir() else []
    found |= {name: path for path in reports if REPORT.fullmatch(name := f"evaluation/{path.name}")}
    if manifest is not None:
        found[MANIFEST] = manifest.folder / MANIFEST
    start = run.load_config().model.weights
    if start and Path(start).is_file():
        found[STARTS[Path(start).suffix.lower() == ".safetensors"]] = Path(start)
    return {**found, WEIGHTS: run.best}


def _masks(manifest: Manifest | None) -> dict[str, str]:
    if manifest is None:
        return {}
    files = {sample.id: manifest.mask_file(sample) for sample in manifest.samples}
    return {id: file_digest(file) for id, file in files.items() if file is not None and file.is_file()}


def _pack(stream: BinaryIO, contents: Mapping[str, Path], index: str) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry(INDEX), index)
        for name, path in contents.items():
            entry = _entry(name)
            entry.file_size = path.stat().st_size  # from 4 GB on the format asks for it beforehand
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while block := source.read(_BLOCK):
                    target.write(block)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_STORED if name in (WEIGHTS, *STARTS) else zipfile.ZIP_DEFLATED
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry
