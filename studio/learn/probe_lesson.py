"""Short trainings of a diagnosis, with the run's own optimizer, bounded in steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from studio.core.sections import ClassWeightingSettings
from studio.learn.losses import build_loss, class_weights, soft_targets
from studio.learn.optimization import build_optimizer
from studio.learn.probe_lab import Lab, Looks

MOST_IN_A_BATCH = 32
AT_ONCE = 32
PLENTY = 1e6


@dataclass(frozen=True, kw_only=True)
class Taught:
    """How a short training went.

    Attributes:
        losses: of each step, before it was made; the last may be no number.
        is_cut: whether time ran out before the steps did.
    """

    losses: tuple[float, ...]
    is_cut: bool

    @property
    def is_finite(self) -> bool:
        """Whether every loss is a number of sensible size."""
        return all(np.isfinite(loss) and loss < PLENTY for loss in self.losses)

    def ending(self) -> float:
        """The mean loss of the last fifth; endless where it broke down."""
        if not self.losses or not self.is_finite:
            return float("inf")
        return float(np.mean(self.losses[-max(1, len(self.losses) // 5) :]))


def teach(
    lab: Lab,
    learner: nn.Module,
    looks: Looks,
    labels_N: NDArray[np.int64],
    *,
    rate: Callable[[int], float],
    steps: int,
    seconds: float,
    enough: float = 0.0,
) -> Taught:
    """Train for some steps, on samples as they are, with the run's optimizer, loss and clipping.

    Args:
        lab: says how the run trains.
        learner: learns in place.
        looks: what it sees.
        labels_N: what each is.
        rate: learning rate by the number of the step, from 0.
        steps: at most.
        seconds: no step begins after these.
        enough: mean loss of a round through all samples that ends it early.

    Raises:
        StoppedError: somebody asked to stop.
    """
    training = lab.config.training.model_copy(update={"learning_rate": max(rate(0), 1e-12)})
    optimizer = build_optimizer(learner.parameters(), training)
    count = len(lab.classes)
    counts = np.bincount(labels_N, minlength=count).tolist()
    loss = build_loss(training, class_weights(counts, ClassWeightingSettings(enabled=True)))
    labels = torch.from_numpy(labels_N).to(lab.ranks.device)
    order = _order(len(labels_N), min(training.batch_size, MOST_IN_A_BATCH), seed=training.seed)
    rounds = max(3, -(-len(labels_N) // min(training.batch_size, MOST_IN_A_BATCH)))
    losses: list[float] = []
    until = time.monotonic() + seconds
    learner.train()
    for step in range(steps):
        lab.breathe()
        if time.monotonic() > until:
            return Taught(losses=tuple(losses), is_cut=True)
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        numbers = order(step)
        optimizer.zero_grad(set_to_none=True)
        targets = soft_targets(labels[torch.from_numpy(numbers).to(labels.device)], count, 0.0)
        value = loss(learner(*looks.batch(numbers)), targets).mean()
        losses.append(float(value.detach()))
        if not np.isfinite(losses[-1]) or losses[-1] > PLENTY:
            break
        value.backward()  # type: ignore[no-untyped-call]
        if training.gradient_clipping is not None:
            nn.utils.clip_grad_norm_(learner.parameters(), training.gradient_clipping)
        optimizer.step()
        if len(losses) >= rounds and np.mean(losses[-rounds:]) < enough:
            break
    return Taught(losses=tuple(losses), is_cut=False)


@torch.no_grad()
def settle(lab: Lab, learner: nn.Module, looks: Looks) -> None:
    """Take what batch normalisation knows anew, from all samples: after a short training it lags behind the weights.

    Args:
        lab: asked to breathe.
        learner: has just been trained on these looks.
        looks: what it saw, two or more.

    Raises:
        StoppedError: somebody asked to stop.
    """
    learner.train()
    norms = [one for one in learner.modules() if isinstance(one, nn.BatchNorm2d) and one.training]
    learner.eval()
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.train()
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    # Batches of one kind of size: a single sample at the end would count as much as a whole batch.
    for numbers in np.array_split(np.arange(len(looks)), -(-len(looks) // AT_ONCE)) if norms else ():
        lab.breathe()
        learner(*looks.batch(numbers))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


@torch.no_grad()
def answers(lab: Lab, learner: nn.Module, looks: Looks, *, is_training: bool = False) -> NDArray[np.float64]:
    """Probabilities, N x classes.

    Args:
        lab: asked to breathe.
        learner: answers; stays as it is.
        looks: what it sees.
        is_training: whether batches are normalised by themselves, as while training; all at once then.
    """
    states = {name: value.clone() for name, value in learner.named_buffers()} if is_training else {}
    learner.train(is_training)
    size = len(looks) if is_training else AT_ONCE
    found = [np.zeros((0, len(lab.classes)))]
    for start in range(0, len(looks), max(1, size)):
        lab.breathe()
        logits = learner(*looks.batch(np.arange(start, min(len(looks), start + size))))
        found.append(logits.double().softmax(dim=1).cpu().numpy())
    for name, value in learner.named_buffers():
        if name in states:
            value.copy_(states[name])
    return np.concatenate(found)


def _order(count: int, size: int, *, seed: int) -> Callable[[int], NDArray[np.int64]]:
    """The samples of each step: all of them once, in batches that are filled up from the start, then anew."""
    size = min(size, count)
    per_round = max(1, -(-count // size))

    def numbers(step: int) -> NDArray[np.int64]:
        turn, place = divmod(step, per_round)
        order = np.random.default_rng([seed, turn]).permutation(count)
        return np.take(order, np.arange(place * size, (place + 1) * size), mode="wrap").astype(np.int64)

    return numbers
