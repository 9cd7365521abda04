"""Everything that a job says: the same objects go to the window by pipe and to the run's folder as JSON lines."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, TypeAlias, Union, get_args

from pydantic import TypeAdapter

from studio.core.errors import UserError
from studio.core.expert_events import (
    DiagnosisFinished,
    Exported,
    Replayed,
    ReportReady,
    SearchFinished,
    TrialFinished,
    Verified,
)

VALIDATION = "val"
"""What `EvaluationFinished.split` calls the validation split."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How well predictions match labels on one set of samples.

    Attributes:
        count: number of samples.
        loss: mean loss; 0 without samples.
        accuracy: share of right answers, 0..1.
        accuracy_95: 95 % Wilson interval of the accuracy.
        balanced_accuracy: mean recall over the classes that occur.
        auroc: area under the ROC curve of the positive class; None unless two classes occur.
        confusion: rows are true classes, columns predicted ones, in the run's class order.
    """

    count: int
    loss: float
    accuracy: float
    accuracy_95: tuple[float, float]
    balanced_accuracy: float
    auroc: float | None
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One validation sample that the network got most wrong.

    Attributes:
        sample: its id in the manifest.
        path: its picture.
        label: its true class.
        predicted: the class that won.
        probability: that class's probability.
    """

    sample: str
    path: str
    label: str
    predicted: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class PhaseStarted:
    """A job begins its next phase, such as `reading`, `painting`, `caching`, `warming up`, `training`, `evaluating`.

    Attributes:
        phase: its name, as shown.
        phases: all phases of this job in order, as far as known, so that the window can draw the steps.
        total: how many items it will work through, if known.
    """

    phase: str
    phases: tuple[str, ...] = ()
    total: int | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the current phase has come; at most a few a second.

    Attributes:
        done: items finished.
        total: items in all.
        remaining_s: time left for the phase in seconds, where it can be said honestly.
    """

    phase: str
    done: int
    total: int
    remaining_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that the person should know and nothing stops for.

    Attributes:
        kind: `info` or `warning`.
        text: one sentence.
        details: more of it, one click away.
    """

    kind: Literal["info", "warning"]
    text: str
    details: str = ""


@dataclass(frozen=True, kw_only=True)
class PhotoRejected:
    """A file with a picture's extension was set aside.

    Attributes:
        path: the file.
        reason: one sentence for its owner.
        kind: `unreadable`, `duplicate` or `conflict`.
    """

    path: str
    reason: str
    kind: str = "unreadable"


@dataclass(frozen=True, kw_only=True)
class DatasetReady:
    """A manifest was written.

    Attributes:
        folder: the dataset's folder.
        counts: samples per class, painted ones included.
        painted: how many of the samples are painted.
        rejected: how many files were set aside.
    """

    folder: str
    counts: dict[str, int]
    painted: int
    rejected: int


@dataclass(frozen=True, kw_only=True)
class RunStarted:
    """A training begins, or goes on.

    Attributes:
        folder: the run's folder.
        name: what the window calls the run.
        classes: in the order of the confusion matrix.
        positive: the class that a threshold is about, if there is one.
        first_epoch: 1, or the epoch after the last whole one when resumed.
        epochs: planned epochs.
        patience: epochs without progress before the run ends, if early stopping is on.
        monitor: the figure that decides which epoch is best.
        device: in words, such as `CPU, 2 cores`.
        precision: float32, float16 or bfloat16.
        processes: number of ranks.
        parameters, trainable: numbers of weights.
        train_count, val_count, test_count: samples in each split; what is held out in turn counts as training.
        real_counts: photos that are not painted in each split: (train, val, test).
        certificate: one sentence on what keeps the splits apart.
        folds: parts of the training samples of which each is held out from a member of its own, which it judges in
            the place of a validation split; 0 where there is such a split, or none.
        members: networks of the model, trained one after another.
    """

    folder: str
    name: str
    classes: tuple[str, ...]
    positive: str | None
    first_epoch: int
    epochs: int
    patience: int | None
    monitor: str
    device: str
    precision: str
    processes: int
    parameters: int
    trainable: int
    train_count: int
    val_count: int
    test_count: int
    real_counts: tuple[int, int, int]
    certificate: str
    folds: int = 0
    members: int = 1


@dataclass(frozen=True, kw_only=True)
class BatchesFinished:
    """Some batches of the running epoch, at most four times a second.

    Attributes:
        epoch: the running epoch, from 1.
        batch: number of the last of these batches within the epoch, from 1.
        batches: batches in this epoch.
        losses: mean loss of each batch since the last event.
        images_per_s: speed since the last event.
        remaining_s: time left for the whole run, as far as it can be said.
    """

    epoch: int
    batch: int
    batches: int
    losses: tuple[float, ...]
    images_per_s: float
    remaining_s: float | None


@dataclass(frozen=True, kw_only=True)
class HeatFit:
    """How well the network's evidence fits the true dirt of a few validation samples.

    Attributes:
        count: of samples.
        hits, hit_chance: how often the hottest place lies in the dirt (the pointing game), and what chance would
            give, 0..1.
        inside, inside_chance: mean share of the heat in the dirt, and what an even heat would give, 0..1.
    """

    count: int
    hits: float
    hit_chance: float
    inside: float
    inside_chance: float


@dataclass(frozen=True, kw_only=True)
class EpochFinished:
    """One epoch, validated.

    Attributes:
        epoch: from 1.
        epochs: planned epochs.
        train: scores while training (on varied samples, weights changing).
        val: scores on the validation split; None when there is none.
        val_real, val_painted: the same, apart; None where there are no such samples.
        learning_rate: in force during the epoch's last step.
        images_per_s: training speed over the epoch.
        duration_s: training and validation together.
        is_best: whether this is the best epoch so far.
        best_epoch: the best so far.
        patience_left: epochs without progress still allowed; None without early stopping.
        remaining_s: time left for the run if it uses all epochs.
        mistakes: the worst validation mistakes, at most 12, worst first.
        member: which network of an ensemble, from 1.
        heat: how well its heat maps fit the painted dirt; None where that is not asked, or nothing is painted.
        balanced_accuracy_95: 95 % range of `val`'s balanced accuracy if other photos had been taken; None for epochs
            that are not the best so far, and with fewer than two photos.
    """

    epoch: int
    epochs: int
    train: Scores
    val: Scores | None
    val_real: Scores | None
    val_painted: Scores | None
    learning_rate: float
    images_per_s: float
    duration_s: float
    is_best: bool
    best_epoch: int
    patience_left: int | None
    remaining_s: float | None
    mistakes: tuple[Mistake, ...] = ()
    member: int = 1
    heat: HeatFit | None = None
    balanced_accuracy_95: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class CheckpointSaved:
    """Weights are safe on disk.

    Attributes:
        kind: `best` or `last`.
        path: the file.
        epoch: the epoch whose weights it holds.
    """

    kind: Literal["best", "last"]
    path: str
    epoch: int


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What averaging brings: balanced accuracy of the mean answer, beside that of a single one.

    Attributes:
        of: `members` of an ensemble, or `views` of a photo.
        count: how many are averaged.
        single, together: balanced accuracy, of one (the mean over the members; the photo as it is) and of all, 0..1.
        gain_95: 95 % range of the difference by photo, -1..1; None with fewer than two photos.
    """

    of: Literal["members", "views"]
    count: int
    single: float
    together: float
    gain_95: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class EvaluationFinished:
    """A model was judged on labelled photos.

    Attributes:
        split: `val`, `test` or the name of the folder that was given.
        scores: all of them, at the model's threshold.
        real, painted: the same, apart; None where there are no such samples.
        threshold: probability of the positive class from which it wins; None for more than two classes.
        report: the file with everything.
        photos: how many independent photos the samples stem from; 0 where that was not asked.
        balanced_accuracy_95: its 95 % interval by photo, wider than by sample; None where that was not asked.
        is_in_turn: whether each photo was judged by the networks that never learned from it.
        gains: what several networks and several views bring, where there are any.
    """

    split: str
    scores: Scores
    real: Scores | None
    painted: Scores | None
    threshold: float | None
    report: str
    photos: int = 0
    balanced_accuracy_95: tuple[float, float] | None = None
    is_in_turn: bool = False
    gains: tuple[Gain, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check that a model has learnt nothing but the dirt.

    Attributes:
        name: `steps`, `patch`, `beside`, `pointing` or `energy`.
        title: what was done.
        state: `quiet` where all is well, `fired` where not, `skipped` where too little could be tried.
        measure: what `value` is a share of, in words.
        value: the figure that comes nearest its limit; None when skipped.
        limit: of that figure: beyond it by more than chance the check fires. For the heat map what chance would give:
            no more than that fires.
        count: how many tries the figure rests on.
        sentence: what was found.
    """

    name: str
    title: str
    state: Literal["quiet", "fired", "skipped"]
    measure: str
    value: float | None
    limit: float
    count: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class ChecksFinished:
    """A model was checked for having learnt nothing but the dirt.

    Attributes:
        checks: each of them.
        report: the file with everything.
    """

    checks: tuple[Check, ...]
    report: str


@dataclass(frozen=True, kw_only=True)
class AdaptationFinished:
    """A model was taught a place by photos without labels, or it was not, because it would have become worse.

    Attributes:
        run_before: the run that was adapted; it is as it was, so going back to it undoes everything.
        run: the adapted run's folder; empty when nothing was kept.
        is_kept: whether there is an adapted run.
        rounds: how many rounds of guessing and learning were kept.
        photos: how many photos could be read.
        guessed: by class, how many photos were sure enough to be learned from in the last kept round; of the first
            round when none was kept.
        answers_before, answers_after: by class, the model's answers for the photos; the same when nothing was kept.
        changed: photos whose answer is another one now.
        before, after: on the held-out samples that both models were judged on, none of which is a guess; `after` is
            of the last kept round, or of the one that was undone when none was kept.
        sentence: all this for a person.
        report: the file with everything; empty when nothing was kept.
    """

    run_before: str
    run: str
    is_kept: bool
    rounds: int
    photos: int
    guessed: dict[str, int]
    answers_before: dict[str, int]
    answers_after: dict[str, int]
    changed: int
    before: Scores
    after: Scores
    sentence: str
    report: str


@dataclass(frozen=True, kw_only=True)
class CorrectionsLearned:
    """A run went on learning, with corrected photos, in a run of its own.

    Attributes:
        run_before: the run that it started from; it is as it was.
        run: the new run's folder.
        photos: corrected photos that were learned.
        left_out: corrected photos that look like held-out ones, so that nothing is learned from them.
        before, after: on the same held-out samples.
        gain_95: 95 % range by photo of what balanced accuracy gained, -1..1; None with fewer than two photos.
        sentence: all this for a person.
    """

    run_before: str
    run: str
    photos: int
    left_out: int
    before: Scores
    after: Scores
    gain_95: tuple[float, float] | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class EstimateReady:
    """How long a training would take here, from a few real steps.

    Attributes:
        epoch_s: time for one epoch.
        run_s: time for the whole run if it uses all epochs, reading included.
        spread_s: how far `run_s` may be off, from the spread of the timed steps.
        reading_s: time to read every photo once, part of `run_s`.
        memory_bytes: most memory that training took.
        memory_total_bytes: what the device has.
        device: in words.
        precision: float32, float16 or bfloat16.
    """

    epoch_s: float
    run_s: float
    spread_s: float
    reading_s: float
    memory_bytes: int
    memory_total_bytes: int
    device: str
    precision: str


@dataclass(frozen=True, kw_only=True)
class SpeedMeasured:
    """How fast one architecture trains here, in samples a second, medians of several measurements.

    Attributes:
        architecture: which one.
        device: cpu, cuda or mps.
        precision: float32, float16 or bfloat16.
        photos: samples in an epoch.
        epochs: of each measurement.
        step_only_per_s: training on batches that lie on the device.
        data_only_per_s: making the same batches from cached pixels, without training.
        end_to_end_per_s: from photo files on: caching their pixels, then training all epochs.
        end_to_end_share: `end_to_end_per_s` as a share of `step_only_per_s`, of the same measurement.
        caching_s: time to cache the photos' pixels, part of the end to end.
    """

    architecture: str
    device: str
    precision: str
    photos: int
    epochs: int
    step_only_per_s: float
    data_only_per_s: float
    end_to_end_per_s: float
    end_to_end_share: float
    caching_s: float


@dataclass(frozen=True, kw_only=True)
class RunFinished:
    """A training ended in good order; a log without it reads as interrupted.

    Attributes:
        outcome: `finished`, `stopped early` (patience) or `stopped` (by the person).
        best_epoch: the epoch whose weights the model has; 0 when no epoch was finished.
        best_value: the monitored figure there; None when no epoch was finished.
        val_accuracy: validation accuracy there, 0..1.
        model: the file that Classify opens; empty when no epoch was finished.
        duration_s: wall time of this part of the run.
        val_accuracy_95: its 95 % Wilson interval; None without an accuracy, and in logs of older versions.
    """

    outcome: Literal["finished", "stopped early", "stopped"]
    best_epoch: int
    best_value: float | None
    val_accuracy: float | None
    model: str
    duration_s: float
    val_accuracy_95: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class JobEnded:
    """How a job's processes ended; always the last event, and never written to a run's folder.

    Attributes:
        outcome: `done`, `stopped` (asked to), `bad input` (the person can mend it), `failed` or `killed`.
        exit_codes: one for each rank; negative is the number of the signal.
        cause: one sentence; empty when done.
        details: traceback or the last lines of output, for the log.
    """

    outcome: Literal["done", "stopped", "bad input", "failed", "killed"]
    exit_codes: tuple[int, ...] = ()
    cause: str = ""
    details: str = ""

    def __str__(self) -> str:
        """The ending in words."""
        match self.outcome:
            case "done":
                return "Done."
            case "stopped":
                return "Stopped as asked."
            case "killed":
                return f"Ended at once. {self.cause}".rstrip()
            case "bad input":
                return self.cause
            case "failed":
                return self.cause or "It failed without saying why."


Event: TypeAlias = Union[  # noqa: UP007 - get_args below reads it
    PhaseStarted, Progress, Notice, PhotoRejected, DatasetReady, RunStarted, BatchesFinished, EpochFinished,
    CheckpointSaved, EvaluationFinished, ChecksFinished, AdaptationFinished, EstimateReady, SpeedMeasured, RunFinished,
    TrialFinished, SearchFinished, DiagnosisFinished, ReportReady, Exported, Verified, Replayed, CorrectionsLearned,
    JobEnded,
]  # fmt: skip

_BY_NAME: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}


def to_line(event: Event, *, time_s: float | None = None) -> str:
    """One line of `events.jsonl`, without the line break.

    Args:
        event: what was said.
        time_s: seconds since 1970; now when omitted.
    """
    stamp = round(time.time() if time_s is None else time_s, 3)
    return json.dumps({"event": type(event).__name__, "time": stamp, **dataclasses.asdict(event)}, ensure_ascii=False)


def from_line(line: str) -> tuple[float, Event]:
    """Read a line of `events.jsonl` back.

    Returns:
        seconds since 1970, and the event.

    Raises:
        UserError: the line is torn, or holds no event that this version knows.
    """
    try:
        values = json.loads(line)
        kind = _BY_NAME[values.pop("event")]
        stamp = float(values.pop("time"))
        return stamp, _adapter(kind).validate_python(values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"not an event: {line[:80]!r} ({type(error).__name__})") from None


@cache
def _adapter(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
