"""Which class wins."""

from __future__ import annotations

from studio.core.winner import winner


def test_without_a_threshold_the_most_probable_class_wins_and_the_first_of_equal_ones() -> None:
    assert winner((0.2, 0.5, 0.3), None, None) == 1
    assert winner((0.5, 0.5), 1, None) == 0


def test_the_positive_class_wins_exactly_from_its_threshold() -> None:
    assert [winner((1 - share, share), 1, 0.25) for share in (0.2499, 0.25, 0.2501)] == [0, 1, 1]
    assert winner((0.1, 0.9), 1, 0.95) == 0


def test_below_its_threshold_the_likeliest_of_the_others_wins() -> None:
    assert winner((0.1, 0.7, 0.2), 1, 0.8) == 2
