"""The samples of a dataset as rows, class by class, filtered by name, sorted."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from studio.core.words import count
from studio.ui.painting_words import kind_words, look_alike_words
from studio.ui.widgets.class_glyph import ClassLook, class_look
from studio.ui.widgets.plain import plain

if TYPE_CHECKING:
    from studio.data.manifest import Manifest, Sample

Index = QModelIndex | QPersistentModelIndex
SAMPLE_ROLE = int(Qt.ItemDataRole.UserRole)

SORTS = {"name": "Name", "newest": "Newest", "largest": "Largest"}
"""Orders within a class, with what the window calls them."""


@dataclass(frozen=True, kw_only=True)
class WallSection:
    """One class of the wall.

    Attributes:
        look: how the class is shown.
        first: its first row.
        count: its rows.
    """

    look: ClassLook
    first: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """The samples of a dataset, class by class, sorted.

    Attributes:
        manifest: the dataset.
        sort: a key of `SORTS`.
        groups: each class with its samples; painted ones are a group of their own.
    """

    manifest: Manifest
    sort: str
    groups: tuple[tuple[ClassLook, tuple[Sample, ...]], ...]


def order_of(manifest: Manifest, sort: str) -> Order:
    """Sort a dataset's samples; knows no Qt, so that ten thousand can be sorted off the window's thread."""
    order = {label: place for place, label in enumerate(manifest.classes)}
    groups: dict[tuple[int, bool], list[Sample]] = {}
    for sample in manifest.samples:
        groups.setdefault((order[sample.label], sample.synthetic), []).append(sample)
    key = _SORT_KEYS[sort]
    ordered = tuple(
        (
            class_look(manifest.classes[place], is_painted=is_painted, index=place),
            tuple(sorted(groups[place, is_painted], key=key)),
        )
        for place, is_painted in sorted(groups)
    )
    return Order(manifest=manifest, sort=sort, groups=ordered)


class PhotoModel(QAbstractListModel):
    """Samples in sections: one for each class, painted ones in a section of their own."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Args:
        parent: whose life it shares.
        """
        super().__init__(parent)
        self._order: Order | None = None
        self._filter = ""
        self._sort = "name"
        self._rows: tuple[Sample, ...] = ()
        self._row_of: dict[str, int] = {}
        self._sections: tuple[WallSection, ...] = ()

    @property
    def sections(self) -> tuple[WallSection, ...]:
        """The classes that have rows, in order."""
        return self._sections

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The sample of every row."""
        return self._rows

    @property
    def sort_key(self) -> str:
        """The order in force: a key of `SORTS`."""
        return self._sort

    def set_manifest(self, manifest: Manifest | None, order: Order | None = None) -> None:
        """Show another dataset, or another state of this one.

        Args:
            manifest: the dataset.
            order: its samples sorted already; sorted here when omitted, or when the wish has changed since.
        """
        if manifest is None or order is None or order.manifest is not manifest or order.sort != self._sort:
            order = None if manifest is None else order_of(manifest, self._sort)
        self._order = order
        self._arrange()

    def set_filter(self, text: str) -> None:
        """Show only samples whose file name contains every word of `text`, in any case."""
        if text.casefold() != self._filter:
            self._filter = text.casefold()
            self._arrange()

    def set_sort(self, key: str) -> None:
        """Change the order within the classes."""
        if key != self._sort:
            self._sort = key
            self.set_manifest(None if self._order is None else self._order.manifest)

    def sample(self, row: int) -> Sample:
        """The sample of a row."""
        return self._rows[row]

    def row_of(self, sample_id: str) -> int | None:
        """The row of a sample, if it is shown."""
        return self._row_of.get(sample_id)

    def files(self, sample: Sample) -> tuple[Path, ...]:
        """Where a sample's thumbnail may be read from, the best first."""
        assert self._order is not None
        manifest = self._order.manifest
        return manifest.thumbnail(sample), manifest.picture(sample)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        sample = self._rows[index.row()]
        if role == SAMPLE_ROLE:
            return sample
        if role == Qt.ItemDataRole.DisplayRole:
            return name_of(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain(_description(sample))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{name_of(sample)}, {title_of(sample)}"
        return None

    def _arrange(self) -> None:
        self.beginResetModel()
        rows: list[Sample] = []
        sections: list[WallSection] = []
        for look, members in self._order.groups if self._order is not None else ():
            shown = self._matching(members)
            if shown:
                sections.append(WallSection(look=look, first=len(rows), count=len(shown)))
                rows += shown
        self._rows, self._sections = tuple(rows), tuple(sections)
        self._row_of = {sample.id: row for row, sample in enumerate(rows)}
        self.endResetModel()

    def _matching(self, samples: Sequence[Sample]) -> Sequence[Sample]:
        words = self._filter.split()
        if not words:
            return samples
        return [sample for sample in samples if all(word in name_of(sample).casefold() for word in words)]


def name_of(sample: Sample) -> str:
    """What a sample is called: its file's name."""
    return sample.path.replace("\\", "/").rpartition("/")[2]


def title_of(sample: Sample) -> str:
    """The class of a sample in words: `Dirty, painted`."""
    return class_look(sample.label, is_painted=sample.synthetic).title


@lru_cache(maxsize=65_536)  # a change to one photo of ten thousand sorts them all again
def natural(name: str) -> tuple[tuple[int, int | str], ...]:
    """A key that sorts `IMG_2` before `IMG_10`."""
    parts = re.findall(r"\d+|\D+", name.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _description(sample: Sample) -> str:
    lines = [name_of(sample), f"{title_of(sample)}, {count(sample.width)} × {count(sample.height)} px"]
    if sample.synthetic and sample.level:
        lines[1] += f", {sample.level}"
    if sample.kinds:
        lines.append(f"Dirt: {kind_words(sample.kinds)}")
    if sample.look_alikes:
        lines.append(f"Dish: {look_alike_words(sample.look_alikes)}")
    if sample.is_blurred:
        lines.append("Blurred")
    return "\n".join(lines)


_SORT_KEYS: dict[str, Callable[[Sample], Any]] = {
    "name": lambda sample: natural(name_of(sample)),
    "newest": lambda sample: (-sample.mtime, name_of(sample)),
    "largest": lambda sample: (-sample.width * sample.height, name_of(sample)),
}
