"""The painter: a warm process that shows one photo with dirt."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from studio.core.requests import Painting, PaintRequest, Picture, SplitCounts, SplitsRequest, ThumbnailRequest
from studio.core.sections import DirtSettings
from studio.data.framing import Background, Framing, frame
from studio.data.late_thumbnails import paint_thumbnail
from studio.data.outline_text import pack_outline, unpack_outline
from studio.data.painting import photo_to_paint
from studio.data.photos import GLANCE_PX, decode_photo, read_bytes
from studio.data.sight import find_dish
from studio.data.split_preview import split_counts
from studio.data.unchanged import content_sha1
from studio.dirt.layer import Painted
from studio.dirt.outline import Outline
from studio.dirt.recipe import paint, photo_number, resize_to
from studio.dirt.surface import Surface
from studio.dirt.variation import vary_with

_KEPT = 8
"""Photos kept decoded: as many as a person goes back and forth between."""

_ALONE = 2
"""Numbers of their own for a look-alike shown by itself; 1 are those of a varied dish."""


Asked = PaintRequest | SplitsRequest | ThumbnailRequest
Told = Painting | SplitCounts | str


def make() -> Callable[[Asked], Told]:
    """The handler that a warm process runs: it paints, and deals a dataset to the splits, off the window's process."""
    painter = _Painter()
    # OpenCV and the kinds are loaded now, not while a person waits for the first picture.
    paint(np.full((64, 64, 3), 200, np.uint8), None, DirtSettings(), sha1="0" * 40, variant=0)

    def answer(request: Asked) -> Told:
        match request:
            case SplitsRequest():
                return split_counts(request)
            case ThumbnailRequest():
                return paint_thumbnail(request)
            case _:
                return painter.answer(request)

    return answer


@dataclass(frozen=True, kw_only=True, eq=False)
class _Photo:
    twin_HW3: NDArray[np.uint8]
    sha1: str
    outline: Outline | None


class _Painter:
    def __init__(self) -> None:
        self._photos: OrderedDict[tuple[object, ...], _Photo] = OrderedDict()

    def answer(self, request: PaintRequest) -> Painting:
        """Paint one photo as `synthesis_job` does, or show one look-alike on it.

        Raises:
            UserError: the photo cannot be read, or every kind of dirt is off.
        """
        began = time.perf_counter()
        # At the job's own size and then made smaller: painted smaller at once, one dish in four came out otherwise,
        # since marks are laid until enough pixels are covered.
        photo = self._photo(request)
        painted = (
            _painted(photo, request) if request.look_alike is None else _varied(photo, request, request.look_alike)
        )
        seen = frame(
            painted.image_HW3,
            photo.outline,
            framing=cast(Framing, request.framing),
            background=cast(Background, request.background),
            size_hw=request.input_px,
        )
        return Painting(
            before=_picture(resize_to(painted.twin_HW3, request.longest_px)),
            after=_picture(resize_to(painted.image_HW3, request.longest_px)),
            mask=_picture(np.repeat(resize_to(painted.mask_HW, request.longest_px)[..., None], 3, axis=2)),
            seen=_picture(seen.image_HW3),
            coverage=painted.coverage,
            level=painted.level,
            has_dish=photo.outline is not None,
            ms=(time.perf_counter() - began) * 1000,
            look_alikes=painted.look_alikes,
        )

    def _photo(self, request: PaintRequest) -> _Photo:
        outline = Outline.from_json(request.outline) if request.outline is not None else None
        try:
            status = os.stat(request.photo)
            key: tuple[object, ...] = (
                request.photo,
                status.st_size,
                status.st_mtime_ns,
                request.dirt.size_px,
                request.sha1,
                outline,
            )
        except OSError:
            key = (request.photo,)  # gone: reading it says so in a sentence
        photo = self._photos.get(key)
        if photo is None:
            photo = self._photos[key] = _read(request, outline)
        self._photos.move_to_end(key)
        while len(self._photos) > _KEPT:
            self._photos.popitem(last=False)
        return photo


def _read(request: PaintRequest, outline: Outline | None) -> _Photo:
    data = read_bytes(request.photo)
    sha1 = request.sha1 or content_sha1(data)
    if request.outline is None:
        glance_HW3 = decode_photo(data, request.photo, longest_px=GLANCE_PX).image_HW3
        # Through the manifest's text and back, as the job gets it.
        outline = unpack_outline(pack_outline(find_dish(glance_HW3)))
    twin_HW3 = photo_to_paint(data, request.photo, request.dirt)
    return _Photo(twin_HW3=twin_HW3, sha1=sha1, outline=outline)


def _painted(photo: _Photo, request: PaintRequest) -> Painted:
    return paint(
        photo.twin_HW3, photo.outline, request.dirt, sha1=photo.sha1, variant=request.variant, level=request.level
    )


def _varied(photo: _Photo, request: PaintRequest, name: str) -> Painted:
    """The photo as it was taken, and with one look-alike alone: a painting without dirt."""
    taken_HW3 = photo.twin_HW3
    seed = [request.dirt.seed, photo_number(photo.sha1), request.variant, _ALONE]
    image_HW3 = vary_with(
        taken_HW3,
        Surface.of(taken_HW3, photo.outline),
        name,
        request.look_alike_strength,
        np.random.default_rng(seed),
    )
    return Painted(
        image_HW3=image_HW3,
        mask_HW=np.zeros(taken_HW3.shape[:2], np.uint8),
        coverage=0.0,
        level="",
        kinds=(),
        twin_HW3=taken_HW3,
        look_alikes=(name,),
    )


def _picture(image_HW3: NDArray[np.uint8]) -> Picture:
    height, width = image_HW3.shape[:2]
    return Picture(width=width, height=height, rgb=np.ascontiguousarray(image_HW3).tobytes())
