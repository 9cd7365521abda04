"""How a run stands: its best epoch, and how long it may go on without progress."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.events import Scores


@dataclass
class Standing:
    """Remembers the best epoch so far.

    Attributes:
        monitor: the figure that decides, such as `val_accuracy`.
        min_delta: a smaller gain is no progress.
        patience: epochs without progress before the run ends; None never ends it.
        best_epoch: 0 before the first.
        best_value: the figure there.
        best_loss: the loss there, which parts equal accuracies.
        progress_value, progress_loss: where the figure stood when it last made progress.
        waited: epochs since then.
    """

    monitor: str
    min_delta: float
    patience: int | None
    best_epoch: int = 0
    best_value: float = math.nan
    best_loss: float = math.inf
    progress_value: float = math.nan
    progress_loss: float = math.inf
    waited: int = 0

    def take(self, epoch: int, value: float, loss: float) -> bool:
        """Judge a finished epoch.

        Args:
            epoch: from 1.
            value: the monitored figure.
            loss: of the same split; between equal figures the lower one wins.

        Returns:
            whether this is the best epoch so far.
        """
        has_progress = self._beats(value, loss, self.progress_value, self.progress_loss, self.min_delta)
        if has_progress or self.best_epoch == 0:
            self.progress_value, self.progress_loss, self.waited = value, loss, 0
        else:
            self.waited += 1
        is_best = self.best_epoch == 0 or self._beats(value, loss, self.best_value, self.best_loss, 0.0)
        if is_best:
            self.best_epoch, self.best_value, self.best_loss = epoch, value, loss
        return is_best

    @property
    def patience_left(self) -> int | None:
        """Epochs without progress that are still allowed."""
        return None if self.patience is None else max(0, self.patience - self.waited)

    @property
    def is_out_of_patience(self) -> bool:
        """Whether the run should end."""
        return self.patience_left == 0

    def grant_more_time(self) -> None:
        """Forget the waiting: a person wants the run to go on."""
        self.waited = 0

    def state(self) -> dict[str, Any]:
        """What it remembers, as plain values."""
        return asdict(self)

    def _beats(self, value: float, loss: float, other: float, other_loss: float, margin: float) -> bool:
        if math.isnan(value):
            return False
        if math.isnan(other):
            return True
        gain = other - value if self.monitor.endswith("_loss") else value - other
        return gain > margin or (gain == 0 and other_loss - loss > margin)


def new_standing(config: StudioConfig, *, has_validation: bool) -> Standing:
    """The standing of a run that has not begun.

    Args:
        config: the run's settings.
        has_validation: whether there is a validation split; without one, training's figures decide.
    """
    monitor = config.checkpointing.monitor
    return Standing(
        monitor=monitor if has_validation else monitor.replace("val_", "train_"),
        min_delta=config.early_stopping.min_delta,
        patience=config.early_stopping.patience if config.early_stopping.enabled else None,
    )


def monitored(monitor: str, train: Scores, val: Scores | None) -> tuple[float, float]:
    """The figure that decides which epoch is best, and the loss of the same split.

    Args:
        monitor: `val_` or `train_` and the name of a figure.
        train: scores while training.
        val: scores on the validation split.
    """
    split, _, name = monitor.partition("_")
    scores = val if split == "val" else train
    assert scores is not None
    value = getattr(scores, name)
    return (math.nan if value is None else float(value)), scores.loss


def check_monitor(config: StudioConfig, score_class: int | None) -> None:
    """Refuse to choose the best epoch by a curve that there is not.

    Raises:
        ConfigError: val_auroc without a class that the ROC curve could be about.
    """
    if config.checkpointing.monitor == "val_auroc" and score_class is None:
        raise ConfigError(
            "checkpointing.monitor: val_auroc needs two classes, or one called dirty; choose val_balanced_accuracy"
        )
