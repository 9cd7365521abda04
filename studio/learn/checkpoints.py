"""A run's two files of weights: the model that classifies, the state from which training goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor
from typing_extensions import Buffer

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError, UserError
from studio.core.files import write_atomically
from studio.learn.digests import weights_digest
from studio.learn.weights import read_torch_file

MODEL_FORMAT, STATE_FORMAT = "spotless-model", "spotless-training"
SCHEMA_VERSION = 1

StateDict = dict[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Member:
    """One network of a model.

    Attributes:
        weights: those that classify: the moving average where it is on.
        raw_weights: those that training moved; None where they are the same.
    """

    weights: StateDict
    raw_weights: StateDict | None = None


@dataclass(frozen=True, kw_only=True)
class Model:
    """Everything that classification needs.

    Attributes:
        config: the run's settings; `model`, `data` and `tta` of it decide how a photo is looked at.
        classes: in the order of the logits.
        positive: the class that the threshold is about, if there is one.
        threshold: probability of `positive` from which it wins, 0..1; None for more than two classes.
        temperature: logits are divided by it before they become probabilities; above 0.
        members: one network, or several whose probabilities are averaged.
        info: plain values for people: the run's name, best epoch, its scores.
        band: probabilities of `positive` between which a person should look, around the threshold; None for nobody.
    """

    config: StudioConfig
    classes: tuple[str, ...]
    positive: str | None
    threshold: float | None
    temperature: float
    members: tuple[Member, ...]
    info: Mapping[str, Any] = field(default_factory=dict)
    band: tuple[float, float] | None = None


def save_model(file: Path, model: Model) -> None:
    """Replace a model file (`best.pt`, `NAME.spotless`) as one step.

    Raises:
        UserError: the file cannot be written; the old one is untouched.
    """
    members: list[dict[str, StateDict]] = []
    known: StateDict = {}
    for member in model.members:
        parts = {"weights": _plain(member.weights, known)}
        if member.raw_weights is not None:
            parts["raw_weights"] = _plain(member.raw_weights, known)
        members.append(parts)
    content = {
        "format": MODEL_FORMAT,
        "schema_version": SCHEMA_VERSION,
        "config": model.config.to_mapping(),
        "classes": list(model.classes),
        "positive": model.positive,
        "threshold": model.threshold,
        "temperature": model.temperature,
        "members": members,
        "digest": weights_digest([member.weights for member in model.members]),
        "info": dict(model.info),
    }
    if model.band is not None:  # said only where there is one: a version that does not know it reads the others
        content["band"] = list(model.band)
    _save(file, content)


def load_model(file: Path) -> Model:
    """Read a model file, without running code that it may hold.

    Raises:
        UserError: it is missing, damaged, no model, made by a newer version, or its facts contradict each other.
    """
    content = _load(file, MODEL_FORMAT, "a model")
    try:
        return _model_of(content)
    except ConfigError as error:
        raise UserError(f"{file}: holds settings that this version does not know ({error})") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{file}: is damaged or incomplete ({type(error).__name__}: {error})") from error


def stored_digest(file: Path) -> str:
    """What a model file says its weights are, as `weights_digest` counts; empty in files of older versions.

    Raises:
        UserError: as for `load_model`.
    """
    return str(_load(file, MODEL_FORMAT, "a model").get("digest", ""))


def save_state(file: Path, state: Mapping[str, Any]) -> None:
    """Replace the state of a training (`last.pt`) as one step.

    Args:
        state: tensors and plain values, nested in dicts, lists and tuples.

    Raises:
        UserError: the file cannot be written; the old one is untouched.
    """
    _save(file, {"format": STATE_FORMAT, "schema_version": SCHEMA_VERSION, **state})


def load_state(file: Path) -> dict[str, Any]:
    """Read the state of a training.

    Raises:
        UserError: it is missing, damaged, no training state, or made by a newer version.
    """
    return _load(file, STATE_FORMAT, "the state of a training")


def _save(file: Path, content: Mapping[str, Any]) -> None:
    def write(stream: BinaryIO) -> None:
        steady = _Steady(stream)
        torch.save(content, steady)  # type: ignore[arg-type]
        if steady.refusal is not None:
            raise steady.refusal

    write_atomically(file, write)


class _Steady:
    """Takes whatever is written and keeps the disk's refusal for afterwards.

    torch answers an error of the stream with one of its own, which names neither the file nor the full disk.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.refusal: OSError | None = None

    def write(self, data: Buffer) -> int:
        if self.refusal is None:
            try:
                return self._stream.write(data)
            except OSError as error:
                self.refusal = error
        return memoryview(data).nbytes

    def flush(self) -> None:
        if self.refusal is None:
            self._stream.flush()


def _load(file: Path, wanted: str, noun: str) -> dict[str, Any]:
    content = read_torch_file(file)
    if not isinstance(content, dict) or content.get("format") != wanted:
        raise UserError(f"{file}: is not {noun} of Spotless Studio")
    version = content.get("schema_version")
    if not isinstance(version, int):
        raise UserError(f"{file}: is damaged or incomplete (its schema_version is {version!r:.20})")
    if version > SCHEMA_VERSION:
        raise UserError(f"{file}: was written by a newer Spotless Studio (version {version}); update this one")
    return content


def _model_of(content: Mapping[str, Any]) -> Model:
    classes = tuple(content["classes"])
    if len(classes) < 2 or len(set(classes)) < len(classes) or not all(isinstance(name, str) for name in classes):
        raise ValueError("classes must be two or more different names")
    positive, threshold = content["positive"], content["threshold"]
    if positive is not None and positive not in classes:
        raise ValueError(f"{positive!r} is none of its classes")
    if threshold is not None and not 0 <= float(threshold) <= 1:
        raise ValueError(f"threshold {threshold} is not between 0 and 1")
    temperature = float(content["temperature"])
    if not (math.isfinite(temperature) and temperature > 0):
        raise ValueError(f"temperature {temperature} is not above 0")
    band = content.get("band")
    if band is not None and not 0 <= float(band[0]) <= float(band[1]) <= 1:
        raise ValueError(f"band {band} does not lie between 0 and 1")
    members = tuple(_member_of(values) for values in content["members"])
    if not members:
        raise ValueError("it holds no weights")
    return Model(
        config=StudioConfig.from_mapping(content["config"]),
        classes=classes,
        positive=positive,
        threshold=None if threshold is None else float(threshold),
        temperature=temperature,
        members=members,
        info=dict(content["info"]),
        band=None if band is None else (float(band[0]), float(band[1])),
    )


def _member_of(values: Mapping[str, Any]) -> Member:
    raw = values.get("raw_weights")
    return Member(weights=_state_dict(values["weights"]), raw_weights=None if raw is None else _state_dict(raw))


def _state_dict(values: Any) -> StateDict:
    if not isinstance(values, dict) or not values:
        raise TypeError("weights are missing")
    if not all(isinstance(name, str) and torch.is_tensor(tensor) for name, tensor in values.items()):
        raise TypeError("weights must be named tensors")
    return dict(values)


def _plain(weights: Mapping[str, Tensor], known: StateDict) -> StateDict:
    """Weights for a file; those that equal what is known by their name are the same tensor, which is stored once."""
    plain: StateDict = {}
    for name, tensor in weights.items():
        # A view would drag its whole storage into the file, and a tensor on a card would ask for one when loaded.
        own = tensor.detach().to("cpu", copy=True).contiguous()
        first = known.setdefault(name, own)
        plain[name] = first if first.dtype == own.dtype and torch.equal(first, own) else own
    return plain
