"""Rows of pixels in a file that only grows, with an index by content."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import UserError
from studio.core.files import write_json
from studio.core.locks import InUseError, holding
from studio.data.decode import decoder_version
from studio.data.framing import FRAMING_VERSION, Background, Framing
from studio.data.manifest import Sample
from studio.dirt import cv
from studio.dirt.outline import FINDER_VERSION

INDEX = "index.json"
LOCK = "lock"
_SAVE_EVERY = 2000
"""Rows after which the index is written, so that a killed build loses little."""


class StoreBusyError(RuntimeError):
    """Another process is filling this cache."""


class RowKind(Protocol):
    """What every row of one cache is made by."""

    @property
    def name(self) -> str:
        """The cache's folder."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one row, in bytes."""

    @property
    def row_bytes(self) -> int:
        """Of one row."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What is done to every photo of one cache.

    Attributes:
        framing, background, size_hw: see `framing.frame`.
    """

    framing: Framing
    background: Background
    size_hw: tuple[int, int]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one row."""
        return (*self.size_hw, 4)

    @property
    def row_bytes(self) -> int:
        """Of one row."""
        return self.size_hw[0] * self.size_hw[1] * 4

    @property
    def name(self) -> str:
        """The cache's folder: size and framing for the eye, and a hash of all that decides the pixels."""
        height, width = self.size_hw
        parts = (
            self.framing, self.background, height, width, FRAMING_VERSION, FINDER_VERSION, decoder_version(),
            cv.__version__,
        )  # fmt: skip
        digest = hashlib.sha1(json.dumps(parts).encode(), usedforsecurity=False).hexdigest()[:12]
        return f"{height}x{width}-{self.framing}-{self.background}-{digest}"


def key_of(sample: Sample) -> str:
    """What a sample's pixels depend on besides the recipe: the picture's content and the dish's outline."""
    content = sample.sha1 if sample.synthetic else sample.twin_sha1 or sample.sha1
    return hashlib.sha1(f"{content}/{sample.dish}".encode(), usedforsecurity=False).hexdigest()[:24]


class PixelStore:
    """One cache, open for filling.

    Rows are only appended, since another process may be training on them. When most of them belong to no sample any
    more, a fresh file is begun and the old one deleted.
    """

    def __init__(self, folder: Path, recipe: RowKind, index: dict[str, int], generation: int) -> None:
        """Use `open`."""
        self._folder, self._recipe, self._index = folder, recipe, index
        self._generation = generation
        self._stream: IO[Any] | None = None
        self._next = max(index.values(), default=-1) + 1
        self._unsaved = 0

    @classmethod
    def look(cls, folder: Path, recipe: RowKind) -> PixelStore:
        """The cache as it is, for reading only."""
        store = cls(folder, recipe, *_read_index(folder, recipe))
        store._touch()
        return store

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path, recipe: RowKind) -> Iterator[PixelStore]:
        """Open the cache in a folder, or begin one; what a killed process left half-written is passed over.

        Raises:
            StoreBusyError: another process has it open.
            OSError: the folder cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / LOCK):
            index, generation = _read_index(folder, recipe)
            store = cls(folder, recipe, index, generation)
            store._sweep()
            try:
                yield store
            finally:
                store._close()

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self._folder

    @property
    def keys(self) -> set[str]:
        """Of the rows that are there."""
        return set(self._index)

    def forget_all_but(self, keys: set[str]) -> None:
        """Drop rows of samples that are gone; their room is won back once they are the larger part."""
        gone = self._index.keys() - keys
        kept = len(self._index) - len(gone)
        if self._next < 64 or kept * 2 >= self._next:
            return
        old = self.pixels()
        moved = {key: self._index[key] for key in keys if key in self._index}
        self._close()
        self._generation += 1
        self._index, self._next = {}, 0
        for key, row in moved.items():
            self.add(key, old[row])
        del old
        self.save()
        self._sweep()

    def add(self, key: str, pixels_HW4: NDArray[np.uint8]) -> None:
        """Append a row.

        Raises:
            OSError: the disk is full.
        """
        assert pixels_HW4.shape == self._recipe.shape and pixels_HW4.dtype == np.uint8
        if self._stream is None:
            mode = "r+b" if self._file.exists() else "w+b"
            self._stream = open(self._file, mode, buffering=0)  # noqa: SIM115 - kept open
        self._stream.seek(self._next * self._recipe.row_bytes)
        # Written, not mapped: a full disk is then an error, where a mapping would kill the process.
        rest = np.ascontiguousarray(pixels_HW4).data.cast("B")
        while rest:
            rest = rest[self._stream.write(rest) :]
        self._index[key] = self._next
        self._next += 1
        self._unsaved += 1
        if self._unsaved >= _SAVE_EVERY:
            self.save()

    def save(self) -> None:
        """Make the rows count: pixels first, then the index that names them.

        Raises:
            OSError: the disk is full.
        """
        if self._stream is not None:
            os.fsync(self._stream.fileno())
        values = {"generation": self._generation, "row_bytes": self._recipe.row_bytes, "rows": self._index}
        try:
            write_json(self._folder / INDEX, values, indent=None)
        except UserError as error:  # whoever fills it does without where the disk is full, and need not fail
            raise error.__cause__ if isinstance(error.__cause__, OSError) else error from None
        self._unsaved = 0

    def rows_of(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """The row of each key."""
        return np.array([self._index[key] for key in keys], np.int64)

    def pixels(self) -> NDArray[np.uint8]:
        """All rows, mapped for reading."""
        if self._next == 0:
            return np.empty((0, *self._recipe.shape), np.uint8)
        return np.memmap(self._file, np.uint8, "r", shape=(self._next, *self._recipe.shape))

    @property
    def _file(self) -> Path:
        return self._folder / f"pixels-{self._generation}.bin"

    def _sweep(self) -> None:
        for file in self._folder.glob("pixels-*.bin"):
            if file != self._file:
                with contextlib.suppress(OSError):  # mapped by a training on Windows: goes next time
                    file.unlink()
        self._touch()

    def _touch(self) -> None:
        """Note when it was last used, for whoever must make room."""
        with contextlib.suppress(OSError):
            os.utime(self._folder / INDEX)

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.truncate(self._next * self._recipe.row_bytes)  # half a row, if the disk ran full
            self._stream.close()
            self._stream = None


def _read_index(folder: Path, recipe: RowKind) -> tuple[dict[str, int], int]:
    """The rows that are whole, and the number of the file they are in."""
    try:
        values = json.loads((folder / INDEX).read_bytes())
        generation = int(values["generation"])
        rows = {str(key): int(row) for key, row in values["rows"].items()}
        there = (folder / f"pixels-{generation}.bin").stat().st_size // recipe.row_bytes
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}, 0  # none yet, or torn: built anew
    return {key: row for key, row in rows.items() if 0 <= row < there}, generation


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Be the only one to fill the cache."""
    with contextlib.ExitStack() as held:
        try:
            is_held = held.enter_context(holding(file, "", patience_s=0.0))
        except InUseError:
            raise StoreBusyError("another training is filling it") from None
        if not is_held:
            file.touch()  # says what is wrong, if it cannot be written
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(file))
        yield
