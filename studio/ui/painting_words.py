"""What a painting shows, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from studio.core.registry import DIRT_KINDS, LOOK_ALIKES, Registry
from studio.core.requests import Painting
from studio.core.words import percent, sentence_case


@dataclass(frozen=True, kw_only=True)
class PaintingWords:
    """What stands on a painting and under it.

    Attributes:
        before, after: the tags on its two sides.
        caption: the line under it.
        details: the same with nothing left out, where something was.
    """

    before: str = ""
    after: str = ""
    caption: str = ""
    details: str = ""


_MOST_NAMED = 4
"""Look-alikes that fit the line under a picture."""

_FRAMED = {"dish": "cut to the dish", "fit": "the whole photo", "crop": "its centre", "stretch": "made square"}


def real_words(label: str) -> PaintingWords:
    """Say why nothing is painted on a photo.

    Args:
        label: its class.
    """
    what = "A real dirty dish" if label == "dirty" else f"A photo of {label}"
    return PaintingWords(caption=f"{what}: dirt is painted on clean photos only")


def seen_words(painting: Painting, framing: str) -> PaintingWords:
    """Say what the network gets to see of a painting.

    Args:
        painting: what the painter answered.
        framing: dish, fit, crop or stretch.
    """
    framed = "the middle, since no dish was found" if framing == "dish" and not painting.has_dish else _FRAMED[framing]
    seen = painting.seen
    return PaintingWords(caption=f"All that the network sees: {framed}, {seen.width} × {seen.height} px")


def painting_words(painting: Painting, *, is_alone: bool, is_as_painted: bool = False) -> PaintingWords:
    """Say what a painting shows.

    Args:
        painting: what the painter answered.
        is_alone: whether it shows one look-alike by itself.
        is_as_painted: whether it shows a sample as it was painted, with other settings than the controls say.
    """
    names = painting.look_alikes
    done = sentence_case(look_alike_words(names))
    if is_alone:
        return PaintingWords(before="As taken", after=done, caption=f"{done} alone: a clean dish, no dirt on it")
    covered = percent(painting.coverage, 0 if painting.coverage >= 0.02 else 1)
    if not painting.has_dish:
        caption = "No dish found: the middle is painted"
    elif len(names) > _MOST_NAMED:
        left_out = len(names) - _MOST_NAMED + 1
        caption = f"{sentence_case(look_alike_words(names[:-left_out]))} and {left_out} more + {covered} dirt"
    elif done:
        caption = f"{done} + {covered} dirt"
    else:
        caption = f"The dish as taken + {covered} dirt"
    if is_as_painted:
        caption = f"{caption}, painted with other settings"
    details = f"{done} + {covered} dirt" if len(names) > _MOST_NAMED else ""
    return PaintingWords(before="Before", after=f"After, {painting.level}", caption=caption, details=details)


def look_alike_words(names: Iterable[str]) -> str:
    """Look-alikes by their titles: `polished steel, water drops`."""
    return ", ".join(_title(LOOK_ALIKES, name).lower() for name in names)


def kind_words(names: Iterable[str]) -> str:
    """Kinds of dirt by their titles: `smears, crumbs`."""
    return ", ".join(_title(DIRT_KINDS, name).lower() for name in names)


def _title(registry: Registry[Any], name: str) -> str:
    """A manifest may name a kind that this version no longer has."""
    return registry[name].title if name in registry else name
