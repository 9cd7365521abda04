"""The job that adapts: a run's model learns a place from photos of it that nobody has labelled."""

from __future__ import annotations

import os
import time
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from studio.core.children import ALONE, Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import (
    AdaptationFinished,
    EpochFinished,
    Event,
    Notice,
    PhaseStarted,
    PhotoRejected,
    Progress,
)
from studio.core.files import write_json
from studio.core.requests import AdaptRequest, Prediction, TrainRequest
from studio.core.runs import EventLog, RunFolder, find_run
from studio.data.cache import recipe_of
from studio.data.guessed import copy_cache, keep_thumbnails, link_dataset, strangers, with_guesses
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.data.storage import building_folder
from studio.learn.adaptation import Start, held_out_of, loss_of_worth, open_start, scores_of, tell
from studio.learn.classifier import Classifier
from studio.learn.guesses import choose_guesses, least_margins
from studio.learn.place_round import Guesses, Round, counted, details_of
from studio.learn.run_move import move_run
from studio.learn.train_job import train

GUESSING = "guessing"
PHASES = (
    "reading", "comparing", GUESSING, "caching", "warming up", "looking", "training", "evaluating", "checking",
)  # fmt: skip
REPORT = "adaptation.json"
SAY_EVERY_S = 0.25


def adapt(
    config: AdaptRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop
) -> AdaptationFinished | None:
    """Let a run's model guess the labels of photos, learn from the surest guesses, and keep what has not become worse.

    Each round trains the run's settings anew, on what the run learned from and the guesses beside it: with a frozen
    backbone that takes seconds, with another network as long as the run did. The run that is adapted stays as it is.

    Args:
        config: which run, which photos, how many rounds.
        folder: becomes the adapted run, an ordinary one; it is there in the end or not at all.
        seat: which process this is; rank 0 does the work.
        emit: takes the events.
        should_stop: asked on the way; a stopped adaptation leaves nothing.

    Returns:
        what came of it; None when stopped.

    Raises:
        UserError: there is no such run, it cannot be adapted, no photo can be read or none is certain, or the folder
            holds something.
    """
    if seat.rank != 0:
        return None
    folder = Path(os.path.abspath(folder))
    start = open_start(Path(config.run), find_run(Path(config.run)))
    if folder.exists() and (not folder.is_dir() or any(not item.name.startswith(".") for item in folder.iterdir())):
        raise UserError(f"{folder}: holds something already; name a new folder for the adapted run")
    paths = [Path(os.path.abspath(path)) for path in config.photos]
    with building_folder(folder) as building:
        return _Adaptation(start, folder, building, emit, should_stop).work(paths, config.rounds)


class _Adaptation:
    """One adaptation, in a folder that is gone when it is over."""

    def __init__(self, start: Start, folder: Path, building: Path, emit: Emit, should_stop: ShouldStop) -> None:
        self._start = start
        self._folder = folder
        self._building = building
        self._emit = emit
        self._should_stop = should_stop
        self._said_at = 0.0

    def work(self, paths: list[Path], rounds: int) -> AdaptationFinished | None:
        place = import_manifest(
            paths, self._building / "place", label="unknown", emit=self._hear, should_stop=self._should_stop
        )
        if place is None:
            return None
        before = self._round(0, self._start.run, self._start.manifest, place, ())
        dataset = self._dataset() if before is not None else None
        if before is None or dataset is None:
            return None
        kept, worse, tried = before, "", before
        for number in range(1, rounds + 1):
            guesses = self._guesses(kept, place)
            if not guesses and number == 1:
                raise UserError(
                    f"none of {len(before.answers)} photos is answered so surely that it could be learned from; add "
                    f"photos of plain cases, very clean and very dirty"
                )
            if not guesses or _labels(guesses) == _labels(kept.guesses):
                break
            learned = self._learn(number, dataset, place, guesses)
            if learned is None:
                return None
            tried = learned
            worse = loss_of_worth(before.scores, learned.scores, self._start.errors)
            if worse:
                break
            kept = learned
        done = self._told(before, kept, tried, asked=rounds, worse=worse)
        if done.is_kept:
            self._keep(before, kept, place, done)
        self._emit(done)
        return done

    def _dataset(self) -> Manifest | None:
        """The run's dataset, linked, with what is known of its pixels and features."""
        config, source = self._start.config, self._start.manifest
        made = link_dataset(source, self._building / "dataset", should_stop=self._should_stop)
        if made is not None and config.data.cache:
            recipe = recipe_of(config.data.framing, config.data.background, config.model.input_size)
            names = [recipe.name, *(["features-"] if config.model.freeze == "backbone" else [])]
            copy_cache(source.folder, made.folder, names=names, should_stop=self._should_stop)
        return made

    def _guesses(self, model: Round, place: Manifest) -> Guesses:
        """The photos to learn from, each with its guess."""
        held_out = held_out_of(model.run)
        assert held_out is not None
        photos = [sample for sample in strangers(self._start.manifest, place) if sample.id in model.answers]
        numbers = {sample.id: number for number, sample in enumerate(photos)}
        classes = len(model.facts.classes)
        guesses = choose_guesses(
            np.array([model.answers[sample.id] for sample in photos], np.float64).reshape(-1, classes),
            model.facts,
            least_margins(held_out, model.facts),
            most=max(1, min(len(model.answers) // (classes + 1), len(self._start.manifest.samples) // 4)),
            alike=[
                (numbers[first], numbers[second])
                for first, second in place.near_duplicates
                if first in numbers and second in numbers
            ],
        )
        return tuple((photos[guess.number].id, guess) for guess in guesses)

    def _learn(self, number: int, dataset: Manifest, place: Manifest, guesses: Guesses) -> Round | None:
        """Train anew with the guesses; None when stopped."""
        manifest = with_guesses(dataset, place, _labels(guesses))
        manifest.save()
        keep_thumbnails(place, manifest)
        run = RunFolder(self._building / f"round-{number}" / self._folder.name)
        # Its curves would otherwise be drawn over those of the run before.
        config = self._start.config.edited(monitoring__log_dir=None)
        request = TrainRequest(config=config, data=str(manifest.folder))
        train(request, run.path, seat=ALONE, emit=self._hear, should_stop=self._should_stop)
        return None if self._should_stop() else self._round(number, run, manifest, place, guesses)

    def _round(
        self, number: int, run: RunFolder, manifest: Manifest, place: Manifest, guesses: Guesses
    ) -> Round | None:
        """Ask a run's model about every photo; None when stopped."""
        classifier = Classifier.load(run.path)
        pace = Pace(self._emit, GUESSING, len(place.samples), phases=PHASES)
        answers: dict[str, tuple[float, ...]] = {}
        files = [place.picture(sample) for sample in place.samples]
        with closing(classifier.classify(files)) as said:
            for sample, answer in zip(place.samples, said, strict=True):
                if isinstance(answer, Prediction):
                    answers[sample.id] = tuple(answer.probabilities[name] for name in classifier.classes)
                else:
                    self._emit(PhotoRejected(path=answer.path, reason=answer.reason))
                pace.step()
                if self._should_stop():
                    return None
        scores = scores_of(run)
        assert scores is not None
        return Round(
            number=number,
            run=run,
            answers=answers,
            facts=classifier.facts,
            manifest=manifest,
            guesses=guesses,
            scores=scores,
        )

    def _hear(self, event: Event) -> None:
        """Pass on what a part of the job says, as far as it is true of the whole."""
        match event:
            case PhaseStarted():
                self._emit(replace(event, phases=PHASES))
            case Progress() | PhotoRejected() | Notice(kind="warning"):
                self._emit(event)
            case EpochFinished():
                total = event.epochs * self._start.config.ensemble.members
                done = event.epochs * (event.member - 1) + event.epoch
                if time.monotonic() - self._said_at >= SAY_EVERY_S or done == total:
                    self._said_at = time.monotonic()
                    self._emit(Progress(phase="training", done=done, total=total, remaining_s=event.remaining_s))
            case _:
                pass  # of a round that may be undone; the adapted run's log has it

    def _told(self, before: Round, kept: Round, tried: Round, *, asked: int, worse: str) -> AdaptationFinished:
        rounds = kept.number
        then, now = before.chosen(), kept.chosen()
        changed = sum(then[id] != now.get(id) for id in then)
        guessed = counted((guess.label for _, guess in (kept if rounds else tried).guesses), kept.facts)
        after = kept.scores if rounds else tried.scores
        return AdaptationFinished(
            run_before=str(self._start.run.path),
            run=str(self._folder) if rounds else "",
            is_kept=rounds > 0,
            rounds=rounds,
            photos=len(then),
            guessed=guessed,
            answers_before=counted(then.values(), before.facts),
            answers_after=counted(now.values(), kept.facts),
            changed=changed,
            before=before.scores,
            after=after,
            sentence=tell(
                rounds=rounds, asked=asked, guessed=guessed, photos=len(then), changed=changed, before=before.scores,
                after=after, worse=worse,
            ),
            report=str(RunFolder(self._folder).evaluation / REPORT) if rounds else "",
        )  # fmt: skip

    def _keep(self, before: Round, kept: Round, place: Manifest, done: AdaptationFinished) -> None:
        """Move a round's run to its place; its settings, which make it a run, come last."""
        here = kept.run
        kept.manifest.save()  # a later round that was undone had others
        write_json(here.evaluation / REPORT, {**asdict(done), **details_of(before, kept, place)})
        log = EventLog(here)
        log.write(done)
        log.close()
        move_run(here, kept.manifest.folder, RunFolder(self._folder))


def _labels(guesses: Guesses) -> dict[str, str]:
    return {id: guess.label for id, guess in guesses}
