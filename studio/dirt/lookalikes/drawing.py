"""Hundreds of small shapes on a dish, drawn fast."""

from __future__ import annotations

import math

import numpy as np

from studio.dirt import cv
from studio.dirt.noise import BORDER_PX
from studio.dirt.outline import Field, Image
from studio.dirt.scene import Scene


class Drawing:
    """Filled shapes in dish radii, drawn over the dish's box."""

    def __init__(self, scene: Scene) -> None:
        """Args:
        scene: whose dish is drawn on; it is only measured.
        """
        patch = scene.patch
        self._per_radius, self._first = 1 / patch.step, (patch.first_x, patch.first_y)
        self._canvas: Image = np.zeros((patch.height, patch.width), np.uint8)

    def _px(self, x: float, y: float) -> tuple[int, int]:
        scale = 16 * self._per_radius
        return round((x - self._first[0]) * scale), round((y - self._first[1]) * scale)

    def blob(self, x: float, y: float, long: float, short: float, angle: float, value: float) -> None:
        """Fill an ellipse; below a pixel's size it is a pixel, but fainter.

        Args:
            x, y: its middle, dish radii from the dish's centre.
            long, short: its half axes, dish radii.
            angle: direction of the long one, radians.
            value: 0..1.
        """
        wanted = max(short * self._per_radius, 0.05)
        half = max(wanted - BORDER_PX, 0.2)
        tone = round(255 * value * min(1.0, (wanted / (half + BORDER_PX)) ** 2))
        if long < 1.15 * short or half < 1:
            cv.circle(self._canvas, self._px(x, y), round(16 * half), tone, -1, cv.LINE_AA, 4)
            return
        axes = (round(16 * max(long * self._per_radius - BORDER_PX, half)), round(16 * half))
        cv.ellipse(self._canvas, self._px(x, y), axes, math.degrees(angle), 0, 360, tone, -1, cv.LINE_AA, 4)

    def ring(self, x: float, y: float, radius: float, value: float, thick: float) -> None:
        """Draw a circle's line.

        Args:
            x, y: its middle, dish radii from the dish's centre.
            radius: dish radii.
            value: 0..1.
            thick: of the line, dish radii.
        """
        wanted = thick * self._per_radius
        tone = round(255 * value * min(1.0, wanted))
        size = max(4, round(16 * radius * self._per_radius))
        cv.circle(self._canvas, self._px(x, y), size, tone, max(1, round(wanted)), cv.LINE_AA, 4)

    def line(self, x: float, y: float, to_x: float, to_y: float, thick: float) -> None:
        """Draw a thick line with round ends; everything in dish radii."""
        wanted = max(1, round(thick * self._per_radius))
        cv.line(self._canvas, self._px(x, y), self._px(to_x, to_y), 255, wanted, cv.LINE_AA, 4)

    def field(self) -> Field:
        """What was drawn, float32 0..1."""
        drawn: Field = self._canvas.astype(np.float32) * np.float32(1 / 255)
        return drawn
