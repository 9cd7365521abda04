"""RunStory: what the lines of a run's log add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.core.events import VALIDATION, EpochFinished, EvaluationFinished, Gain, RunFinished, RunStarted
from studio.core.runs import RunFolder


@dataclass
class RunStory:
    """What a log says in the end: a later part of a run takes back what an earlier one said of the same epochs.

    Attributes:
        began_s: when the first line was written, in seconds since 1970; None where nothing was said.
        started: the last beginning; None for a run that never came to that.
        finished: the ending; None where it was interrupted, or is still running.
        epochs: by number of the network from 1, and by epoch.
        evaluations: the last one on each split or folder.
        judged: the evaluation on validation that the ending follows from; one at a threshold chosen later is another.
        gains: what several networks or views bring.
        lines, torn: how many lines there are, and how many of them cannot be read.
    """

    began_s: float | None = None
    started: RunStarted | None = None
    finished: RunFinished | None = None
    epochs: dict[int, dict[int, EpochFinished]] = field(default_factory=dict)
    evaluations: dict[str, EvaluationFinished] = field(default_factory=dict)
    judged: EvaluationFinished | None = None
    gains: tuple[Gain, ...] = ()
    lines: int = 0
    torn: int = 0

    def in_order(self) -> Mapping[int, tuple[EpochFinished, ...]]:
        """The epochs of each network that has any, in order."""
        return {
            member: tuple(epochs[number] for number in sorted(epochs))
            for member, epochs in sorted(self.epochs.items())
            if epochs
        }


def read_story(run: RunFolder) -> RunStory:
    """Read a run's whole log.

    Raises:
        OSError: it is there and cannot be read.
    """
    story = RunStory()
    for told in run.lines():
        story.lines += 1
        if told is None:
            story.torn += 1
            continue
        time_s, event = told
        story.began_s = time_s if story.began_s is None else story.began_s
        match event:
            case RunStarted():
                story.started, story.finished = event, None
                if event.members == 1:  # what was said from this epoch on is no longer true, as in metrics.csv
                    kept = story.epochs.get(1, {})
                    story.epochs = {1: {number: one for number, one in kept.items() if number < event.first_epoch}}
            case EpochFinished():
                story.epochs.setdefault(event.member, {})[event.epoch] = event
            case EvaluationFinished():
                story.evaluations[event.split] = event
                story.gains = event.gains or story.gains
            case RunFinished():
                story.finished, story.judged = event, story.evaluations.get(VALIDATION)
            case _:
                pass
    return story
