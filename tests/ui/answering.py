"""A warm process that answers at once, from the photos' names: stands in for a trained model in tests of the window.

`dirty-87.jpg` is dirty with 87 %; a name without a number is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.core.errors import UserError
from studio.core.requests import Classified, ClassifyRequest, ModelFacts, Picture, Prediction, RejectedPhoto

FACTS = ModelFacts(classes=("clean", "dirty"), positive="dirty", threshold=0.5, title="Made up")
KINDS = ModelFacts(classes=("bowl", "cup", "jug", "plate"), positive=None, threshold=None, title="Kinds")


def make() -> Callable[[ClassifyRequest], Classified]:
    """The handler."""
    return answer


def answer(request: ClassifyRequest) -> Classified:
    """Answer from the names."""
    if "broken" in request.model:
        raise UserError(f"{request.model}: is no model file")
    facts = KINDS if "kinds" in request.model else FACTS
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
