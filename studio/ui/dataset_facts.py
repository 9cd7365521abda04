"""What the overview says of a dataset, counted once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.ui.aside_groups import AsideGroup, aside_groups
from studio.ui.count_bar import Part
from studio.ui.widgets.class_glyph import ClassLook, class_look

if TYPE_CHECKING:
    from studio.core.requests import SplitCounts
    from studio.data.manifest import Manifest
    from studio.data.whereabouts import Whereabouts


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """One line of the overview.

    Attributes:
        look: how the class is shown.
        count: its samples.
        is_painted: whether they are the painted ones.
    """

    look: ClassLook
    count: int
    is_painted: bool


@dataclass(frozen=True, kw_only=True)
class DatasetFacts:
    """Everything that the overview shows.

    Attributes:
        name: the dataset's.
        samples: how many.
        classes: counts, painted ones apart.
        asides: what was set aside.
        splits: how the samples are dealt; None while it is being worked out.
        photos: how many photos the samples stem from.
    """

    name: str
    samples: int
    classes: tuple[ClassCount, ...]
    asides: tuple[AsideGroup, ...]
    splits: SplitCounts | None
    photos: int = 0

    @property
    def class_parts(self) -> tuple[Part, ...]:
        """The classes as parts of a bar."""
        return tuple(
            Part(count=line.count, title=line.look.title, token=line.look.token, is_striped=line.is_painted)
            for line in self.classes
        )

    @property
    def split_parts(self) -> tuple[Part, ...]:
        """The splits as parts of a bar."""
        if self.splits is None or self.splits.obstacle:
            return ()
        counts = (self.splits.train, self.splits.val, self.splits.test)
        return tuple(
            Part(count=count, title=title, token=token)
            for count, (title, token) in zip(counts, SPLIT_LOOKS, strict=True)
        )

    @property
    def aside_count(self) -> int:
        """How many photos were set aside."""
        return sum(len(group.entries) for group in self.asides)

    def aside(self, key: str) -> AsideGroup | None:
        """One group of photos that were set aside."""
        return next((group for group in self.asides if group.key == key), None)


SPLIT_LOOKS: Sequence[tuple[str, str]] = (("Train", "train"), ("Val", "validation"), ("Test", "text_3"))


def facts_of(
    manifest: Manifest,
    removed: Manifest | None,
    splits: SplitCounts | None,
    found: Whereabouts | None = None,
) -> DatasetFacts:
    """Count a dataset.

    Args:
        manifest: the dataset.
        removed: photos taken out of it by hand.
        splits: how the samples are dealt, once known.
        found: what lies on disk, once that has been looked at.
    """
    order = {label: place for place, label in enumerate(manifest.classes)}
    counts: dict[tuple[int, bool], int] = {}
    for sample in manifest.samples:
        key = (order[sample.label], sample.synthetic)
        counts[key] = counts.get(key, 0) + 1
    classes = tuple(
        ClassCount(
            look=class_look(manifest.classes[place], is_painted=is_painted, index=place),
            count=counts[place, is_painted],
            is_painted=is_painted,
        )
        for place, is_painted in sorted(counts)
    )
    return DatasetFacts(
        name=manifest.name,
        samples=len(manifest.samples),
        classes=classes,
        asides=aside_groups(manifest, removed, found),
        splits=splits,
        photos=sum(not sample.synthetic for sample in manifest.samples),
    )
