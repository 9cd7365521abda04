"""Makes the clean dish another one, before anything dirties it."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeAlias

import numpy as np

from studio.core.errors import ConfigError
from studio.core.registry import LOOK_ALIKES, Entry
from studio.core.sections import DirtSettings
from studio.dirt.draws import between
from studio.dirt.outline import Image
from studio.dirt.scene import Scene
from studio.dirt.surface import Surface

LookAlike: TypeAlias = Entry[Callable[..., Any]]

GROUPS = ("material", "print", "wear", "water", "light")
"""In the order in which they work: first what the dish is made of, last the light that falls on it."""

MOST_MATERIALS = 0.8
"""Share of varied dishes that become another material at most; the others keep theirs."""


@dataclass(frozen=True, kw_only=True)
class Varied:
    """A clean dish that was made another one.

    Attributes:
        image_HW3: uint8 RGB, as large as the photo.
        look_alikes: names of what was done to it, in that order.
    """

    image_HW3: Image
    look_alikes: tuple[str, ...]


def vary(photo_HW3: Image, surface: Surface, settings: DirtSettings, rng: np.random.Generator) -> Varied | None:
    """Make the dish another one, as often as the settings say.

    Both the clean twin and the dirty picture start from the result, so a network can take nothing that is done here
    for dirt.

    Args:
        photo_HW3: uint8 RGB photo of a clean dish.
        surface: of this photo.
        settings: how often a dish is varied, and how often each look-alike takes part.
        rng: decides everything.

    Returns:
        the varied photo, or None where the dish stays as it was taken.
    """
    chosen = _drawn(rng, settings)
    if not chosen:
        return None
    scene = Scene(photo_HW3, surface)
    for entry in chosen:
        entry.build(rng, scene, between(rng, 0.15, 1.0))
    return Varied(image_HW3=scene.finish(), look_alikes=tuple(entry.name for entry in chosen))


def foretold_look_alikes(settings: DirtSettings, rng: np.random.Generator) -> tuple[str, ...]:
    """What `vary` would do to a dish, told without doing it.

    Args:
        settings: as for `vary`.
        rng: as for `vary`.
    """
    return tuple(entry.name for entry in _drawn(rng, settings))


def vary_with(photo_HW3: Image, surface: Surface, name: str, strength: float, rng: np.random.Generator) -> Image:
    """Show one look-alike by itself.

    Args:
        photo_HW3: uint8 RGB photo of a clean dish.
        surface: of this photo.
        name: of the look-alike.
        strength: 0..1.
        rng: decides everything else.

    Returns:
        uint8 RGB.

    Raises:
        ConfigError: there is no such look-alike.
    """
    scene = Scene(photo_HW3, surface)
    LOOK_ALIKES[name].build(rng, scene, strength)
    return scene.finish()


def _drawn(rng: np.random.Generator, settings: DirtSettings) -> list[LookAlike]:
    """Look-alikes for one dish; none where it stays as it was taken."""
    is_varied = rng.random() < settings.vary
    chosen = _chosen(rng, settings)
    return chosen if is_varied else []


def _chosen(rng: np.random.Generator, settings: DirtSettings) -> list[LookAlike]:
    """Look-alikes for one dish, in the order of their groups: at most one material, each other as often as it is."""
    asked = settings.look_alikes
    shares = {entry.name: _share(entry, asked) for entry in LOOK_ALIKES}
    entries = [entry for entry in LOOK_ALIKES if shares[entry.name] > 0]
    if not entries:
        return []
    chosen = []
    materials = [entry for entry in entries if entry.traits["group"] == "material"]
    total = sum(shares[entry.name] for entry in materials)
    if materials and rng.random() < min(MOST_MATERIALS, total):
        chosen.append(_one_of(rng, materials, shares))
    others = sorted((entry for entry in entries if entry.traits["group"] != "material"), key=_place)
    chosen += [entry for entry in others if rng.random() < shares[entry.name]]
    return chosen or [_one_of(rng, entries, shares)]


def _place(entry: LookAlike) -> int:
    return GROUPS.index(str(entry.traits["group"]))


def _one_of(rng: np.random.Generator, entries: list[LookAlike], shares: dict[str, float]) -> LookAlike:
    ends = list(accumulate(shares[entry.name] for entry in entries))
    return entries[min(bisect(ends, rng.random() * ends[-1]), len(entries) - 1)]


def _share(entry: LookAlike, asked: Mapping[str, float]) -> float:
    """How often a look-alike takes part in a varied dish."""
    default = entry.traits["strength"]
    if not isinstance(default, (int, float)) or entry.traits["group"] not in GROUPS:
        raise ConfigError(f"look-alike {entry.name!r}: strength is a share, and group one of {', '.join(GROUPS)}")
    return float(asked.get(entry.name, default))
