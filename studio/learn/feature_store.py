"""Where features lie: in a file beside the cached pixels, or in memory where there is no room."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from studio.core.disks import cannot_write
from studio.data.batch_plan import Numbers
from studio.data.pixel_store import PixelStore, StoreBusyError
from studio.data.storage import writing
from studio.learn.ranks import Ranks

Rows: TypeAlias = NDArray[np.float32]

SPARE_BYTES = 1_000_000_000
"""Left free on the disk, as beside the pixels."""

MOST_STALE = 8
"""Stored rows for each wanted one, at which those that nobody asks for are dropped."""


@dataclass(frozen=True, kw_only=True)
class FeatureKind:
    """Which features a file holds.

    Attributes:
        name: of its folder.
        length: how many features a look gives.
    """

    name: str
    length: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one row, in bytes."""
        return (self.row_bytes,)

    @property
    def row_bytes(self) -> int:
        """Of one row."""
        return 4 * self.length


@dataclass(kw_only=True, eq=False)
class FeatureStore:
    """Rows of features by key; open while they are measured, then read.

    Attributes:
        kind: of the features.
        known: keys of rows that were there from the start; the same on every rank.
        folder: None when the rows are in memory.
    """

    kind: FeatureKind
    known: frozenset[str]
    folder: Path | None
    _writer: PixelStore | None
    _memory: dict[str, int] = field(default_factory=dict)
    _parts: list[Rows] = field(default_factory=list)

    def add(self, keys: Sequence[str], rows_NF: Rows) -> None:
        """Keep some rows. Every rank calls it with all rows; on a disk rank 0 writes them.

        Raises:
            UserError: the disk ran full.
        """
        if self.folder is None:
            start = sum(map(len, self._parts))
            self._memory.update((key, start + place) for place, key in enumerate(keys))
            self._parts.append(rows_NF)
        elif self._writer is not None:
            try:
                for key, row_F in zip(keys, np.ascontiguousarray(rows_NF, np.float32), strict=True):
                    self._writer.add(key, row_F.view(np.uint8))
            except OSError as error:
                raise cannot_write(self.folder, error) from error

    def read(self, keys: Sequence[Sequence[str]]) -> tuple[Rows, list[Numbers]]:
        """All rows that were kept, after the store was closed.

        Args:
            keys: groups of keys.

        Returns:
            a table of rows, mapped from the disk if they are there; for each group the place of each key in it.
        """
        if self.folder is None:
            table = np.concatenate(self._parts) if self._parts else np.empty((0, self.kind.length), np.float32)
            return table, [np.array([self._memory[key] for key in group], np.int64) for group in keys]
        store = PixelStore.look(self.folder, self.kind)
        table = store.pixels().view(np.float32)
        return table, [store.rows_of(group) for group in keys]


@contextlib.contextmanager
def open_store(folder: Path | None, kind: FeatureKind, wanted: set[str], ranks: Ranks) -> Iterator[FeatureStore]:
    """Open the features of one kind for filling, by all ranks together.

    Args:
        folder: where caches lie; None keeps rows in memory.
        kind: of the features.
        wanted: keys of all rows that will be read.
        ranks: rank 0 alone writes.
    """
    with contextlib.ExitStack() as stack:
        writer: PixelStore | None = None

        def open_writer() -> frozenset[str] | None:
            nonlocal writer
            if folder is not None:
                writer = _writer(folder / kind.name, kind, wanted, stack)
            return None if writer is None else frozenset(wanted & writer.keys)

        known = ranks.from_first(open_writer)
        place = None if known is None or folder is None else folder / kind.name
        yield FeatureStore(kind=kind, known=known or frozenset(), folder=place, _writer=writer)
        ranks.from_first(lambda: _save(writer))  # before anyone reads


def _save(writer: PixelStore | None) -> None:
    if writer is not None:
        with writing(writer.folder):
            writer.save()


def _writer(folder: Path, kind: FeatureKind, wanted: set[str], stack: contextlib.ExitStack) -> PixelStore | None:
    """The store, open for writing; None where there is no room, or another training is filling it."""
    try:
        store = stack.enter_context(PixelStore.open(folder, kind))
        if len(store.keys) > MOST_STALE * len(wanted):
            store.forget_all_but(wanted)
        needed = len(wanted - store.keys) * kind.row_bytes
        has_room = shutil.disk_usage(folder).free > needed + SPARE_BYTES
    except (StoreBusyError, OSError):
        return None
    return store if has_room or not needed else None
