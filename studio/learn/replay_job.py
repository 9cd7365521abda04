"""The job that trains again what a bundle holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
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
from studio.learn.checkpoints import Model, load_model
from studio.learn.digests import file_digest
from studio.learn.environment import Environment, describe_machine, differences, read_environment
from studio.learn.ranks import choose_device
from studio.learn.run_bundle import Index, unpack
from studio.learn.train_job import train
from studio.learn.verify_job import files_of


@dataclass(frozen=True, kw_only=True)
class _Packed:
    """What a bundle holds, read.

    Attributes:
        index: what it says of itself.
        config, environment: of the run.
        model: its model.
        held_out: what that said of its validation samples, if there were any.
    """

    index: Index
    config: StudioConfig
    environment: Environment
    model: Model
    held_out: HeldOut | None


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
        then = RunFolder(scratch)
        packed = _read(unpack(file, then.path), then)
        data = _data(request, packed)
        config = _config(packed, emit)
        splits = ""
        if is_dataset(data):
            _check_dataset(Manifest.load(data), packed)
            splits = str(then.split)
        heard: list[RunFinished] = []

        def hear(event: Event) -> None:
            if isinstance(event, RunFinished):
                heard.append(event)
            emit(event)

        again = TrainRequest(config=config, data=str(data), splits=splits)
        train(again, folder, seat=seat, emit=hear, should_stop=should_stop)
    if should_stop() or not heard or heard[-1].outcome == "stopped":
        return None
    replayed = _compared(file, packed, RunFolder(folder))
    emit(replayed)
    return replayed


def _read(index: Index, run: RunFolder) -> _Packed:
    Splits.load(run.split)
    return _Packed(
        index=index,
        config=run.load_config(),
        environment=read_environment(run),
        model=load_model(run.best),
        held_out=read_held_out(run.evaluation),
    )


def _data(request: ReplayRequest, packed: _Packed) -> Path:
    """The dataset or the photos to train on."""
    said = packed.environment
    places = [request.data] if request.data else [place for place in (said.dataset, said.data) if place]
    found = next((Path(place) for place in places if Path(place).exists()), None)
    if found is None:
        raise UserError(f"{places[0] if places else 'the dataset'}: does not exist; say with --data where it is now")
    return found.resolve()


def _config(packed: _Packed, emit: Emit) -> StudioConfig:
    """The run's settings, with what its every `auto` came to, as far as this machine has it."""
    resolved = packed.environment.resolved
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
    changed = differences(packed.environment.machine, describe_machine())
    if changed:
        text = "This machine is not quite the one that trained the run: the result may differ in its last digits."
        emit(Notice(kind="info", text=text, details="\n".join(changed)))
    return packed.config.with_values(values)


def _check_dataset(manifest: Manifest, packed: _Packed) -> None:
    """Refuse other photos before an hour is spent on them."""
    if manifest.fingerprint() != packed.environment.fingerprint:
        raise UserError(
            f"{manifest.folder}: is not the dataset that the run learned from, or it has changed since; name that one"
        )
    for file, sha1 in files_of(manifest):
        try:
            is_same = file_digest(file, "sha1") == sha1
        except OSError as error:
            raise UserError(f"{file}: cannot be read ({error.strerror or error}); bring the photo back") from None
        if not is_same:
            raise UserError(f"{file}: has changed since the run learned from it; bring the old photo back")
    for sample in manifest.samples:
        said, mask = packed.index.masks.get(sample.id), manifest.mask_file(sample)
        if said and mask is not None and mask.is_file() and file_digest(mask) != said:
            raise UserError(f"{mask}: this mask has changed since the run learned from it; generate the dirt again")


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
    return float(np.abs(np.array(then.probabilities) - np.array(now.probabilities)).max())
