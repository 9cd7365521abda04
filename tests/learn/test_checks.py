"""Alarms: they fire where edits that leave a dish clean change the answer, and are quiet where they do not."""

from __future__ import annotations

import numpy as np
import pytest

from studio.console import check_line
from studio.core.events import Check
from studio.core.intervals import binomial_tail
from studio.data.null_edits import BESIDE, LIGHT, PATCH, STEPS
from studio.learn.checks import Trial, judge_edits, judge_heat
from studio.learn.pointing import HeatScores, score_heat

CLEAR_OF_IT = -3.0


def trials(sort: str, shifts: list[float], *, before: float = CLEAR_OF_IT) -> list[Trial]:
    return [
        Trial(photo=f"{place:02}", sort=sort, before=before, after=before + shift) for place, shift in enumerate(shifts)
    ]


def judged(sort: str, shifts: list[float], *, before: float = CLEAR_OF_IT, light: float = 2.0) -> Check:
    tried = [*trials(LIGHT, [light] * 12), *trials(sort, shifts, before=before)]
    (check,) = [one for one in judge_edits(tried, threshold=0.0, missing="") if one.name == sort]
    return check


def heat_scores(**changes: float) -> HeatScores:
    values = {"count": 40, "hits": 0.7, "hit_chance": 0.2, "inside": 0.2, "inside_chance": 0.1}
    return HeatScores(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("sort", [STEPS, PATCH, BESIDE])
def test_edits_that_change_nothing_are_quiet(sort: str):
    check = judged(sort, [0.1, -0.2, 0.05, 0.0, 0.3, -0.1] * 4)
    assert (check.state, check.count) == ("quiet", 24)
    assert check.value is not None and check.value < check.limit


def test_answers_that_change_fire_though_most_stay():
    check = judged(STEPS, [4.0] * 6 + [0.0] * 18)
    assert (check.state, check.measure, check.value) == ("fired", "answers that became dirty", 0.25)
    assert check.sentence.startswith("6 of 24 answers became dirty; ")


def test_a_photo_or_two_at_the_threshold_fire_nothing():
    assert judged(STEPS, [4.0] * 2 + [0.0] * 22).state == "quiet"


def test_a_common_shift_fires_though_no_answer_changes():
    check = judged(BESIDE, [1.0] * 20 + [0.0] * 4)
    assert (check.state, check.measure, check.value) == ("fired", "shift beside a light mark's", 0.5)


def test_a_shift_counts_beside_that_of_a_light_mark():
    assert judged(PATCH, [1.0] * 24, light=8.0).state == "quiet"


def test_a_model_that_does_not_see_dirt_is_not_accused_of_noise():
    assert judged(PATCH, [0.02] * 24, light=0.0).state == "quiet"


def test_photos_that_were_dirty_before_are_no_changed_answers():
    check = judged(STEPS, [0.1] * 24, before=1.0)
    assert (check.state, check.sentence[:7], check.count) == ("quiet", "0 of 0 ", 24)


def test_too_few_tries_say_so():
    check = judged(STEPS, [4.0] * 9)
    assert (check.state, check.value) == ("skipped", None)
    assert check.sentence == "9 edits of photos that the model never learned from; 10 are needed."


def test_what_was_left_out_is_said():
    check, *_ = judge_edits(trials(STEPS, [0.0] * 12), threshold=0.0, missing="Left out: 2 without a known dish.")
    assert check.sentence.endswith(" Left out: 2 without a known dish.")


def test_a_heat_map_that_points_no_better_than_chance_fires():
    pointing, energy = judge_heat(heat_scores(hits=0.2))
    assert (pointing.state, energy.state) == ("fired", "quiet")
    assert [check.state for check in judge_heat(heat_scores(count=4))] == ["skipped", "skipped"]


def test_a_check_is_one_line_on_the_console():
    line = check_line(judged(STEPS, [0.0] * 20))
    assert line == ("Check, painting nothing: 0 of 20 answers became dirty; the usual shift is 0 % of a light mark's.")
    assert check_line(judged(STEPS, [4.0] * 20)).startswith("ALARM, painting nothing: 20 of 20 answers became dirty")


def test_the_tail_is_exact():
    assert binomial_tail(0, 10, 0.05) == pytest.approx(1)
    assert binomial_tail(10, 10, 0.5) == pytest.approx(0.5**10)
    assert binomial_tail(3, 4, 0.5) == pytest.approx(5 / 16)


def regions() -> tuple[np.ndarray, np.ndarray]:
    dirt, dish = np.zeros((224, 224), bool), np.zeros((224, 224), bool)
    dish[12:212, 12:212] = True
    dirt[100:120, 100:120] = True
    return dirt, dish


def test_a_place_close_beside_the_dirt_is_a_hit_and_one_far_away_is_none():
    dirt, dish = regions()
    for column, is_hit in ((133, True), (138, False)):
        heat = np.zeros((224, 224), np.float32)
        heat[110, column] = 1
        score = score_heat(heat, dirt, dish)
        assert score is not None and score.is_hit == is_hit


def test_an_even_heat_is_inside_the_dirt_as_much_as_the_dirt_is_of_the_dish():
    dirt, dish = regions()
    score = score_heat(dish.astype(np.float32), dirt, dish)
    assert score is not None
    assert score.inside == pytest.approx(score.inside_chance) == pytest.approx(0.01)
    assert score.inside_chance < score.hit_chance < 0.07


def test_a_coarse_heat_map_is_laid_over_the_picture():
    dirt, dish = regions()
    heat = np.zeros((7, 7), np.float32)
    heat[3, 3] = 1
    score = score_heat(heat, dirt, dish)
    assert score is not None and score.is_hit and score.inside > 5 * score.inside_chance


def test_no_heat_is_a_miss_and_no_dirt_no_score():
    dirt, dish = regions()
    nothing = np.zeros((7, 7), np.float32)
    score = score_heat(nothing, dirt, dish)
    assert score is not None and not score.is_hit and score.inside == 0
    assert score_heat(nothing, np.zeros_like(dirt), dish) is None
    assert HeatScores.of([score, score]).count == 2 and HeatScores.of([]).count == 0
