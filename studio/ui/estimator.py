"""Measures in passing what a training would cost here."""

from __future__ import annotations

from collections.abc import Callable

import psutil
from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.events import EstimateReady, Event, JobEnded
from studio.core.presets import PRESETS, apply_preset
from studio.core.requests import TrainRequest
from studio.data.manifest import Manifest
from studio.ui.estimates import Estimates, Measured, key_of
from studio.ui.job_runner import JobInfo, JobRunner
from studio.ui.session import Session

ESTIMATE_TARGET = "studio.learn.estimate_job:estimate"
_CALM_MS, _AGAIN_MS, _LIMIT_MS = 1500, 3000, 90_000
_BUSY_PERCENT = 40.0


def machine_is_idle() -> bool:
    """Whether the processor has had little to do since this was asked last."""
    return psutil.cpu_percent(None) < _BUSY_PERCENT


class Estimator(QObject):
    """Times a few real steps of the settings at hand, then of each strategy, while nobody needs the machine.

    It gives way to every job, and stops when nobody looks at the estimates. What takes too long to be measured in
    passing is left to the person, who may ask for it.
    """

    changed = Signal()

    def __init__(self, session: Session, parent: QObject, is_idle: Callable[[], bool] = machine_is_idle) -> None:
        """Args:
        session: holds the dataset, the settings, the running job.
        parent: owner.
        is_idle: whether the machine has nothing else to do.
        """
        super().__init__(parent)
        self._session = session
        self._is_idle = is_idle
        self._estimates = Estimates(session.settings, session.workspace)
        self._too_long: set[str] = set()
        self._is_watched = False
        self._is_asked = False
        self._has_gpu = False
        self._target: tuple[Manifest, StudioConfig] | None = None
        self._composed: tuple[StudioConfig, dict[str, StudioConfig]] | None = None
        self._jobs = JobRunner(self)
        self._jobs.happened.connect(self._hear)
        self._jobs.ended.connect(self._end)
        self._calm = self._timer(_CALM_MS, self._consider)
        self._limit = self._timer(_LIMIT_MS, self._give_up)
        session.closing.connect(self._jobs.close)
        session.job_started.connect(self._give_way)
        for signal in (session.job_ended, session.dataset_changed, session.config_changed):
            signal.connect(self._wait_for_calm)

    @property
    def is_measuring(self) -> bool:
        """Whether steps of the settings at hand are being timed."""
        return self._target is not None and self._target[1] == self._session.config

    @property
    def obstacle(self) -> str:
        """Why nothing can be measured; empty when it can."""
        dataset = self._session.dataset
        if dataset is None:
            return "Open a dataset first; its photos are what is timed."
        if len({sample.label for sample in dataset.samples}) < 2:
            return "Paint dirt first: there is one class, and no training to be timed."
        return ""

    def set_watched(self, is_watched: bool) -> None:
        """Say whether someone looks at the estimates."""
        self._is_watched = is_watched
        if is_watched:
            self._estimates.read_benchmarks()
            self._is_idle()  # asked from now on
            self._wait_for_calm()
        else:
            self._calm.stop()
            self._stop()

    def set_has_gpu(self, has_gpu: bool) -> None:
        """Say whether strategies for a graphics card are worth timing."""
        self._has_gpu = has_gpu

    def measure(self) -> None:
        """Time the settings at hand now, however busy the machine is."""
        self._is_asked = True
        self._calm.stop()
        if self._target is None:
            self._start(self._session.config)
        elif not self.is_measuring:
            self._stop()

    def find(self, config: StudioConfig) -> Measured | None:
        """What is known for these settings."""
        dataset = self._session.dataset
        return None if dataset is None else self._estimates.find(dataset, config)

    def times(self) -> dict[str, float]:
        """How long each strategy takes, in seconds, as far as that was measured; by slug."""
        found = {slug: self.find(config) for slug, config in self._strategies().items()}
        return {slug: one.estimate.run_s for slug, one in found.items() if one is not None}

    def _timer(self, interval_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(slot)
        return timer

    def _strategies(self) -> dict[str, StudioConfig]:
        config = self._session.config
        if self._composed is None or self._composed[0] != config:
            self._composed = (config, _strategies_with(config))
        return self._composed[1]

    def _wait_for_calm(self, *_: object) -> None:
        if self._target is not None and self._target != (self._session.dataset, self._session.config):
            self._stop()  # of settings that nobody has any more
        self.changed.emit()
        if self._is_watched and not self.obstacle:
            self._calm.start(_CALM_MS)

    def _consider(self) -> None:
        if self._target is not None or self._session.is_busy or self.obstacle or not self._is_watched:
            return
        wanted = self._next()
        if wanted is not None and self._is_idle():
            self._start(wanted)
        elif wanted is not None:
            self._calm.start(_AGAIN_MS)

    def _next(self) -> StudioConfig | None:
        """What is worth timing: first what the person would train with."""
        others = [config for slug, config in self._strategies().items() if self._has_gpu or not PRESETS[slug].needs_gpu]
        dataset = self._session.dataset
        for config in (self._session.config, *others):
            if dataset is not None and self.find(config) is None and key_of(dataset, config) not in self._too_long:
                return config
        return None

    def _start(self, config: StudioConfig) -> None:
        dataset = self._session.dataset
        if dataset is None or self._session.is_busy or self._jobs.job is not None:
            return
        self._target = dataset, config
        request = TrainRequest(config=config, data=str(dataset.folder))
        self._jobs.start(ESTIMATE_TARGET, request, dataset.folder, kind="estimate", title="Timing steps")
        if not self._is_asked:
            self._limit.start()
        self.changed.emit()

    def _hear(self, event: Event) -> None:
        if isinstance(event, EstimateReady) and self._target is not None:
            self._estimates.keep(*self._target, event)

    def _end(self, job: JobInfo, ending: JobEnded) -> None:
        target, self._target = self._target, None
        self._limit.stop()
        if target is not None and ending.outcome in ("failed", "bad input"):
            self._too_long.add(key_of(*target))
            if self._is_asked and target[1] == self._session.config:
                self._session.say("danger", str(ending), ending.details)
        is_over = target is not None and target[1] == self._session.config
        if self._is_asked and not is_over and not self._session.is_busy:
            self._start(self._session.config)
            return
        self._is_asked = False
        self._wait_for_calm()

    def _give_up(self) -> None:
        if self._target is not None:
            self._too_long.add(key_of(*self._target))
            self._stop()

    def _give_way(self, *_: object) -> None:
        self._is_asked = False
        self._calm.stop()
        self._stop()

    def _stop(self) -> None:
        self._limit.stop()
        if self._jobs.job is not None:
            self._jobs.kill()


def _strategies_with(config: StudioConfig) -> dict[str, StudioConfig]:
    found = {}
    for slug in PRESETS:
        try:
            found[slug] = apply_preset(slug, config)
        except ConfigError:
            continue  # an overlay that does not go with the settings at hand
    return found
