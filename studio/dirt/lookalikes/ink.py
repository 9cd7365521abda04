"""A sheet on which a dish's decoration is drawn before it meets the photo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv
from studio.dirt.blur import kernel
from studio.dirt.draws import between
from studio.dirt.lookalikes.glazes import Colours, one_of
from studio.dirt.lookalikes.tones import rgb, soft, spread, tinted
from studio.dirt.lookups import mix, smoothstep
from studio.dirt.noise import GRAINY, NATURAL, mottle
from studio.dirt.outline import Field, Floats, Image
from studio.dirt.scene import Place, Scene, blurred, luma, place_of
from studio.dirt.surface import RIMS

Shape = NDArray[np.complex128]
"""Corners in dish radii, x + iy: a turn and a size are then one factor."""

INKS: Colours = (
    (16, (22, 48), (30, 62), (272, 296)),  # cobalt
    (10, (4, 24), (0, 6), (0, 360)),  # black
    (10, (22, 46), (18, 38), (45, 72)),  # sepia and brown
    (12, (34, 52), (48, 78), (18, 42)),  # red
    (9, (54, 70), (52, 80), (46, 66)),  # orange
    (9, (52, 74), (32, 60), (72, 92)),  # gold
    (10, (32, 62), (22, 58), (115, 165)),  # green
    (6, (38, 66), (18, 42), (185, 235)),  # teal
    (5, (58, 82), (22, 52), (340, 375)),  # pink
    (4, (28, 52), (28, 58), (300, 328)),  # purple
    (5, (76, 90), (50, 85), (86, 100)),  # yellow
    (4, (40, 75), (0, 8), (0, 360)),  # grey
    (5, (88, 97), (0, 6), (60, 280)),  # white
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One line or filled outline of a figure.

    Attributes:
        shape: its corners; the figure lies around 0 or from 0 to 1.
        colour_3: RGB 0..1.
        width: of the line, in the figure's unit; 0 fills the outline.
        is_closed: whether the line returns to its start.
    """

    shape: Shape
    colour_3: Field
    width: float = 0.0
    is_closed: bool = True


class Sheet:
    """Flat colours with smooth edges on nothing, in the dish's own coordinates."""

    def __init__(self, scene: Scene) -> None:
        """Args:
        scene: whose dish will be decorated.
        """
        self._scene = scene
        height, width = scene.surface.mask_HW.shape
        self._fine = scene.surface.fine
        self._drawn = np.zeros((height * self._fine, width * self._fine, 4), np.uint8)
        self._step = scene.patch.step / self._fine
        inset = scene.patch.step * (1 / self._fine - 1) / 2
        self._first = complex(scene.patch.first_x + inset, scene.patch.first_y + inset)

    def around(self, rho: float | Floats, theta: float | Floats) -> Shape:
        """Places by their share of the way to the rim and their direction, whatever the outline."""
        angle = np.asarray(theta, np.float64)
        place = (angle / (2 * math.pi) + 0.5) % 1 * RIMS
        first = place.astype(np.intp) % RIMS
        part = place - np.floor(place)
        rim = self._scene.surface.rim.astype(np.float64)
        reach = rim[first] * (1 - part) + rim[(first + 1) % RIMS] * part
        at: Shape = np.asarray(rho, np.float64) * reach * np.exp(1j * angle)
        return at

    def fill(self, shapes: Sequence[Shape] | Shape, colour_3: Field) -> None:
        """Fill outlines with one colour."""
        paint = _paint(colour_3)
        for corners in self._pixels(shapes):
            cv.fillPoly(self._drawn, [corners], paint, cv.LINE_AA, 4)

    def weave(self, shapes: Sequence[Shape] | Shape, colour_3: Field) -> None:
        """Fill outlines with one colour, but where two of them overlap: so rings get their holes."""
        cv.fillPoly(self._drawn, self._pixels(shapes), _paint(colour_3), cv.LINE_AA, 4)

    def line(self, shapes: Sequence[Shape] | Shape, colour_3: Field, width: float, *, is_closed: bool = False) -> None:
        """Draw lines of one width, dish radii."""
        width_px = width / self._step
        # What is thinner than a pixel is a pixel wide and fainter.
        paint = tuple(value * min(1.0, max(0.35, width_px)) for value in _paint(colour_3))
        if len(shapes):
            cv.polylines(self._drawn, self._pixels(shapes), is_closed, paint, max(1, round(width_px)), cv.LINE_AA, 4)

    def draw(self, figure: Sequence[Part], places: Shape, factors: Shape) -> None:
        """Draw a figure at each place, turned and enlarged by the factor there."""
        size = float(np.abs(factors).mean()) if factors.size else 0.0
        for part in figure:
            copies = factors[:, None] * part.shape
            copies += places[:, None]
            if part.width:
                self.line(copies, part.colour_3, part.width * size, is_closed=part.is_closed)
            else:
                self.fill(copies, part.colour_3)

    def ring(self, inner: float, outer: float, colour_3: Field, wave: Floats | float = 0.0) -> None:
        """Fill the band between two shares of the way to the rim."""
        self.weave(np.stack([(outer + wave) * self._rim, (max(inner, 0.0) + wave) * self._rim]), colour_3)

    @cached_property
    def _rim(self) -> Shape:
        """The rim's corners."""
        return self.around(1.0, np.linspace(-math.pi, math.pi, 181)[:-1])

    def _pixels(self, shapes: Sequence[Shape] | Shape) -> list[NDArray[np.int32]]:
        is_alike = isinstance(shapes, np.ndarray)
        at: Shape = np.concatenate(shapes) if not isinstance(shapes, np.ndarray) else shapes
        at = (at - self._first) * (16 / self._step)
        corners = np.rint(at.view(np.float64)).astype(np.int32)
        if is_alike:
            return list(corners.reshape(len(shapes), -1, 2))
        corners, ends = corners.reshape(-1, 2), list(accumulate(map(len, shapes)))
        return [corners[first:last] for first, last in zip([0, *ends[:-1]], ends, strict=True)]

    def taken(self, sigma_px: float) -> tuple[Place, Field, Field]:
        """What was drawn, under a Gaussian of this standard deviation.

        Returns:
            where it lies; there colours times cover, float32 (H, W, 3), with the cover, float32 (H, W); 0..1.
        """
        drawn = self._fitted(self._drawn)
        width, height = kernel(sigma_px)
        place = place_of(cv.extractChannel(drawn, 3), width)
        drawn = cv.GaussianBlur(np.ascontiguousarray(drawn[place]), (width, height), sigma_px)
        ink_HW3: Field = cv.cvtColor(drawn, cv.COLOR_RGBA2RGB).astype(np.float32)
        ink_HW3 *= np.float32(1 / 255)
        return place, ink_HW3, cv.extractChannel(drawn, 3).astype(np.float32) * np.float32(1 / 255)

    def cover(self) -> Field:
        """Where anything was drawn, float32 (H, W), 0..1."""
        return self._fitted(cv.extractChannel(self._drawn, 3)).astype(np.float32) * np.float32(1 / 255)

    def _fitted(self, drawn: Image) -> Image:
        height, width = self._scene.surface.mask_HW.shape
        return drawn if self._fine == 1 else cv.resize(drawn, (width, height), interpolation=cv.INTER_AREA)


def _paint(colour_3: Field) -> tuple[float, ...]:
    red, green, blue = colour_3.tolist()
    return 255 * red, 255 * green, 255 * blue, 255.0


def inks(rng: np.random.Generator, scene: Scene, count: int) -> list[Field]:
    """Colours that go together and show on the dish.

    Args:
        rng: draws them.
        scene: the photo, its dish as it is by now.
        count: how many.
    """
    inside = (scene.sampled_mask > 0.5).astype(np.uint8)
    dish_3 = np.array(cv.mean(scene.sampled(scene.dish_HW3), inside)[:3], np.float32)
    first = one_of(rng, INKS)
    for _ in range(4):
        if float(np.abs(first - dish_3).max()) > 0.18:
            break
        first = one_of(rng, INKS)
    if rng.random() < 0.35:
        # Shades of one pigment.
        return [first, *(np.clip(first * between(rng, 0.55, 1.5), 0, 1).astype(np.float32) for _ in range(count - 1))]
    return [first, *(one_of(rng, INKS) for _ in range(count - 1))]


def press(
    rng: np.random.Generator,
    scene: Scene,
    sheet: Sheet,
    strength: float,
    *,
    is_painted: bool = False,
    is_crisp: bool = False,
) -> None:
    """Put what was drawn on the dish, under the dish's own light and gloss.

    Args:
        rng: draws pigment, fading and wear.
        scene: changed in place.
        sheet: what was drawn.
        strength: 0 faded, 1 bold.
        is_painted: by hand, so unevenly.
        is_crisp: flat and whole, as strokes must be that would pass for smears otherwise.
    """
    cover = between(rng, 0.6 + 0.35 * strength, 1) if rng.random() < 0.65 else between(rng, 0.25, 0.9)
    if is_crisp:
        cover = max(cover, 0.8)
    uneven_HW: Field | None = None
    if is_painted or rng.random() < 0.15:
        brushed_HW = mottle(rng, scene.patch, between(rng, 0.08, 0.5), NATURAL)
        uneven_HW = mix(brushed_HW, -between(rng, 0.2, 0.6), brushed_HW, 0, 1)
    if not is_crisp and rng.random() < 0.25:
        worn_HW = mottle(rng, scene.patch, between(rng, 0.04, 0.25), GRAINY)
        gone = between(rng, 0.55, 0.95)
        whole_HW = 1 - np.float32(between(rng, 0.4, 1)) * smoothstep(gone, gone + 0.1, worn_HW)
        uneven_HW = whole_HW if uneven_HW is None else uneven_HW * whole_HW
    sigma = between(rng, 0.3, 0.7)
    if not is_crisp and rng.random() < 0.15:
        # Cobalt runs in the glaze.
        sigma = max(sigma, between(rng, 0.004, 0.014) * scene.surface.radius_px)
    place, ink_HW3, cover_HW = sheet.taken(sigma)
    dish_HW3 = np.ascontiguousarray(scene.dish_HW3[place])
    cover_HW *= np.float32(cover)
    if uneven_HW is not None:
        uneven_HW = np.ascontiguousarray(uneven_HW[place])
        cover_HW *= uneven_HW
    if rng.random() < 0.35:
        # Under the glaze a pigment filters the dish's light.
        ink_HW3 *= rgb(uneven_HW * np.float32(cover)) if uneven_HW is not None else np.float32(cover)
        ink_HW3 -= rgb(cover_HW)
        ink_HW3 += 1
        ink_HW3 *= dish_HW3
        scene.put(ink_HW3, place=place)
        return
    grey_HW = luma(dish_HW3)
    smooth = soft(scene, luma(scene.sampled(scene.dish_HW3)))
    light = np.clip(smooth * np.float32(1 / max(scene.usual(smooth, 0.6), 0.05)), 0.4, 1.5) ** np.float32(0.8)
    light *= np.float32(scene.level * cover)
    light_HW = spread(scene, light)[place]
    if uneven_HW is not None:
        light_HW = light_HW * uneven_HW
    # Highlights lie on the glaze above the print.
    dull_HW = spread(scene, np.maximum(smooth * np.float32(1.15), np.float32(0.55)))[place]
    glint_HW = np.clip(mix(grey_HW, 3, dull_HW, -3), 0, 1)
    glint_HW *= cover_HW
    # A glint is white, so it takes from what the print shows as much as it covers.
    ink_HW3 *= rgb(light_HW * (1 - glint_HW))
    ink_HW3 = tinted(ink_HW3, scene.surface.cast_3)
    ink_HW3 += rgb(glint_HW)
    dish_HW3 *= rgb((1 - cover_HW) * (1 - glint_HW))
    ink_HW3 += dish_HW3
    scene.put(ink_HW3, place=place)


def emboss(rng: np.random.Generator, scene: Scene, sheet: Sheet, strength: float) -> None:
    """Raise or sink what was drawn, so that only its flanks show.

    Args:
        rng: draws depth and roundness.
        scene: changed in place.
        sheet: what was drawn; its colours do not count.
        strength: 0 shallow, 1 deep.
    """
    cover_HW = sheet.cover()
    round_px = max(0.6, between(rng, 0.004, 0.012) * scene.surface.radius_px)
    height_HW = blurred(cover_HW, round_px)
    x, y = scene.surface.light
    slope_HW = np.float32(x) * cv.Sobel(height_HW, cv.CV_32F, 1, 0)
    slope_HW += np.float32(y) * cv.Sobel(height_HW, cv.CV_32F, 0, 1)
    deep = float((1 if rng.random() < 0.5 else -1) * between(rng, 0.1, 0.3 + 0.4 * strength)) * round_px / 2
    change_HW = np.float32(deep) * slope_HW + np.float32(rng.normal(0, 0.08)) * height_HW
    # A dark dish shows a relief by what it mirrors, not by shade.
    shown_HW3 = cv.addWeighted(scene.dish_HW3, 0.8, scene.dish_HW3, 0, 0.2)
    shown_HW3 *= rgb(change_HW)
    shown_HW3 += scene.dish_HW3
    scene.put(shown_HW3)
