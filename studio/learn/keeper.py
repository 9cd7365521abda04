"""Writes what a training has reached into its run's folder."""

from __future__ import annotations

import copy
import time
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from torch import Tensor, nn

from studio.core.children import Emit
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import CheckpointSaved, EpochFinished
from studio.core.runs import RunFolder
from studio.learn.checkpoints import Member, Model, load_model, save_model, save_state
from studio.learn.network import Network
from studio.learn.operating_point import OperatingPoint
from studio.learn.trainer import Trainer

PAUSE_S = 5.0
"""Least time between two writings while the head of a frozen network learns."""


@dataclass(kw_only=True)
class RunKeeper:
    """Keeps the best epoch's model and the last epoch's state.

    The model is written before the state: a run that is killed between the two does its last epoch again, and comes
    to the same. Epochs of a frozen network's head take less time than writing its model, so what they bring is kept in
    memory for a few seconds; a killed run does these again.

    Attributes:
        run: its folder.
        config: its settings.
        classes: in the order of the logits.
        positive: the class that the threshold is about.
        network: what is trained; its frozen part goes into the model too.
        finished: networks of the same model that are ready.
        is_writer: only rank 0 writes.
        emit: takes the events.
    """

    run: RunFolder
    config: StudioConfig
    classes: tuple[str, ...]
    positive: str | None
    network: Network
    finished: tuple[Member, ...]
    is_writer: bool
    emit: Emit
    _model: tuple[int, Model] | None = None
    _state: tuple[int, dict[str, Any]] | None = None
    _written_at: float = field(default_factory=time.monotonic)

    def keep(self, trainer: Trainer, event: EpochFinished) -> None:
        """Keep the model if the epoch is the best, and the state to go on from; write them when it is time."""
        if not self.is_writer:
            return
        if event.is_best or not self.config.checkpointing.save_best:
            self._model = event.epoch, self._made(trainer, event)
        if self.config.checkpointing.save_last:
            # The head goes on learning before its state is written.
            self._state = event.epoch, copy.deepcopy(trainer.state()) if self.network.is_frozen else trainer.state()
        if not self.network.is_frozen or time.monotonic() - self._written_at >= PAUSE_S:
            self.flush()

    def flush(self) -> None:
        """Write what has not been written.

        Raises:
            UserError: the run's folder cannot be written, or has gone.
        """
        if (
            self._model or self._state
        ) and not self.run.exists():  # or a new one would be made in its place, with half of the run in each
            raise UserError(f"{self.run.path}: has gone; bring it back, and go on with it")
        if self._model is not None:
            (epoch, model), self._model = self._model, None
            save_model(self.run.best, model)
            self.emit(CheckpointSaved(kind="best", path=str(self.run.best), epoch=epoch))
        if self._state is not None:
            (epoch, state), self._state = self._state, None
            save_state(self.run.last, state)
            self.emit(CheckpointSaved(kind="last", path=str(self.run.last), epoch=epoch))
        self._written_at = time.monotonic()

    def _made(self, trainer: Trainer, event: EpochFinished) -> Model:
        is_averaged = trainer.average is not None
        member = Member(
            weights=self._whole(trainer.network), raw_weights=self._whole(trainer.learner) if is_averaged else None
        )
        has_threshold = len(self.classes) == 2 and self.positive is not None
        return Model(
            config=self.config,
            classes=self.classes,
            positive=self.positive,
            threshold=0.5 if has_threshold else None,
            temperature=1.0,
            members=(*self.finished, member),
            info=describe(self.run, event, trainer.standing.monitor),
        )

    @cached_property
    def _frozen(self) -> dict[str, Tensor]:
        """The weights of a frozen network; its body's are asked for once, since that takes as long as ten steps."""
        return self.network.state_dict()

    def _whole(self, learner: nn.Module) -> dict[str, Tensor]:
        """All weights of the network, with the learner's in their place."""
        weights = learner.state_dict()
        if not self.network.is_frozen:
            return weights
        return {**self._frozen, **{f"head.{name}": value.clone() for name, value in weights.items()}}


def describe(run: RunFolder, event: EpochFinished, monitor: str) -> dict[str, Any]:
    """What a model says of itself, as plain values: the run's name, the epoch, its figures."""
    scores = event.val or event.train
    return {
        "run": run.path.name,
        "title": run.title,
        "epoch": event.epoch,
        "monitor": monitor,
        "split": "val" if event.val else "train",
        "scores": {**asdict(scores), "confusion": [list(row) for row in scores.confusion]},
    }


def settle(run: RunFolder, point: OperatingPoint) -> Model:
    """Write the operating point into the run's model.

    Returns:
        the model with it.
    """
    model = replace(load_model(run.best), temperature=point.temperature, threshold=point.threshold, band=point.band)
    save_model(run.best, model)
    return model
