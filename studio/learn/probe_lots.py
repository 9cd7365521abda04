"""Whether labels drawn by lot can be told on photos that were kept away, which only a leak makes possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.expert_events import Diagnosis
from studio.core.intervals import binomial_tail, wilson
from studio.data.quality import correlation, nearest, perceptual_hash, small_grey
from studio.learn.probe_lab import Lab, Looks
from studio.learn.probe_lesson import answers, settle, teach
from studio.learn.probe_shelves import Shelf

DRAWS = 3
STEPS, SECONDS = 150, 8.0
MOST_SAMPLES = 64
FEWEST_TRIES, MANY_TRIES = 8, 48
LEARNED = 0.8
SURE_LOSS = 0.1
SURE = 0.01
LOOSE_BITS, LOOSE_CORRELATION = 12, 0.9
NAME = "shuffled labels"


def shuffled_labels(lab: Lab) -> Diagnosis:
    """Give each photo a class by lot, learn these by heart, then ask about kept photos, whose lots are unknown.

    Photos that look alike draw together, whatever their names. So where a kept photo was also learned from, the
    network knows its lot; where none was, nobody can.

    Raises:
        StoppedError: somebody asked to stop.
    """
    if not len(lab.kept) or len(lab.learned) < 4:
        return _skipped("Nothing was kept away from training.")
    learned_N, kept_N = look_alike_families(lab.learned, lab.kept)
    chosen = _nearest_first(learned_N, kept_N)[:MOST_SAMPLES]
    looks = lab.looks(lab.learned.pixels_NHW4[chosen])
    right = tries = 0
    by_heart = []
    for draw in range(DRAWS):
        if tries >= MANY_TRIES:
            break
        rng = np.random.default_rng([lab.config.training.seed, draw])
        lots = rng.permutation(np.arange(int(max(learned_N.max(), kept_N.max())) + 1) % 2)
        found = _told(lab, looks, lots[learned_N[chosen]], lots, kept_N, draw)
        by_heart.append(found[0])
        right, tries = right + found[1], tries + found[2]
    learned = float(np.mean(by_heart))
    measured = (
        f"Of classes drawn by lot, {100 * learned:.0f} % of {len(chosen)} training samples were learned by heart; on "
        f"kept photos {right} of {tries} were told right, where chance gives half."
    )
    if learned < LEARNED or tries < FEWEST_TRIES:
        return _skipped(f"{measured} That is too little to say anything.")
    is_fired = binomial_tail(right, tries, 0.5) < SURE
    if not is_fired:
        return Diagnosis(
            name=NAME,
            title="Labels by lot cannot be told",
            state="quiet",
            measured=measured,
            meaning="Kept photos are new to the network, so its figures on them can be trusted.",
            value=right / tries,
            limit=0.5,
        )
    low, high = wilson(right, tries)
    shared = [
        sample.id
        for sample, family in zip(lab.kept.samples, kept_N.tolist(), strict=True)
        if family in set(learned_N.tolist())
    ]
    return Diagnosis(
        name=NAME,
        title="It recognises photos that it should not know",
        state="fired",
        measured=f"{measured} The true share lies between {100 * low:.0f} and {100 * high:.0f} %.",
        meaning="Photos stand on both sides of the split, so the figures tell what it remembers, not what it can tell.",
        proposal="Keep look-alikes together, deal the photos anew, and train again.",
        changes={"split.group_near_duplicates": True},
        value=right / tries,
        limit=0.5,
        samples=tuple(shared[:24]),
    )


def look_alike_families(learned: Shelf, kept: Shelf) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Families of both shelves, in which photos that look much alike are joined, whatever the manifest says.

    Returns:
        for each sample of either shelf, the number of its family.
    """
    shelves = (learned, kept)
    family_N = np.concatenate([learned.families_N, kept.families_N])
    is_real_N = np.concatenate([learned.is_real_N, kept.is_real_N])
    smalls = [small_grey(np.ascontiguousarray(pixels[..., :3])) for shelf in shelves for pixels in shelf.pixels_NHW4]
    here = [number for number in range(len(learned)) if is_real_N[number]] or list(range(len(learned)))
    there = [number for number in range(len(learned), len(smalls)) if is_real_N[number]]
    there = there or list(range(len(learned), len(smalls)))
    hashes = {number: perceptual_hash(smalls[number]) for number in (*here, *there)}
    for number, (place, bits) in zip(
        there, nearest([hashes[one] for one in there], [hashes[one] for one in here]), strict=True
    ):
        other = here[place]
        if bits <= LOOSE_BITS and correlation(smalls[number], smalls[other]) > LOOSE_CORRELATION:
            family_N[family_N == family_N[number]] = family_N[other]
    _, dense_N = np.unique(family_N, return_inverse=True)
    return dense_N[: len(learned)].astype(np.int64), dense_N[len(learned) :].astype(np.int64)


def _told(
    lab: Lab,
    looks: Looks,
    lots_N: NDArray[np.int64],
    lots: NDArray[np.int64],
    kept_N: NDArray[np.int64],
    draw: int,
) -> tuple[float, int, int]:
    """Share learned by heart, kept families told right, kept families asked."""
    rate = lab.config.training.learning_rate
    learner = lab.learner(looks, seed=draw)
    taught = teach(lab, learner, looks, lots_N, rate=lambda step: rate, steps=STEPS, seconds=SECONDS, enough=SURE_LOSS)
    if not taught.is_finite:
        return 0.0, 0, 0
    settle(lab, learner, looks)
    learned = float((answers(lab, learner, looks)[:, :2].argmax(axis=1) == lots_N).mean())
    shares = answers(lab, learner, lab.kept_looks)
    lead = shares[:, 1] - shares[:, 0]
    families = np.unique(kept_N)
    chosen = [int(lead[kept_N == family].mean() > 0) for family in families]
    return learned, int(sum(lots[family] == one for family, one in zip(families, chosen, strict=True))), len(families)


def _nearest_first(learned_N: NDArray[np.int64], kept_N: NDArray[np.int64]) -> NDArray[np.int64]:
    """Samples whose family was kept too come first, then one of each family in turn."""
    is_other = ~np.isin(learned_N, kept_N)
    turn = np.zeros(len(learned_N), np.int64)
    for family in np.unique(learned_N):
        own = learned_N == family
        turn[own] = np.arange(int(own.sum()))
    return np.lexsort((turn, is_other)).astype(np.int64)


def _skipped(measured: str) -> Diagnosis:
    return Diagnosis(
        name=NAME,
        title="Labels by lot",
        state="skipped",
        measured=measured,
        meaning="Too little could be tried to say whether photos stand on both sides of the split.",
    )
