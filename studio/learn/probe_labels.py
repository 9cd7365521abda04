"""Photos whose label their look contradicts."""

from __future__ import annotations

import numpy as np

from studio.core.expert_events import Diagnosis
from studio.learn.probe_folds import out_of_fold
from studio.learn.probe_lab import Lab

NAME = "label noise"
FEWEST_PHOTOS = 20
FEWEST_FAMILIES = 6
GOOD = 0.75
"""Mean recall of the plain judge below which its disagreement says nothing."""

SURE = 0.4
"""How much more another class is told than a photo's own."""

FEWEST, LEAST_SHARE = 2, 0.015
MOST_LISTED = 48


def label_noise(lab: Lab) -> Diagnosis:
    """Judge each photo by those of other families, and list where that surely contradicts its label.

    Only photos count whose label a person gave: what was painted is what it is.

    Raises:
        StoppedError: somebody asked to stop.
    """
    shelves = (lab.learned, lab.kept)
    samples = [sample for shelf in shelves for sample in shelf.samples]
    labels = np.concatenate([shelf.labels_N for shelf in shelves])
    families = np.concatenate([shelf.families_N for shelf in shelves])
    is_real = np.concatenate([shelf.is_real_N for shelf in shelves])
    count = int(is_real.sum())
    if count < FEWEST_PHOTOS or len(np.unique(labels)) < 2 or len(np.unique(families)) < FEWEST_FAMILIES:
        return _skipped(f"Only {count} photos of {len(np.unique(families))} families could be compared.")
    described = lab.described(np.concatenate([shelf.pixels_NHW4 for shelf in shelves]))
    told = out_of_fold(described, labels, families, classes=len(lab.classes))
    rows = np.arange(len(labels))
    own = told[rows, labels]
    others = told.copy()
    others[rows, labels] = -np.inf
    lead = others.max(axis=1) - own
    recalls = [float((lead[labels == label] < 0).mean()) for label in np.unique(labels)]
    balanced = float(np.mean(recalls))
    if balanced < GOOD:
        return _skipped(
            f"Judged by other photos alone, {100 * balanced:.0f} % of {len(labels)} samples get their own class."
        )
    doubtful = np.flatnonzero(is_real & (lead > SURE))
    doubtful = doubtful[np.argsort(-lead[doubtful], kind="stable")]
    share = len(doubtful) / count
    measured = (
        f"Each of {count} photos was judged by photos of other dishes, which agree with {100 * balanced:.0f} % of all "
        f"labels; {len(doubtful)} of them ({100 * share:.1f} %) are surely told to be of another class."
    )
    if len(doubtful) < FEWEST or share < LEAST_SHARE:
        return Diagnosis(
            name=NAME,
            title="The labels agree with the photos",
            state="quiet",
            measured=measured,
            meaning="No group of photos looks as if it had been put into the wrong class.",
            value=share,
            limit=LEAST_SHARE,
        )
    return Diagnosis(
        name=NAME,
        title="Some labels look wrong",
        state="fired",
        measured=measured,
        meaning="A network that must learn wrong labels becomes unsure of the right ones, and is judged by wrong ones.",
        proposal="Look at these photos, and correct the label where it is wrong.",
        value=share,
        limit=LEAST_SHARE,
        samples=tuple(samples[number].id for number in doubtful[:MOST_LISTED].tolist()),
    )


def _skipped(measured: str) -> Diagnosis:
    return Diagnosis(
        name=NAME,
        title="Labels beside photos",
        state="skipped",
        measured=measured,
        meaning="That is too little to contradict a label.",
    )
