"""A small frozen network for tests: a custom CNN whose weights come from a file."""

from __future__ import annotations

from pathlib import Path

import torch

from studio.core.sections import ModelSettings
from studio.learn.architectures import build_network
from studio.learn.network import Network


def weights_file(folder: Path, *, seed: int = 0) -> Path:
    torch.manual_seed(seed)
    network = build_network(ModelSettings(architecture="custom_cnn", input_size=32), 2)
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(network.body.state_dict(), folder / "weights.pt")
    return folder / "weights.pt"


def frozen(folder: Path, *, classes: int = 2, size: int = 32, seed: int = 0, dropout: float = 0.0) -> Network:
    settings = ModelSettings(
        architecture="custom_cnn",
        input_size=size,
        weights=str(weights_file(folder, seed=seed)),
        freeze="backbone",
        dropout=dropout,
    )
    return build_network(settings, classes).eval()
