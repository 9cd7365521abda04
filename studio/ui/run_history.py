"""What a run's events add up to: the one thing that curves, figures and tables are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.events import (
    VALIDATION,
    AdaptationFinished,
    BatchesFinished,
    ChecksFinished,
    CorrectionsLearned,
    EpochFinished,
    EvaluationFinished,
    Event,
    JobEnded,
    Notice,
    PhaseStarted,
    Progress,
    RunFinished,
    RunStarted,
    Scores,
)
from studio.ui.member_history import MemberHistory
from studio.ui.series import Points, Series


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Scores on samples that were kept from training.

    Attributes:
        scores: on all of them; None where there are none.
        real, painted: the same, apart.
    """

    scores: Scores | None
    real: Scores | None
    painted: Scores | None


class RunHistory:
    """A run as far as its events have told it; live events and stored ones go the same way.

    The networks of an ensemble are trained one after another. Epochs and curves are those of the network that is
    watched: the newest one, unless `watch` chose another.
    """

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.finished: RunFinished | None = None
        self.ending: JobEnded | None = None
        self.judged: EvaluationFinished | None = None
        self.checks: ChecksFinished | None = None
        self.adaptation: AdaptationFinished | None = None
        self.corrections: CorrectionsLearned | None = None
        self.members = [MemberHistory()]
        self.notices: list[Notice] = []
        self.phases: tuple[str, ...] = ()
        self.phase = ""
        self.phase_share: float | None = None
        self.remaining_s: float | None = None
        self.images_per_s: float | None = None
        self._watched: int | None = None

    def receive(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case PhaseStarted():
                self.phase = event.phase
                self.phases = event.phases or self.phases
                self.phase_share = None
                self.ending = None
            case Progress():
                self.phase_share = event.done / event.total if event.total else None
                self.remaining_s = event.remaining_s
            case RunStarted():
                self._start(event)
            case BatchesFinished():
                self._member_of(event).add_batches(event)
                self.images_per_s, self.remaining_s = event.images_per_s, event.remaining_s
            case EpochFinished():
                self._member_of(event).add_epoch(event)
                self.images_per_s, self.remaining_s = event.images_per_s, event.remaining_s
            case EvaluationFinished():
                self.judged = event if event.split == VALIDATION else self.judged
            case ChecksFinished():
                self.checks = event
            case AdaptationFinished():
                self.adaptation = event
            case CorrectionsLearned():
                self.corrections = event
            case RunFinished():
                self.finished = event
                self.remaining_s = None
            case Notice():
                self.notices.append(event)
            case JobEnded():
                self.ending = event
                self.remaining_s = None
            case _:
                pass

    # What was asked of the run

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes in the order of the confusion matrix."""
        return self.started.classes if self.started is not None else ()

    @property
    def planned(self) -> int:
        """Planned epochs of each network; 0 while unknown."""
        if self.started is not None:
            return self.started.epochs
        return self.last.epochs if self.last is not None else 0

    @property
    def planned_members(self) -> int:
        """How many networks the model shall have."""
        asked = max(self.started.members, self.started.folds) if self.started is not None else 1
        return max(asked, len(self.members))

    @property
    def folds(self) -> int:
        """Parts of the samples that are each held out once; 0 where a split is kept from training instead."""
        return self.started.folds if self.started is not None else 0

    @property
    def patience(self) -> int | None:
        """Epochs without progress that early stopping allows."""
        return self.started.patience if self.started is not None else None

    # Where it stands

    @property
    def epoch(self) -> int:
        """The newest network's running epoch, from 1; its last whole one when all is over; 0 before the first."""
        newest = self.members[-1]
        if self.is_over:
            return newest.last.epoch if newest.last is not None else 0
        following = newest.last.epoch + 1 if newest.last is not None else int(self.started is not None)
        return min(max(newest.last_epoch, following), self.planned)

    @property
    def share(self) -> float:
        """How much of the planned training is done, 0..1."""
        if not self.planned:
            return 0.0
        return (len(self.members) - 1 + self.members[-1].place / self.planned) / self.planned_members

    @property
    def is_over(self) -> bool:
        """Whether the run has ended, in good order or not."""
        return self.finished is not None or self.ending is not None

    @property
    def figures(self) -> Figures | None:
        """What is known of samples that the model never learned from: as it classifies, else at its best epoch.

        Where samples are held out in turn, an epoch tells of one member and its fold alone.
        """
        told = self.best or self.last
        if self.judged is not None:
            return Figures(scores=self.judged.scores, real=self.judged.real, painted=self.judged.painted)
        if told is None:
            return None
        return Figures(scores=told.val, real=told.val_real, painted=told.val_painted)

    # The network that is watched

    def watch(self, number: int | None) -> None:
        """Look at the curves of one network.

        Args:
            number: from 1; None follows the newest one.
        """
        self._watched = number

    @property
    def watched(self) -> int:
        """Number of the network whose curves are on show, from 1."""
        return min(self._watched or len(self.members), len(self.members))

    @property
    def member(self) -> MemberHistory:
        """The network that is watched."""
        return self.members[self.watched - 1]

    @property
    def others(self) -> list[MemberHistory]:
        """The networks of the ensemble that are not watched."""
        return [member for number, member in enumerate(self.members, start=1) if number != self.watched]

    @property
    def epochs(self) -> list[EpochFinished]:
        """Its whole epochs."""
        return self.member.epochs

    @property
    def batch_losses(self) -> Series:
        """Its batches."""
        return self.member.batch_losses

    @property
    def speeds(self) -> Series:
        """Its speed."""
        return self.member.speeds

    @property
    def place(self) -> float:
        """How many epochs it has come, parts of one included."""
        return self.member.place

    @property
    def last(self) -> EpochFinished | None:
        """Its last whole epoch."""
        return self.member.last

    @property
    def best(self) -> EpochFinished | None:
        """The epoch whose weights are kept: the best one, or the last one where the settings ask for that."""
        if self.last is None:
            return None
        return self.at(self.kept_epoch)

    @property
    def kept_epoch(self) -> int:
        """Its number; 0 before the first."""
        if self.last is None:
            return 0
        if self.finished is not None and self.keeps_last:
            return self.last.epoch
        return self.last.best_epoch

    @property
    def keeps_last(self) -> bool:
        """Whether the finished run kept its last epoch, though an earlier one had the best figure."""
        newest = self.members[-1].last
        if self.finished is None or newest is None:
            return False
        return self.finished.best_epoch == newest.epoch != newest.best_epoch

    @property
    def patience_band(self) -> tuple[float, float] | None:
        """From the best epoch to where the run would stop; None without early stopping."""
        if self.patience is None or self.last is None or not self.last.best_epoch:
            return None
        best = self.last.best_epoch
        return float(best), float(min(best + self.patience, self.planned))

    def at(self, number: int) -> EpochFinished | None:
        """Its epoch of this number."""
        return self.member.at(number)

    def train(self, figure: str) -> Points:
        """`loss` or `accuracy` while training, over the epochs."""
        return self.member.train(figure)

    def validation(self, figure: str) -> Points:
        """`loss` or `accuracy` on the validation split, over the epochs."""
        return self.member.validation(figure)

    def interval(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Epochs with the low and the high end of validation accuracy's 95 % interval."""
        return self.member.interval()

    def heat(self) -> Points:
        """Share of the watched network's heat that lies in painted dirt, over the epochs."""
        return self.member.heat()

    @property
    def heat_in_words(self) -> str:
        """The last score of its heat maps beside chance, in a sentence; empty without one."""
        told = [epoch.heat for epoch in self.member.epochs if epoch.heat is not None]
        if not told:
            return ""
        last = told[-1]
        return (
            f"Where the network looks: {100 * last.inside:.0f} % of its heat lies in the painted dirt (an even heat "
            f"would give {100 * last.inside_chance:.0f} %), and the hottest place is in or at the dirt in "
            f"{100 * last.hits:.0f} % of {last.count} validation samples (chance {100 * last.hit_chance:.0f} %)."
        )

    def learning_rate(self) -> Points:
        """The learning rate over the epochs."""
        return self.member.learning_rate()

    # What the events do

    def _start(self, event: RunStarted) -> None:
        self.started = event
        self.finished = self.ending = None
        self.judged = self.checks = None  # of the model as it was before it learned on
        kept = event.first_epoch - 1
        if not kept:
            self.members = [MemberHistory()]
        while len(self.members) > 1 and not self.members[-1].epochs:
            self.members.pop()  # begun, but no epoch of it is kept to go on from
        self.members[-1].cut(kept)

    def _member_of(self, event: BatchesFinished | EpochFinished) -> MemberHistory:
        """Whom an event is about: the networks of an ensemble follow one another."""
        if self.members[-1].starts_over(event):
            self.members.append(MemberHistory())
        return self.members[-1]


def accuracy_at(scores: Scores | None) -> str:
    """A set of scores as its accuracy in per cent; a dash without scores."""
    return "–" if scores is None else f"{100 * scores.accuracy:.1f} %"
