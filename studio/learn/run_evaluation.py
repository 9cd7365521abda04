"""Judges a finished run's model on the samples that were kept from its training."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.children import Emit, ShouldStop
from studio.core.events import EvaluationFinished
from studio.core.files import write_json
from studio.core.held_out import HeldOut, write_held_out
from studio.core.requests import ModelFacts, Prediction
from studio.core.runs import RunFolder
from studio.core.sections import TtaSettings
from studio.data.batch_plan import Numbers, in_batches
from studio.data.manifest import Manifest, Sample
from studio.data.pace import Pace
from studio.data.transforms import unpack
from studio.learn.checkpoints import Model, load_model
from studio.learn.ensemble import Ensemble, views_of
from studio.learn.evaluation import Case, Evaluation
from studio.learn.fusion import fused
from studio.learn.keeper import settle
from studio.learn.network import Network
from studio.learn.operating_point import choose_operating_point
from studio.learn.picture_source import PictureSource
from studio.learn.sources import Source

PHASE = "evaluating"
PICTURES_AT_ONCE = 32

Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A split that was kept from training.

    Attributes:
        name: val or test.
        source: its samples as they are, as pictures or as features.
        pictures: the same as pictures, for other views of them.
        samples: what the manifest says of them, in the same order.
    """

    name: str
    source: Source
    pictures: PictureSource
    samples: Sequence[Sample]


@dataclass(frozen=True, kw_only=True)
class RunJudge:
    """Judges a run's model, as it classifies: every member, every view, at its threshold.

    Attributes:
        run: gets the reports, in `evaluation/`.
        manifest: the dataset.
        network: of the model's kind, on its device; its weights are replaced in copies.
        emit: takes the events.
        should_stop: asked between batches.
    """

    run: RunFolder
    manifest: Manifest
    network: Network
    emit: Emit
    should_stop: ShouldStop

    def judge(self, splits: Sequence[Kept]) -> Evaluation | None:
        """Choose temperature and threshold on `val`, write them into the model, and judge it on each split.

        Args:
            splits: `val` first, where there is one.

        Returns:
            the evaluation on `val`; None without one, or when stopped before it was done.
        """
        model = load_model(self.run.best)
        pace = Pace(self.emit, PHASE, len(model.members) * sum(len(split.samples) for split in splits))
        on_val: Evaluation | None = None
        for split in splits:
            shares_MNC = self._asked(model, split, pace)
            if shares_MNC is None:
                break
            if split.name == "val":
                model = self._settled(model, split, shares_MNC)
            evaluation = self._evaluated(model, split, at_temperature(shares_MNC, model.temperature).mean(axis=0))
            on_val = evaluation if split.name == "val" else on_val
        return on_val

    def _asked(self, model: Model, split: Kept, pace: Pace) -> Shares | None:
        """What each member says of each sample at temperature 1; None when stopped."""
        parts = in_batches(np.arange(len(split.samples)), PICTURES_AT_ONCE)
        said: list[list[Shares]] = []
        for member in model.members:
            network = copy.deepcopy(self.network)
            network.load_state_dict(member.weights)
            said.append([])
            for shares_BC in _answers(fused(network), split, parts, model.config.tta):
                said[-1].append(shares_BC.cpu().numpy())
                pace.step(len(shares_BC))
                if self.should_stop():
                    return None
        return np.stack([np.concatenate(rows) for rows in said])

    def _settled(self, model: Model, split: Kept, shares_MNC: Shares) -> Model:
        has_threshold = len(model.classes) == 2 and model.positive is not None
        place = model.classes.index(model.positive) if model.positive is not None else 0
        point = choose_operating_point(
            _log_odds(shares_MNC[:, :, place]),
            np.array([sample.label == model.positive for sample in split.samples], dtype=bool),
            has_threshold=has_threshold,
        )
        return settle(self.run, point)

    def _evaluated(self, model: Model, split: Kept, shares_NC: Shares) -> Evaluation:
        facts = ModelFacts(
            classes=model.classes, positive=model.positive, threshold=model.threshold, title=self.run.title
        )
        chosen_N = chosen(shares_NC, model)
        evaluation = Evaluation(
            model=facts,
            cases=tuple(
                Case(
                    label=sample.label,
                    is_painted=sample.synthetic,
                    answer=Prediction(
                        path=str(self.manifest.picture(sample)),
                        chosen=model.classes[place],
                        look=False,
                        probabilities=dict(zip(model.classes, shares, strict=True)),
                        heat_map=None,
                        ms=0.0,
                    ),
                )
                for sample, place, shares in zip(split.samples, chosen_N.tolist(), shares_NC.tolist(), strict=True)
            ),
            rejected=(),
        )
        if split.name == "val":
            write_held_out(self.run.evaluation, _held_out(model, split, shares_NC))
        file = self.run.evaluation / f"{split.name}.json"
        write_json(file, evaluation.report())
        self.emit(
            EvaluationFinished(
                split=split.name,
                scores=evaluation.scores,
                real=evaluation.real,
                painted=evaluation.painted,
                threshold=model.threshold,
                report=str(file),
            )
        )
        return evaluation


@torch.no_grad()
def _answers(network: Network, split: Kept, parts: list[Numbers], tta: TtaSettings) -> Iterator[Tensor]:
    """Probabilities of each part's samples, float64."""
    if not tta.enabled:
        for batch in split.source.plain(parts):
            logits_BC: Tensor = network(*batch.inputs)
            yield logits_BC.double().softmax(dim=1)
        return
    pictures = split.pictures
    one = Ensemble([network], scale=pictures.scale, temperature=1.0, views=views_of(tta))
    for pixels in pictures.loader.stream([pictures.places_N[numbers] for numbers in parts]):
        yield one.probabilities(*unpack(pixels))


def at_temperature(shares_MNC: Shares, temperature: float) -> Shares:
    """Probabilities of logits that are divided by a temperature, from those that were not."""
    if temperature == 1.0:
        return shares_MNC
    powers = np.log(np.maximum(shares_MNC, 1e-300)) / temperature
    powers = np.exp(powers - powers.max(axis=-1, keepdims=True))
    result: Shares = powers / powers.sum(axis=-1, keepdims=True)
    return result


def chosen(shares_NC: Shares, model: Model) -> NDArray[np.int64]:
    """The most probable class, save that the positive one wins exactly from its threshold."""
    if model.threshold is None or model.positive is None:
        best: NDArray[np.int64] = shares_NC.argmax(axis=1)
        return best
    place = model.classes.index(model.positive)
    return np.where(shares_NC[:, place] >= model.threshold, place, 1 - place).astype(np.int64)


def _log_odds(shares: Shares) -> Shares:
    bounded = np.clip(shares, 1e-300, 1.0)
    others = np.maximum(1.0 - bounded, 1e-16)
    result: Shares = np.log(bounded) - np.log(others)
    return result


def _held_out(model: Model, split: Kept, shares_NC: Shares) -> HeldOut:
    return HeldOut(
        classes=model.classes,
        labels=tuple(sample.label for sample in split.samples),
        probabilities=tuple(tuple(row) for row in shares_NC.tolist()),
        is_painted=tuple(sample.synthetic for sample in split.samples),
    )
