"""The networks of a model that was saved, made anew from its file."""

from __future__ import annotations

import copy
from pathlib import Path

import torch
from torch import nn

from studio.core.errors import ConfigError, UserError
from studio.core.runs import RunFolder
from studio.learn.architectures import build_network
from studio.learn.checkpoints import Member, Model
from studio.learn.network import Network


def model_file(place: Path) -> Path:
    """The model that a person means.

    Args:
        place: a run's folder, or a file.

    Raises:
        UserError: there is none.
    """
    if not place.exists():
        raise UserError(f"{place}: does not exist; name a run's folder or a model file")
    if place.is_file():
        return place
    run = RunFolder(place)
    if run.best.is_file():
        return run.best
    if run.exists():
        raise UserError(f"{place}: this run has no model yet; let it finish an epoch first")
    raise UserError(f"{place}: is no run; name a run's folder or a model file")


def networks_of(model: Model, file: Path) -> list[Network]:
    """The networks of a model with their weights, in `eval`, on the CPU.

    Args:
        model: what the file holds.
        file: for an error's sentence.

    Raises:
        UserError: the weights do not fit the settings, or are no numbers.
    """
    settings = model.config.model.model_copy(update={"pretrained": False, "weights": None})
    try:
        # Without memory for the weights, so that a file cannot ask for more than it brings.
        with torch.device("meta"):
            outline = build_network(settings, len(model.classes))
            for member in model.members:
                _check_fit(outline, member, file)
        first = build_network(settings, len(model.classes)).eval().requires_grad_(False)
    except ConfigError as error:
        raise UserError(f"{file}: its network cannot be built here ({error})") from error
    # A copy is made in a tenth of the time that building takes.
    networks = [first, *(copy.deepcopy(first) for _ in model.members[1:])]
    for network, member in zip(networks, model.members, strict=True):
        network.load_state_dict(member.weights)
    return networks


def _check_fit(network: nn.Module, member: Member, file: Path) -> None:
    own = {name: tensor.shape for name, tensor in network.state_dict().items()}
    given = {name: tensor.shape for name, tensor in member.weights.items()}
    wrong = [name for name in {**own, **given} if own.get(name) != given.get(name)]
    if wrong:
        raise UserError(f"{file}: is damaged: {len(wrong)} of its tensors do not fit its settings, such as {wrong[0]}")
    if not all(bool(tensor.isfinite().all()) for tensor in member.weights.values()):
        raise UserError(f"{file}: is damaged: some of its weights are no numbers")
