"""Estimates that were measured here, kept for the next time."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from studio.core.config import StudioConfig
from studio.core.events import EstimateReady
from studio.core.speeds import Speed, known_speeds
from studio.data.manifest import Manifest
from studio.ui.memory import Memory
from studio.ui.reckoning import nearest, reckoned

_MOST = 40
_KEY = "configure/estimates"
_SECTIONS_WITHOUT_COST = frozenset(
    {"schema_version", "preset", "decision", "monitoring", "checkpointing", "search", "split", "class_weighting",
     "early_stopping"}
)  # fmt: skip
_WITHOUT_COST = frozenset(
    {"epochs", "learning_rate", "weight_decay", "momentum", "scheduler", "step_size", "gamma", "warmup_epochs",
     "min_lr", "loss", "focal_alpha", "focal_gamma", "label_smoothing", "gradient_clipping", "seed"}
)  # fmt: skip
"""Settings of training that change what is learned, not how long a step takes."""
_READING_SPREAD = 0.1


@dataclass(frozen=True, kw_only=True)
class Measured:
    """An estimate and when it was measured.

    Attributes:
        estimate: the figures, for the settings that were asked about.
        at_s: in seconds since 1970.
        is_reckoned: whether it follows from a benchmark of the machine instead of from steps on the dataset.
    """

    estimate: EstimateReady
    at_s: float
    is_reckoned: bool = False


class Estimates:
    """Finds what was measured for a dataset with settings that cost the same; epochs are reckoned, not measured.

    Where nothing was, but a benchmark has found how fast such networks train here, all is reckoned.
    """

    def __init__(self, settings: Memory, workspace: Path) -> None:
        """Args:
        settings: where they are kept.
        workspace: where benchmarks keep what they find.
        """
        self._settings = settings
        self._workspace = workspace
        self._speeds: tuple[Speed, ...] = ()
        self.read_benchmarks()
        self._counted: tuple[Manifest, int] | None = None
        self._kept: dict[str, Any] = {}
        try:
            kept = json.loads(str(settings.value(_KEY, "{}")))
            self._kept = kept if isinstance(kept, dict) else {}
        except (ValueError, RecursionError):
            pass  # measured anew

    def read_benchmarks(self) -> None:
        """Learn of benchmarks since the last time."""
        self._speeds = known_speeds(self._workspace)

    def find(self, dataset: Manifest, config: StudioConfig) -> Measured | None:
        """What is known for these settings on this dataset."""
        return self._measured(dataset, config) or self._reckoned(dataset, config)

    def _measured(self, dataset: Manifest, config: StudioConfig) -> Measured | None:
        kept = self._kept.get(key_of(dataset, config))
        if kept is None:
            return None
        try:
            known = _adapter().validate_python(kept["estimate"])
            return Measured(estimate=_scaled(known, kept["runs"], config), at_s=float(kept["at_s"]))
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None  # of another version

    def _reckoned(self, dataset: Manifest, config: StudioConfig) -> Measured | None:
        speed = nearest(self._speeds, config)
        if speed is None:
            return None
        if self._counted is None or self._counted[0] is not dataset:  # a count of 100,000 is not for every keystroke
            self._counted = dataset, len(dataset.with_twins(dataset.samples))
        estimate = reckoned(self._counted[1], config, speed)
        return Measured(estimate=estimate, at_s=speed.measured_s, is_reckoned=True)

    def keep(self, dataset: Manifest, config: StudioConfig, estimate: EstimateReady) -> None:
        """Remember what was measured just now."""
        key = key_of(dataset, config)
        self._kept.pop(key, None)
        self._kept[key] = {"estimate": asdict(estimate), "at_s": time.time(), "runs": _runs(config)}
        self._kept = dict(list(self._kept.items())[-_MOST:])
        self._settings.setValue(_KEY, json.dumps(self._kept))


@cache
def _adapter() -> TypeAdapter[EstimateReady]:
    return TypeAdapter(EstimateReady)


def _runs(config: StudioConfig) -> int:
    return config.ensemble.members * config.training.epochs


def _scaled(known: EstimateReady, runs: int, config: StudioConfig) -> EstimateReady:
    """The same epochs, more or fewer of them."""
    share = _runs(config) / runs
    reading = _READING_SPREAD * known.reading_s
    return replace(
        known,
        run_s=known.reading_s + known.epoch_s * _runs(config),
        spread_s=max(0.0, known.spread_s - reading) * share + reading,
    )


def key_of(dataset: Manifest, config: StudioConfig) -> str:
    """The same for settings that cost the same on a dataset."""
    values = {key: value for key, value in config.to_mapping().items() if key not in _SECTIONS_WITHOUT_COST}
    values["training"] = {key: value for key, value in values["training"].items() if key not in _WITHOUT_COST}
    told = json.dumps([str(dataset.folder), len(dataset.samples), values], sort_keys=True)
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()
