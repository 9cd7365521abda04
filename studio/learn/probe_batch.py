"""Whether a network of the run's kind can learn one batch by heart, which anything sound can."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import nn

from studio.core.events import Scores
from studio.core.expert_events import Diagnosis
from studio.learn.probe_lab import Lab, Looks, copy_of
from studio.learn.probe_lesson import answers, teach

STEPS, SECONDS = 80, 8.0
USUAL_RATES = (1e-3, 1e-2, 1e-4, 1e-1)
"""Tried in turn where the run's own learning rate does not do, each for as many steps."""
NEAR = 3.0
PICTURES = 16
SURE_LOSS = 0.03
FEWEST_WEIGHTS = 100_000
GOOD = 0.9


@dataclass(frozen=True, kw_only=True)
class ByHeart:
    """What came of it.

    Attributes:
        is_learned: whether every answer is right, at the run's learning rate or another one.
        rate: the learning rate at which it was; the run's own when at none.
        right: of the batch, at the run's own learning rate.
        count: samples in the batch.
        is_cut: whether time ran out before it could be said.
        contradicting: ids of samples with the same pixels and different classes.
    """

    is_learned: bool
    rate: float
    right: int
    count: int
    is_cut: bool
    contradicting: tuple[str, ...]


def learn_by_heart(lab: Lab) -> ByHeart:
    """Show one batch again and again.

    Raises:
        StoppedError: somebody asked to stop.
    """
    numbers = one_batch(lab.learned.labels_N, lab.config.training.seed)
    labels = lab.learned.labels_N[numbers]
    looks = lab.looks(lab.learned.pixels_NHW4[numbers])
    begin = lab.learner(lab.learned_looks if lab.config.model.freeze == "backbone" else looks)
    own = lab.config.training.learning_rate
    first_right, is_cut = 0, False
    contradicting = _contradicting(lab)
    others = () if contradicting else tuple(one for one in USUAL_RATES if not 1 / NEAR < one / own < NEAR)
    for number, rate in enumerate((own, *others)):
        right, was_cut = _tried(lab, copy_of(begin), looks, labels, rate)
        first_right = right if number == 0 else first_right
        is_cut = is_cut or was_cut
        if right == len(labels):
            break
    return ByHeart(
        is_learned=right == len(labels),
        rate=rate if right == len(labels) else own,
        right=first_right,
        count=len(labels),
        is_cut=is_cut,
        contradicting=contradicting,
    )


def judge_batch(found: ByHeart, learning_rate: float) -> Diagnosis:
    """Say what that means.

    Args:
        found: what came of it.
        learning_rate: the run's.
    """
    name = "overfits one batch"
    measured = (
        f"After at most {STEPS} steps on the same {found.count} samples at {learning_rate:g}, {found.right} are right."
    )
    if found.is_learned and found.rate == learning_rate:
        return Diagnosis(
            name=name,
            title="It can learn a batch by heart",
            state="quiet",
            measured=measured,
            meaning="Network, loss and labels work together: what can be learned is learned.",
            value=found.right / found.count,
            limit=1.0,
        )
    if found.is_learned:
        way = "larger" if found.rate > learning_rate else "smaller"
        return Diagnosis(
            name=name,
            title="The learning rate keeps it from learning",
            state="fired",
            measured=f"{measured} At {found.rate:g} all of them are.",
            meaning=f"Network and labels are sound, but the steps have the wrong size; {way} ones do it.",
            proposal=f"Learn at {found.rate:g}.",
            changes={"training.learning_rate": float(f"{found.rate:.2g}")},
            value=found.right / found.count,
            limit=1.0,
        )
    if found.contradicting:
        return Diagnosis(
            name=name,
            title="Equal pictures have different labels",
            state="fired",
            measured=f"{measured} {len(found.contradicting)} of the samples looked at look like another class.",
            meaning="Nobody can tell equal pictures apart, so these labels teach nothing.",
            proposal="Look at these photos and correct their labels.",
            value=found.right / found.count,
            limit=1.0,
            samples=found.contradicting,
        )
    if found.is_cut:
        return Diagnosis(
            name=name,
            title="A batch by heart",
            state="skipped",
            measured=f"{found.right} of {found.count} were right when {SECONDS:.0f} s were over.",
            meaning="The network is too slow here to say in so short a time.",
        )
    return Diagnosis(
        name=name,
        title="It cannot even learn one batch by heart",
        state="fired",
        measured=f"{measured} None of the usual learning rates did it.",
        meaning="The network cannot use what it sees: it is too small, broken, or its pictures show too little.",
        proposal="Take a network that begins with trained weights.",
        changes={"model.architecture": "efficientnet_lite0", "model.pretrained": True},
        value=found.right / found.count,
        limit=1.0,
    )


def judge_capacity(parameters: int, by_heart: ByHeart, train: Scores | None) -> Diagnosis:
    """Say whether the network has enough weights; few are no fault where they suffice.

    Args:
        parameters: how many numbers the network has.
        by_heart: whether it learned a batch.
        train: the run's last scores while training.
    """
    is_small = parameters < FEWEST_WEIGHTS
    is_poor = not by_heart.is_learned or (train is not None and train.accuracy_95[1] < GOOD)
    learned = "" if train is None else f", and is right on {100 * train.accuracy:.0f} % of what it learned from"
    measured = f"The network has {parameters:,} weights (the usual least is {FEWEST_WEIGHTS:,}){learned}."
    if not (is_small and is_poor):
        return Diagnosis(
            name="capacity",
            title="The network is large enough",
            state="quiet",
            measured=measured,
            meaning="Few weights, but they suffice." if is_small else "It has weights enough for what it has to tell.",
            value=float(parameters),
            limit=float(FEWEST_WEIGHTS),
        )
    return Diagnosis(
        name="capacity",
        title="The network is too small",
        state="fired",
        measured=measured,
        meaning="It cannot hold what tells the classes apart, so even training samples are called wrong.",
        proposal="Take a larger network with trained weights.",
        changes={"model.architecture": "efficientnet_lite0", "model.pretrained": True},
        value=float(parameters),
        limit=float(FEWEST_WEIGHTS),
    )


def _tried(lab: Lab, learner: nn.Module, looks: Looks, labels: NDArray[np.int64], rate: float) -> tuple[int, bool]:
    taught = teach(lab, learner, looks, labels, rate=lambda step: rate, steps=STEPS, seconds=SECONDS, enough=SURE_LOSS)
    if not taught.is_finite:
        return 0, False
    shares = answers(lab, learner, looks, is_training=True)
    return int((shares.argmax(axis=1) == labels).sum()), taught.is_cut


def one_batch(labels_N: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """A few samples, of each class in turn.

    Args:
        labels_N: of all samples.
        seed: another one chooses others.
    """
    order = np.random.default_rng([seed, 1]).permutation(len(labels_N))
    ranks = np.empty(len(order), np.int64)
    for label in np.unique(labels_N):
        own = order[labels_N[order] == label]
        ranks[own] = np.arange(len(own))
    result: NDArray[np.int64] = order[np.argsort(ranks[order], kind="stable")][:PICTURES]
    return result


def _contradicting(lab: Lab) -> tuple[str, ...]:
    seen: dict[bytes, set[int]] = {}
    rows = [pixels.tobytes() for pixels in lab.learned.pixels_NHW4[..., :3]]
    for row, label in zip(rows, lab.learned.labels_N.tolist(), strict=True):
        seen.setdefault(row, set()).add(label)
    return tuple(sample.id for row, sample in zip(rows, lab.learned.samples, strict=True) if len(seen[row]) > 1)
