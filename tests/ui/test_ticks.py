"""Ticks are round, few, and say what they mean."""

from __future__ import annotations

import pytest

from studio.ui.ticks import epoch_ticks, log_ticks, nice_step, per_cent, plain, power, ticks


def test_steps_are_round() -> None:
    assert nice_step(0.8, 4) == pytest.approx(0.2)
    assert nice_step(1.0, 5) == pytest.approx(0.2)
    assert nice_step(37, 5) == pytest.approx(10)


def test_ticks_cover_the_range() -> None:
    assert ticks(0.0, 0.8, 4) == [0.0, 0.2, 0.4, 0.6, 0.8]
    assert ticks(0.6, 1.0, 4) == [0.6, 0.7, 0.8, 0.9, 1.0]
    assert ticks(3.0, 3.0, 4) == [3.0]


def test_epochs_are_whole_numbers() -> None:
    assert epoch_ticks(0, 20, 12) == [float(number) for number in range(0, 21, 2)]
    assert epoch_ticks(0, 3, 12) == [0.0, 1.0, 2.0, 3.0]
    assert epoch_ticks(0, 1000, 10) == [float(number) for number in range(0, 1001, 100)]


def test_a_logarithmic_axis_shows_decades() -> None:
    assert log_ticks(-3, 0) == [-3.0, -2.0, -1.0, 0.0]
    assert len(log_ticks(-1, 0)) == 4


@pytest.mark.parametrize(("value", "step", "text"), [(0.2, 0.2, "0.2"), (1.0, 0.25, "1.00"), (20, 10, "20")])
def test_a_tick_has_the_decimals_that_its_neighbours_need(value: float, step: float, text: str) -> None:
    assert plain(value, step) == text


def test_small_numbers_are_powers_of_ten() -> None:
    assert power(0.0002) == "2e-4"
    assert power(1.5e-4) == "1.5e-4"
    assert power(0) == "0"
    assert per_cent(0.9) == "90 %"
