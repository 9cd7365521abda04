"""Heat maps of photos: asked for on demand, coloured, kept."""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from studio.core.requests import Classified, ClassifyRequest, Picture
from studio.ui.tokens import design_tokens
from studio.ui.worker_link import WorkerLink

_KEPT = 600
_AT_ONCE = 4
_WAITING = 64
_STEPS = 256
_INFERNO_FROM, _INFERNO_TO = 0.24, 0.98
_LEAST_EVIDENCE, _MOST_OPACITY = 0.2, 0.82


class HeatMaps(QObject):
    """Asks the warm process where the network looked, a few photos at a time, the last wished for first."""

    arrived = Signal(str)

    def __init__(self, host: WorkerLink, parent: QObject) -> None:
        """Args:
        host: the process that classifies.
        parent: owner.
        """
        super().__init__(parent)
        self._host = host
        self._model = ""
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._waiting: OrderedDict[str, None] = OrderedDict()
        self._without: set[str] = set()
        self._asked = 0
        self._asked_for: tuple[str, ...] = ()
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
        self._waiting.clear()
        self._without.clear()
        self._asked, self._asked_for = 0, ()

    def image(self, path: str) -> QImage | None:
        """A photo's heat map, or None until `arrived` sends its path."""
        kept = self._kept.get(path)
        if kept is not None:
            self._kept.move_to_end(path)
        return kept

    def want(self, path: str) -> None:
        """Ask for a photo's heat map, unless it is here or on its way."""
        if not self._model or path in self._kept or path in self._asked_for or path in self._without:
            return
        self._waiting[path] = None
        self._waiting.move_to_end(path)
        if len(self._waiting) > _WAITING:
            self._waiting.popitem(last=False)  # scrolled past; it is wished for again when seen
        if not self._asked:
            self._ask()

    def _ask(self) -> None:
        if not self._waiting:
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
            self._kept[path] = coloured(picture)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            self.arrived.emit(path)
        self._ask()

    def _miss(self, number: int, sentence: str, details: str) -> None:
        if number == self._asked:
            self._without.update(self._asked_for)
            self._asked, self._asked_for = 0, ()


def coloured(picture: Picture) -> QImage:
    """Evidence as a translucent layer: nothing where there is little, bright where there is most.

    Args:
        picture: evidence as brightness.
    """
    grey_HW = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)[..., 0]
    layer = np.ascontiguousarray(_layer_colours()[grey_HW])
    size = picture.width, picture.height, 4 * picture.width
    return QImage(layer.data, *size, QImage.Format.Format_RGBA8888_Premultiplied).copy()


@lru_cache(maxsize=1)
def _layer_colours() -> np.ndarray:
    """Premultiplied RGBA for each brightness, from the palette named in the design's tokens."""
    import pyqtgraph  # half a second that the window need not spend before it is seen

    name = design_tokens()["curves"]["heat_map"]["map"].split(",")[0]
    table = pyqtgraph.colormap.get(name).getLookupTable(_INFERNO_FROM, _INFERNO_TO, _STEPS, mode="byte")
    evidence = np.arange(_STEPS) / (_STEPS - 1)
    visible = np.clip((evidence - _LEAST_EVIDENCE) / (1 - _LEAST_EVIDENCE), 0, 1)
    opacity = _MOST_OPACITY * np.sqrt(visible)
    layer = np.empty((_STEPS, 4), np.uint8)
    layer[:, :3] = np.rint(table[:, :3] * opacity[:, None])
    layer[:, 3] = np.rint(255 * opacity)
    return layer
