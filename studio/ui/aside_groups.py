"""What was set aside from a dataset, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from typing_extensions import override

from studio.core.words import sentence_case

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Rejected, Sample
    from studio.data.whereabouts import NewPhoto, Whereabouts


@dataclass(frozen=True, kw_only=True)
class Aside:
    """One photo that was set aside.

    Attributes:
        key: what its thumbnail is known by.
        name: its file's name.
        reason: why, in one sentence.
        files: where its thumbnail may be read from; empty for a file that cannot be read.
        sample: its id where it is, or was, a sample; else empty.
        label: the class that it would get where it is none yet.
        action: what its button does: remove, restore, add, or nothing when empty.
        twin: the photo that it looks like, as its thumbnail is known by; empty for none.
        twin_files: where that one's thumbnail may be read from.
    """

    key: str
    name: str
    reason: str
    files: tuple[Path, ...] = ()
    sample: str = ""
    label: str = ""
    action: str = ""
    twin: str = ""
    twin_files: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AsideGroup:
    """Photos set aside for the same kind of reason.

    Attributes:
        key: rejected, duplicates, blurred, missing, new or removed.
        title: what the window calls it.
        icon: an icon name.
        entries: the photos, each described when it is asked for, since a film has thousands of near-duplicates.
        action: what can be done with all of them at once: remove, restore, add, or nothing when empty.
    """

    key: str
    title: str
    icon: str
    entries: Sequence[Aside]
    action: str = ""


class _Described(Sequence[Aside]):
    """Entries that are made from what they tell of, one by one, when they are looked at."""

    def __init__(self, items: Iterable[Any], describe: Callable[[Any], Aside]) -> None:
        self._items = tuple(items)
        self._describe = describe
        self._made: dict[int, Aside] = {}

    @override
    def __len__(self) -> int:
        return len(self._items)

    @overload
    def __getitem__(self, place: int) -> Aside: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Aside]: ...

    @override
    def __getitem__(self, place: int | slice) -> Aside | Sequence[Aside]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        if at not in self._made:
            self._made[at] = self._describe(self._items[at])
        return self._made[at]


def aside_groups(
    manifest: Manifest, removed: Manifest | None, found: Whereabouts | None = None
) -> tuple[AsideGroup, ...]:
    """What was set aside from a dataset, group by group.

    Args:
        manifest: the dataset.
        removed: photos that were taken out of it by hand, if any.
        found: what lies on disk by now, where that has been looked at.
    """
    alike = [(manifest, first, second) for second, first in manifest.near_duplicate_of.items()]
    blurred = [sample for sample in manifest.samples if sample.is_blurred and not sample.synthetic]
    groups = [
        AsideGroup(
            key="rejected",
            title="Rejected",
            icon="ban",
            entries=_Described((item for item in manifest.rejected if item.kind != "duplicate"), _refused),
        ),
        AsideGroup(
            key="duplicates",
            title="Duplicates",
            icon="copy-check",
            entries=_Described(
                [*(item for item in manifest.rejected if item.kind == "duplicate"), *alike], _copied_or_alike
            ),
            action="remove" if alike else "",
        ),
        AsideGroup(
            key="blurred",
            title="Blurred",
            icon="focus",
            entries=_Described(blurred, partial(_blurred, manifest)),
            action="remove",
        ),
    ]
    groups += _of_disk(manifest, found) if found is not None else ()
    if removed is not None and removed.samples:
        entries = _Described(removed.samples, partial(_removed, removed))
        groups.append(AsideGroup(key="removed", title="Removed", icon="trash-2", entries=entries, action="restore"))
    return tuple(groups)


def _of_disk(manifest: Manifest, found: Whereabouts) -> list[AsideGroup]:
    """Photos that have gone, photos that have come."""
    gone = [sample for sample in manifest.samples if sample.id in found.missing] if found.missing else []
    groups = [
        AsideGroup(
            key="missing",
            title="Missing",
            icon="file-x",
            entries=_Described(gone, partial(_gone, manifest)),
            action="remove",
        ),
        AsideGroup(
            key="new", title="New in the folder", icon="image-plus", entries=_Described(found.new, _come), action="add"
        ),
    ]
    return [group for group in groups if group.entries]


def _blurred(manifest: Manifest, sample: Sample) -> Aside:
    return _of_sample(manifest, sample, "Looks out of focus. It is used all the same, unless you remove it.", "remove")


def _removed(removed: Manifest, sample: Sample) -> Aside:
    return _of_sample(removed, sample, f"You removed it from {sample.label}.", "restore")


def _gone(manifest: Manifest, sample: Sample) -> Aside:
    return _of_sample(manifest, sample, f"Is no longer in {manifest.picture(sample).parent}.", "remove")


def _come(photo: NewPhoto) -> Aside:
    return Aside(
        key=photo.path,
        name=Path(photo.path).name,
        reason=f"Lies beside photos of the dataset, and would be {photo.label}.",
        files=(Path(photo.path),),
        label=photo.label,
        action="add",
    )


def _copied_or_alike(item: Rejected | tuple[Manifest, str, str]) -> Aside:
    return _alike(*item) if isinstance(item, tuple) else _refused(item)


def _refused(item: Rejected) -> Aside:
    file = Path(item.path)
    files = () if item.kind == "unreadable" else (file,)
    return Aside(key=item.path, name=file.name, reason=sentence_case(item.reason), files=files)


def _of_sample(manifest: Manifest, sample: Sample, reason: str, action: str) -> Aside:
    picture = manifest.picture(sample)
    files = (manifest.thumbnail(sample), picture)
    return Aside(key=sample.id, name=picture.name, reason=reason, files=files, sample=sample.id, action=action)


def _alike(manifest: Manifest, first: str, second: str) -> Aside:
    kept, other = manifest.by_id[first], manifest.by_id[second]
    reason = f"Shows almost the same as {manifest.picture(kept).name}; both stay in the same split."
    entry = _of_sample(manifest, other, reason, "remove")
    return replace(entry, twin=kept.id, twin_files=(manifest.thumbnail(kept), manifest.picture(kept)))
