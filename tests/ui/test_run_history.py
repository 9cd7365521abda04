"""What a run's events add up to, live or read from its log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.events import BatchesFinished, Event, JobEnded, Notice, RunFinished
from studio.ui.run_history import RunHistory
from studio.ui.series import Series
from tests.ui.made_runs import batches, epoch_event, make_run, run_events, started


def history_of(events: object) -> RunHistory:
    history = RunHistory()
    for event in events:  # type: ignore[attr-defined]
        history.receive(event)
    return history


def test_a_stored_run_reads_as_it_did_live(tmp_path: Path) -> None:
    live = history_of(run_events(tmp_path / "run", done=4, outcome="finished", epochs=4, best_epoch=3))
    run = make_run(tmp_path / "run", done=4, outcome="finished", epochs=4, best_epoch=3)
    stored = history_of(event for _, event in run.replay())
    assert stored.epochs == live.epochs
    assert stored.finished == live.finished
    for one, other in zip(stored.batch_losses.points, live.batch_losses.points, strict=True):
        np.testing.assert_allclose(one, other)


def test_thinned_batches_keep_their_places(tmp_path: Path) -> None:
    live = [
        BatchesFinished(
            epoch=1,
            batch=last,
            batches=1000,
            losses=tuple(float(number) for number in range(last - 99, last + 1)),
            images_per_s=10.0,
            remaining_s=None,
        )
        for last in range(100, 1001, 100)
    ]
    whole = history_of([started(tmp_path), *live])
    from studio.core.runs import EventLog, RunFolder

    run = RunFolder(tmp_path / "run")
    log = EventLog(run)
    for event in [started(tmp_path), *live]:
        log.write(event)
    log.close()
    thin = history_of(event for _, event in run.replay())
    places, losses = thin.batch_losses.points
    assert len(losses) == 200
    wanted = dict(zip(*whole.batch_losses.points, strict=True))
    assert all(wanted[place] == loss for place, loss in zip(places, losses, strict=True))


def test_batches_lie_within_their_epoch(tmp_path: Path) -> None:
    history = history_of([started(tmp_path), *batches(1), *batches(2, until=16)])
    places, _ = history.batch_losses.points
    assert places[0] == pytest.approx(1 / 40)
    assert places[-1] == pytest.approx(1 + 16 / 40)
    assert history.place == pytest.approx(1.4)
    assert history.epoch == 2


def test_a_resumed_run_goes_on_where_its_last_whole_epoch_ended(tmp_path: Path) -> None:
    events = [*run_events(tmp_path, done=3), started(tmp_path, first_epoch=4), *batches(4), epoch_event(4)]
    history = history_of(events)
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3, 4]
    places, _ = history.batch_losses.points
    assert (np.diff(places) > 0).all()


def test_the_next_network_of_an_ensemble_starts_its_curves_over(tmp_path: Path) -> None:
    history = history_of([started(tmp_path, epochs=2), *batches(1), epoch_event(1, epochs=2), *batches(2)])
    for event in [epoch_event(2, epochs=2), *batches(1, until=8)]:
        history.receive(event)
    assert history.epochs == []
    assert history.batch_losses.points[0].max() <= 1
    history.watch(1)
    assert [epoch.epoch for epoch in history.epochs] == [1, 2]
    history.watch(None)
    assert history.watched == 2


def test_how_far_an_ensemble_is_counts_all_its_members(tmp_path: Path) -> None:
    whole = replace(started(tmp_path, epochs=2), members=4)
    history = history_of([whole, epoch_event(1, epochs=2), epoch_event(2, epochs=2), epoch_event(1, epochs=2)])
    assert history.planned_members == 4
    assert history.share == pytest.approx(1.5 / 4)


def test_an_ensemble_goes_on_with_the_member_that_was_begun(tmp_path: Path) -> None:
    whole = replace(started(tmp_path, epochs=2), members=2)
    events = [whole, epoch_event(1, epochs=2), epoch_event(2, epochs=2), *batches(1, until=8)]
    history = history_of([*events, replace(whole, first_epoch=3), *batches(1), epoch_event(1, epochs=2)])
    assert [len(member.epochs) for member in history.members] == [2, 1]


def test_a_run_that_keeps_its_last_epoch_says_so(tmp_path: Path) -> None:
    events = list(run_events(tmp_path, done=12, epochs=12, best_epoch=3, outcome="finished"))
    ending = events.pop()
    assert isinstance(ending, RunFinished)
    history = history_of([*events, replace(ending, best_epoch=12)])
    assert history.keeps_last
    assert history.best is not None and history.best.epoch == 12
    assert not history_of([*events, ending]).keeps_last


def test_the_best_epoch_and_the_patience_band_agree(tmp_path: Path) -> None:
    history = history_of(run_events(tmp_path, done=12, best_epoch=9, patience=5))
    assert history.best is not None and history.best.epoch == 9
    assert history.patience_band == (9.0, 14.0)
    assert history_of(run_events(tmp_path, done=3, patience=None)).patience_band is None


def test_the_band_ends_with_the_planned_epochs(tmp_path: Path) -> None:
    history = history_of(run_events(tmp_path, epochs=10, done=9, best_epoch=9))
    assert history.patience_band == (9.0, 10.0)


def test_an_ended_job_leaves_no_time_left(tmp_path: Path) -> None:
    history = history_of(run_events(tmp_path, done=2))
    assert history.remaining_s is not None
    history.receive(JobEnded(outcome="failed", cause="out of memory"))
    assert history.is_over
    assert history.remaining_s is None


def test_notices_are_kept(tmp_path: Path) -> None:
    notice: Event = Notice(kind="warning", text="The batch was halved for lack of memory.")
    assert history_of([started(tmp_path), notice]).notices == [notice]


def test_a_series_grows_without_losing_points() -> None:
    series = Series()
    for start in range(0, 3000, 7):
        series.extend([start + offset for offset in range(7)], [start * 2.0 + offset for offset in range(7)])
    x, y = series.points
    assert len(x) == 3003
    assert y[700] == 1400.0
    series.cut(10)
    assert len(series) == 11


def test_smoothing_starts_at_the_first_point_and_forgets_none() -> None:
    flat = series_of([4.0] * 5)
    np.testing.assert_allclose(flat.smoothed(0.9)[1], 4.0)
    np.testing.assert_array_equal(flat.smoothed(0.0)[1], flat.points[1])
    calm = series_of([0.0, 10.0] * 50).smoothed(0.95)[1]
    assert np.ptp(calm[50:]) < 1.5


@pytest.mark.parametrize("weight", [0.05, 0.2, 0.6, 0.99])
def test_smoothing_is_the_same_in_pieces_and_at_once(weight: float) -> None:
    values = np.random.default_rng(0).random(9000)
    grown = Series()
    for start in range(0, 9000, 700):
        part = values[start : start + 700]
        grown.extend(list(range(start, start + len(part))), list(part))
        grown.smoothed(weight)
    mean, wanted = 0.0, []
    for number, value in enumerate(values, start=1):
        mean = weight * mean + (1 - weight) * value
        wanted.append(mean / (1 - weight**number))
    np.testing.assert_allclose(grown.smoothed(weight)[1], wanted, rtol=1e-9)
    np.testing.assert_allclose(series_of(list(values)).smoothed(weight)[1], wanted, rtol=1e-9)


def test_smoothing_follows_a_cut() -> None:
    series = series_of([1.0, 2.0, 3.0, 4.0])
    series.smoothed(0.5)
    series.cut(1)
    series.extend([2.0], [9.0])
    np.testing.assert_allclose(series.smoothed(0.5)[1], series_of([1.0, 2.0, 9.0]).smoothed(0.5)[1])


def series_of(values: list[float]) -> Series:
    series = Series()
    series.extend(list(range(len(values))), values)
    return series
