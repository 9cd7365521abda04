"""Counted random numbers."""

from __future__ import annotations

import numpy as np

from studio.data.dice import Dice, keys_of

KEYS = keys_of([f"sample {number}" for number in range(20_000)])


def test_numbers_are_spread_evenly_and_columns_are_unrelated():
    dice = Dice(KEYS, seed=1, round=1)
    first, second = dice.uniform(), dice.uniform()
    assert abs(first.mean() - 0.5) < 0.01 and abs(first.std() - 12**-0.5) < 0.01
    assert first.min() >= 0 and first.max() < 1
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_seeds_and_rounds_are_unrelated():
    draws = [Dice(KEYS, seed=seed, round=number).uniform() for seed, number in ((0, 1), (0, 2), (1, 1), (1, 0))]
    correlations = np.corrcoef(np.stack(draws)) - np.eye(4)
    assert np.abs(correlations).max() < 0.03


def test_a_row_depends_on_its_key_alone():
    whole = Dice(KEYS, seed=5, round=2).uniform()
    part = Dice(KEYS[100:110], seed=5, round=2).uniform()
    assert np.array_equal(whole[100:110], part)


def test_keys_are_the_same_on_every_machine():
    assert keys_of(["0123456789abcdef"]).tolist() == [16706167573538160274]
    assert len(set(KEYS.tolist())) == len(KEYS)


def test_whole_numbers_stay_below_the_count_and_all_occur():
    assert set(Dice(KEYS, seed=0, round=0).below(7).tolist()) == set(range(7))


def test_chance_comes_true_as_often_as_asked():
    dice = Dice(KEYS, seed=0, round=0)
    assert abs(dice.chance(0.2).mean() - 0.2) < 0.01
    assert not dice.chance(0.0).any() and dice.chance(1.0).all()
