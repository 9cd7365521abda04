"""Searches on drawn photos, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.core import jobs
from studio.core.config import StudioConfig
from studio.core.events import Event
from studio.core.requests import SearchRequest
from studio.core.searches import SearchFolder
from studio.learn.search_job import search
from tests.learn.training import quick_config

E = TypeVar("E")


def search_config(**changes: object) -> StudioConfig:
    quick: dict[str, object] = {
        "data__augmentation": "none",
        "data__train_ratio": 0.6,
        "data__val_ratio": 0.4,
        "data__test_ratio": 0.0,
        "search__quick_epochs": 2,
        "search__quick_batches": 2,
        "search__trials": 3,
    }
    return quick_config(**{**quick, **changes})


class Searching:
    """A search that was run to its end, or until `stops` said so."""

    def __init__(
        self,
        data: Path,
        folder: Path,
        config: StudioConfig,
        *,
        storage: str = "",
        stops: Callable[[list[Event]], bool] = lambda events: False,
    ) -> None:
        self.place = SearchFolder(folder)
        self.events: list[Event] = []
        search(
            SearchRequest(config=config, data=str(data), storage=storage),
            folder,
            seat=jobs.ALONE,
            emit=self.events.append,
            should_stop=lambda: stops(self.events),
        )

    def heard(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]
