"""What several networks and several views bring, with a range."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from studio.console import gain_line
from studio.core.children import never
from studio.core.events import EvaluationFinished, Event
from studio.core.requests import EvaluateRequest
from studio.data.resampling import balanced_difference
from studio.learn.evaluate_job import evaluate_folder
from studio.learn.gains import Shares, gains
from tests.learn.models import save_random_model
from tests.learn.training import draw_photos, quick_config, train_here


def noisy(photos: int, members: int, *, noise: float, seed: int = 0) -> tuple[Shares, np.ndarray, list[str]]:
    """Networks that are right on the whole, each with errors of its own."""
    rng = np.random.default_rng(seed)
    labels = np.arange(photos) % 2
    odds = 2.0 * labels - 1 + rng.normal(0, noise, (members, photos))
    share = 1 / (1 + np.exp(-odds))
    return np.stack([1 - share, share], axis=2), labels, [str(number) for number in range(photos)]


def likeliest(shares: Shares) -> np.ndarray:
    return shares.argmax(axis=1)


def test_networks_that_err_apart_gain_by_their_mean_and_the_range_says_so() -> None:
    shares, labels, photos = noisy(300, 7, noise=1.5)
    (gain,) = gains(shares, None, labels, photos, likeliest, views=1)
    assert (gain.of, gain.count) == ("members", 7) and gain.together > gain.single + 0.05
    assert gain.gain_95 is not None and 0 < gain.gain_95[0] < gain.together - gain.single < gain.gain_95[1]


def test_networks_that_say_the_same_gain_nothing_and_the_range_is_a_point() -> None:
    shares, labels, photos = noisy(60, 1, noise=1.5)
    (gain,) = gains(np.repeat(shares, 5, axis=0), None, labels, photos, likeliest, views=1)
    assert gain.single == pytest.approx(gain.together) and gain.gain_95 == (pytest.approx(0), pytest.approx(0))


def test_the_range_holds_0_in_nineteen_of_twenty_worlds_without_a_difference() -> None:
    held = 0
    for seed in range(100):
        shares, labels, photos = noisy(80, 2, noise=1.5, seed=seed)
        _, _, ends = balanced_difference(labels, [likeliest(shares[0])], likeliest(shares[1]), photos)
        assert ends is not None
        held += ends[0] <= 0 <= ends[1]
    assert 88 <= held <= 100


def test_samples_of_one_photo_count_as_one_witness() -> None:
    shares, labels, photos = noisy(40, 2, noise=1.5)
    many = np.repeat(shares, 10, axis=1)
    alone = gains(shares, None, labels, photos, likeliest, views=1)
    (copied,) = gains(many, None, np.repeat(labels, 10), [id for id in photos for _ in range(10)], likeliest, views=1)
    assert copied == alone[0]


def test_views_are_compared_with_the_photo_as_it_is() -> None:
    first, labels, photos = noisy(200, 1, noise=2.0)
    mean = (first + noisy(200, 1, noise=0.1, seed=1)[0]) / 2
    (gain,) = gains(mean, first, labels, photos, likeliest, views=4)
    assert (gain.of, gain.count) == ("views", 4) and gain.together > gain.single
    assert "4 views of each photo" in gain_line(gain) and "points over one view (95 % interval" in gain_line(gain)


def judged(photos: Path, model: Path, views: str) -> tuple[dict[str, object], EvaluationFinished]:
    events: list[Event] = []
    request = EvaluateRequest.model_validate({"photos": str(photos), "model": str(model), "views": views})
    report = evaluate_folder(request, emit=events.append, should_stop=never)
    (told,) = [event for event in events if isinstance(event, EvaluationFinished)]
    assert report is not None
    return report, told


def test_evaluate_tells_what_members_and_views_of_a_model_bring(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "kitchen", {"clean": 8, "dirty": 8})
    save_random_model(tmp_path / "m.spotless", members=3)
    report, told = judged(photos, tmp_path / "m.spotless", "flips")
    assert [(gain.of, gain.count) for gain in told.gains] == [("members", 3), ("views", 4)]
    assert [gain["of"] for gain in report["gains"]] == ["members", "views"]  # type: ignore[index,attr-defined]
    assert report["source_photos"] == told.photos == 16 and told.balanced_accuracy_95 is not None
    assert all(gain.together == pytest.approx(told.scores.balanced_accuracy) for gain in told.gains)


def test_one_network_that_looks_once_averages_nothing(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "kitchen", {"clean": 3, "dirty": 3})
    save_random_model(tmp_path / "m.spotless", tta__enabled=True)
    assert [gain.of for gain in judged(photos, tmp_path / "m.spotless", "model")[1].gains] == ["views"]
    assert judged(photos, tmp_path / "m.spotless", "one")[1].gains == ()


def test_a_run_s_own_report_tells_its_gains_and_its_accuracy_has_a_range(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 12, "dirty": 12})
    changes = {"ensemble__members": 2, "split__cross_fit": "off", "tta__enabled": True, "training__epochs": 1}
    done = train_here(photos, tmp_path / "run", quick_config(**changes))
    report = json.loads((done.run.evaluation / "val.json").read_text())
    assert [(gain["of"], gain["count"]) for gain in report["gains"]] == [("members", 2), ("views", 2)]
    ends = done.finished.val_accuracy_95
    assert ends is not None and done.finished.val_accuracy is not None and ends[0] <= done.finished.val_accuracy


def test_photos_held_out_in_turn_have_one_judge_each_and_tell_nothing_of_members(tmp_path: Path) -> None:
    photos = draw_photos(tmp_path / "photos", {"clean": 6, "dirty": 6})
    changes = {"ensemble__members": 2, "split__cross_fit": "on", "training__epochs": 1, "data__test_ratio": 0.4,
               "data__train_ratio": 0.5}  # fmt: skip
    done = train_here(photos, tmp_path / "run", quick_config(**changes))
    assert json.loads((done.run.evaluation / "val.json").read_text())["gains"] == []
    assert [gain["of"] for gain in json.loads((done.run.evaluation / "test.json").read_text())["gains"]] == ["members"]
