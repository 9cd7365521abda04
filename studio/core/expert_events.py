"""What search, diagnosis, report and export say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TrialFinished:
    """One training of a search has ended.

    Attributes:
        study: the search's folder.
        number: of the trial, from 0, in the order of starting.
        done, total: trials that have ended, and how many there will be; `total` is None without a limit but time.
        state: `done`, `pruned` (given up early, since others were better by then) or `failed`.
        values: by path of the setting, what was tried.
        score: the figure that is searched for, at its best epoch; larger is better; None when there is none.
        epochs: finished ones.
        run: the trial's run folder.
        best: number of the best trial so far; None while there is none.
        duration_s: wall time.
        score_95: 95 % interval of `score`; None without one, and in logs of older versions.
    """

    study: str
    number: int
    done: int
    total: int | None
    state: Literal["done", "pruned", "failed"]
    values: dict[str, float | int | str | bool]
    score: float | None
    epochs: int
    run: str
    best: int | None
    duration_s: float
    score_95: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class SearchFinished:
    """A search has ended, or was stopped; it can go on from here.

    Attributes:
        study: the search's folder.
        trials, pruned, failed: how many ended in all, and of these how.
        best: number of the best trial; None when none was whole.
        values: its settings, by path.
        score: its figure; larger is better.
        metric: what the figure is, such as `balanced accuracy on validation`.
        importance: by path of the setting, its share in how much the figures differ, adding up to 1; empty when there
            are too few trials to say.
        sentence: all this for a person, with how far the best can be told from the next ones.
    """

    study: str
    trials: int
    pruned: int
    failed: int
    best: int | None
    values: dict[str, float | int | str | bool]
    score: float | None
    metric: str
    importance: dict[str, float]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One thing that a diagnosis looked into.

    Attributes:
        name: short and fixed, such as `overfits one batch`.
        title: a claim for a person, such as "It looks at more than the dish".
        state: `quiet` where all is well, `fired` where not, `skipped` where too little could be tried.
        measured: one sentence with the figures.
        meaning: what that means, in plain words.
        proposal: what would help; empty when nothing is wrong.
        changes: by path of the setting, the values that the proposal sets.
        value, limit: the figure beside the one beyond which it fires; None where there is no single one.
        samples: ids of the samples concerned, worst first.
    """

    name: str
    title: str
    state: Literal["quiet", "fired", "skipped"]
    measured: str
    meaning: str
    proposal: str = ""
    changes: dict[str, float | int | str | bool] | None = None
    value: float | None = None
    limit: float | None = None
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DiagnosisFinished:
    """A run was diagnosed.

    Attributes:
        run: its folder.
        diagnoses: everything that was looked into, what fired first.
        report: the file with everything.
    """

    run: str
    diagnoses: tuple[Diagnosis, ...]
    report: str


@dataclass(frozen=True, kw_only=True)
class ReportReady:
    """A run's report was written.

    Attributes:
        run: its folder.
        files: the report, and figures or a PDF beside it.
    """

    run: str
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """A model, or a run, was written in another form.

    Attributes:
        kind: `onnx`, `torch` or `bundle`.
        files: what was written, the main file first.
        framed_difference, file_difference: largest difference of a probability between the export and the studio,
            from the same framed pictures and from the photo files; None for a bundle.
        photos: how many photos were compared.
        sentence: all this for a person.
    """

    kind: Literal["onnx", "torch", "bundle"]
    files: tuple[str, ...]
    framed_difference: float | None
    file_difference: float | None
    photos: int
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A run or a bundle was compared with what it says of itself.

    Attributes:
        path: the run's folder or the bundle.
        checked: how many files and claims were compared.
        problems: one sentence for each that does not hold; empty when all do.
    """

    path: str
    checked: int
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """A bundle was trained again.

    Attributes:
        bundle: the file.
        run: folder of the new run.
        is_equal: whether the weights are the same to the last bit.
        weights_difference: largest difference of a weight; None where the networks cannot be laid over each other.
        probability_difference: largest difference of a held-out sample's probability; None without such samples.
        sentence: all this for a person.
    """

    bundle: str
    run: str
    is_equal: bool
    weights_difference: float | None
    probability_difference: float | None
    sentence: str
