"""Mixup keeps pairs together."""

from __future__ import annotations

import numpy as np
import torch

from studio.data.dice import keys_of
from studio.learn.mixup import mixed

KEYS = keys_of(["a", "a", "b", "b", "c", "c", "c"])
TARGETS = torch.eye(2)[[0, 1, 0, 1, 0, 1, 1]]
IMAGES = torch.eye(7).view(7, 7, 1, 1)


def blend(seed: int, alpha: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    (images,), targets = mixed((IMAGES,), TARGETS, KEYS, alpha=alpha, rng=np.random.default_rng(seed))
    return images.view(7, 7), targets


def test_targets_stay_shares_and_follow_the_blend_of_the_pictures():
    for seed in range(5):
        weights, targets = blend(seed)
        assert torch.allclose(weights.sum(dim=1), torch.ones(7))
        assert torch.allclose(targets, weights @ TARGETS)


def test_no_sample_is_blended_with_its_own_pair():
    for seed in range(10):
        weights, _ = blend(seed)
        for row in range(7):
            partners = [column for column in range(7) if column != row and weights[row, column] > 0]
            assert all(KEYS[partner] != KEYS[row] for partner in partners)


def test_the_members_of_a_pair_share_one_blend():
    weights, _ = blend(3)
    shares = torch.diagonal(weights)
    assert shares[0] == shares[1] and shares[2] == shares[3] and shares[4] == shares[5] == shares[6]


def test_alpha_zero_and_a_lone_pair_change_nothing():
    weights, targets = blend(0, alpha=0.0)
    assert torch.equal(weights, torch.eye(7)) and torch.equal(targets, TARGETS)
    (images,), _ = mixed((IMAGES[:2],), TARGETS[:2], KEYS[:2], alpha=1.0, rng=np.random.default_rng(0))
    assert torch.equal(images, IMAGES[:2])
