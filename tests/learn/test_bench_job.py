"""The benchmark of training: figures that hang together, nothing left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from studio.core import jobs
from studio.core.children import never
from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.events import Event, Progress, SpeedMeasured
from studio.core.requests import BenchRequest
from studio.core.speeds import known_speeds
from studio.learn.bench_job import bench


def _request(*architectures: str) -> BenchRequest:
    config = StudioConfig().with_values(
        {
            "model.input_size": 32,
            "training.batch_size": 4,
            "hardware.device": "cpu",
            "hardware.precision": "float32",
            "hardware.threads": 1,
        }
    )
    return BenchRequest(architectures=architectures, config=config, epochs=2, seconds=0.05)


def _figures(request: BenchRequest, folder: Path) -> list[SpeedMeasured]:
    heard: list[Event] = []
    bench(request, folder, seat=jobs.ALONE, emit=heard.append, should_stop=never)
    return [event for event in heard if isinstance(event, SpeedMeasured)]


def test_the_figures_hang_together(tmp_path: Path) -> None:
    (one,) = _figures(_request("custom_cnn"), tmp_path)
    assert (one.architecture, one.device, one.precision) == ("custom_cnn", "cpu", "float32")
    assert one.photos >= 8 and one.photos % 4 == 0 and 1 <= one.epochs <= 2
    assert min(one.step_only_per_s, one.data_only_per_s, one.end_to_end_per_s, one.caching_s) > 0
    assert 0 < one.end_to_end_share < 2


def test_the_workspace_keeps_how_fast_it_was(tmp_path: Path) -> None:
    (one,) = _figures(_request("custom_cnn"), tmp_path)
    _figures(_request("custom_cnn"), tmp_path)
    (speed,) = known_speeds(tmp_path)
    assert speed.is_of(_request("custom_cnn").config.edited(model__architecture="custom_cnn", hardware__threads=None))
    assert (speed.height, speed.width, speed.batch_size) == (32, 32, 4)
    assert 0 < speed.sample_s < 1 and 0 < speed.caching_s < 1 and one.device == speed.device
    assert 50e6 < speed.memory_bytes < speed.memory_total_bytes


def test_nothing_else_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch, folder = tmp_path / "scratch", tmp_path / "folder"
    scratch.mkdir()
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    _figures(_request("custom_cnn"), folder)
    assert not list(scratch.iterdir())
    assert [file.name for file in folder.iterdir()] == ["speeds.json"]


def test_an_unknown_architecture_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="custom_cmm"):
        _figures(_request("custom_cmm"), tmp_path)


def test_it_stops_between_measurements(tmp_path: Path) -> None:
    heard: list[Event] = []
    bench(
        _request("custom_cnn"), tmp_path, seat=jobs.ALONE, emit=heard.append,
        should_stop=lambda: any(isinstance(event, Progress) for event in heard),
    )  # fmt: skip
    assert not any(isinstance(event, SpeedMeasured) for event in heard)
