"""SearchFolder: the names inside a search, what it began with, and its trials in words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pydantic

from studio.core.config import StudioConfig, read_json
from studio.core.errors import ConfigError
from studio.core.events import Event
from studio.core.files import write_text
from studio.core.requests import SearchRequest
from studio.core.runs import TRIALS, RunFolder
from studio.core.settings import Setting, settings
from studio.core.storage_address import without_password

Value: TypeAlias = float | int | str | bool
MAY_DIFFER = ("search.trials", "search.timeout_s")
"""What may change when a search goes on; all else would make its trials no longer comparable."""
FEWEST_FOR_IMPORTANCE = 8
"""With fewer trials nothing is claimed of which settings matter."""


@dataclass(frozen=True)
class SearchFolder:
    """A search on disk; every name in it is said here and nowhere else."""

    path: Path

    @property
    def record(self) -> Path:
        """What was asked: settings, data, storage."""
        return self.path / "search.json"

    @property
    def journal(self) -> Path:
        """Optuna's study, where no other storage is named."""
        return self.path / "study.journal"

    @property
    def events(self) -> Path:
        """What the search has said."""
        return RunFolder(self.path).events

    @property
    def trials(self) -> Path:
        """The trials' runs."""
        return self.path / TRIALS

    @property
    def best_config(self) -> Path:
        """The settings to train with: those of the search with the best trial's laid over."""
        return self.path / "best_config.json"

    def exists(self) -> bool:
        """Whether this is a search's folder."""
        return self.record.is_file()

    def load(self) -> SearchRequest:
        """What was asked.

        Raises:
            ConfigError: the file is missing or wrong.
        """
        values = read_json(self.record)
        config = StudioConfig.from_mapping(values.pop("config", {}), place=str(self.record))
        try:
            return SearchRequest(config=config, **values)
        except (pydantic.ValidationError, TypeError):
            raise ConfigError(f"{self.record}: is no record of a search; begin a new one in another folder") from None

    def save(self, request: SearchRequest) -> None:
        """Write down what was asked, but for the password of its storage: whoever copies a folder would pass it on.

        Raises:
            UserError: the folder cannot be written.
        """
        told = request.model_copy(update={"storage": without_password(request.storage)})
        write_text(self.record, told.model_dump_json(indent=2) + "\n")

    def replay(self) -> Iterator[tuple[float, Event]]:
        """The stored events in order, each with its time in seconds since 1970."""
        return RunFolder(self.path).replay()


def list_searches(runs: Path) -> list[SearchFolder]:
    """All searches among the runs, newest first."""
    if not runs.is_dir():
        return []
    found = [SearchFolder(folder) for folder in runs.iterdir() if SearchFolder(folder).exists()]
    return sorted(found, key=lambda search: search.path.name, reverse=True)


def grid_settings() -> list[Setting]:
    """The settings that a grid search crosses, in order."""
    return [setting for setting in settings() if setting.is_in_grid]


def grid_size() -> int:
    """How many combinations a grid search has."""
    return len(list(itertools.product(*(setting.search for setting in grid_settings()))))


def planned_trials(config: StudioConfig) -> int:
    """How many trials a search with these settings runs."""
    return grid_size() if config.search.mode == "grid" else config.search.trials


def differences(then: StudioConfig, now: StudioConfig) -> list[str]:
    """Paths of settings that differ and must not when a search goes on."""
    return [
        setting.path
        for setting in settings()
        if setting.path not in MAY_DIFFER and then.value(setting.path) != now.value(setting.path)
    ]


def with_best(config: StudioConfig, values: Mapping[str, Value]) -> StudioConfig:
    """The settings with those of a trial laid over."""
    return config.with_values(dict(values))


def value_words(value: Value) -> str:
    """A value as people read it: `0.003`, `adam`."""
    if isinstance(value, float):
        return f"{value:.3g}"
    return str(value)


def values_words(values: Mapping[str, Value]) -> str:
    """What a trial tries: `batch size 16, learning rate 0.003, optimizer adam`."""
    return ", ".join(f"{title_of(path).lower()} {value_words(value)}" for path, value in values.items())


def title_of(path: str) -> str:
    """What the form calls a setting; its path where there is no such setting any more."""
    return _titles().get(path, path)


@cache
def _titles() -> dict[str, str]:
    return {setting.path: setting.title for setting in settings()}


def plain_values(values: Mapping[str, Any]) -> dict[str, Value]:
    """A trial's values in the settings' own order."""
    order = {setting.path: place for place, setting in enumerate(settings())}
    return dict(sorted(values.items(), key=lambda item: order.get(item[0], len(order))))
