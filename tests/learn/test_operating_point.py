"""Temperature and threshold."""

from __future__ import annotations

import numpy as np
import pytest

from studio.learn.operating_point import choose_operating_point, choose_threshold, fit_temperature, mean_share


def samples(count: int, *, shift: float = 0.0, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Margins that are honest log-odds before they are shifted and scaled."""
    rng = np.random.default_rng(0)
    margins = rng.normal(0, 2, count)
    is_positive = rng.random(count) < 1 / (1 + np.exp(-margins))
    return (margins * scale + shift)[None], is_positive


def test_too_few_samples_leave_the_defaults():
    margins, is_positive = samples(30)
    point = choose_operating_point(margins, is_positive, has_threshold=True)
    assert (point.temperature, point.threshold) == (1.0, 0.5)


def test_more_than_two_classes_have_no_threshold():
    margins, is_positive = samples(300)
    point = choose_operating_point(margins, is_positive, has_threshold=False)
    assert (point.temperature, point.threshold) == (1.0, None)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_boasting(scale: float):
    margins, is_positive = samples(20_000, scale=scale)
    assert fit_temperature(margins, is_positive) == pytest.approx(scale, rel=0.1)


def test_flawless_answers_are_not_made_more_certain():
    margins = np.array([[-3.0, -2.0, 2.0, 3.0]])
    assert fit_temperature(margins, np.array([False, False, True, True])) == 1.0


def test_a_shifted_model_gets_a_shifted_threshold():
    margins, is_positive = samples(4000, shift=2.0)
    threshold = choose_threshold(mean_share(margins, 1.0), is_positive)
    assert 0.7 < threshold < 0.95


def test_little_evidence_stays_near_a_half():
    margins, is_positive = samples(50)
    assert abs(choose_threshold(mean_share(margins, 1.0), is_positive) - 0.5) < 0.1


def test_flawless_answers_keep_a_half():
    shares = np.array([0.1, 0.2, 0.8, 0.9])
    assert choose_threshold(shares, np.array([False, False, True, True])) == 0.5


def test_several_networks_vote_with_their_mean():
    margins = np.array([[100.0, -100.0], [0.0, 0.0]])
    assert mean_share(margins, 1.0) == pytest.approx([0.75, 0.25])


def test_samples_of_one_photo_are_one_piece_of_evidence() -> None:
    """Two hundred samples of four photos do not move the threshold as two hundred photos would."""
    clean = [np.linspace(0.1, 0.4, 85), np.linspace(0.52, 0.6, 15)]
    dirty = [np.linspace(0.65, 0.9, 75), np.linspace(0.4, 0.7, 25)]
    shares = np.concatenate([*clean, *dirty])
    is_positive = np.repeat([False, True], 100)
    alone = choose_threshold(shares, is_positive)
    together = choose_threshold(shares, is_positive, photos_N=[str(n // 25) for n in range(200)])
    assert abs(together - 0.5) < abs(alone - 0.5)


def test_a_dear_miss_lowers_the_threshold() -> None:
    rng = np.random.default_rng(4)
    shares = np.concatenate([rng.beta(2, 4, 200), rng.beta(4, 2, 200)])
    is_positive = np.repeat([False, True], 200)
    assert choose_threshold(shares, is_positive, miss_cost=5.0) < choose_threshold(shares, is_positive) - 0.1
