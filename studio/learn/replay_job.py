"""The job that trains again what a bundle holds."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
from studio.core.disks import cannot_write
from studio.core.errors import ConfigError, UserError
from studio.core.events import Event, Notice, RunFinished
from studio.core.expert_events import Replayed
from studio.core.held_out import HeldOut, read_held_out
from studio.core.requests import ReplayRequest, TrainRequest
from studio.core.runs import RunFolder
from studio.core.scratch import scratch_folder
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.data.splits import Splits
from studio.learn.bundle_format import STARTS, Index
from studio.learn.bundle_reading import unpack
from studio.learn.checkpoints import Model, load_model
from studio.learn.digests import file_digest
from studio.learn.environment import describe_machine, differences, read_environment
from studio.learn.ranks import choose_device
from studio.learn.replay_photos import Claim, check_data, find_data
from studio.learn.train_job import train

_ONCE_ROUNDED = 6e-7
"""Earlier versions kept six digits of a probability."""


@dataclass(frozen=True, kw_only=True)
class _Packed:
    """What a bundle holds, read.

    Attributes:
        claim: what it says of its photos.
        config: of the run.
        model: its model.
        held_out: what that said of its validation samples, if there were any.
        start: the weights that it started from; None where it started from none.
    """

    claim: Claim
    config: StudioConfig
    model: Model
    held_out: HeldOut | None
    start: Path | None


def replay(request: ReplayRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> Replayed | None:
    """Train again with a bundle's settings and split on the same photos, and compare.

    Args:
        request: the bundle, and where the photos now are.
        folder: the new run's.
        seat: which process this is; one is enough.
        emit: takes the events.
        should_stop: asked on the way; a stopped replay is a run that can be resumed, and compares nothing.

    Returns:
        how near the new run came; None when stopped.

    Raises:
        UserError: the bundle cannot be used, the photos are gone or are others, or the training fails.
    """
    file = Path(request.bundle)
    with scratch_folder("replay") as scratch:
        then = RunFolder(scratch / "run")
        packed = _read(unpack(file, then.path), then, file)
        data = find_data(packed.claim, request.data)
        config = _config(packed, emit)
        check_data(data, packed.claim, emit, should_stop)
        if should_stop():
            return None
        splits = str(then.split) if is_dataset(data) else ""
        config = _with_start(config, packed.start, RunFolder(folder))
        heard: list[RunFinished] = []

        def hear(event: Event) -> None:
            if isinstance(event, RunFinished):
                heard.append(event)
            emit(event)

        again = TrainRequest(config=config, data=str(data), splits=splits)
        train(again, folder, seat=seat, emit=hear, should_stop=should_stop)
    if should_stop() or not heard or heard[-1].outcome == "stopped":
        return None
    if read_environment(RunFolder(folder)).fingerprint != packed.claim.environment.fingerprint:
        text = "What was made of these photos is another dataset than the bundle's, so the replay learned otherwise."
        emit(Notice(kind="warning", text=text))
    replayed = _compared(file, packed, RunFolder(folder))
    emit(replayed)
    return replayed


def _read(index: Index, run: RunFolder, file: Path) -> _Packed:
    Splits.load(run.split)
    config = run.load_config()
    manifest = Manifest.load(run.path) if is_dataset(run.path) else None
    return _Packed(
        claim=Claim(index=index, environment=read_environment(run), manifest=manifest),
        config=config,
        model=load_model(run.best),
        held_out=read_held_out(run.evaluation),
        start=_start(config, index, run, file),
    )


def _start(config: StudioConfig, index: Index, run: RunFolder, file: Path) -> Path | None:
    """The weights that the run started from.

    Raises:
        UserError: its settings name some, and the bundle lacks them, or they were changed.
    """
    if config.model.weights is None:
        return None
    name = next((name for name in STARTS if (run.path / name).is_file()), None)
    if name is None:
        raise UserError(
            f"{file}: its run started from weights that are not in it ({config.model.weights}), so it cannot be"
            " replayed; export the bundle again where they are"
        )
    if file_digest(run.path / name) != index.files.get(name):
        raise UserError(f"{file}: {name} was changed since it was packed; ask for the bundle again")
    return run.path / name


def _with_start(config: StudioConfig, start: Path | None, run: RunFolder) -> StudioConfig:
    """The settings with the weights that the run starts from, kept in its own folder."""
    if start is None or run.is_taken():  # training refuses a folder that is taken
        return config
    kept = run.path.absolute() / "start" / start.name
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(start, kept)
    except OSError as error:
        raise cannot_write(kept, error) from error
    return config.with_values({"model.weights": str(kept)})


def _config(packed: _Packed, emit: Emit) -> StudioConfig:
    """The run's settings, with what its every `auto` came to, as far as this machine has it."""
    resolved = packed.claim.environment.resolved
    values: dict[str, object] = {"hardware.processes": 1}
    if resolved is not None:
        values |= {"hardware.threads": resolved.threads, "hardware.precision": resolved.precision}
        try:
            choose_device(resolved.device, 0, 1, 1)
            values["hardware.device"] = resolved.device
        except ConfigError:
            values |= {"hardware.device": "auto", "hardware.precision": "auto"}
        if resolved.processes > 1:
            text = (
                f"The run was trained by {resolved.processes} processes, and one replays it: it will differ a little."
            )
            emit(Notice(kind="info", text=text))
    changed = differences(packed.claim.environment.machine, describe_machine())
    if changed:
        text = "This machine is not quite the one that trained the run: the result may differ in its last digits."
        emit(Notice(kind="info", text=text, details="\n".join(changed)))
    return packed.config.with_values(values)


def _compared(file: Path, packed: _Packed, run: RunFolder) -> Replayed:
    model = load_model(run.best)
    weights = _weights_off(packed.model, model)
    shares = _shares_off(packed.held_out, read_held_out(run.evaluation))
    is_equal = weights == 0.0
    if is_equal:
        sentence = "The replay came out the same: every weight is equal to the last bit."
    elif weights is None:
        sentence = "The replay made another network: its weights cannot be compared with the bundle's."
    else:
        sentence = f"The replay is not equal to the bit: weights differ by up to {weights:.2g}."
    if shares is not None:
        sentence += (
            " Its held-out probabilities are the same, too."
            if shares == 0
            else f" Probabilities of held-out samples differ by up to {shares:.2g}."
        )
    return Replayed(
        bundle=str(file),
        run=str(run.path),
        is_equal=is_equal,
        weights_difference=weights,
        probability_difference=shares,
        sentence=sentence,
    )


def _weights_off(then: Model, now: Model) -> float | None:
    if len(then.members) != len(now.members):
        return None
    worst = 0.0
    for one, other in zip(then.members, now.members, strict=True):
        shapes = [{name: tensor.shape for name, tensor in member.weights.items()} for member in (one, other)]
        if shapes[0] != shapes[1]:
            return None
        for name, tensor in one.weights.items():
            if not torch.equal(tensor, other.weights[name]):
                off = float((tensor.double() - other.weights[name].double()).abs().max())
                worst = max(worst, off if off == off else math.inf)
    return worst


def _shares_off(then: HeldOut | None, now: HeldOut | None) -> float | None:
    if then is None or now is None or then.labels != now.labels or then.classes != now.classes or not then.labels:
        return None
    off = float(np.abs(np.array(then.probabilities) - np.array(now.probabilities)).max())
    return off if off > _ONCE_ROUNDED else 0.0
