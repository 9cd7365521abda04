"""Answers made up from the photos' names: they stand in for a trained model in tests of the window.

`dirty-87.jpg` is dirty with 87 %; a name without a number is refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.errors import UserError
from studio.core.requests import Classified, ClassifyRequest, ModelFacts, Picture, Prediction, RejectedPhoto

FACTS = ModelFacts(classes=("clean", "dirty"), positive="dirty", threshold=0.5, title="Made up")
KINDS = ModelFacts(classes=("bowl", "cup", "jug", "plate"), positive=None, threshold=None, title="Kinds")


class AnswersAtOnce(QObject):
    """In place of the link to the warm process; answers with the next turn of the event loop."""

    ready = Signal()
    answered = Signal(int, object)
    failed = Signal(int, str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.asked: list[ClassifyRequest] = []
        self.is_held = False
        self._replied = 0

    def ask(self, request: ClassifyRequest, *, channel: str = "") -> int:
        """Take a question."""
        self.asked.append(request)
        if not self.is_held:
            QTimer.singleShot(0, self._reply)
        return len(self.asked)

    def let_go(self) -> None:
        """Answer what was held back, and from now on at once."""
        self.is_held = False
        for _ in range(len(self.asked) - self._replied):
            QTimer.singleShot(0, self._reply)

    def close(self) -> None:
        """Nothing was started."""

    def _reply(self) -> None:
        self._replied += 1
        try:
            self.answered.emit(self._replied, answer(self.asked[self._replied - 1]))
        except UserError as error:
            self.failed.emit(self._replied, str(error), "")


def answer(request: ClassifyRequest) -> Classified:
    """Answer from the names."""
    if "broken" in Path(request.model).name:
        raise UserError(f"{request.model}: is no model file")
    facts = KINDS if "kinds" in Path(request.model).name else FACTS
    predictions, rejected = [], []
    for path in request.photos:
        number = re.search(r"(\d+)", Path(path).stem)
        if number is None:
            rejected.append(RejectedPhoto(path=path, reason="The file is cut off; copy it again."))
            continue
        predictions.append(_prediction(path, int(number[1]) / 100, facts, with_heat_map=request.with_heat_map))
    return Classified(model=facts, predictions=tuple(predictions), rejected=tuple(rejected))


def _prediction(path: str, share: float, facts: ModelFacts, *, with_heat_map: bool) -> Prediction:
    rest = (1 - share) / (len(facts.classes) - 1)
    probabilities = {name: share if name == facts.classes[-1] else rest for name in facts.classes}
    return Prediction(
        path=path,
        chosen=max(probabilities, key=probabilities.__getitem__),
        look=False,
        probabilities=probabilities,
        heat_map=_heat_map() if with_heat_map else None,
        ms=36.0,
    )


def _heat_map() -> Picture:
    y, x = np.mgrid[0:42, 0:56]
    grey = 255 * np.exp(-((y - 18) ** 2 + (x - 24) ** 2) / 60)
    return Picture(width=56, height=42, rgb=np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2).tobytes())


def make() -> object:
    """The handler for a process of its own."""
    return answer
