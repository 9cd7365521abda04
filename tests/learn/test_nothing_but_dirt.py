"""The proof of the alarms: a bad generator makes them fire, ours leaves them quiet, all else being equal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from studio.core.children import never
from studio.core.config import StudioConfig
from studio.core.events import Check, ChecksFinished
from studio.core.presets import apply_preset
from studio.core.sections import DirtSettings
from studio.data.manifest import Manifest
from studio.data.synthesis_job import paint_dataset
from tests.learn.bad_generator import drawn_dishes, paint_badly
from tests.learn.training import train_here

DISHES, SIZE_PX, VARIATIONS = 32, 192, 4

pytestmark = pytest.mark.slow


def config() -> StudioConfig:
    """The shipped frozen network on small pictures, which sees the whole photo: nothing but pairs protects it."""
    return apply_preset("transfer").with_values(
        {
            "model.input_size": [160, 160],
            "ensemble.members": 2,
            "data.framing": "stretch",
            "data.background": "keep",
            "dirt.size_px": SIZE_PX,
            "hardware.device": "cpu",
            "hardware.precision": "float32",
            "hardware.threads": 1,
        }
    )


@pytest.fixture(scope="module")
def dishes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_dishes(tmp_path_factory.mktemp("drawn"), DISHES, SIZE_PX).folder


def checked(dataset: Path, run: Path) -> dict[str, Check]:
    (event,) = train_here(dataset, run, config()).of(ChecksFinished)
    for check in event.checks:
        print(f"{check.state:8}{check.title}: {check.sentence}")  # with -s, the figures
    return {check.name: check for check in event.checks}


def test_a_bad_generator_makes_the_alarms_fire(dishes: Path, tmp_path: Path):
    dataset = Path(shutil.copytree(dishes, tmp_path / "set"))
    paint_badly(Manifest.load(dataset), VARIATIONS)
    checks = checked(dataset, tmp_path / "run")
    assert (checks["steps"].state, checks["beside"].state) == ("fired", "fired")


def test_ours_leaves_them_quiet(dishes: Path, tmp_path: Path):
    dataset = Path(shutil.copytree(dishes, tmp_path / "set"))
    dirt = DirtSettings(variations=VARIATIONS, size_px=SIZE_PX)
    assert paint_dataset(Manifest.load(dataset), dirt, emit=lambda event: None, should_stop=never, workers=1)
    checks = checked(dataset, tmp_path / "run")
    assert {check.state for check in checks.values()} == {"quiet"}
