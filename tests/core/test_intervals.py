"""How sure a share is."""

from __future__ import annotations

import pytest

from studio.core.intervals import mean, wilson


def test_the_range_of_a_mean_is_narrower_than_those_it_is_made_of() -> None:
    ranges = [wilson(18, 20), wilson(16, 20)]
    low, high = mean([0.9, 0.8], ranges)
    assert low < 0.85 < high
    assert high - low < sum(end - start for start, end in ranges) / 2


def test_the_range_of_the_mean_of_one_share_is_its_own() -> None:
    assert mean([0.9], [wilson(18, 20)]) == pytest.approx(wilson(18, 20))
