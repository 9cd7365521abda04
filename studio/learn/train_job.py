"""The job that trains: from a dataset or photos to a model."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.disks import cannot_write
from studio.core.errors import ConfigError
from studio.core.events import PhaseStarted, RunFinished, RunStarted, Scores
from studio.core.locks import holding
from studio.core.painted_record import RECORD
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.core.sections import HardwareSettings
from studio.data.loaders import lost_worker
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.learn.architectures import build_network
from studio.learn.checkpoints import load_model, load_state
from studio.learn.environment import read_environment, write_environment
from studio.learn.members import MemberSchool
from studio.learn.metrics import score_class_of
from studio.learn.ranks import Ranks, check_precision, choose_device, open_ranks
from studio.learn.run_checks import PHASE as CHECKING
from studio.learn.run_checks import RunChecker, is_checkable
from studio.learn.run_evaluation import RunJudge
from studio.learn.run_setup import Material, Setup, open_run, prepare
from studio.learn.speaker import Speaker
from studio.learn.standing import check_monitor
from studio.learn.trainer import Outcome, Trainer
from studio.learn.workshop import Workshop, open_workshop

QUICK_S = 15.0
"""A stopped run still judges its model when that takes no longer."""


def train(config: TrainRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Train, or go on with a run.

    Args:
        config: settings and data; for a resumed run its own, with at most more epochs.
        folder: the run's.
        seat: which of how many processes this is; under torchrun the environment says so instead.
        emit: takes the events.
        should_stop: asked on the way; a stopped run keeps its best epoch and can be resumed.

    Raises:
        ConfigError: settings that are at odds with the data, the machine, or the run to resume.
        UserError: data that cannot be used, a diverging loss, too little memory, a folder that cannot be written.
    """
    began = time.monotonic()
    with (
        ExitStack() as held,
        open_ranks(_hardware(config, RunFolder(folder)), seat) as ranks,
        Speaker(emit, is_first=ranks.is_first) as speaker,
    ):
        run = RunFolder(ranks.from_first(lambda: folder))
        ranks.from_first(lambda: _claim(run, held, is_resumed=config.is_resumed))
        setup = ranks.from_first(lambda: open_run(config, run, speaker.say))
        speaker.open(run, setup.config.monitoring, _phases(setup))
        training = _Training(run, setup, ranks, speaker, should_stop, began)
        try:
            training.work()
        except RuntimeError as error:
            told = lost_worker(error)
            if told is None:
                raise
            raise told from error


class _Training:
    """One run from its data to its model."""

    def __init__(
        self, run: RunFolder, setup: Setup, ranks: Ranks, speaker: Speaker, should_stop: ShouldStop, began: float
    ) -> None:
        self._run = run
        self._setup = setup
        self._config = setup.config
        self._ranks = ranks
        self._speaker = speaker
        self._should_stop = should_stop
        self._began = began

    def work(self) -> None:
        if not self._setup.is_resumed:
            self._check_network()
        material = self._ranks.from_first(self._prepare)
        if material is None:
            self._finish("stopped", None)
            return
        manifest = Manifest.load(material.folder)
        check_monitor(self._config, score_class_of(manifest.classes, manifest.positive))
        workshop = open_workshop(
            self._config,
            manifest,
            material.splits,
            known=self._setup.environment.resolved,
            ranks=self._ranks,
            emit=self._speaker.say,
            should_stop=self._should_stop,
        )
        if workshop is None:
            self._finish("stopped", None)
            return
        try:
            self._check_batches(workshop)
            self._note_environment(material, workshop)
            outcome, trainer = self._train_members(material, workshop)
            self._finish(outcome, trainer, workshop)
        finally:
            workshop.loader.close()

    def _check_network(self) -> None:
        """Refuse now what would be refused once hours of painting are over.

        Raises:
            ConfigError: the network, its weights or the precision cannot be had.
        """
        check_precision(self._config.hardware.precision, self._ranks.device)
        self._ranks.from_first(lambda: build_network(self._config.model, self._config.model.num_classes or 2) and None)

    def _prepare(self) -> Material | None:
        if not (self._setup.environment.dataset or is_dataset(Path(self._setup.environment.data))):
            self._speaker.say(PhaseStarted(phase="reading"))
        return prepare(self._setup, self._run, emit=self._speaker.say, should_stop=self._should_stop)

    def _check_batches(self, workshop: Workshop) -> None:
        """Every rank needs a sample of every batch.

        Raises:
            ConfigError: there are too few.
        """
        size, ranks = self._config.training.batch_size, self._ranks.world_size
        if size < ranks:
            raise ConfigError(f"training.batch_size: {size} is shared by {ranks} processes; set it to {ranks} or more")
        count = workshop.fewest_learned()
        if count < ranks:
            raise ConfigError(f"hardware.processes: {ranks} for {count} training samples; set it to {count} or less")

    def _note_environment(self, material: Material, workshop: Workshop) -> None:
        if self._ranks.is_first:
            environment = replace(
                self._setup.environment,
                dataset=str(material.folder),
                fingerprint=material.fingerprint,
                resolved=workshop.resolved,
            )
            write_environment(self._run, environment)

    def _train_members(self, material: Material, workshop: Workshop) -> tuple[Outcome, Trainer]:
        """Train the networks of the model one after another."""
        state = self._ranks.from_first(lambda: load_state(self._run.last) if self._setup.is_resumed else None)
        first = state["member"] if state else 1
        finished = self._ranks.from_first(lambda: load_model(self._run.best).members[: first - 1] if first > 1 else ())
        self._announce(material, workshop, state)
        members = self._config.ensemble.members
        school = MemberSchool(self._config, workshop, self._run, self._ranks, self._speaker, self._should_stop)
        for member in range(first, members + 1):
            outcome, trainer = school.train(member, finished, state if member == first else None)
            if outcome == "stopped" or member == members:
                break
            finished = self._ranks.from_first(lambda: load_model(self._run.best).members)
        return outcome, trainer

    def _announce(self, material: Material, workshop: Workshop, state: dict[str, Any] | None) -> None:
        first_epoch = state["epoch"] + 1 if state else 1
        self._speaker.start_curves(member=state["member"] if state else 1, first_epoch=first_epoch)
        config, samples, network = self._config, workshop.samples, workshop.network
        if state and state["member"] > 1 and config.training.epochs > state["epochs"]:
            # Members that are finished would stay behind, and nobody would see it.
            raise ConfigError(
                f"training.epochs: the earlier members of this ensemble were trained for {state['epochs']}; "
                "start a new run for more"
            )
        if state and state["epoch"] > config.training.epochs:
            raise ConfigError(
                f"training.epochs: {config.training.epochs}, but the run has finished {state['epoch']} already"
            )
        real = [
            sum(not (sample.synthetic or sample.is_guessed) for sample in samples[name])
            for name in ("train", "val", "test")
        ]
        self._speaker.say(
            RunStarted(
                folder=str(self._run.path),
                name=self._run.title,
                classes=workshop.manifest.classes,
                positive=workshop.manifest.positive,
                first_epoch=first_epoch,
                epochs=config.training.epochs,
                patience=config.early_stopping.patience if config.early_stopping.enabled else None,
                monitor=config.checkpointing.monitor,
                device=self._ranks.describe(),
                precision=self._ranks.precision,
                processes=self._ranks.world_size,
                parameters=sum(parameter.numel() for parameter in network.parameters()),
                trainable=network.trainable_count(),
                train_count=len(samples["train"]),
                val_count=len(samples["val"]),
                test_count=len(samples["test"]),
                real_counts=(real[0], real[1], real[2]),
                certificate=material.splits.certificate.sentence,
                folds=len(material.splits.folds),
                members=config.ensemble.members,
            )
        )
        self._speaker.say(PhaseStarted(phase="training"))

    def _finish(self, outcome: Outcome, trainer: Trainer | None, workshop: Workshop | None = None) -> None:
        """Judge the model and say the last word."""
        if not self._ranks.is_first:
            return
        has_model = self._run.best.is_file()
        on_val = None
        if has_model and trainer is not None and workshop is not None:
            on_val = self._evaluate(outcome, trainer, workshop)
        info = load_model(self._run.best).info if has_model else {}
        val_accuracy, ends = (on_val.accuracy, on_val.accuracy_95) if on_val is not None else (None, None)
        if self._config.ensemble.members == 1 or on_val is None:
            scores = info.get("scores", {}) if info.get("split") == "val" else {}
            val_accuracy, ends = scores.get("accuracy"), scores.get("accuracy_95")
        value = trainer.standing.best_value if trainer is not None and trainer.standing.best_epoch else None
        self._speaker.say(
            RunFinished(
                outcome=outcome,
                best_epoch=info.get("epoch", 0),
                best_value=value if value == value else None,
                val_accuracy=val_accuracy,
                model=str(self._run.best) if has_model else "",
                duration_s=time.monotonic() - self._began,
                val_accuracy_95=None if ends is None else (ends[0], ends[1]),
            )
        )

    def _evaluate(self, outcome: Outcome, trainer: Trainer, workshop: Workshop) -> Scores | None:
        """Judge the model on what was kept from training.

        Returns:
            its scores on the validation split, or on what was held out in turn.
        """
        names = ["val", "test"]
        should_stop = self._should_stop
        if outcome == "stopped":
            # Someone waits for the end, but a model whose threshold is chosen is worth a few seconds.
            if trainer.validation_s * self._config.ensemble.members > QUICK_S:
                return None
            names, should_stop = ["val"], _go_on
        judge = RunJudge(
            run=self._run,
            manifest=workshop.manifest,
            network=workshop.network,
            emit=self._speaker.say,
            should_stop=should_stop,
        )
        kept = [found for found in map(workshop.kept, names) if found is not None]
        on_val = judge.judge(kept) if kept else None
        if outcome != "stopped" and is_checkable(workshop.manifest) and not should_stop():
            checker = RunChecker(
                run=self._run,
                manifest=workshop.manifest,
                dirt=self._config.dirt,
                network=workshop.network,
                emit=self._speaker.say,
                should_stop=should_stop,
            )
            checker.check(kept)
        return on_val.scores if on_val else None


def _claim(run: RunFolder, held: ExitStack, *, is_resumed: bool) -> None:
    """Be the only one to train here.

    Raises:
        UserError: another process does, or the folder cannot be made.
    """
    if not is_resumed:  # of a run that has gone, no empty folder comes into being: `open_run` refuses it
        try:
            run.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(run.path, error) from error
    busy = f"{run.path}: another process is training here; wait until it has ended, or name another folder"
    held.enter_context(holding(run.lock, busy))


def _hardware(request: TrainRequest, run: RunFolder) -> HardwareSettings:
    """The hardware settings; of a resumed run with the device that its `auto` came to, if it is there."""
    hardware = request.config.hardware
    if not (request.is_resumed and hardware.device == "auto" and run.environment.is_file()):
        return hardware
    resolved = read_environment(run).resolved
    if resolved is None:
        return hardware
    try:
        choose_device(resolved.device, 0, 1, 1)
    except ConfigError:
        return hardware  # another machine; `open_run` says so
    return hardware.model_copy(update={"device": resolved.device})


def _phases(setup: Setup) -> tuple[str, ...]:
    is_known = setup.environment.dataset or is_dataset(Path(setup.environment.data))
    reading = () if is_known else ("reading", "comparing", "painting")
    looking = ("looking",) if setup.config.model.freeze == "backbone" else ()
    dataset = Path(setup.environment.dataset or setup.environment.data)
    checking = () if is_known and not (dataset / RECORD).is_file() else (CHECKING,)
    return (*reading, "caching", "warming up", *looking, "training", "evaluating", *checking)


def _go_on() -> bool:
    return False
