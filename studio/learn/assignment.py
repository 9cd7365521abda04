"""What a trainer is given to do."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.config import StudioConfig
from studio.learn.losses import LossFunction


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """What a trainer is given to do.

    Attributes:
        config: the run's settings.
        seed: of this network; members of an ensemble differ by it.
        member: which network of an ensemble, from 1.
        classes: number of classes.
        score_class: the class that the ROC curve is about.
        loss: what to make small.
        later_epochs: epochs of the members to come, for the time left.
    """

    config: StudioConfig
    seed: int
    member: int
    classes: int
    score_class: int | None
    loss: LossFunction
    later_epochs: int = 0
