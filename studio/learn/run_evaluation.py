"""Judges a finished run's model on the samples that were kept from its training."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.children import Emit, ShouldStop
from studio.core.events import EvaluationFinished
from studio.core.files import write_json
from studio.core.held_out import HeldOut, write_held_out
from studio.core.intervals import no_narrower
from studio.core.requests import ModelFacts, Prediction
from studio.core.runs import RunFolder
from studio.core.sections import TtaSettings
from studio.data.batch_plan import Numbers, in_batches
from studio.data.manifest import Manifest, Sample
from studio.data.pace import Pace
from studio.data.transforms import unpack
from studio.learn.checkpoints import Model, load_model
from studio.learn.digests import weights_digest
from studio.learn.ensemble import Ensemble, views_of
from studio.learn.evaluation import Case, Evaluation, chosen, ends
from studio.learn.fusion import fused
from studio.learn.gains import gains
from studio.learn.keeper import settle
from studio.learn.lesson import Kept
from studio.learn.network import Network
from studio.learn.operating_point import choose_operating_point

PHASE = "evaluating"
PICTURES_AT_ONCE = 32

Shares = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What was said of some samples, by networks that had never learned from them.

    Attributes:
        samples: what the manifest says of them.
        shares_MNC: probabilities at temperature 1, a row for each network; where samples were held out in turn a
            single one, of whom each was held out from.
        first_MNC: the same of the photo as it is; None where there is no other view.
    """

    samples: Sequence[Sample]
    shares_MNC: Shares
    first_MNC: Shares | None


@dataclass(frozen=True, kw_only=True)
class RunJudge:
    """Judges a run's model, as it classifies: every member, every view, at its threshold.

    Samples that were held out in turn are judged by the members that never learned from them; temperature and
    threshold follow from that, though the mean over all members, which classifies, is a little surer than each.

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
        asked = [len(split.judged_by(place)) for split in splits for place in range(len(model.members))]
        pace = Pace(self.emit, PHASE, sum(asked))
        on_val: Evaluation | None = None
        for split in splits:
            said = self._asked(model, split, pace)
            if said is None:
                break
            if split.name == "val":
                model = self._settled(model, said)
            evaluation = self._evaluated(model, split, said)
            on_val = evaluation if split.name == "val" else on_val
        return on_val

    def _asked(self, model: Model, split: Kept, pace: Pace) -> _Said | None:
        """What the members say of the samples that they never learned from; None when stopped."""
        numbers_MB = [split.judged_by(place) for place in range(len(model.members))]
        said: list[Shares] = []
        first: list[Shares] = []
        for member, numbers in zip(model.members, numbers_MB, strict=True):
            network = copy.deepcopy(self.network)
            network.load_state_dict(member.weights)
            rows: list[Shares] = []
            for shares_VBC in _answers(network, split, in_batches(numbers, PICTURES_AT_ONCE), model.config.tta):
                rows.append(shares_VBC.cpu().numpy())
                pace.step(shares_VBC.shape[1])
                if self.should_stop():
                    return None
            views_VNC = np.concatenate(rows, axis=1)
            said.append(views_VNC.mean(axis=0))
            first.append(views_VNC[0])
        known = split.samples
        if split.folds_N is not None:
            known, pooled = _pooled(split.samples, numbers_MB, said)
            said, first = [pooled], [_pooled(split.samples, numbers_MB, first)[1]]
        return _Said(
            samples=known,
            shares_MNC=np.stack(said),
            first_MNC=np.stack(first) if model.config.tta.enabled else None,
        )

    def _settled(self, model: Model, said: _Said) -> Model:
        has_threshold = len(model.classes) == 2 and model.positive is not None
        place = model.classes.index(model.positive) if model.positive is not None else 0
        point = choose_operating_point(
            _log_odds(said.shares_MNC[:, :, place]),
            np.array([sample.label == model.positive for sample in said.samples], dtype=bool),
            has_threshold=has_threshold,
            photos_N=[sample.source_photo for sample in said.samples],
            decision=model.config.decision,
        )
        return settle(self.run, point)

    def _evaluated(self, model: Model, split: Kept, said: _Said) -> Evaluation:
        shares_NC: Shares = at_temperature(said.shares_MNC, model.temperature).mean(axis=0)
        facts = ModelFacts(
            classes=model.classes,
            positive=model.positive,
            threshold=model.threshold,
            title=self.run.title,
            band=model.band,
        )
        chosen_N = chosen(shares_NC, facts)
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
                for sample, place, shares in zip(said.samples, chosen_N.tolist(), shares_NC.tolist(), strict=True)
            ),
            rejected=(),
        )
        if split.name == "val":
            write_held_out(self.run.evaluation, _held_out(model, self.manifest, said.samples, shares_NC))
        file = self.run.evaluation / f"{split.name}.json"
        photos_N = [sample.source_photo for sample in said.samples]
        rest = evaluation.by_photo(photos_N)
        found = gains(
            at_temperature(said.shares_MNC, model.temperature),
            None if said.first_MNC is None else at_temperature(said.first_MNC, model.temperature),
            evaluation.labels_N,
            photos_N,
            lambda shares: chosen(shares, facts),
            views=len(views_of(model.config.tta)),
        )
        told = {
            "cross_fitted": split.folds_N is not None,
            "gains": [asdict(gain) for gain in found],
            "weights": weights_digest([member.weights for member in model.members]),
        }
        write_json(file, {**evaluation.report(), **told, **rest})
        self.emit(
            EvaluationFinished(
                split=split.name,
                scores=evaluation.scores,
                real=evaluation.real,
                painted=evaluation.painted,
                threshold=model.threshold,
                report=str(file),
                photos=len(set(photos_N)),
                balanced_accuracy_95=no_narrower(
                    ends(rest.get("balanced_accuracy_95_by_photo")), evaluation.scores.confusion
                ),
                is_in_turn=split.folds_N is not None,
                gains=found,
            )
        )
        return evaluation


@torch.no_grad()
def _answers(network: Network, split: Kept, parts: list[Numbers], tta: TtaSettings) -> Iterator[Tensor]:
    """Probabilities of each part's samples, views x samples x classes, float64."""
    if not tta.enabled:
        # A head on features that are there already gains nothing from a quicker body.
        asked = network.eval() if network.is_frozen else fused(network)
        for batch in split.source.plain(parts):
            logits_BC: Tensor = asked(*batch.inputs)
            yield logits_BC.double().softmax(dim=1)[None]
        return
    pictures = split.pictures
    one = Ensemble([fused(network)], scale=pictures.scale, temperature=1.0, views=views_of(tta))
    for pixels in pictures.loader.stream([pictures.places_N[numbers] for numbers in parts]):
        yield one.parts(*unpack(pixels))[:, 0]


def at_temperature(shares_MNC: Shares, temperature: float) -> Shares:
    """Probabilities of logits that are divided by a temperature, from those that were not."""
    if temperature == 1.0:
        return shares_MNC
    powers = np.log(np.maximum(shares_MNC, 1e-300)) / temperature
    powers = np.exp(powers - powers.max(axis=-1, keepdims=True))
    result: Shares = powers / powers.sum(axis=-1, keepdims=True)
    return result


def _log_odds(shares: Shares) -> Shares:
    bounded = np.clip(shares, 1e-300, 1.0)
    others = np.maximum(1.0 - bounded, 1e-16)
    result: Shares = np.log(bounded) - np.log(others)
    return result


def _pooled(
    samples: Sequence[Sample], numbers_MB: Sequence[Numbers], said: Sequence[Shares]
) -> tuple[Sequence[Sample], Shares]:
    """The samples that were judged, and one row of answers: of each the mean of the members that it was held out from.

    A run that was stopped has fewer members than folds, and nobody can judge the other folds.
    """
    total_NC = np.zeros((len(samples), said[0].shape[1]))
    judges_N = np.zeros(len(samples), np.int64)
    for numbers, shares_BC in zip(numbers_MB, said, strict=True):
        total_NC[numbers] += shares_BC
        judges_N[numbers] += 1
    known = np.flatnonzero(judges_N)
    return [samples[number] for number in known.tolist()], total_NC[known] / judges_N[known, None]


def _held_out(model: Model, manifest: Manifest, samples: Sequence[Sample], shares_NC: Shares) -> HeldOut:
    return HeldOut(
        classes=model.classes,
        labels=tuple(sample.label for sample in samples),
        probabilities=tuple(tuple(row) for row in shares_NC.tolist()),
        is_painted=tuple(sample.synthetic for sample in samples),
        pictures=tuple(str(manifest.picture(sample)) for sample in samples),
        samples=tuple(sample.id for sample in samples),
        photos=tuple(sample.source_photo for sample in samples),
    )
