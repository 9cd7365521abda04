"""Heat maps of photos: asked for on demand, coloured, kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from studio.core.requests import Classified, ClassifyRequest, Picture
from studio.ui.tokens import design_tokens
from studio.ui.worker_link import WorkerLink

_KEPT = 600
_COLOURED = 64
_AT_ONCE = 2
_WAITING = 64
_STEPS = 256
_SHADES = 16
_INFERNO_FROM, _INFERNO_TO = 0.24, 0.98
_LEAST_EVIDENCE, _MOST_OPACITY = 0.2, 0.82


class HeatMaps(QObject):
    """Asks the warm process where the network looked, a few photos at a time, the last wished for first."""

    arrived = Signal(object)

    def __init__(self, host: WorkerLink, parent: QObject) -> None:
        """Args:
        host: the process that classifies.
        parent: owner.
        """
        super().__init__(parent)
        self._host = host
        self._model = ""
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._coloured: OrderedDict[tuple[str, int], QImage] = OrderedDict()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._without: set[str] = set()
        self._asked = 0
        self._asked_for: tuple[str, ...] = ()
        # Wishes of one painting come together before the first is granted, so that the order is that of the last one.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)
        host.answered.connect(self._take)
        host.failed.connect(self._miss)

    @property
    def is_waiting(self) -> bool:
        """Whether heat maps are being made."""
        return bool(self._asked)

    def set_model(self, model: str) -> None:
        """Forget the heat maps of another model."""
        self._model = model
        self._kept.clear()
        self._coloured.clear()
        self._waiting.clear()
        self._without.clear()
        self._asked, self._asked_for = 0, ()

    def forget(self, paths: Iterable[str]) -> None:
        """Drop the heat maps of photos whose files may have changed."""
        gone = set(paths)
        self._without -= gone
        for path in gone:
            self._kept.pop(path, None)
        for key in [key for key in self._coloured if key[0] in gone]:
            del self._coloured[key]

    def image(self, path: str, strength: float = 1.0) -> QImage | None:
        """A photo's heat map as a translucent layer, or None until `arrived` sends its path.

        Args:
            path: the photo.
            strength: how much its strongest evidence counts, 0..1; little of it leaves nothing to be seen.
        """
        kept = self._kept.get(path)
        if kept is None:
            return None
        self._kept.move_to_end(path)
        key = path, round(_SHADES * min(1.0, max(0.0, strength)))
        if key not in self._coloured:
            self._coloured[key] = coloured(kept, key[1] / _SHADES)
            if len(self._coloured) > _COLOURED:
                self._coloured.popitem(last=False)
        self._coloured.move_to_end(key)
        return self._coloured[key]

    def want(self, path: str) -> None:
        """Ask for a photo's heat map, unless it is here or on its way."""
        if not self._model or path in self._kept or path in self._asked_for or path in self._without:
            return
        self._waiting[path] = None
        self._waiting.move_to_end(path)
        if len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)  # scrolled past; it is wished for again when seen
        if not self._asked:
            self._soon.start()

    def _ask(self) -> None:
        if not self._waiting or self._asked:
            return
        self._asked_for = tuple(self._waiting.popitem()[0] for _ in range(min(_AT_ONCE, len(self._waiting))))
        request = ClassifyRequest(model=self._model, photos=self._asked_for, with_heat_map=True)
        self._asked = self._host.ask(request)

    def _take(self, number: int, answer: object) -> None:
        if number != self._asked or not isinstance(answer, Classified):
            return
        found = {one.path: one.heat_map for one in answer.predictions}
        paths, self._asked, self._asked_for = self._asked_for, 0, ()
        for path in paths:
            picture = found.get(path)
            if picture is None:
                self._without.add(path)
                continue
            self._kept[path] = grey_image(picture)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self.arrived.emit(path)
        self._ask()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number == self._asked:
            self._without.update(self._asked_for)
            self._asked, self._asked_for = 0, ()
            self._ask()


def is_visible(strength: float) -> bool:
    """Whether a heat map of this strength shows anything, wherever its evidence lies."""
    return strength > 1.5 * _LEAST_EVIDENCE


def grey_image(picture: Picture) -> QImage:
    """Evidence as brightness, in a third of the memory that it travels in and a quarter of what is painted."""
    grey_HW = np.ascontiguousarray(np.frombuffer(picture.rgb, np.uint8)[::3])
    image = QImage(grey_HW.data, picture.width, picture.height, picture.width, QImage.Format.Format_Indexed8)
    return image.copy()


def coloured(grey: QImage, strength: float = 1.0) -> QImage:
    """Evidence as a translucent layer: nothing where there is little, bright where there is most.

    Args:
        grey: evidence as the index of each pixel, 0..255.
        strength: what 255 stands for, 0..1.
    """
    scaled = np.rint(np.arange(_STEPS) * strength).astype(int)
    layer = QImage(grey)
    layer.setColorTable([int(argb) for argb in _layer_colours()[scaled]])
    return layer.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


@lru_cache(maxsize=1)
def _layer_colours() -> np.ndarray:
    """What is laid over each brightness, as Qt's ARGB numbers, from the palette named in the design's tokens."""
    import pyqtgraph  # half a second that the window need not spend before it is seen

    name = design_tokens()["curves"]["heat_map"]["map"].split(",")[0]
    table = pyqtgraph.colormap.get(name).getLookupTable(_INFERNO_FROM, _INFERNO_TO, _STEPS, mode="byte")
    evidence = np.arange(_STEPS) / (_STEPS - 1)
    visible = np.clip((evidence - _LEAST_EVIDENCE) / (1 - _LEAST_EVIDENCE), 0, 1)
    opacity = np.rint(255 * _MOST_OPACITY * np.sqrt(visible)).astype(np.uint32)
    red, green, blue = table[:, :3].astype(np.uint32).T
    return (opacity << 24) | (red << 16) | (green << 8) | blue
