"""The warm process that answers for dropped photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from studio.core.requests import Classified, ClassifyRequest, Prediction, RejectedPhoto
from studio.learn.classifier import Classifier
from studio.learn.model_networks import model_file
from studio.learn.ranks import choose_threads

Handler = Callable[[ClassifyRequest], Classified]

_REMEMBERED_BYTES = 128 * 2**20
"""Some hundred photos: those in sight, whose heat maps are asked for next."""


def make() -> Handler:
    """A handler for `core.workers.Worker`: it keeps the last model ready until its file changes."""
    torch.set_num_threads(choose_threads(1, workers=0))
    kept: dict[tuple[Path, int, int], Classifier] = {}

    def answer(request: ClassifyRequest) -> Classified:
        """Answer a request.

        Raises:
            UserError: the model cannot be used.
        """
        file = model_file(Path(request.model)).resolve()
        status = file.stat()
        key = (file, status.st_mtime_ns, status.st_size)
        if key not in kept:
            kept.clear()
            kept[key] = Classifier.load(file)
            kept[key].warm_up()
            kept[key].remember(_REMEMBERED_BYTES)
        classifier = kept[key]
        answers = list(
            classifier.classify(
                [Path(photo) for photo in request.photos],
                heat_maps=request.with_heat_map,
                threshold=request.threshold,
            )
        )
        return Classified(
            model=classifier.facts,
            predictions=tuple(answer for answer in answers if isinstance(answer, Prediction)),
            rejected=tuple(answer for answer in answers if isinstance(answer, RejectedPhoto)),
        )

    return answer
