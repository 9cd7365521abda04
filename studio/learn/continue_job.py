"""The job that goes on learning with corrected photos, in a run of its own."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.core.events import CorrectionsLearned, Scores
from studio.core.files import write_json, write_text
from studio.core.intervals import balanced_range
from studio.core.requests import ContinueRequest, TrainRequest
from studio.core.runs import EventLog, RunFolder, find_run
from studio.core.scratch import scratch_folder
from studio.core.words import interval, percent
from studio.data.manifest import Manifest
from studio.data.photos import is_dataset
from studio.data.run_pairs import pair_runs
from studio.data.splits import Splits, learned_only, unlike_judges
from studio.learn.adaptation import scores_of
from studio.learn.environment import read_environment
from studio.learn.train_job import train

REPORT = "corrections.json"
GENTLER = 0.1
"""Of the learning rate: a network that has learned is moved with the steps of its last epochs, not of its first."""


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What will be learned.

    Attributes:
        folder: the dataset's.
        splits: as the run had them, with the corrections to learn from.
        photos: corrected photos that are new to the run.
        left_out: those that look like a photo that judges.
    """

    folder: Path
    splits: Splits
    photos: int
    left_out: int


def continue_run(
    request: ContinueRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> CorrectionsLearned | None:
    """Learn corrected photos too, and compare before with after on the same held-out samples.

    A single network goes on from its weights. Heads on a frozen backbone, and the networks of an ensemble, begin
    anew: the first take seconds, and the others would be judged on photos that the network they began as had learned.

    Args:
        request: which run, how long.
        folder: becomes the new run; the one before stays as it is.
        seat: which process this is; rank 0 does the work.
        emit: takes the events, the run's own among them.
        should_stop: asked on the way; a stopped run keeps its best epoch.

    Returns:
        what came of it; None when stopped before it could be judged.

    Raises:
        UserError: there is no such run, it was never judged, its dataset is gone, or it has no corrected photo that is
            new to the run.
    """
    if seat.rank != 0:
        return None
    run, after = find_run(Path(request.run)), RunFolder(Path(os.path.abspath(folder)))
    before = scores_of(run)
    if before is None or not run.best.is_file():
        raise UserError(f"{run.path}: its model was never judged on held-out samples; finish the run first")
    plan = _plan(run)
    with scratch_folder("continue") as scratch:
        splits = scratch / "split.json"
        write_text(splits, plan.splits.to_json())
        config = _config(run, request.epochs)
        asked = TrainRequest(config=config, data=str(plan.folder), splits=str(splits))
        train(asked, after.path, seat=seat, emit=emit, should_stop=should_stop)
    now = scores_of(after)
    if now is None:
        return None
    done = _told(run, after, plan, before, now)
    write_json(after.evaluation / REPORT, asdict(done))
    log = EventLog(after)
    log.write(done)
    log.close()
    emit(done)
    return done


def _plan(run: RunFolder) -> _Plan:
    folder = Path(read_environment(run).dataset)
    if not is_dataset(folder):
        raise UserError(f"{folder}: the dataset of this run is gone; bring it back, or train anew")
    manifest = Manifest.load(folder)
    splits = Splits.load(run.split)
    known = {*splits.train, *splits.val, *splits.test}
    gone = [id for id in known if id not in manifest.by_id]
    if gone:
        raise UserError(f"{folder}: {len(gone)} samples that the run learned from are no longer there; train anew")
    corrected = {sample.id for sample in manifest.samples if sample.is_corrected}
    fresh = {id for id in learned_only(manifest) if manifest.by_id[id].source_photo in corrected} - known
    photos = {id for id in fresh if id in corrected}
    if not photos:
        raise UserError(f"{folder}: holds no corrected photo that this run has not learned; correct answers first")
    learned = unlike_judges(manifest, fresh, splits)
    return _Plan(
        folder=folder,
        splits=replace(splits, train=tuple(sorted({*splits.train, *learned}))),
        photos=len(photos & learned),
        left_out=len(photos - learned),
    )


def _config(run: RunFolder, epochs: int | None) -> StudioConfig:
    config = run.load_config()
    changes: dict[str, object] = {} if epochs is None else {"training.epochs": epochs}
    if config.ensemble.members == 1 and config.model.freeze == "none":
        changes |= {
            "model.weights": str(run.best.absolute()),
            "training.learning_rate": GENTLER * config.training.learning_rate,
        }
    return config.with_values(changes)


def _told(run: RunFolder, after: RunFolder, plan: _Plan, before: Scores, now: Scores) -> CorrectionsLearned:
    pair = pair_runs(after, run)
    gain_95 = None if pair is None else pair.gain_95
    learned = f"{plan.photos} corrected {'photo' if plan.photos == 1 else 'photos'} learned"
    if plan.left_out:
        learned += f", {plan.left_out} left out, being like photos that judge"
    return CorrectionsLearned(
        run_before=str(run.path),
        run=str(after.path),
        photos=plan.photos,
        left_out=plan.left_out,
        before=before,
        after=now,
        gain_95=gain_95,
        sentence=f"{learned}. On the same {now.count} held-out samples balanced accuracy was "
        f"{_figure(before)} and is {_figure(now)}{_range(gain_95)}.",
    )


def _figure(scores: Scores) -> str:
    return f"{percent(scores.balanced_accuracy)} ({interval(balanced_range(scores.confusion))})"


def _range(gain_95: tuple[float, float] | None) -> str:
    if gain_95 is None:
        return ""
    low, high = gain_95
    sure = "" if low > 0 or high < 0 else "; the two cannot be told apart"
    return f" (a change of {100 * low:+.1f} to {100 * high:+.1f} points, 95 % interval by photo{sure})"
