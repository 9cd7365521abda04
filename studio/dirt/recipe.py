"""How dirty a dish gets: light, medium or heavy becomes marks on a photo."""

from __future__ import annotations

import numpy as np

from studio.core.errors import ConfigError
from studio.core.registry import DIRT_KINDS
from studio.core.sections import DirtSettings
from studio.dirt import cv
from studio.dirt.draws import between
from studio.dirt.layer import Canvas, Mark, Painted, coverage
from studio.dirt.meal import Meal
from studio.dirt.outline import Image, Outline
from studio.dirt.surface import Surface
from studio.dirt.variation import foretold_look_alikes, vary

LEVELS = ("light", "medium", "heavy")

TAIL_SHARE = 0.28
"""Share of light dishes with hardly anything on them: one spot, three crumbs, a speck at the rim."""

COVERAGE = {"tail": (0.0015, 0.012), "light": (0.045, 0.09), "medium": (0.08, 0.145), "heavy": (0.145, 0.24)}
"""Aimed share of the dish, low and high; with the default shares 5 / 11 / 17 % as on real dirty dishes."""

AMOUNT = {"tail": 0.08, "light": 0.18, "medium": 0.32, "heavy": 0.5}
"""How strongly each kind is asked to paint in one round, before its own strength."""

ROUNDS = 10
"""Tries to reach the aimed coverage before a dish is taken as it is."""

TAIL_KINDS = ("crumbs", "splash", "smear", "drip", "ring")
"""Kinds of which a single small mark is still dirt to the eye."""


def photo_number(sha1: str) -> int:
    """The number by which a photo seeds its dirt, the same wherever the photo lies.

    Args:
        sha1: the photo's hash, hexadecimal.
    """
    return int(sha1[:15], 16)


def resize_to(photo_HW3: Image, longest_px: int) -> Image:
    """Shrink a photo to a longest side; a smaller one stays as it is.

    A clean twin takes this step with its dirty child, or its sharpness would tell them apart.

    Args:
        photo_HW3: uint8 RGB.
        longest_px: longest side of the result, px.

    Returns:
        uint8 RGB.
    """
    height, width = photo_HW3.shape[:2]
    if max(height, width) <= longest_px:
        return photo_HW3
    scale = longest_px / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv.resize(photo_HW3, size, interpolation=cv.INTER_AREA)  # type: ignore[no-any-return]


def paint(
    photo_HW3: Image,
    outline: Outline | None,
    settings: DirtSettings,
    *,
    sha1: str,
    variant: int,
    level: str | None = None,
) -> Painted:
    """Paint dirt on a photo of a clean dish.

    Args:
        photo_HW3: uint8 RGB, upright.
        outline: where the dish is; None takes the middle of the photo.
        settings: shares of the levels, strengths of the kinds, seed and size.
        sha1: the photo's hash; with the seed and `variant` it decides every mark.
        variant: number of this picture among those of the photo.
        level: light, medium or heavy; None draws one by the settings' shares.

    Returns:
        the dirty picture, as large as `resize_to` makes the photo, with its mask and its clean twin, whose dish is
        varied in the same way. The same arguments give the same bytes in any process.

    Raises:
        ConfigError: every kind of dirt is off, or the level is unknown.
    """
    if level is not None and level not in LEVELS:
        raise ConfigError(f"level: {level!r} is unknown; choose one of {', '.join(LEVELS)}")
    strengths = _strengths(settings)
    photo_HW3 = resize_to(photo_HW3, settings.size_px)
    rng = np.random.default_rng([settings.seed, photo_number(sha1), variant])
    drawn_level = _draw_level(rng, settings)
    level = drawn_level if level is None else level
    surface = Surface.of(photo_HW3, outline)
    # Numbers of its own, so that the same dirt comes out whatever the dish is made of.
    varied = vary(photo_HW3, surface, settings, _dish_numbers(settings, sha1, variant))
    if varied is not None:
        photo_HW3 = varied.image_HW3
        surface = surface.relit(photo_HW3)
    surface = surface.after(Meal.draw(rng))
    canvas = Canvas(photo_HW3, surface)
    is_tail = level == "light" and rng.random() < TAIL_SHARE
    kinds = _fill(rng, canvas, surface, strengths, "tail" if is_tail else level)
    image_HW3, mask_HW = canvas.finish()
    return Painted(
        image_HW3=image_HW3,
        mask_HW=mask_HW,
        coverage=coverage(mask_HW, surface),
        level=level,
        kinds=kinds,
        twin_HW3=photo_HW3,
        look_alikes=varied.look_alikes if varied is not None else (),
    )


def foretell(settings: DirtSettings, *, sha1: str, variant: int) -> tuple[str, tuple[str, ...]]:
    """What `paint` would paint, as far as it can be told without painting.

    Args:
        settings: as for `paint`.
        sha1: as for `paint`.
        variant: as for `paint`.

    Returns:
        the level, and the names of what is done to the dish.
    """
    level = _draw_level(np.random.default_rng([settings.seed, photo_number(sha1), variant]), settings)
    return level, foretold_look_alikes(settings, _dish_numbers(settings, sha1, variant))


def _dish_numbers(settings: DirtSettings, sha1: str, variant: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, photo_number(sha1), variant, 1])


def _strengths(settings: DirtSettings) -> dict[str, float]:
    """Strength of every kind that is on, in the registry's order."""
    strengths: dict[str, float] = {}
    for entry in DIRT_KINDS:
        default = entry.traits["strength"]
        assert isinstance(default, (int, float))
        strength = float(settings.kinds.get(entry.name, default))
        if strength > 0:
            strengths[entry.name] = strength
    if not strengths:
        raise ConfigError("dirt.kinds: every kind of dirt is at 0; raise at least one")
    return strengths


def _draw_level(rng: np.random.Generator, settings: DirtSettings) -> str:
    shares = np.array([settings.light, settings.medium, settings.heavy], np.float64)
    ends = np.cumsum(shares)
    return LEVELS[min(2, int(np.searchsorted(ends, rng.random() * ends[-1], side="right")))]


def _fill(
    rng: np.random.Generator, canvas: Canvas, surface: Surface, strengths: dict[str, float], amount: str
) -> tuple[str, ...]:
    """Lay marks until the dish is as dirty as wanted; the names of the kinds that were laid."""
    low, high = COVERAGE[amount]
    aim = float(rng.uniform(low, high))
    chosen = _choose(rng, strengths, is_tail=amount == "tail")
    laid: list[str] = []
    for round_number in range(ROUNDS):
        queue: list[tuple[str, Mark]] = []
        for name in chosen:
            slider = strengths[name]
            asked = min(1.0, AMOUNT[amount] * (0.4 + 0.6 * slider) * between(rng, 0.6, 1.3))
            queue += [(name, mark) for mark in DIRT_KINDS[name].build(rng, surface, asked)]
        # Films go first, since crumbs lie on them; otherwise marks come as they may.
        turns = rng.random(len(queue))
        turns += [name not in ("grease", "residue") for name, _ in queue]
        for k in turns.argsort().tolist():
            name, mark = queue[k]
            layer = mark()
            if layer is not None and canvas.lay(layer, most=1.15 * aim) and name not in laid:
                laid.append(name)
            if canvas.coverage >= 0.92 * aim:
                return tuple(laid)
        if round_number >= 4:
            # White rice on a white plate: what was chosen does not show, so something else must.
            chosen = list(strengths)
            aim = aim if round_number < 7 else 0.6 * aim
    return tuple(laid)


def _choose(rng: np.random.Generator, strengths: dict[str, float], *, is_tail: bool) -> list[str]:
    """Kinds for one dish, each as likely as it is strong; at least one."""
    names = list(strengths)
    if is_tail:
        small = [name for name in names if name in TAIL_KINDS] or names
        weights = np.array([strengths[name] for name in small])
        return [small[int(rng.choice(len(small), p=weights / weights.sum()))]]
    chosen = [name for name in names if rng.random() < strengths[name]]
    if not chosen:
        weights = np.array([strengths[name] for name in names])
        chosen = [names[int(rng.choice(len(names), p=weights / weights.sum()))]]
    return chosen
