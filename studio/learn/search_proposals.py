"""What a search proposes next, and when it gives a trial up."""

from __future__ import annotations

from typing import Any

from studio.core.config import StudioConfig
from studio.learn.search_space import Dimension
from studio.learn.search_storage import import_optuna

_HYPERBAND_FROM_EPOCHS = 9
_STARTUP_TRIALS = 4


def sampler_of(config: StudioConfig, space: tuple[Dimension, ...], seed: int | None) -> Any:
    """Optuna's sampler.

    Args:
        config: of the search.
        space: what is searched.
        seed: None for another one each time.
    """
    samplers = import_optuna().samplers
    if config.search.mode == "grid":
        grid = {dimension.path: list(dimension.values) for dimension in space}
        sampler = samplers.GridSampler(grid, seed=seed)
        sampler.after_trial = _go_on  # its own ends Optuna's loop after the last combination, but the loop is ours
        return sampler
    startup = max(_STARTUP_TRIALS, min(10, config.search.trials // 3))
    return samplers.TPESampler(n_startup_trials=startup, constant_liar=True, seed=seed)


def pruner_of(config: StudioConfig) -> Any:
    """Optuna's pruner."""
    pruners, epochs = import_optuna().pruners, config.search.quick_epochs
    if config.search.mode == "grid":  # every combination is measured
        return pruners.NopPruner()
    if epochs < _HYPERBAND_FROM_EPOCHS:
        return pruners.MedianPruner(n_startup_trials=_STARTUP_TRIALS, n_warmup_steps=max(1, epochs // 4))
    return pruners.HyperbandPruner(min_resource=max(1, epochs // 9), max_resource=epochs, reduction_factor=3)


def _go_on(*_: object) -> None:
    return
