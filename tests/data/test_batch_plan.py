"""Who is in which batch."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from studio.data.batch_plan import BatchPlan, in_batches, share_of
from studio.data.dice import keys_of

TRIPLES = keys_of([f"pair {number // 3}" for number in range(60)])


def plan(**changes: object) -> BatchPlan:
    return BatchPlan(**{"keys_N": TRIPLES, "batch_size": 16, "seed": 0, **changes})


@pytest.mark.parametrize("batch_size", [1, 2, 5, 16, 64])
def test_every_epoch_has_every_sample_once(batch_size: int):
    numbers = np.concatenate(plan(batch_size=batch_size).batches(3))
    assert sorted(numbers.tolist()) == list(range(60))


def test_a_pair_is_never_parted_between_batches():
    for batch in plan().batches(1):
        assert len(batch) <= 16
        assert all(count == 3 for count in np.unique(TRIPLES[batch], return_counts=True)[1])


def test_epochs_and_seeds_differ_and_repeat_exactly():
    def first(epoch: int, **changes: object) -> list[int]:
        return plan(**changes).batches(epoch)[0].tolist()

    assert first(1) == first(1)
    assert first(1) != first(2)
    assert first(1) != first(1, seed=1)


def test_the_number_of_ranks_changes_nothing_but_the_shares():
    one, two = plan(batch_size=12).batches(1), plan(batch_size=12, ranks=2).batches(1)
    assert [batch.tolist() for batch in one] == [batch.tolist() for batch in two]
    shares = [share_of(one[0], rank, 2) for rank in range(2)]
    assert np.concatenate(shares).tolist() == one[0].tolist()
    assert abs(len(shares[0]) - len(shares[1])) <= 1


def test_a_tail_too_small_for_all_ranks_joins_the_batch_before():
    batches = BatchPlan(keys_N=keys_of([str(number) for number in range(17)]), batch_size=8, seed=0, ranks=1).batches(1)
    assert [len(batch) for batch in batches] == [8, 9]


def test_max_batches_cuts_the_epoch():
    assert len(plan(max_batches=2).batches(1)) == 2


def test_a_pair_larger_than_a_batch_is_cut():
    batches = BatchPlan(keys_N=keys_of(["same"] * 10), batch_size=4, seed=0).batches(1)
    assert sorted(len(batch) for batch in batches) == [2, 4, 4]


def test_shares_of_few_samples_leave_nobody_twice():
    shares = [share_of(np.arange(3), rank, 5).tolist() for rank in range(5)]
    assert sorted(itertools.chain(*shares)) == [0, 1, 2]
    assert in_batches(np.arange(0), 4) == []
