"""What a threshold leads to in 1,000 dishes, with ranges by photo."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.held_out import HeldOut
from studio.data.outlook import Outlook, calibration, calibration_error, foretell


def held_out(photos: int, each: int, *, wrong: float = 0.2, seed: int = 0) -> HeldOut:
    """Photos whose samples are right or wrong together."""
    rng = np.random.default_rng(seed)
    labels = np.arange(photos * each) // each % 2
    is_wrong = np.repeat(rng.random(photos) < wrong, each)
    dirty = np.where(is_wrong, 1 - labels, labels) * 0.8 + 0.1
    return HeldOut(
        classes=("clean", "dirty"),
        labels=tuple(("clean", "dirty")[label] for label in labels),
        probabilities=tuple((1 - share, share) for share in dirty.tolist()),
        is_painted=(False,) * len(labels),
        photos=tuple(str(number // each) for number in range(photos * each)),
    )


def told(found: HeldOut, share: float = 0.5, band: tuple[float, float] = (0.5, 0.5)) -> Outlook:
    outlook = foretell(found, "dirty", 0.5, band, share)
    assert outlook is not None
    return outlook


def test_many_samples_of_a_photo_make_no_narrower_range() -> None:
    few, many = told(held_out(60, 1)), told(held_out(60, 20))
    assert many.missed.count == pytest.approx(few.missed.count)
    assert (many.missed.low, many.missed.high) == pytest.approx((few.missed.low, few.missed.high))
    assert few.missed.low < few.missed.count < few.missed.high


def test_no_error_on_few_photos_is_no_promise_of_none() -> None:
    missed = told(held_out(20, 10, wrong=0.0)).missed
    assert missed.count == missed.low == 0 and 100 < missed.high < 200


def test_the_range_holds_the_truth_in_about_nineteen_of_twenty_worlds() -> None:
    held = sum(one.low <= 100 <= one.high for seed in range(100) for one in [told(held_out(160, 3, seed=seed)).missed])
    assert 86 <= held <= 100


def test_rare_dirt_is_seldom_missed_and_often_suspected() -> None:
    common, rare = told(held_out(80, 2)), told(held_out(80, 2), share=0.1)
    assert rare.missed.count == pytest.approx(common.missed.count / 5)
    assert rare.needless.count == pytest.approx(common.needless.count * 1.8)


def test_what_a_person_looks_at_is_no_error() -> None:
    all_looked = told(held_out(40, 1), band=(0.0, 1.0))
    assert all_looked.missed.count == all_looked.needless.count == 0 and all_looked.look == 1000


def test_honest_probabilities_lie_on_the_diagonal_and_boasts_do_not() -> None:
    rng = np.random.default_rng(0)
    honest = rng.random(4000)
    is_dirty = rng.random(4000) < honest

    def of(shares: np.ndarray) -> HeldOut:
        return HeldOut(
            classes=("clean", "dirty"),
            labels=tuple("dirty" if one else "clean" for one in is_dirty),
            probabilities=tuple((1 - share, share) for share in shares.tolist()),
            is_painted=(False,) * 4000,
        )

    bins = calibration(of(honest), "dirty")
    assert len(bins) == 10 and calibration_error(bins) < 0.03
    assert sum(one.low <= one.share <= one.high for one in bins) >= 8
    odds = np.log(honest / (1 - honest))
    assert calibration_error(calibration(of(1 / (1 + np.exp(-4 * odds))), "dirty")) > 0.1
