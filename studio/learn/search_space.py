"""What a search tries: each setting's own range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from studio.core.config import StudioConfig
from studio.core.searches import Value, grid_settings
from studio.core.settings import Setting, settings

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One setting that is searched.

    Attributes:
        path: of the setting.
        values: to choose from; empty where any number of the range may be tried.
        low, high: the range.
        is_log: whether factors count in it rather than differences.
    """

    path: str
    values: tuple[Value, ...] = ()
    low: float = 0.0
    high: float = 0.0
    is_log: bool = False

    def suggest(self, trial: optuna.Trial) -> Value:
        """The value that a trial shall try."""
        if self.values:
            chosen: Any = trial.suggest_categorical(self.path, list(self.values))
            return cast(Value, chosen)
        return trial.suggest_float(self.path, self.low, self.high, log=self.is_log)


def grid_space() -> tuple[Dimension, ...]:
    """The guide's grid: learning rate, batch size, weight decay, optimizer, scheduler."""
    return tuple(Dimension(path=setting.path, values=setting.search) for setting in grid_settings())


def smart_space(config: StudioConfig) -> tuple[Dimension, ...]:
    """Every setting that has a search range, wide enough to hold the value at hand.

    Args:
        config: what the trials start from; with its own values the search begins.
    """
    return tuple(_dimension(setting, config.value(setting.path)) for setting in settings() if setting.search)


def space_of(config: StudioConfig) -> tuple[Dimension, ...]:
    """The space that the config's section `search` asks for."""
    return grid_space() if config.search.mode == "grid" else smart_space(config)


def suggest(space: tuple[Dimension, ...], trial: optuna.Trial) -> dict[str, Value]:
    """What a trial shall try, by path."""
    return {dimension.path: dimension.suggest(trial) for dimension in space}


def own_values(space: tuple[Dimension, ...], config: StudioConfig) -> dict[str, Any]:
    """The config's own values in a space."""
    return {dimension.path: config.value(dimension.path) for dimension in space}


def trial_config(config: StudioConfig, values: Mapping[str, Value]) -> StudioConfig:
    """The settings of one quick training.

    Args:
        config: of the search.
        values: what the trial tries.

    Raises:
        ConfigError: the values do not fit the rest.
    """
    search, limit = config.search, config.training.max_train_batches
    batches = min((number for number in (search.quick_batches, limit) if number is not None), default=None)
    quick = {
        "training.epochs": search.quick_epochs,
        "training.max_train_batches": batches,
        "early_stopping.enabled": False,  # giving up early is the pruner's, who knows the other trials
        "checkpointing.monitor": "val_balanced_accuracy",
        "checkpointing.save_last": False,  # a hundred of them would fill a disk
        "ensemble.members": 1,
        "split.cross_fit": "off",
        "hardware.processes": 1,
        "monitoring.tensorboard": False,
        "monitoring.heat_samples": 0,
    }
    return config.with_values({**quick, **values})


def _dimension(setting: Setting, own: Value) -> Dimension:
    if setting.reach is None:
        values = setting.search if own in setting.search else (*setting.search, own)
        return Dimension(path=setting.path, values=values)
    low, high = setting.reach
    if not isinstance(own, str) and (own > 0 or not setting.is_log):
        low, high = min(low, own), max(high, own)
    return Dimension(path=setting.path, low=low, high=high, is_log=setting.is_log)
