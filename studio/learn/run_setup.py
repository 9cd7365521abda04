"""Makes a run's folder ready: settings, data, splits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.children import Emit, ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import ConfigError, UserError
from studio.core.events import Notice
from studio.core.files import sweep_unfinished, write_text
from studio.core.requests import TrainRequest
from studio.core.runs import RunFolder
from studio.core.settings import settings
from studio.core.words import plural
from studio.data.dataset import open_or_make
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.photos import CLEAN, is_dataset
from studio.data.splits import Splits, split
from studio.data.synthesis_job import paint_dataset
from studio.learn.environment import Environment, describe_machine, differences, read_environment, write_environment

MAY_DIFFER = "training.epochs"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a training starts from.

    Attributes:
        config: the settings in force.
        environment: as far as known.
        is_resumed: whether there is a state to go on from.
        has_begun: whether the run began before, with or without such a state: its splits are never dealt anew.
        has_given_splits: whether the splits were named, and are not dealt either.
    """

    config: StudioConfig
    environment: Environment
    is_resumed: bool
    has_begun: bool = False
    has_given_splits: bool = False


@dataclass(frozen=True, kw_only=True)
class Material:
    """What there is to learn from.

    Attributes:
        folder: the dataset's.
        splits: who learns, who judges.
        fingerprint: of the dataset as it was when the splits were dealt.
    """

    folder: Path
    splits: Splits
    fingerprint: str


def open_run(request: TrainRequest, run: RunFolder, emit: Emit) -> Setup:
    """Check what is asked against what is there, and write the settings.

    Raises:
        ConfigError: a resumed run was asked to change a setting.
        UserError: there is no run to resume, or one where a new one should begin.
    """
    for folder in (run.path, run.best.parent, run.evaluation):
        sweep_unfinished(folder)
    if not request.is_resumed:
        if run.is_taken():
            raise UserError(f"{run.path}: holds a run already; go on with --resume, or name another folder")
        for old in (run.events, run.split):  # an attempt that was refused said why, and is over
            old.unlink(missing_ok=True)
        if request.splits:
            write_text(run.split, Splits.load(Path(request.splits)).to_json())
        setup = Setup(
            config=request.config,
            environment=Environment(data=request.data),
            is_resumed=False,
            has_given_splits=bool(request.splits),
        )
    else:
        setup = _reopened(request, run, emit)
    # Killed between the two, the folder holds no run yet, and the same command begins one.
    write_environment(run, setup.environment)
    write_text(run.config, setup.config.to_json())
    return setup


def check_unchanged(then: StudioConfig, now: StudioConfig) -> None:
    """Refuse to resume a run with other settings.

    Raises:
        ConfigError: naming the first one that differs.
    """
    for setting in settings():
        if setting.path != MAY_DIFFER and then.value(setting.path) != now.value(setting.path):
            raise ConfigError(
                f"{setting.path}: the run was begun with {then.value(setting.path)!r}; a resumed run keeps its"
                f" settings, and only {MAY_DIFFER} may differ"
            )


def prepare(setup: Setup, run: RunFolder, *, emit: Emit, should_stop: ShouldStop) -> Material | None:
    """Have a dataset and its splits ready.

    A dataset is taken as it is. Of photos, or of a dataset with clean ones alone, a dataset is made in the run's
    folder; clean photos alone are painted on.

    Returns:
        None when stopped.

    Raises:
        ConfigError: `model.num_classes` is not the dataset's number of classes.
        UserError: there are no usable photos, or fewer than two classes.
    """
    manifest = _dataset(setup, run, emit=emit, should_stop=should_stop)
    if manifest is None or should_stop():
        return None
    _check_classes(manifest, setup.config)
    return _material(manifest, setup, run, emit)


def _reopened(request: TrainRequest, run: RunFolder, emit: Emit) -> Setup:
    if not run.exists():
        raise UserError(f"{run.path}: is no run; name a folder that holds config.json")
    then = run.load_config()
    check_unchanged(then, request.config)
    if run.best.exists() and not (run.last.exists() or then.checkpointing.save_last):
        raise UserError(f"{run.path}: kept its model alone (checkpointing.save_last), and cannot go on; train anew")
    environment = read_environment(run)
    now = describe_machine()
    changed = differences(environment.machine, now)
    if changed:
        text = "This machine is not quite the one on which the run began: figures may differ in their last digits."
        emit(Notice(kind="info", text=text, details="\n".join(changed)))
    return Setup(
        config=request.config,
        environment=replace(environment, machine=now),
        is_resumed=run.last.exists(),
        has_begun=True,
    )


def _dataset(setup: Setup, run: RunFolder, *, emit: Emit, should_stop: ShouldStop) -> Manifest | None:
    if setup.environment.dataset:  # a run that was moved takes its own dataset along
        for made in (Path(setup.environment.dataset), run.dataset):
            if is_dataset(made):
                return Manifest.load(made)
    place, dirt = Path(setup.environment.data), setup.config.dirt
    manifest = open_or_make(place, run.dataset, dirt, emit=emit, should_stop=should_stop)
    if manifest is None or manifest.classes != (CLEAN,) or manifest.folder.resolve() == run.dataset.resolve():
        return manifest
    # A dataset of clean photos that nobody has painted on stays as it is.
    photos = [manifest.picture(sample) for sample in manifest.samples]
    copied = import_manifest(photos, run.dataset, name=manifest.name, label=CLEAN, emit=emit, should_stop=should_stop)
    return copied and paint_dataset(copied, dirt, emit=emit, should_stop=should_stop)


def _check_classes(manifest: Manifest, config: StudioConfig) -> None:
    classes = ", ".join(manifest.classes)
    if len(manifest.classes) < 2:
        raise UserError(
            f"{manifest.folder}: all photos are {classes}, and there is nothing to tell apart; add photos of another"
            f" class, or give clean photos alone and let dirt be painted on them (dirt.ratio above 0)"
        )
    wanted = config.model.num_classes
    if wanted is not None and wanted != len(manifest.classes):
        raise ConfigError(
            f"model.num_classes: {wanted}, but the dataset has {len(manifest.classes)} classes ({classes});"
            f" leave it empty to take the dataset's"
        )


def _material(manifest: Manifest, setup: Setup, run: RunFolder, emit: Emit) -> Material:
    """The dataset with the run's splits: those that are there, else dealt now."""
    folder, now = manifest.folder, manifest.fingerprint()
    splits = Splits.load(run.split) if run.split.is_file() else None
    gone = splits and [id for id in (*splits.train, *splits.val, *splits.test) if id not in manifest.by_id]
    if gone and setup.has_begun:
        raise UserError(
            f"{folder}: lacks {plural(len(gone), 'sample')} of the run's split, {gone[0]} among them; bring them back,"
            f" or begin a new run"
        )
    if gone and setup.has_given_splits:
        raise UserError(
            f"{folder}: lacks {plural(len(gone), 'sample')} of the splits that were given, {gone[0]} among"
            f" them; take the dataset that they were made for, or give no splits"
        )
    if splits is not None and not gone:
        then = setup.environment.fingerprint or now
        if now != then:
            emit(Notice(kind="warning", text="The dataset has changed since the run began; its old split is used."))
        return Material(folder=folder, splits=splits, fingerprint=then)
    config = setup.config
    splits = split(manifest, config.data, config.split, members=config.ensemble.members)
    if run.environment.is_file():  # a search has none
        # Before the splits, so that whoever goes on with them knows which state of the dataset they were dealt for.
        write_environment(run, replace(setup.environment, dataset=str(folder), fingerprint=now))
    write_text(run.split, splits.to_json())
    for note in splits.notes:
        emit(Notice(kind="info", text=note))
    return Material(folder=folder, splits=splits, fingerprint=now)
