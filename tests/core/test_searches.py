"""A search's folder, and what a grid holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.requests import SearchRequest
from studio.core.runs import RunFolder, list_runs
from studio.core.searches import SearchFolder, differences, grid_settings, grid_size, list_searches, values_words


def test_the_grid_has_the_guides_108_combinations() -> None:
    crossed = {setting.path: setting.search for setting in grid_settings()}
    assert crossed == {
        "training.batch_size": (8, 16, 32),
        "training.learning_rate": (0.001, 0.003, 0.01),
        "training.weight_decay": (1e-4, 1e-3, 1e-2),
        "training.optimizer": ("adam", "sgd"),
        "training.scheduler": ("step", "cosine"),
    }
    assert grid_size() == 108


def test_what_was_asked_is_read_back(tmp_path: Path) -> None:
    request = SearchRequest(config=StudioConfig().edited(search__trials=7), data="/photos", storage="sqlite:///x.db")
    SearchFolder(tmp_path).save(request)
    assert SearchFolder(tmp_path).load() == request


def test_a_torn_record_is_told_with_its_file(tmp_path: Path) -> None:
    SearchFolder(tmp_path).record.write_text('{"config": {}, "dat": 3}')
    with pytest.raises(ConfigError, match=r"search\.json"):
        SearchFolder(tmp_path).load()


def test_only_the_length_of_a_search_may_change() -> None:
    config = StudioConfig()
    assert not differences(config, config.edited(search__trials=99, search__timeout_s=5))
    assert differences(config, config.edited(search__quick_epochs=9)) == ["search.quick_epochs"]


def test_trials_are_listed_among_the_runs(tmp_path: Path) -> None:
    search = SearchFolder(tmp_path / "2026-11-23_1200_search_ab12")
    search.save(SearchRequest(config=StudioConfig(), data="/photos"))
    trial = RunFolder(search.trials / "2026-11-23_1201_trial-001_cd34")
    trial.path.mkdir(parents=True)
    trial.config.write_text("{}")
    assert list_runs(tmp_path) == [trial]
    assert list_searches(tmp_path) == [search]


def test_values_are_told_by_their_titles() -> None:
    assert values_words({"training.learning_rate": 0.00312, "training.optimizer": "adam"}) == (
        "learning rate 0.00312, optimizer adam"
    )
