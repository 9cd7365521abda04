"""Looks through a network as it works: a forward pass, the gradient of every layer, the classes in its batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from studio.core.config import StudioConfig
from studio.core.expert_events import Diagnosis
from studio.data.batch_plan import BatchPlan
from studio.data.dice import keys_of
from studio.data.manifest import Sample
from studio.learn.losses import build_loss, soft_targets
from studio.learn.probe_lab import Lab, Looks

FEWEST_OF_A_CLASS = 2
"""In a batch."""

MOST_IN_A_BATCH = 128
PICTURES = 16
HUGE_LOGIT = 1e4


@dataclass(frozen=True, kw_only=True)
class Gradients:
    """How strongly each layer is told to change.

    Attributes:
        norms: by the name of each weight matrix or filter, the length of its gradient.
        total: length of the gradient of all weights together.
        missing: names of weights that learn and get no gradient.
    """

    norms: dict[str, float]
    total: float
    missing: tuple[str, ...]


@torch.no_grad()
def forward_pass(learner: nn.Module, looks: Looks, classes: int) -> Diagnosis:
    """Ask a trained network about a few pictures: are the answers numbers, of the right shape, of sensible size?

    Args:
        learner: with the weights that classify.
        looks: at least one picture.
        classes: length of the answer that is expected.
    """
    learner.eval()
    inputs = looks.batch(np.arange(min(len(looks), PICTURES)))
    try:
        logits = learner(*inputs).float().cpu()
    except RuntimeError as error:  # torch says everything so: shapes that do not fit, operators that are not there
        return _forward_fired(f"The forward pass failed: {str(error).splitlines()[0]}.", None)
    shape, wanted = tuple(logits.shape), (len(inputs[0]), classes)
    if not bool(torch.isfinite(logits).all()):
        count = int((~torch.isfinite(logits)).any(dim=1).sum())
        return _forward_fired(f"{count} of {len(logits)} answers are no numbers.", None)
    low, high = float(logits.min()), float(logits.max())
    measured = (
        f"Pictures of shape {' × '.join(map(str, inputs[0].shape))} give answers of shape "
        f"{' × '.join(map(str, shape))}, from {low:.3f} to {high:.3f}."
    )
    largest = max(abs(low), abs(high))
    if shape != wanted or largest > HUGE_LOGIT:
        return _forward_fired(measured, largest)
    return Diagnosis(
        name="forward pass",
        title="It answers with numbers",
        state="quiet",
        measured=measured,
        meaning="Pictures go in and answers of sensible size come out.",
        value=largest,
        limit=HUGE_LOGIT,
    )


def _forward_fired(measured: str, value: float | None) -> Diagnosis:
    return Diagnosis(
        name="forward pass",
        title="Its answers are no use",
        state="fired",
        measured=measured,
        meaning="The weights have grown beyond all measure, or the network does not fit the pictures or the classes.",
        proposal="Train anew with a tenth of the learning rate and with gradients cut at 1.",
        value=value,
        limit=HUGE_LOGIT,
    )


def measure_gradients(lab: Lab, learner: nn.Module, looks: Looks, labels_N: NDArray[np.int64]) -> Gradients:
    """The gradient of one batch in a network that begins to learn.

    Args:
        lab: says the loss.
        learner: as it starts.
        looks: what it sees.
        labels_N: what each is.
    """
    numbers = np.arange(min(len(looks), max(2, min(lab.config.training.batch_size, PICTURES))))
    loss = build_loss(lab.config.training, (1.0,) * len(lab.classes))
    learner.train()
    learner.zero_grad(set_to_none=True)
    targets = soft_targets(torch.from_numpy(labels_N[numbers]).to(lab.ranks.device), len(lab.classes), 0.0)
    loss(learner(*looks.batch(numbers)), targets).mean().backward()  # type: ignore[no-untyped-call]
    norms: dict[str, float] = {}
    missing: list[str] = []
    square = 0.0
    for name, parameter in learner.named_parameters():
        if not parameter.requires_grad:
            continue
        if parameter.grad is None:
            missing.append(name)
            continue
        norm = float(parameter.grad.norm(2))
        square += norm * norm
        if parameter.ndim > 1:  # a bias before a normalisation has none, and needs none
            norms[name] = norm
    learner.zero_grad(set_to_none=True)
    return Gradients(norms=norms, total=math.sqrt(square), missing=tuple(missing))


def judge_gradients(found: Gradients, *, low: float, high: float, learning_rate: float) -> Diagnosis:
    """Say whether every layer is told what to learn.

    Args:
        found: what was measured.
        low, high: norms outside of which it is told.
        learning_rate: of the run.
    """
    weak = [name for name, norm in found.norms.items() if norm < low]
    strong = [name for name, norm in found.norms.items() if not norm <= high]
    spread = f" Layers have {min(found.norms.values()):.2g} to {max(found.norms.values()):.2g}." if found.norms else ""
    measured = (
        f"One batch gives a gradient of norm {found.total:.3g} in {len(found.norms)} layers"
        f" (expected from {low:g} to {high:g}).{spread}"
    )
    problems = [
        (found.missing, "get no gradient at all", "missing"),
        (weak, "get almost none", "weak"),
        (strong, "get far too much", "strong"),
    ]
    said = [f" {len(names)} {words}: {_some(names)}." for names, words, _ in problems if names]
    is_total_off = not low <= found.total <= high
    if not said and not is_total_off:
        return Diagnosis(
            name="gradients",
            title="Every layer is told what to learn",
            state="quiet",
            measured=measured,
            meaning="What is wrong with an answer reaches every layer, neither lost nor blown up on the way.",
            value=found.total,
            limit=high,
        )
    is_strong = bool(strong) or not found.total <= high
    changes: dict[str, float | int | str | bool] = {"training.gradient_clipping": 1.0} if is_strong else {}
    if is_strong:
        meaning = "Steps that large throw the weights about instead of improving them."
        proposal = "Cut gradients at a length of 1."
    elif found.missing:
        meaning = "These layers stay as they began, whatever the photos show: nothing leads from them to the answer."
        proposal = "Choose an architecture all of whose layers lead to the answer."
        changes = {"model.architecture": "custom_cnn"}
    else:
        meaning = "What is wrong with an answer is lost on the way, so these layers hardly learn."
        proposal = "Choose a network that begins with trained weights."
        changes = {"model.architecture": "efficientnet_lite0", "model.pretrained": True}
    return Diagnosis(
        name="gradients",
        title="Some layers are not told what to learn" if not is_strong else "Gradients are far too large",
        state="fired",
        measured=measured + "".join(said),
        meaning=meaning,
        proposal=proposal,
        changes=changes,
        value=found.total,
        limit=high if is_strong else low,
    )


def judge_classes(config: StudioConfig, samples: Sequence[Sample], classes: Sequence[str]) -> Diagnosis:
    """Count classes in what is learned from, and in the batches that it is dealt to.

    Args:
        config: the run's settings.
        samples: of the training split, clean twins included.
        classes: in the model's order.
    """
    places = {name: place for place, name in enumerate(classes)}
    labels = np.array([places[sample.label] for sample in samples], np.int64)
    counts = np.bincount(labels, minlength=len(classes))
    size = config.training.batch_size
    keys = keys_of([sample.pair or sample.id for sample in samples])
    batches = BatchPlan(keys_N=keys, batch_size=size, seed=config.training.seed).batches(1)
    fewest = [int(np.bincount(labels[numbers], minlength=len(classes)).min()) for numbers in batches]
    typical = float(np.median(fewest))
    rarest = int(counts.argmin())
    share = counts[rarest] / max(1, len(labels))
    told = ", ".join(
        f"{count} {name} ({100 * count / max(1, len(labels)):.0f} %)"
        for name, count in zip(classes, counts.tolist(), strict=True)
    )
    measured = f"Training has {told}; a typical batch of {size} has {typical:.0f} of the class that it has fewest of."
    if typical >= FEWEST_OF_A_CLASS:
        return Diagnosis(
            name="classes",
            title="Every batch shows every class",
            state="quiet",
            measured=measured,
            meaning="No class is so rare that steps are made without it.",
            value=typical,
            limit=float(FEWEST_OF_A_CLASS),
        )
    wanted = math.ceil(2 * FEWEST_OF_A_CLASS / max(share, 1e-9) / 8) * 8
    changes: dict[str, float | int | str | bool] = {}
    if size < wanted:
        changes["training.batch_size"] = min(wanted, MOST_IN_A_BATCH)
    if not config.class_weighting.enabled:
        changes["class_weighting.enabled"] = True
    parts = [f"batches of {changes['training.batch_size']}"] if "training.batch_size" in changes else []
    parts += ["rare classes that count more"] if "class_weighting.enabled" in changes else []
    more = f"Add photos of {classes[rarest]}; until then " if wanted > MOST_IN_A_BATCH else ""
    return Diagnosis(
        name="classes",
        title=f"Batches hardly show {classes[rarest]}",
        state="fired",
        measured=measured,
        meaning=f"Most steps are made without having seen {classes[rarest]}, and pull the network away from it.",
        proposal=f"{more}{'t' if more else 'T'}rain with {' and '.join(parts)}." if parts else "Add photos of it.",
        changes=changes,
        value=typical,
        limit=float(FEWEST_OF_A_CLASS),
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
