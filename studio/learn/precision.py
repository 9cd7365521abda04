"""Which precision is quickest here, found by trying."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from studio.learn.network import Network
from studio.learn.ranks import DTYPES

WORTH_IT, HOPELESS = 1.1, 0.5
TRIAL_BATCH = 4
TIMED_STEPS = 3
LONG_S = 2.0


def choose_precision(wish: str, device: torch.device, network: Network) -> str:
    """The precision to train with.

    Args:
        wish: auto, or what the person has set.
        device: where it trains.
        network: on that device; what is tried is what it will do at its own size. Depthwise convolutions gain nothing
            from fewer bits, others twice the speed, so no rule by the processor's name is right.

    Returns:
        float32, float16 or bfloat16.
    """
    if wish != "auto":
        return wish
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float16"
    if device.type != "cpu":
        return "float32"
    # Where the processor only pretends, one step of a real network takes minutes, and one small layer tells as much.
    if _gain(_one_layer()) < HOPELESS:
        return "float32"
    return "bfloat16" if _gain(_work(network)) > WORTH_IT else "float32"


def choose_answering_precision(wish: str, device: torch.device, network: Network) -> str:
    """The precision to answer with; what trains no quicker with fewer bits may well answer quicker.

    Args:
        wish: what the person has set for training; their float32 holds for answers, too.
        device: where it answers.
        network: on that device, as it will answer.

    Returns:
        float32, or bfloat16 where the processor is clearly quicker at it.
    """
    if wish == "float32" or device.type != "cpu":
        return "float32"
    with torch.no_grad():
        if _gain(_one_layer(is_learning=False)) < HOPELESS:
            return "float32"
        pictures = _pictures(network)[:1]
        return "bfloat16" if _gain(lambda: _look(network, pictures)) > WORTH_IT else "float32"


def _gain(work: Callable[[], None]) -> float:
    """How many times quicker bfloat16 is."""
    return _timed(work, "float32") / _timed(work, "bfloat16")


def _one_layer(*, is_learning: bool = True) -> Callable[[], None]:
    layer = nn.Conv2d(64, 64, 3, padding=1).to(memory_format=torch.channels_last)
    maps = torch.zeros(TRIAL_BATCH, 64, 28, 28).contiguous(memory_format=torch.channels_last)
    if not is_learning:
        return lambda: layer(maps)
    return lambda: layer(maps).float().square().mean().backward()


def _work(network: Network) -> Callable[[], None]:
    """What one batch costs: with a frozen backbone its features, else forward and backward."""
    pictures = _pictures(network)
    if network.is_frozen:
        return lambda: _look(network, pictures)
    # Statistics of batch normalisation would learn from the trial.
    learner = copy.deepcopy(network).train()
    return lambda: _learn(learner, pictures)


def _pictures(network: Network) -> Tensor:
    pictures = torch.zeros(TRIAL_BATCH, 3, *network.input_size)
    return pictures.contiguous(memory_format=torch.channels_last)


def _look(network: Network, pictures: Tensor) -> None:
    with torch.no_grad():
        if network.is_frozen:
            network.pooled(pictures, None)
        else:
            network(pictures)


def _learn(network: Network, pictures: Tensor) -> None:
    network(pictures).float().square().mean().backward()
    network.zero_grad(set_to_none=True)


def _timed(work: Callable[[], None], precision: str) -> float:
    """Seconds of the quickest of a few tries; the first one, which warms up, counts only where it took long."""
    seconds: list[float] = []
    while len(seconds) < 1 + TIMED_STEPS and sum(seconds) < LONG_S:
        began = time.perf_counter()
        with torch.autocast("cpu", dtype=DTYPES[precision], enabled=precision != "float32"):
            work()
        seconds.append(time.perf_counter() - began)
    return min(seconds[1:] or seconds)
