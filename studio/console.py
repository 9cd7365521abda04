"""What a job says, as text for a terminal or a pipe."""

from __future__ import annotations

import sys
from typing import TextIO

from tqdm import tqdm

from studio.core.events import (
    AdaptationFinished,
    BatchesFinished,
    Check,
    ChecksFinished,
    CorrectionsLearned,
    DatasetReady,
    EpochFinished,
    EvaluationFinished,
    Event,
    Gain,
    JobEnded,
    Notice,
    PhaseStarted,
    PhotoRejected,
    Progress,
    RunFinished,
    RunStarted,
    Scores,
    SpeedMeasured,
)
from studio.core.expert_events import Diagnosis, DiagnosisFinished, Exported, Replayed, ReportReady, Verified

MOST_SAMPLES = 8
"""Named in a line; the report has all."""


class Console:
    """Prints events: progress bars on a terminal, plain lines in a pipe."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Args:
        stream: where to print; standard output when omitted.
        """
        self._stream = sys.stdout if stream is None else stream
        self._has_bars = self._stream.isatty()
        self._bar: tqdm[object] | None = None
        self._phase = ""

    def receive(self, event: Event) -> None:
        """Print one event."""
        match event:
            case PhaseStarted():
                self._start_phase(event)
            case Progress():
                self._move_bar(event.done, event.total, "")
            case BatchesFinished():
                note = f"loss {event.losses[-1]:.4f}" if event.losses else ""
                self._move_bar(event.batch, event.batches, note)
            case EpochFinished():
                self._close_bar()
                self.say(epoch_line(event))
            case Notice() | PhotoRejected():
                self._tell(event)
            case DatasetReady():
                self._close_bar()
                counts = ", ".join(f"{number} {name}" for name, number in event.counts.items())
                self.say(f"Dataset: {counts} ({event.painted} painted) in {event.folder}")
            case RunStarted():
                self._close_bar()
                self._describe_run(event)
            case EvaluationFinished():
                self._close_bar()
                self._describe_evaluation(event)
            case ChecksFinished():
                self._close_bar()
                for check in event.checks:
                    self.say(check_line(check))
            case DiagnosisFinished():
                self._close_bar()
                for diagnosis in event.diagnoses:
                    self._tell_diagnosis(diagnosis)
                self.say(f"Diagnosis saved: {event.report}")
            case Exported() | Replayed():
                self._close_bar()
                self.say(event.sentence)
            case Verified():
                self._close_bar()
                for line in verified_lines(event):
                    self.say(line)
            case ReportReady():
                self._close_bar()
                for file in event.files:
                    self.say(f"Written: {file}")
            case AdaptationFinished():
                self._close_bar()
                self.say(event.sentence)
                if event.is_kept:
                    self.say(f"Adapted run: {event.run}; {event.run_before} is as it was")
            case CorrectionsLearned():
                self._close_bar()
                self.say(event.sentence)
                self.say(f"New run: {event.run}; {event.run_before} is as it was")
            case SpeedMeasured():
                self.say(
                    f"{event.architecture} ({event.device}, {event.precision}): {event.end_to_end_per_s:.1f} samples/s "
                    f"from files, {event.end_to_end_share:.0%} of {event.step_only_per_s:.1f} for the steps alone; "
                    f"data alone {event.data_only_per_s:.0f}"
                )
            case RunFinished():
                self._close_bar()
                self._describe_ending(event)
            case _:
                return

    def say(self, text: str) -> None:
        """Print a line, above a running bar if there is one."""
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            print(text, file=self._stream, flush=True)

    def close(self) -> None:
        """End a running bar."""
        self._close_bar()

    def _start_phase(self, event: PhaseStarted) -> None:
        self._close_bar()
        if event.phase == self._phase:
            return
        self._phase = event.phase
        if not self._has_bars:
            self.say(f"{event.phase.capitalize()} ...")

    def _move_bar(self, done: int, total: int, note: str) -> None:
        if not self._has_bars:
            return
        if self._bar is None or self._bar.total != total or done < self._bar.n:
            self._close_bar()
            self._bar = tqdm(total=total, desc=self._phase.capitalize(), file=self._stream, leave=False)
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._bar.n)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _tell(self, event: Notice | PhotoRejected) -> None:
        if isinstance(event, PhotoRejected):
            self.say(f"Set aside: {event.path}: {event.reason}")
        else:
            self.say(f"{'Note' if event.kind == 'info' else 'Warning'}: {event.text}")

    def _describe_run(self, event: RunStarted) -> None:
        judging = f"{event.folds} folds held out in turn" if event.folds else f"{event.val_count} to validate"
        self.say(
            f"Training {event.name} on {event.device} in {event.precision}: {event.train_count} samples, "
            f"{judging}, {event.test_count} kept for the test; "
            f"{event.trainable:,} of {event.parameters:,} weights learn"
        )
        self.say(event.certificate)

    def _describe_evaluation(self, event: EvaluationFinished) -> None:
        how = ", each photo held out once" if event.is_in_turn else ""
        self.say(f"{event.split[:1].upper()}{event.split[1:]}{how}: {scores_line(event.scores)}")
        if event.photos and event.balanced_accuracy_95 is not None:
            low, high = event.balanced_accuracy_95
            self.say(f"  by its {event.photos} photos: balanced {low:.1%} to {high:.1%}")
        for gain in event.gains:
            self.say(f"  {gain_line(gain)}")
        if event.real is not None and event.painted is not None:
            self.say(f"  real photos: {scores_line(event.real)}")
            self.say(f"  painted: {scores_line(event.painted)}")

    def _tell_diagnosis(self, diagnosis: Diagnosis) -> None:
        self.say(diagnosis_line(diagnosis))
        if diagnosis.state != "fired":
            return
        self.say(f"  {diagnosis.meaning}")
        if diagnosis.proposal:
            flags = " ".join(f"--{path} {_flag(value)}" for path, value in (diagnosis.changes or {}).items())
            self.say(f"  {diagnosis.proposal}{f' ({flags})' if flags else ''}")
        if diagnosis.samples:
            more = len(diagnosis.samples) - MOST_SAMPLES
            listed = ", ".join(diagnosis.samples[:MOST_SAMPLES])
            self.say(f"  Samples: {listed}{f' and {more} more' if more > 0 else ''}")

    def _describe_ending(self, event: RunFinished) -> None:
        if event.outcome == "stopped early":
            self.say("Stopped early: validation no longer improved.")
        if event.outcome == "stopped":
            self.say("Stopped as asked; the best so far is kept.")
        if event.val_accuracy is not None:
            ends = event.val_accuracy_95
            sure = f" (95 % interval {ends[0]:.1%} to {ends[1]:.1%})" if ends is not None else ""
            self.say(f"Training completed! Best validation accuracy: {event.val_accuracy:.1%}{sure}")
        elif event.outcome != "stopped":
            self.say("Training completed! There were no photos to validate on.")
        if event.model:
            self.say(f"Model saved: {event.model}")


def epoch_line(event: EpochFinished) -> str:
    """One epoch in the form that scripts know.

    Returns:
        such as `Epoch 3/10: Train Loss: 0.3234, Train Acc: 85.1%, Val Loss: 0.2945, Val Acc: 87.5% (75.3% to 94.1%)`,
        the last two the 95 % interval.
    """
    line = (
        f"Epoch {event.epoch}/{event.epochs}: Train Loss: {event.train.loss:.4f}, Train Acc: {event.train.accuracy:.1%}"
    )
    if event.val is not None:
        low, high = event.val.accuracy_95
        line += f", Val Loss: {event.val.loss:.4f}, Val Acc: {event.val.accuracy:.1%} ({low:.1%} to {high:.1%})"
    return line if event.member == 1 else f"Member {event.member}, {line}"


def check_line(check: Check) -> str:
    """One check, in one line.

    Returns:
        such as `Check, dirt beside the dish: 0 of 20 answers became dirty.`.
    """
    words = {"quiet": "Check", "fired": "ALARM", "skipped": "Not checked"}
    return f"{words[check.state]}, {check.title[:1].lower()}{check.title[1:]}: {check.sentence}"


def diagnosis_line(diagnosis: Diagnosis) -> str:
    """One thing that a diagnosis looked into, in one line.

    Returns:
        such as `Fine, the learning rate fits: A sweep from 1e-06 to 1 ...`.
    """
    words = {"quiet": "Fine", "fired": "FOUND", "skipped": "Not tried"}
    title = f"{diagnosis.title[:1].lower()}{diagnosis.title[1:]}"
    return f"{words[diagnosis.state]}, {title}: {diagnosis.measured}"


def _flag(value: float | int | str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def verified_lines(event: Verified) -> list[str]:
    """What a comparison of a run or a bundle with itself found, a line for each problem and one for all."""
    problems = [f"WRONG: {problem}" for problem in event.problems]
    count = len(problems)
    verdict = f"{count} do{'es' * (count == 1)} not hold" if count else "all hold"
    return [*problems, f"Compared {event.checked} things that {event.path} says of itself: {verdict}."]


def scores_line(scores: Scores) -> str:
    """Scores with their count and interval, in one line."""
    low, high = scores.accuracy_95
    line = f"accuracy {scores.accuracy:.1%} (95 % interval {low:.1%} to {high:.1%}) on {scores.count} samples"
    line += f", balanced {scores.balanced_accuracy:.1%}"
    return line if scores.auroc is None else f"{line}, AUROC {scores.auroc:.3f}"


def gain_line(gain: Gain) -> str:
    """What averaging brings, in one line.

    Returns:
        such as `5 networks together: balanced 91.0%, 1.2 points over one alone (95 % interval -0.3 to 2.8)`.
    """
    beside = "networks together" if gain.of == "members" else "views of each photo"
    alone = "one alone" if gain.of == "members" else "one view"
    points = 100 * (gain.together - gain.single)
    line = f"{gain.count} {beside}: balanced {gain.together:.1%}, {points:+.1f} points over {alone}"
    if gain.gain_95 is None:
        return f"{line} (too few photos for an interval)"
    return f"{line} (95 % interval {100 * gain.gain_95[0]:+.1f} to {100 * gain.gain_95[1]:+.1f})"


def ending_exit_code(ending: JobEnded) -> int:
    """The exit code for how a job in child processes ended: 0 done, 1 failure, 2 bad input, 130 stopped."""
    return {"done": 0, "failed": 1, "bad input": 2, "stopped": 130, "killed": 130}[ending.outcome]
