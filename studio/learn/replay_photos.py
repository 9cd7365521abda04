"""Sees that a replay learns from the photos that its bundle's run learned from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.events import Notice
from studio.data.manifest import Manifest, Sample
from studio.data.pace import Pace
from studio.data.photos import find_photos, is_dataset
from studio.learn.bundle_format import Index
from studio.learn.digests import file_digest
from studio.learn.environment import Environment
from studio.learn.photo_hashes import compare_files, files_of, named

PHASE = "comparing photos"
_OF_A_NETWORK = ("//", "\\\\")
"""How the address of a share begins: asking there would tell a stranger's machine who asks."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a bundle says of its photos.

    Attributes:
        index: of the bundle.
        environment: of its run.
        manifest: of its dataset; None where that was gone when the bundle was written.
    """

    index: Index
    environment: Environment
    manifest: Manifest | None


def find_data(claim: Claim, data: str) -> Path:
    """The dataset or the photos to train on.

    A bundle is anybody's, so nothing is taken from a place that it names unless what lies there is its very dataset.

    Args:
        claim: what the bundle says.
        data: what the person named; empty for nothing.

    Raises:
        UserError: it does not exist, or nothing was named and the bundle's own dataset is not here.
    """
    if data:
        if not Path(data).exists():
            raise UserError(f"{data}: does not exist; say with --data where the photos are now")
        return Path(data).resolve()
    said = claim.environment.dataset
    if said and not said.startswith(_OF_A_NETWORK) and is_dataset(Path(said)):
        try:
            if Manifest.load(Path(said)).fingerprint() == claim.environment.fingerprint:
                return Path(said).resolve()
        except UserError:
            pass  # whatever it is, it is not the bundle's
    raise UserError(
        f"{said or 'the dataset'}: is not here any more, or is another dataset; say with --data where the photos of"
        " the bundle are"
    )


def check_data(data: Path, claim: Claim, emit: Emit, should_stop: ShouldStop) -> None:
    """Refuse other photos before an hour is spent on them.

    Args:
        data: a dataset, or photos.
        claim: what the bundle says.
        emit: takes progress, and that nothing can be compared.
        should_stop: asked between photos.

    Raises:
        UserError: they are others; it says which.
    """
    if is_dataset(data):
        _check_dataset(Manifest.load(data), claim, emit, should_stop)
    elif claim.manifest is None:
        text = "The bundle does not say which photos its run learned from, so these were not compared with them."
        emit(Notice(kind="warning", text=text))
    else:
        _check_photos(data, claim.manifest, emit, should_stop)


def _check_dataset(now: Manifest, claim: Claim, emit: Emit, should_stop: ShouldStop) -> None:
    if now.fingerprint() != claim.environment.fingerprint:
        which = "" if claim.manifest is None else _unlike(claim.manifest, now)
        raise UserError(
            f"{now.folder}: is not the dataset that the run learned from, or it has changed since{which}; name that one"
        )
    files = list(files_of(now))
    found = compare_files(files, Pace(emit, PHASE, len(files)), should_stop)
    if found is None:
        return
    if found.missing:
        raise UserError(f"{now.folder}: {named(found.missing)} of its pictures cannot be read; bring them back")
    if found.changed:
        raise UserError(
            f"{now.folder}: {named(found.changed)} of its pictures changed since the run learned from them; bring the"
            " old ones back"
        )
    for sample in now.samples:
        said, mask = claim.index.masks.get(sample.id), now.mask_file(sample)
        if said and mask is not None and mask.is_file() and file_digest(mask) != said:
            raise UserError(f"{mask}: this mask has changed since the run learned from it; generate the dirt again")


def _unlike(then: Manifest, now: Manifest) -> str:
    """In which samples two datasets differ, as the end of a sentence."""
    gone = [_name(sample) for sample in then.samples if sample.id not in now.by_id]
    fresh = [_name(sample) for sample in now.samples if sample.id not in then.by_id]
    both = [(sample, now.by_id[sample.id]) for sample in then.samples if sample.id in now.by_id]
    other = [_name(sample) for sample, later in both if _facts(sample) != _facts(later)]
    return _told(("lacks", gone), ("has besides", fresh), ("has otherwise", other))


def _check_photos(folder: Path, then: Manifest, emit: Emit, should_stop: ShouldStop) -> None:
    refused = {Path(one.path).name for one in then.rejected}
    wanted = {sample.sha1: _name(sample) for sample in then.samples if not sample.synthetic and sample.sha1}
    files = find_photos([folder])
    pace = Pace(emit, PHASE, len(files))
    there: set[str] = set()
    fresh: list[str] = []
    for file in files:
        try:
            sha1 = file_digest(file, "sha1")
        except OSError as error:
            raise UserError(f"{file}: cannot be read ({error.strerror or error}); bring the photo back") from error
        there.add(sha1)
        if sha1 not in wanted and file.name not in refused:
            fresh.append(file.name)
        pace.step()
        if should_stop():
            return
    which = _told(("lacks", [name for sha1, name in wanted.items() if sha1 not in there]), ("has besides", fresh))
    if which:
        raise UserError(f"{folder}: holds not the photos that the run learned from{which}; name those")


def _told(*parts: tuple[str, list[str]]) -> str:
    said = [f"it {verb} {named(names)}" for verb, names in parts if names]
    return f": {', '.join(said)}" if said else ""


def _facts(sample: Sample) -> tuple[object, ...]:
    return sample.label, sample.pair, sample.sha1, sample.twin_sha1, sample.dish, sample.times, sample.is_corrected


def _name(sample: Sample) -> str:
    return Path(sample.path).name
