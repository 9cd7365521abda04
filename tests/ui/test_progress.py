"""How far a job has come, in words."""

from __future__ import annotations

from studio.core.events import PhaseStarted, Progress
from studio.ui.progress import ProgressReader


def test_a_phase_that_has_done_nothing_yet_says_of_how_many() -> None:
    now = ProgressReader().read(PhaseStarted(phase="painting", total=1312))
    assert (now.words, now.share) == ("painting 0 of 1,312", None)


def test_a_phase_of_unknown_length_says_its_name() -> None:
    assert ProgressReader().read(PhaseStarted(phase="comparing")).words == "comparing"


def test_progress_has_a_share_and_the_time_left() -> None:
    now = ProgressReader().read(Progress(phase="reading", done=3, total=12, remaining_s=9.0))
    assert (now.words, now.share, now.remaining_s) == ("reading 3 of 12", 0.25, 9.0)
