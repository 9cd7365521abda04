"""The registered optimizers, the registered schedules of the learning rate.

A schedule is a pure function of the place within the run wherever it can be, so a resumed run needs nothing from the
past, and a run with more epochs gets the longer curve. Only plateau remembers. torch is imported inside the builders.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from studio.core.registry import OPTIMIZERS, SCHEDULERS
from studio.core.sections import TrainingSettings

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

Groups = list[dict[str, Any]]

# The one-cycle policy's usual proportions (Smith, Topin, 2017).
CYCLE_RISE, CYCLE_START, CYCLE_END = 0.3, 1 / 25, 1e-4 / 25

PLATEAU_THRESHOLD = 1e-4

FUSED = ("cpu", "cuda")
"""Devices on which torch does a step in one pass."""


@OPTIMIZERS.register("adam", title="Adam", help="Adapts the step of every weight; a good first choice.")
def adam(groups: Groups, training: TrainingSettings) -> Optimizer:
    """Adam (Kingma, Ba, 2014), with weight decay as part of the gradient."""
    from torch.optim import Adam

    return Adam(groups, lr=training.learning_rate, fused=_fused(groups))


@OPTIMIZERS.register("adamw", title="AdamW", help="Adam with weight decay apart from the gradient.")
def adamw(groups: Groups, training: TrainingSettings) -> Optimizer:
    """AdamW (Loshchilov, Hutter, 2017)."""
    from torch.optim import AdamW

    return AdamW(groups, lr=training.learning_rate, fused=_fused(groups))


@OPTIMIZERS.register("sgd", title="SGD", help="Plain steps with momentum; wants a larger learning rate.")
def sgd(groups: Groups, training: TrainingSettings) -> Optimizer:
    """Stochastic gradient descent with momentum (Nesterov's where there is any)."""
    from torch.optim import SGD

    return SGD(
        groups,
        lr=training.learning_rate,
        momentum=training.momentum,
        nesterov=training.momentum > 0,
        fused=_fused(groups),
    )


def _fused(groups: Groups) -> bool | None:
    """Whether one pass over each weight does the whole step: a quarter of the time of many passes on a CPU.

    Returns:
        True, or None for what torch does by itself.
    """
    return (
        all(one.device.type in FUSED and one.is_floating_point() for group in groups for one in group["params"]) or None
    )


def build_optimizer(parameters: Iterable[nn.Parameter], training: TrainingSettings) -> Optimizer:
    """The optimizer that the settings name.

    Args:
        parameters: those that learn; the others are passed over. Norms and biases (one dimension) do not decay:
            pulling a scale towards zero is no cure for overfitting.
        training: the settings.
    """
    learning = [parameter for parameter in parameters if parameter.requires_grad]
    groups = [
        {"params": [one for one in learning if one.ndim > 1], "weight_decay": training.weight_decay},
        {"params": [one for one in learning if one.ndim <= 1], "weight_decay": 0.0},
    ]
    optimizer: Optimizer = OPTIMIZERS[training.optimizer].build(
        [group for group in groups if group["params"]], training
    )
    return optimizer


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the run an optimizer step is; epochs need not have equally many.

    Attributes:
        epoch: whole epochs before it.
        step: steps before it in its epoch.
        steps: of its epoch, at least 1.
        epochs: planned epochs.
    """

    epoch: int
    step: int
    steps: int
    epochs: int

    @property
    def epochs_begun(self) -> float:
        """Epochs done when the step begins."""
        return self.epoch + self.step / self.steps

    @property
    def epochs_done(self) -> float:
        """Epochs done when the step is."""
        return self.epoch + (self.step + 1) / self.steps


class Schedule(Protocol):
    """How the learning rate changes over a run."""

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""

    def hear(self, loss: float) -> None:
        """Take note of an epoch's loss: validation's, or training's where there is no validation."""

    def state(self) -> dict[str, float]:
        """What it remembers, as plain values."""

    def restore(self, state: dict[str, float]) -> None:
        """Remember what `state` told."""


class _Curve:
    """A schedule that remembers nothing."""

    def __init__(self, training: TrainingSettings) -> None:
        self.training = training
        self.floor = min(training.min_lr, training.learning_rate)

    def rate(self, place: Place) -> float:
        return self.training.learning_rate

    def hear(self, loss: float) -> None:
        """The curve is fixed."""

    def state(self) -> dict[str, float]:
        return {}

    def restore(self, state: dict[str, float]) -> None:
        """There is nothing to remember."""


@SCHEDULERS.register("none", title="Constant", help="The learning rate stays as it is.")
class Constant(_Curve):
    """The learning rate stays as it is."""


@SCHEDULERS.register("step", title="Steps", help="Drops by gamma every few epochs.")
class Steps(_Curve):
    """Multiplied by `gamma` after every `step_size` epochs."""

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""
        return self.training.learning_rate * self.training.gamma ** (place.epoch // self.training.step_size)


@SCHEDULERS.register("cosine", title="Cosine", help="Falls smoothly to the lowest learning rate.")
class Cosine(_Curve):
    """Half a cosine from `learning_rate` to `min_lr`, which the last step reaches (Loshchilov, Hutter, 2016)."""

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""
        # Measured from the step's start, so that the first step has the full rate; the last one reaches the end.
        last = place.epochs - 1 / place.steps
        return _cosine(self.training.learning_rate, self.floor, place.epochs_begun / last if last else 0.0)


@SCHEDULERS.register(
    "warmup_cosine", title="Warm-up, then cosine", help="Rises over the first epochs, then falls smoothly."
)
class WarmupCosine(_Curve):
    """A straight rise over `warmup_epochs`, whose first step is already above 0, then half a cosine to `min_lr`."""

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""
        top, warmup = self.training.learning_rate, min(self.training.warmup_epochs, place.epochs)
        if place.epochs_done <= warmup:
            return top * place.epochs_done / warmup
        return _cosine(top, self.floor, (place.epochs_done - warmup) / (place.epochs - warmup))


@SCHEDULERS.register("one_cycle", title="One cycle", help="Rises to the learning rate, then falls far below it.")
class OneCycle(_Curve):
    """From a 25th up to `learning_rate` in the first 30 % of the run, down to almost nothing (Smith, Topin, 2017)."""

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""
        top = self.training.learning_rate
        share = place.epochs_done / place.epochs
        if share <= CYCLE_RISE:
            return _cosine(top * CYCLE_START, top, share / CYCLE_RISE)
        return _cosine(top, top * CYCLE_END, (share - CYCLE_RISE) / (1 - CYCLE_RISE))


@SCHEDULERS.register("plateau", title="Plateau", help="Drops by gamma when the loss stops falling.")
class Plateau(_Curve):
    """Multiplied by `gamma`, down to `min_lr`, whenever the loss has not fallen for `step_size` epochs."""

    def __init__(self, training: TrainingSettings) -> None:
        super().__init__(training)
        self._factor, self._lowest, self._waited = 1.0, math.inf, 0

    def rate(self, place: Place) -> float:
        """The learning rate in force for a step."""
        return max(self.training.learning_rate * self._factor, self.floor)

    def hear(self, loss: float) -> None:
        """Take note of an epoch's loss."""
        if loss < self._lowest * (1 - PLATEAU_THRESHOLD):
            self._lowest, self._waited = loss, 0
            return
        self._waited += 1
        if self._waited >= self.training.step_size:
            self._factor, self._waited = self._factor * self.training.gamma, 0

    def state(self) -> dict[str, float]:
        """What it remembers, as plain values."""
        return {"factor": self._factor, "lowest": self._lowest, "waited": self._waited}

    def restore(self, state: dict[str, float]) -> None:
        """Remember what `state` told."""
        self._factor, self._lowest, self._waited = state["factor"], state["lowest"], int(state["waited"])


def build_schedule(training: TrainingSettings) -> Schedule:
    """The schedule that the settings name."""
    schedule: Schedule = SCHEDULERS[training.scheduler].build(training)
    return schedule


def _cosine(start: float, end: float, share: float) -> float:
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
