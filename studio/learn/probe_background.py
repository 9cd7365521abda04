"""Whether the class can be told without the dish, from what lies around it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.expert_events import Diagnosis
from studio.data.framing import GREY
from studio.dirt import cv
from studio.learn.checkpoints import Model
from studio.learn.panel import Judges, Panel
from studio.learn.photo_intervals import intervals_by_photo
from studio.learn.probe_folds import out_of_fold
from studio.learn.probe_lab import Lab, Pixels
from studio.learn.probe_shelves import Shelf

NAME = "background only"
LIMIT = 0.6
"""Mean recall without the dish, beyond which by more than chance the background tells the class."""

FEWEST_FAMILIES = 10
FEWEST_OF_A_CLASS = 4
MARGIN = 0.04
"""Of the side: how far around the dish is blanked too, since shadows and crumbs lie there."""

SMOOTH = 0.06
"""Of the side: how far colours are smeared over the dish."""

LEAST_SEEN = 0.02
"""Share of a picture that must be left to look at."""

MOST_ASKED = 48
MOST_HAVE = 0.5
"""Share of the samples in which a dish must be known: what is found in few of them is hardly one."""


def blanked(pixels_NHW4: Pixels) -> Pixels:
    """Pictures in which the background is drawn over the dish and its rim, smoothly, so that not even a shape is left.

    Args:
        pixels_NHW4: red, green, blue, and how much the pixel is inside the dish.
    """
    side = min(pixels_NHW4.shape[1:3])
    reach = 2 * max(1, round(MARGIN * side)) + 1
    brush = cv.getStructuringElement(cv.MORPH_ELLIPSE, (reach, reach))
    made = pixels_NHW4.copy()
    for picture in made:
        is_hidden = cv.dilate(np.ascontiguousarray(picture[..., 3]), brush) > 0
        if is_hidden.all():
            picture[..., :3] = GREY
            continue
        beside = (~is_hidden).astype(np.float32)[..., None]
        colour = (picture[..., :3] * beside).sum((0, 1)) / beside.sum()
        near = cv.GaussianBlur(np.concatenate([picture[..., :3] * beside, beside], axis=2), (0, 0), SMOOTH * side)
        # A little of the mean everywhere, which is all that counts where nothing beside the dish is near.
        smooth = (near[..., :3] + 1e-3 * colour) / (near[..., 3:] + 1e-3)
        picture[is_hidden, :3] = np.clip(smooth[is_hidden], 0, 255).astype(np.uint8)
    return made


def background_only(lab: Lab, model: Model | None, judges: Judges, kept: Shelf) -> Diagnosis:
    """Blank the dish: ask the model about kept photos, and let a plain judge learn from what is left.

    Args:
        lab: holds the samples.
        model: the run's; None where it has none yet.
        judges: members of it that never learned from what was kept.
        kept: what was kept, as large as the model looks at it.

    Raises:
        StoppedError: somebody asked to stop.
    """
    shelves = [_with_dish(lab.learned), _with_dish(lab.kept)]
    pixels = np.concatenate([blanked(shelf.pixels_NHW4) for shelf in shelves])
    count = len(lab.learned) + len(lab.kept)
    if len(pixels) < MOST_HAVE * count:
        return _skipped(f"A dish was found in {len(pixels)} of {count} samples only, so it cannot be blanked.")
    hidden = np.concatenate([shelf.pixels_NHW4[..., 3] for shelf in shelves]) > 0
    is_grey = lab.config.data.background == "grey"
    seen = 0.0 if is_grey else float(1 - hidden.mean())
    if seen < LEAST_SEEN:
        return Diagnosis(
            name=NAME,
            title="It sees the dish alone",
            state="quiet",
            measured=f"Beside the dish {100 * seen:.1f} % of a picture are shown.",
            meaning="What lies around the dish cannot give the class away, since it is not shown.",
            value=seen,
            limit=LEAST_SEEN,
        )
    labels = np.concatenate([shelf.labels_N for shelf in shelves])
    families = np.concatenate([shelf.families_N for shelf in shelves])
    told = _judged_anew(lab, pixels, labels, families)
    asked = None if model is None else _asked(lab, model, judges, _with_dish(kept))
    found = [one for one in (asked, told) if one is not None]
    if not found:
        count = len(np.unique(families))
        return _skipped(f"Only {count} photos have a known dish and a class that could be told apart.")
    says = {"asked": "the run's model tells", "told": "a judge that learns from what is left tells"}
    parts = [
        f"{says[who]} {100 * share:.0f} % (95 % range {100 * low:.0f} to {100 * high:.0f} %) of {count} samples right"
        for who, share, low, high, count in found
    ]
    measured = (
        f"With the dish blanked out, {' and '.join(parts)}, each class counted alike; chance gives {_chance(lab)}."
    )
    worst = max(found, key=lambda one: one[2])
    if worst[2] <= max(LIMIT, 1 / len(lab.classes) + 0.1):
        return Diagnosis(
            name=NAME,
            title="The background does not give the class away",
            state="quiet",
            measured=measured,
            meaning="What lies around the dish says nothing, so it is the dish that the network has to look at.",
            value=worst[1],
            limit=LIMIT,
        )
    return Diagnosis(
        name=NAME,
        title="The background gives the class away",
        state="fired",
        measured=measured,
        meaning="The classes were photographed in different places, and a network may learn the table, not the dish.",
        proposal="Show it the dish alone, on grey.",
        changes={"data.framing": "dish", "data.background": "grey"},
        value=worst[1],
        limit=LIMIT,
    )


_Found = tuple[str, float, float, float, int]


def _judged_anew(lab: Lab, pixels: Pixels, labels: NDArray[np.int64], families: NDArray[np.int64]) -> _Found | None:
    if not _has_power(labels, families):
        return None
    told = out_of_fold(lab.described(pixels), labels, families, classes=len(lab.classes))
    return _share("told", labels, told.argmax(axis=1), families)


def _asked(lab: Lab, model: Model, judges: Judges, kept: Shelf) -> _Found | None:
    numbers = np.arange(len(kept))[:: max(1, -(-len(kept) // MOST_ASKED))]
    labels, families = kept.labels_N[numbers], kept.families_N[numbers]
    if not judges or not _has_power(labels, families):
        return None
    panel = Panel(model, lab.fresh_at(model.config))
    rows = []
    for start in range(0, len(numbers), panel.at_once):
        lab.breathe()
        part = numbers[start : start + panel.at_once]
        rows.append(panel.probabilities(blanked(kept.pixels_NHW4[part]), judges))
    return _share("asked", labels, np.concatenate(rows).argmax(axis=1), families)


def _share(who: str, labels: NDArray[np.int64], chosen: NDArray[np.int64], families: NDArray[np.int64]) -> _Found:
    recalls = [float((chosen[labels == label] == label).mean()) for label in np.unique(labels)]
    ranges = intervals_by_photo(
        labels, chosen.astype(np.int64), None, [str(one) for one in families.tolist()], score_class=None
    )["balanced_accuracy_95_by_photo"]
    low, high = (0.0, 1.0) if ranges is None else (ranges[0], ranges[1])
    return who, float(np.mean(recalls)), low, high, len(labels)


def _has_power(labels: NDArray[np.int64], families: NDArray[np.int64]) -> bool:
    per_class = [len(np.unique(families[labels == label])) for label in np.unique(labels)]
    is_enough = len(per_class) > 1 and min(per_class) >= FEWEST_OF_A_CLASS
    return is_enough and len(np.unique(families)) >= FEWEST_FAMILIES


def _with_dish(shelf: Shelf) -> Shelf:
    return shelf.part(np.array([sample.outline is not None for sample in shelf.samples], bool))


def _chance(lab: Lab) -> str:
    return f"{100 / len(lab.classes):.0f} %"


def _skipped(measured: str) -> Diagnosis:
    return Diagnosis(
        name=NAME,
        title="Photos without the dish",
        state="skipped",
        measured=measured,
        meaning="That is too little to say whether the background gives the class away.",
    )
