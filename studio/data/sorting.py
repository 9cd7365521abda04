"""Which photos become samples: duplicates and conflicts are set aside, each with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.data.manifest import Manifest, Rejected, Sample
from studio.data.photos import shown
from studio.data.reading import Read
from studio.data.unchanged import id_of


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A photo with what was found out about it.

    Attributes:
        read: the findings, or the reason why it cannot be used.
        label: the class that its place says.
    """

    read: Read
    label: str


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """Photos sorted into samples and others.

    Attributes:
        samples: the new ones.
        rejected: all others that the dataset does not have already.
    """

    samples: list[Sample] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def sort_photos(candidates: Sequence[Candidate], photos: Sequence[Sample], folder: Path) -> Sorted:
    """Decide for each photo.

    The same content twice in one class is a duplicate of the first; in two classes it is a conflict, and none of
    them is taken, since nobody but their owner knows which is right.

    Args:
        candidates: the photos, in order.
        photos: those that the dataset has already; they stay.
        folder: the dataset's, to which paths inside it are made relative.
    """
    result = Sorted()
    old = {sample.sha1: sample for sample in photos}
    same: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        same.setdefault(candidate.read.sha1, []).append(candidate)
    for candidate in candidates:
        read = candidate.read
        if read.reason:
            result.rejected.append(Rejected(path=read.path, reason=read.reason))
            continue
        kept = old.get(read.sha1)
        if kept is not None and kept.label == candidate.label and str(folder / kept.path) == read.path:
            continue
        verdict = _beside(kept, candidate, folder) if kept is not None else _among(same[read.sha1], candidate)
        if verdict is None:
            result.samples.append(_sample(candidate, folder))
        else:
            result.rejected.append(verdict)
    return result


def _beside(kept: Sample, candidate: Candidate, folder: Path) -> Rejected:
    """The verdict on a photo whose content the dataset has."""
    path = shown(folder / kept.path)
    if kept.label == candidate.label:
        return Rejected(path=candidate.read.path, reason=f"is the same picture as {path}", kind="duplicate")
    if path == candidate.read.path:
        reason = f"is in the dataset as {kept.label} already; take it out there first"
    else:
        reason = f"is the same picture as {path}, which the dataset has as {kept.label}; keep the right one"
    return Rejected(path=candidate.read.path, reason=reason, kind="conflict")


def _among(same: Sequence[Candidate], candidate: Candidate) -> Rejected | None:
    """The verdict on a photo among those of the same content; None for the one that is taken."""
    path = candidate.read.path
    other = next((each for each in same if each.label != candidate.label), None)
    if other is not None:
        reason = (
            f"is {candidate.label}, but the same picture as {shown(other.read.path)}, which is {other.label}; "
            f"keep the right one"
        )
        return Rejected(path=path, reason=reason, kind="conflict")
    if same[0] is candidate:
        return None
    return Rejected(path=path, reason=f"is the same picture as {shown(same[0].read.path)}", kind="duplicate")


def _sample(candidate: Candidate, folder: Path) -> Sample:
    read = candidate.read
    id, place = id_of(read.sha1), Path(read.path)
    return Sample(
        id=id,
        path=place.relative_to(folder).as_posix() if place.is_relative_to(folder) else read.path,
        label=candidate.label,
        source_photo=id,
        dish=read.dish,
        width=read.width,
        height=read.height,
        size=read.size,
        mtime=read.mtime,
        sha1=read.sha1,
        phash=read.phash,
        is_blurred=read.is_blurred,
    )


def still_there(known: Manifest, candidates: Sequence[Candidate]) -> list[Sample]:
    """What a dataset keeps when photos are added: all but photos whose file has changed, and what hangs on those."""
    now = {candidate.read.path: candidate.read.sha1 for candidate in candidates}
    changed = {
        sample.id for sample in known.samples
        if not sample.synthetic and now.get(str(known.picture(sample)), sample.sha1) != sample.sha1
    }  # fmt: skip
    return [sample for sample in known.samples if sample.source_photo not in changed]
