"""Model files for tests: small networks with random weights, saved as the trainer saves them."""

from __future__ import annotations

from pathlib import Path

import torch

from studio.core.config import StudioConfig
from studio.learn.architectures import build_network
from studio.learn.checkpoints import Member, Model, save_model
from studio.learn.network import Network
from tests.learn.frozen import weights_file
from tests.learn.training import quick_config


def networks(config: StudioConfig, count: int, classes: int) -> list[Network]:
    made = []
    for seed in range(count):
        torch.manual_seed(seed)
        network = build_network(config.model, classes)
        if network.head is not None:
            torch.nn.init.normal_(network.head.linear.weight, std=0.1)
        made.append(network.eval())
    return made


def save_random_model(
    file: Path,
    *,
    members: int = 1,
    classes: tuple[str, ...] = ("clean", "dirty"),
    threshold: float | None = 0.5,
    temperature: float = 1.0,
    is_frozen: bool = False,
    **changes: object,
) -> list[Network]:
    """Write a model file; returns its networks."""
    if is_frozen:
        changes |= {"model__weights": str(weights_file(file.parent)), "model__freeze": "backbone"}
    config = quick_config(**changes)
    made = networks(config, members, len(classes))
    model = Model(
        config=config,
        classes=classes,
        positive="dirty" if "dirty" in classes else None,
        threshold=threshold,
        temperature=temperature,
        members=tuple(Member(weights=network.state_dict()) for network in made),
        info={"title": "Random"},
    )
    save_model(file, model)
    return made
