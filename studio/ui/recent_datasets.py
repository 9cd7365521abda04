"""The datasets that were open before, kept in the window's memory."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from studio.ui.memory import Memory

_KEY = "dataset/recent"
_MOST = 8


@dataclass(frozen=True, kw_only=True)
class RecentDataset:
    """A dataset that was open before.

    Attributes:
        folder: where it lies.
        name: its name.
        samples: how many it had.
        opened_s: when it was last opened, in seconds since 1970.
    """

    folder: str
    name: str
    samples: int
    opened_s: float


@cache
def _adapter() -> TypeAdapter[list[RecentDataset]]:
    return TypeAdapter(list[RecentDataset])


class RecentDatasets:
    """A short list, the last opened first; whether they still exist is not looked at."""

    def __init__(self, settings: Memory) -> None:
        """Args:
        settings: the window's memory.
        """
        self._settings = settings

    def entries(self) -> list[RecentDataset]:
        """What is kept; nothing when another version left what this one cannot read."""
        try:
            stored = json.loads(str(self._settings.value(_KEY, "[]")))
            return _adapter().validate_python(stored)
        except (ValueError, RecursionError):
            return []

    def put_first(self, folder: Path, name: str, samples: int) -> None:
        """Note that a dataset was opened now."""
        entry = RecentDataset(folder=str(folder), name=name, samples=samples, opened_s=time.time())
        others = [other for other in self.entries() if other.folder != entry.folder]
        self._store([entry, *others][:_MOST])

    def forget(self, folder: Path) -> None:
        """Take a dataset off the list."""
        self._store([entry for entry in self.entries() if entry.folder != str(folder)])

    def _store(self, entries: Sequence[RecentDataset]) -> None:
        self._settings.setValue(_KEY, json.dumps([asdict(entry) for entry in entries]))
