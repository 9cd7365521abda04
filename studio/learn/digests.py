"""Short names of contents: two that have the same one are the same to the last bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

_BLOCK = 1 << 20


def weights_digest(members: Sequence[Mapping[str, Tensor]]) -> str:
    """SHA-256 of the tensors of a model's networks: their names, types, shapes and bytes.

    Args:
        members: the weights that classify, one mapping for each network.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for number, weights in enumerate(members):
        for name in sorted(weights):
            tensor = weights[name].detach().cpu().contiguous()
            digest.update(f"{number} {name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
            digest.update(tensor.flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()


def file_digest(file: Path, kind: str = "sha256") -> str:
    """A hash of a file's content.

    Args:
        file: read in blocks.
        kind: sha256 or sha1.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.new(kind, usedforsecurity=False)
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
