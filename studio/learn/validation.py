"""Judges a network on a split, without varying anything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from studio.core.events import Mistake, Scores
from studio.core.intervals import no_narrower
from studio.data.batch_plan import in_batches, share_of
from studio.data.manifest import Sample
from studio.learn.evaluation import ends
from studio.learn.losses import LossFunction, soft_targets
from studio.learn.metrics import Judged, ScoreSheet
from studio.learn.photo_intervals import intervals_by_photo
from studio.learn.ranks import Ranks
from studio.learn.sources import Source

MOST_MISTAKES = 12


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a network did on a split.

    Attributes:
        judged: sample by sample.
        scores: on all samples.
        real, painted: on photos, on painted samples; None where there are none.
        mistakes: the worst ones first, at most 12.
        photos_N: the photo that each sample stems from, in the order of `judged`.
    """

    judged: Judged
    scores: Scores
    real: Scores | None
    painted: Scores | None
    mistakes: tuple[Mistake, ...]
    photos_N: Sequence[str]

    def balanced_accuracy_95(self) -> tuple[float, float] | None:
        """95 % range of the balanced accuracy if other photos had been taken; None with fewer than two."""
        judged = self.judged
        found = intervals_by_photo(judged.labels_N, judged.chosen_N, None, self.photos_N, score_class=None)
        return no_narrower(ends(found["balanced_accuracy_95_by_photo"]), self.scores.confusion)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Judges networks on one split.

    The split is shared among the ranks without padding, and what they find is put together in the samples' order, so
    that the same weights get the same figures for any number of ranks.

    Attributes:
        source: the split's samples.
        samples: what the manifest says of them, in the same order.
        picture: the file that a person is shown for a sample.
        classes: in the order of the logits.
        score_class: the class that the ROC curve is about.
        loss: what training makes small.
        smoothing: of the labels, as in training.
        batch_size: samples in a batch of one rank.
        ranks: this process among the others.
    """

    source: Source
    samples: Sequence[Sample]
    picture: Callable[[Sample], Path]
    classes: tuple[str, ...]
    score_class: int | None
    loss: LossFunction
    smoothing: float
    batch_size: int
    ranks: Ranks

    @torch.no_grad()
    def judge(self, network: nn.Module) -> Verdict:
        """Ask the network about every sample. It must not be wrapped: ranks may have unequal numbers of batches."""
        was_training = network.training
        network.eval()
        own = share_of(np.arange(len(self.source)), self.ranks.rank, self.ranks.world_size)
        sheet = ScoreSheet(self.score_class)
        for batch in self.source.plain(in_batches(own, self.batch_size)):
            with self.ranks.autocast():
                logits_BC = network(*batch.inputs)
            targets_BC = soft_targets(batch.labels_B, len(self.classes), self.smoothing)
            sheet.add(batch.numbers_B, batch.labels_B, logits_BC, self.loss(logits_BC, targets_BC))
        network.train(was_training)
        return self._verdict(Judged.joined(self.ranks.gather(sheet.collect())))

    def _verdict(self, judged: Judged) -> Verdict:
        is_painted_N = np.array([self.samples[number].synthetic for number in judged.numbers_N], dtype=bool)
        scores = self._scores(judged)
        assert scores is not None
        return Verdict(
            judged=judged,
            scores=scores,
            real=self._scores(judged.where(~is_painted_N)),
            painted=self._scores(judged.where(is_painted_N)),
            mistakes=self._mistakes(judged),
            photos_N=[self.samples[int(number)].source_photo for number in judged.numbers_N],
        )

    def _scores(self, judged: Judged) -> Scores | None:
        return judged.counts(len(self.classes), self.score_class).to_scores() if len(judged) else None

    def _mistakes(self, judged: Judged) -> tuple[Mistake, ...]:
        wrong = np.flatnonzero(judged.chosen_N != judged.labels_N)
        worst = wrong[np.argsort(-judged.shares_N[wrong], kind="stable")][:MOST_MISTAKES]
        return tuple(self._mistake(judged, int(place)) for place in worst)

    def _mistake(self, judged: Judged, place: int) -> Mistake:
        sample = self.samples[int(judged.numbers_N[place])]
        return Mistake(
            sample=sample.id,
            path=str(self.picture(sample)),
            label=sample.label,
            predicted=self.classes[int(judged.chosen_N[place])],
            probability=float(judged.shares_N[place]),
        )
