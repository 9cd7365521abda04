"""What a run's folder says of the run, for its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import EpochFinished, Gain, RunFinished, RunStarted
from studio.core.held_out import HeldOut, read_held_out
from studio.core.run_story import RunStory, read_story
from studio.core.run_summary import was_given_up
from studio.core.runs import RunFolder
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn.environment import Environment, read_environment
from studio.learn.report_files import read_checks, read_diagnosis, read_reports


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that a report tells, as far as the run has it.

    Attributes:
        run: its folder.
        config: its settings.
        started: its last beginning; None for a run that never came to that.
        finished: its ending; None where it was interrupted, or is still running.
        began_s: when it first began, in seconds since 1970; None where nothing was said.
        members: by number of the network from 1, its epochs in order.
        environment: None where the file is missing or damaged.
        splits: likewise.
        manifest: the dataset as it is now; None where it is gone.
        is_changed: whether the dataset is another one by now.
        reports: by name of the split or folder, what the evaluation wrote; `val` first.
        held_out: what the model said of validation samples; None where nothing was kept.
        checks: content of `checks.json`; empty without.
        diagnosis: content of `diagnosis.json`; empty without.
        gains: what several networks or views bring.
        is_given_up: whether it is a trial that its search gave up.
        problems: what could not be read, a sentence each.
    """

    run: RunFolder
    config: StudioConfig
    started: RunStarted | None
    finished: RunFinished | None
    began_s: float | None
    members: Mapping[int, tuple[EpochFinished, ...]]
    environment: Environment | None
    splits: Splits | None
    manifest: Manifest | None
    is_changed: bool
    reports: Mapping[str, Mapping[str, Any]]
    held_out: HeldOut | None
    checks: Mapping[str, Any]
    diagnosis: Mapping[str, Any]
    gains: tuple[Gain, ...]
    is_given_up: bool
    problems: tuple[str, ...]

    @property
    def epochs(self) -> tuple[EpochFinished, ...]:
        """Those of the network that is shown where one stands for all: the first."""
        return self.members.get(1, next(iter(self.members.values()), ()))

    @property
    def classes(self) -> tuple[str, ...]:
        """In the order of the confusion matrix; empty where the run never began."""
        return self.started.classes if self.started is not None else ()

    @property
    def positive(self) -> str | None:
        """The class that the threshold is about."""
        return self.started.positive if self.started is not None else None


def read_facts(run: RunFolder) -> Facts:
    """Read what there is; what is missing or torn becomes a sentence among the problems.

    Raises:
        ConfigError: the run's settings cannot be read.
    """
    config = run.load_config()
    problems: list[str] = []
    told = _story(run, problems)
    environment = _environment(run, problems)
    manifest = _manifest(environment, problems)
    is_changed = bool(
        manifest is not None
        and environment is not None
        and environment.fingerprint
        and manifest.fingerprint() != environment.fingerprint
    )
    return Facts(
        run=run,
        config=config,
        started=told.started,
        finished=told.finished,
        began_s=told.began_s,
        members=told.in_order(),
        environment=environment,
        splits=_splits(run, problems),
        manifest=manifest,
        is_changed=is_changed,
        reports=read_reports(run, problems),
        held_out=_held_out(run, problems),
        checks=read_checks(run, problems),
        diagnosis=read_diagnosis(run, problems),
        gains=told.gains,
        is_given_up=was_given_up(run),
        problems=tuple(problems),
    )


def sides(splits: Splits, manifest: Manifest) -> dict[str, Counter[tuple[str, bool]]]:
    """How many samples of each class, real or painted, each split has; twins and weights are counted once.

    Returns:
        by name of the split, counts by class and whether painted; samples that are gone do not count.
    """
    found: dict[str, Counter[tuple[str, bool]]] = {}
    for name, ids in (("train", splits.train), ("val", splits.val), ("test", splits.test)):
        samples = (manifest.by_id[id] for id in ids if id in manifest.by_id)
        found[name] = Counter((sample.label, sample.synthetic) for sample in samples)
    return found


def _story(run: RunFolder, problems: list[str]) -> RunStory:
    try:
        return read_story(run)
    except OSError as error:
        problems.append(f"The log cannot be read ({error.strerror or error}).")
        return RunStory()


def _environment(run: RunFolder, problems: list[str]) -> Environment | None:
    try:
        return read_environment(run)
    except UserError as error:
        problems.append(f"The environment is not known: {error}.")
        return None


def _manifest(environment: Environment | None, problems: list[str]) -> Manifest | None:
    if environment is None or not environment.dataset:
        return None
    try:
        return Manifest.load(Path(environment.dataset))
    except UserError as error:
        problems.append(f"The dataset cannot be read where it was: {error}.")
        return None


def _splits(run: RunFolder, problems: list[str]) -> Splits | None:
    if not run.split.exists():
        return None
    try:
        return Splits.load(run.split)
    except UserError as error:
        problems.append(f"The splits are not known: {error}.")
        return None


def _held_out(run: RunFolder, problems: list[str]) -> HeldOut | None:
    try:
        return read_held_out(run.evaluation)
    except UserError as error:
        problems.append(f"The answers for the validation samples are not known: {error}.")
        return None
