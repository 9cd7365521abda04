"""What was set aside from a dataset, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.ui.words import sentence_case

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Rejected, Sample
    from studio.data.whereabouts import Whereabouts


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
        entries: the photos.
    """

    key: str
    title: str
    icon: str
    entries: tuple[Aside, ...]

    @property
    def action(self) -> str:
        """What can be done with all of them at once; empty for nothing."""
        actions = {entry.action for entry in self.entries if entry.action}
        return actions.pop() if len(actions) == 1 else ""


def aside_groups(
    manifest: Manifest, removed: Manifest | None, found: Whereabouts | None = None
) -> tuple[AsideGroup, ...]:
    """What was set aside from a dataset, group by group.

    Args:
        manifest: the dataset.
        removed: photos that were taken out of it by hand, if any.
        found: what lies on disk by now, where that has been looked at.
    """
    rejected = tuple(_refused(item) for item in manifest.rejected if item.kind != "duplicate")
    copies = tuple(_refused(item) for item in manifest.rejected if item.kind == "duplicate")
    alike = tuple(_alike(manifest, first, second) for first, second in manifest.near_duplicates)
    blurred = tuple(
        _of_sample(manifest, sample, "Looks out of focus. It is used all the same, unless you remove it.", "remove")
        for sample in manifest.samples
        if sample.is_blurred and not sample.synthetic
    )
    groups = [
        AsideGroup(key="rejected", title="Rejected", icon="ban", entries=rejected),
        AsideGroup(key="duplicates", title="Duplicates", icon="copy-check", entries=copies + alike),
        AsideGroup(key="blurred", title="Blurred", icon="focus", entries=blurred),
    ]
    groups += _of_disk(manifest, found) if found is not None else ()
    if removed is not None and removed.samples:
        back = tuple(
            _of_sample(removed, sample, f"You removed it from {sample.label}.", "restore") for sample in removed.samples
        )
        groups.append(AsideGroup(key="removed", title="Removed", icon="trash-2", entries=back))
    return tuple(groups)


def _of_disk(manifest: Manifest, found: Whereabouts) -> list[AsideGroup]:
    """Photos that have gone, photos that have come."""
    gone = tuple(
        _of_sample(manifest, sample, f"Is no longer in {manifest.picture(sample).parent}.", "remove")
        for sample in manifest.samples
        if sample.id in found.missing
    )
    come = tuple(
        Aside(
            key=photo.path,
            name=Path(photo.path).name,
            reason=f"Lies beside photos of the dataset, and would be {photo.label}.",
            files=(Path(photo.path),),
            label=photo.label,
            action="add",
        )
        for photo in found.new
    )
    groups = [
        AsideGroup(key="missing", title="Missing", icon="file-x", entries=gone),
        AsideGroup(key="new", title="New in the folder", icon="image-plus", entries=come),
    ]
    return [group for group in groups if group.entries]


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
