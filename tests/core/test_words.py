"""Numbers and times read as people write them."""

from __future__ import annotations

import time

import pytest

from studio.core.words import ago, count, duration, file_size, interval, percent, plural, time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "< 1 s"),
        (8, "8 s"),
        (60, "1 min"),
        (336, "5 min 36 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (3 * 86400 + 4 * 3600, "3 d 4 h"),
    ],
)
def test_a_length_of_time_has_two_units_at_most(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_unknown_time_left_is_not_made_up() -> None:
    assert time_left(None) == ""
    assert time_left(336) == "5 min 36 s left"


def test_figures_carry_their_unit() -> None:
    assert percent(0.948) == "94.8 %"
    assert interval((0.872, 0.981)) == "87 – 98"
    assert interval(None) == ""
    assert count(1240) == "1,240"
    assert file_size(17_200_000) == "17.2 MB"


def test_counts_agree_with_their_noun() -> None:
    assert plural(1, "photo") == "1 photo"
    assert plural(1240, "photo") == "1,240 photos"
    assert plural(2, "dish", "dishes") == "2 dishes"


def test_the_past_is_told_from_now() -> None:
    noon = time.mktime((2026, 11, 22, 12, 0, 0, 0, 0, -1))
    assert ago(noon - 5, noon) == "just now"
    assert ago(noon - 300, noon) == "5 min ago"
    assert ago(noon - 2 * 3600, noon) == "2 h ago"
    assert ago(noon - 20 * 3600, noon) == "yesterday"
    assert ago(noon - 4 * 86400, noon) == "18 Nov"
    assert ago(noon - 400 * 86400, noon).endswith("2025")
    assert ago(noon + 60, noon) == "just now"
    assert ago(noon + 40 * 86400, noon) == "1 Jan 2027", "written while the clock was wrong"
