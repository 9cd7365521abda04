"""A threshold chosen by costs is kept in the model and obeyed by its answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.cli import main
from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.events import EvaluationFinished
from studio.core.held_out import HeldOut, write_held_out
from studio.core.requests import Prediction, ThresholdRequest
from studio.core.runs import RunFolder
from studio.core.sections import DecisionSettings
from studio.learn.checkpoints import load_model, save_model
from studio.learn.classifier import Classifier
from studio.learn.operating_point import band_around, effective_miss_cost
from studio.learn.threshold_job import Point, set_threshold
from tests.learn.models import save_random_model
from tests.learn.training import draw_photos, quick_config


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "run")
    run.best.parent.mkdir(parents=True)
    save_random_model(run.best)
    run.config.write_text(quick_config().to_json())
    rng = np.random.default_rng(0)
    dirty = np.concatenate([rng.beta(2, 3, 150), rng.beta(3, 2, 150)])
    held_out = HeldOut(
        classes=("clean", "dirty"),
        labels=("clean",) * 150 + ("dirty",) * 150,
        probabilities=tuple((1 - share, share) for share in dirty.tolist()),
        is_painted=(False,) * 300,
        pictures=tuple(f"{number}.png" for number in range(300)),
        samples=tuple(str(number) for number in range(300)),
        photos=tuple(str(number) for number in range(300)),
    )
    write_held_out(run.evaluation, held_out)
    (run.evaluation / "val.json").write_text("{}")
    run.events.write_text("")
    _say_judged(run)
    return run


def _say_judged(run: RunFolder) -> None:
    choose(run)


def choose(run: RunFolder, **how: object) -> Point:
    request = ThresholdRequest.model_validate({"run": str(run.path), **how})
    point = set_threshold(request, run.path, seat=ALONE, emit=lambda event: None, should_stop=never)
    assert point is not None
    return point


def test_dear_misses_lower_the_threshold_and_dear_washes_raise_it(run: RunFolder) -> None:
    even = choose(run).threshold
    assert choose(run, decision=DecisionSettings(miss_cost=8)).threshold < even - 0.1
    assert choose(run, decision=DecisionSettings(rewash_cost=8)).threshold > even + 0.1


def test_rare_dirt_raises_the_threshold_as_dear_washes_do(run: RunFolder) -> None:
    rare = DecisionSettings(prevalence=0.2)
    assert effective_miss_cost(rare) == pytest.approx(effective_miss_cost(DecisionSettings(rewash_cost=4)))
    assert choose(run, decision=rare).threshold == choose(run, decision=DecisionSettings(rewash_cost=4)).threshold


def test_a_cheap_look_is_asked_for_around_the_threshold_and_a_dear_one_never() -> None:
    low, high = band_around(0.5, DecisionSettings(look_cost=0.2)) or (0.0, 0.0)
    assert (low, high) == (pytest.approx(0.2), pytest.approx(0.8))
    assert band_around(0.5, DecisionSettings(look_cost=0.6)) is None and band_around(0.5, DecisionSettings()) is None


def test_the_point_is_kept_in_the_model_and_every_answer_obeys_it(run: RunFolder, tmp_path: Path) -> None:
    photos = sorted(draw_photos(tmp_path / "photos", {"clean": 4}).rglob("*.png"))
    before = [answer for answer in Classifier.load(run.path).classify(photos) if isinstance(answer, Prediction)]
    shares = sorted(answer.probabilities["dirty"] for answer in before)
    threshold, band = (shares[1] + shares[2]) / 2, (shares[0], (shares[2] + shares[3]) / 2)
    point = choose(run, threshold=threshold, band=band)
    assert (point.threshold, point.band) == (threshold, band) and load_model(run.best).band == band
    after = [answer for answer in Classifier.load(run.path).classify(photos) if isinstance(answer, Prediction)]
    assert sum(answer.chosen == "dirty" for answer in after) == 2
    assert [answer.look for answer in after] == [band[0] <= a.probabilities["dirty"] < band[1] for a in after]
    assert sum(answer.look for answer in after) == 3


def test_the_run_s_figures_follow_the_threshold(run: RunFolder) -> None:
    point = choose(run, decision=DecisionSettings(miss_cost=8))
    report = json.loads((run.evaluation / "val.json").read_text())
    assert report["threshold"] == point.threshold and report["source_photos"] == 300
    told = [event for _, event in run.replay() if isinstance(event, EvaluationFinished)][-1]
    assert told.threshold == point.threshold and told.scores.confusion[1][0] == report["confusion"][1][0]
    assert point.outlook is not None
    assert point.outlook.missed.count == pytest.approx(500 * report["confusion"][1][0] / 150)


def test_the_command_tells_errors_in_1000_dishes_with_ranges(
    run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["threshold", str(run.path), "--miss-cost", "5", "--prevalence", "0.3", "--look-cost", "0.5"]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert "In 1,000 dishes, 30% of them dirty:" in said and "please look yourself from" in said
    assert said.count("95 % interval") >= 3 and "came true in" in said
    assert load_model(run.best).config.decision.miss_cost == 5


def test_the_command_starts_from_the_costs_that_the_model_keeps(run: RunFolder) -> None:
    assert main(["threshold", str(run.path), "--miss-cost", "5", "--look-cost", "0.5"]) == 0
    assert main(["threshold", str(run.path), "--prevalence", "0.3"]) == 0
    kept = load_model(run.best).config.decision
    assert (kept.miss_cost, kept.look_cost, kept.prevalence) == (5, 0.5, 0.3)


def test_a_band_beside_the_threshold_is_refused(run: RunFolder) -> None:
    with pytest.raises(UserError, match="must lie around the threshold"):
        choose(run, threshold=0.3, band=(0.5, 0.6))


def test_a_band_that_leaves_0_to_1_is_refused_and_the_model_stays_readable(run: RunFolder) -> None:
    before = load_model(run.best).band
    with pytest.raises(UserError, match="between 0 and 1"):
        choose(run, threshold=0.3, band=(-0.5, 1.5))
    assert load_model(run.best).band == before


def test_a_model_of_several_classes_has_no_threshold_to_choose(run: RunFolder) -> None:
    save_model(run.best, replace(load_model(run.best), positive=None, threshold=None))
    with pytest.raises(UserError, match="has no threshold"):
        choose(run)
