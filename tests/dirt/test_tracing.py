from __future__ import annotations

import cv2
import numpy as np

from studio.dirt.outline import Field
from studio.dirt.tracing import Mask, traced


def ring(radius: float) -> Field:
    """Edges along a circle, as they are where a disc ends."""
    y, x = np.mgrid[:96, :128].astype(np.float32)
    return np.exp(-((np.hypot(x - 64, y - 48) - radius) ** 2) / 2).astype(np.float32)  # type: ignore[no-any-return]


def disc(radius: int) -> Mask:
    return np.asarray(cv2.circle(np.zeros((96, 128), np.uint8), (64, 48), radius, 1, -1), np.uint8)


def test_a_path_follows_the_edge_that_its_region_missed() -> None:
    (path,) = traced([disc(28)], ring(33))
    assert np.abs(np.hypot(*(path - (64, 48)).T) - 33).max() < 1


def test_paths_led_around_together_are_those_led_around_alone() -> None:
    edges_HW = ring(33) + 0.6 * ring(26)
    regions = [disc(24), disc(30), disc(36)]
    together = traced(regions, edges_HW)
    assert len(together) == 3
    for path, region in zip(together, regions, strict=True):
        assert (path == traced([region], edges_HW)[0]).all()


def test_a_region_with_an_island_in_its_hole_keeps_its_main_part() -> None:
    region = disc(34) - disc(26) + disc(14)
    (path,) = traced([region], ring(34))
    assert np.abs(np.hypot(*(path - (64, 48)).T) - 34).max() < 1


def test_a_speck_has_no_path() -> None:
    assert traced([disc(4)], ring(4)) == []
