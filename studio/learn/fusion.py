"""Batch normalisation folded into the convolutions before it, for quicker answers."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

from studio.learn.network import Network

TOLERANCE = 1e-3


@torch.no_grad()
def fused(network: Network) -> Network:
    """A copy that answers the same in less time: half as long for EfficientNet-Lite0 on a CPU.

    Args:
        network: a trained network; stays as it is.

    Returns:
        the copy, in `eval`, without gradients. A network whose layers are not what they seem is copied unchanged.
    """
    plain = copy.deepcopy(network).eval().requires_grad_(False)
    quick = copy.deepcopy(plain)
    images = torch.randn(1, 3, *network.input_size, generator=torch.Generator().manual_seed(0))
    images = images.to(next(network.parameters()).device)
    for convolution, norm in _neighbours(quick.body, images):
        _fold(quick.body, convolution, norm)
    return quick if _agree(plain, quick, images) else plain


def _neighbours(body: nn.Module, images: Tensor) -> list[tuple[str, str]]:
    """Names of convolutions and of the batch norms that take what they give, each called once."""
    calls: list[tuple[str, Tensor, Tensor]] = []

    def listen(name: str) -> Any:
        return lambda _, taken, given: calls.append((name, taken[0], given))

    parts = {name: part for name, part in body.named_modules() if isinstance(part, nn.Conv2d | nn.BatchNorm2d)}
    handles = [part.register_forward_hook(listen(name)) for name, part in parts.items()]
    body(images)
    for handle in handles:
        handle.remove()
    names = [name for name, _, _ in calls]
    return [
        (before, after)
        for (before, _, given), (after, taken, _) in itertools.pairwise(calls)
        if given is taken
        and isinstance(parts[before], nn.Conv2d)
        and isinstance(parts[after], nn.BatchNorm2d)
        and names.count(before) == names.count(after) == 1
    ]


def _fold(body: nn.Module, convolution: str, norm: str) -> None:
    conv, batch_norm = body.get_submodule(convolution), body.get_submodule(norm)
    assert isinstance(conv, nn.Conv2d) and isinstance(batch_norm, nn.BatchNorm2d)
    if batch_norm.running_mean is None or batch_norm.running_var is None:
        return
    if type(batch_norm) is not nn.BatchNorm2d and not hasattr(batch_norm, "act"):
        return
    conv.weight, conv.bias = fuse_conv_bn_weights(
        conv.weight,
        conv.bias,
        batch_norm.running_mean,
        batch_norm.running_var,
        batch_norm.eps,
        batch_norm.weight,
        batch_norm.bias,
    )
    # timm's batch norm carries the activation that follows it.
    body.set_submodule(norm, getattr(batch_norm, "act", nn.Identity()))


def _agree(plain: Network, quick: Network, images: Tensor) -> bool:
    """Whether both give the same; a sum of two branches between the layers would show here."""
    wanted, given = plain(images), quick(images)
    return bool(((wanted - given).abs() <= TOLERANCE * (1 + wanted.abs())).all())
