"""The worst mistakes of a run as small pictures with heat maps."""

from __future__ import annotations

import io
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.held_out import HeldOut
from studio.core.requests import Picture, Prediction
from studio.data.pace import Pace
from studio.data.photos import read_photo
from studio.data.unchanged import is_replaced
from studio.dirt import cv
from studio.learn.classifier import Classifier

PHASE = "looking at mistakes"
MOST = 12
SHOWN_PX = 240
_QUALITY = 82
_STRONGEST = 0.82
"""Opacity of the heat map where the evidence is strongest; none below `_FAINTEST` of it."""
_FAINTEST = 0.2


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """A validation sample that was called the wrong class.

    Attributes:
        picture: its file, as it was when it was judged; empty in runs of older versions.
        label: its true class.
        chosen: what it was called.
        probability: of the class that it was called, 0..1.
        is_painted: whether the studio painted it.
        sample: its id; empty in runs of older versions.
    """

    picture: str
    label: str
    chosen: str
    probability: float
    is_painted: bool
    sample: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A mistake, with what can be shown of it.

    Attributes:
        wrong: the mistake.
        photo: JPEG without any metadata; empty where the file is gone.
        heat: the same with the heat map laid over; empty where there is none.
        reason: why there is no photo; empty where there is one.
    """

    wrong: Wrong
    photo: bytes = b""
    heat: bytes = b""
    reason: str = ""


def worst(held_out: HeldOut, positive: str | None, threshold: float | None) -> tuple[Wrong, ...]:
    """All mistakes, the surest first.

    Args:
        held_out: what was said of validation samples.
        positive: the class that the threshold is about.
        threshold: its probability from which it wins; None takes the likeliest class.
    """
    unknown = ("",) * len(held_out.labels)
    found = []
    for label, shares, painted, picture, sample in zip(
        held_out.labels, held_out.probabilities, held_out.is_painted, held_out.pictures or unknown,
        held_out.samples or unknown, strict=True,
    ):  # fmt: skip
        place = held_out.chosen(shares, positive, threshold)
        if held_out.classes[place] != label:
            found.append(
                Wrong(
                    picture=picture,
                    label=label,
                    chosen=held_out.classes[place],
                    probability=shares[place],
                    is_painted=painted,
                    sample=sample,
                )
            )
    # A mistake just beyond the threshold is a small one; so is one whose true class was nearly as likely.
    return tuple(sorted(found, key=lambda wrong: -wrong.probability))


def shown(
    mistakes: Sequence[Wrong], model: Path | None, *, emit: Emit, should_stop: ShouldStop
) -> tuple[Shown, ...] | None:
    """Make small pictures of mistakes.

    Args:
        mistakes: which ones.
        model: the run's model, for heat maps; None for none.
        emit: takes progress.
        should_stop: asked between photos.

    Returns:
        as many, in order; None when stopped.

    Raises:
        UserError: the model cannot be used.
    """
    pace = Pace(emit, PHASE, len(mistakes))
    seen = [_seen(wrong) for wrong in mistakes]
    asked = [Path(wrong.picture) for wrong, (photo_HW3, _) in zip(mistakes, seen, strict=True) if photo_HW3 is not None]
    found: list[Shown] = []
    with closing(_heats(asked, model)) as heats:
        for wrong, (photo_HW3, reason) in zip(mistakes, seen, strict=True):
            if should_stop():
                return None
            heat = None if photo_HW3 is None else next(heats, None)
            found.append(
                Shown(
                    wrong=wrong,
                    photo=b"" if photo_HW3 is None else _jpeg(photo_HW3),
                    heat=b"" if photo_HW3 is None or heat is None else _jpeg(_laid(photo_HW3, heat)),
                    reason=reason,
                )
            )
            pace.step()
    return tuple(found)


def _seen(wrong: Wrong) -> tuple[NDArray[np.uint8] | None, str]:
    """A small picture, or why there is none."""
    if not wrong.picture:
        return None, "Its file was not noted when it was judged."
    if is_replaced(wrong.picture, wrong.sample):
        return None, "The photo was replaced since it was judged."
    try:
        return _small(read_photo(wrong.picture, longest_px=SHOWN_PX)), ""
    except UserError as error:
        return None, f"Its picture cannot be shown: {error}."


def _heats(photos: Sequence[Path], model: Path | None) -> Generator[Picture | None, None, None]:
    if model is None or not photos:
        return
    with closing(Classifier.load(model).classify(photos, heat_maps=True)) as answers:
        for answer in answers:
            yield answer.heat_map if isinstance(answer, Prediction) else None


def _small(photo_HW3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = photo_HW3.shape[:2]
    shrink = min(1.0, SHOWN_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small_HW3: NDArray[np.uint8] = cv.resize(photo_HW3, size, interpolation=cv.INTER_AREA)
    return small_HW3


def _laid(photo_HW3: NDArray[np.uint8], heat: Picture) -> NDArray[np.uint8]:
    """The photo with the evidence over it, in the colours of the window's heat maps."""
    grey_HW = np.frombuffer(heat.rgb, np.uint8).reshape(heat.height, heat.width, 3)[..., 0]
    height, width = photo_HW3.shape[:2]
    share_HW = cv.resize(grey_HW, (width, height), interpolation=cv.INTER_LINEAR).astype(np.float32) / 255
    colors_HW3 = cv.applyColorMap((255 * (0.24 + 0.74 * share_HW)).astype(np.uint8), cv.COLORMAP_INFERNO)[..., ::-1]
    visible_HW = np.clip((share_HW - _FAINTEST) / (1 - _FAINTEST), 0, 1)
    opacity_HW1 = (_STRONGEST * np.sqrt(visible_HW))[..., None]
    mixed_HW3: NDArray[np.uint8] = (photo_HW3 * (1 - opacity_HW1) + colors_HW3 * opacity_HW1).round().astype(np.uint8)
    return mixed_HW3


def _jpeg(image_HW3: NDArray[np.uint8]) -> bytes:
    """A JPEG of the pixels alone: what a camera noted beside them, the place above all, stays with the photo."""
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
