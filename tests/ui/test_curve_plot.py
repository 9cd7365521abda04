"""Curves: what they show, what they read, what they leave."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from studio.core.events import BatchesFinished
from studio.core.words import interval
from studio.ui import curve_saver
from studio.ui.curve_export import COLUMNS, csv_text, epochs_of, png_bytes, svg_bytes
from studio.ui.curve_plot import CurvePlot, Overlay, PlotView
from studio.ui.plots_panel import PlotsPanel
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import epoch_event, run_events, scores, started


@pytest.fixture
def history(tmp_path: Path) -> RunHistory:
    history = RunHistory()
    for event in run_events(tmp_path, done=12):
        history.receive(event)
    return history


@pytest.fixture
def loss(qtbot: QtBot, theme: ThemeManager) -> CurvePlot:
    plot = CurvePlot(theme, "loss")
    qtbot.addWidget(plot)
    plot.resize(624, 208)
    plot.show()
    return plot


@pytest.fixture
def panel(session: Session, theme: ThemeManager, qtbot: QtBot) -> PlotsPanel:
    """All four plots, in sight."""
    panel = PlotsPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(656, 600)
    panel.show()
    return panel


def test_the_legend_reads_the_last_epoch_until_hovered(loss: CurvePlot, history: RunHistory) -> None:
    loss.show_history(history, [], PlotView())
    assert history.last is not None and history.last.val is not None
    assert loss.legend.value("Validation") == f"{history.last.val.loss:.3f}"
    loss.set_hover(3)
    third = history.at(3)
    assert third is not None and third.val is not None
    assert loss.legend.value("Validation") == f"{third.val.loss:.3f}"
    assert loss.legend.value("Train") == f"{third.train.loss:.3f}"
    loss.set_hover(None)
    assert loss.legend.value("Validation") == f"{history.last.val.loss:.3f}"


def test_hovering_an_epoch_that_is_to_come_reads_nothing(loss: CurvePlot, history: RunHistory) -> None:
    loss.show_history(history, [], PlotView())
    loss.set_hover(18)
    assert loss.legend.value("Validation") == ""


def test_the_mouse_reads_the_nearest_epoch(loss: CurvePlot, history: RunHistory, qtbot: QtBot) -> None:
    loss.show_history(history, [], PlotView())
    canvas = loss.canvas
    with qtbot.waitSignal(loss.hovered) as told:
        qtbot.mouseMove(canvas.viewport(), QPoint(canvas.width() // 2, canvas.height() // 2))
        qtbot.mouseMove(canvas.viewport(), QPoint(canvas.width() // 2 + 2, canvas.height() // 2))
    assert told.args[0] in (9, 10, 11)


def test_arrow_keys_read_epochs(loss: CurvePlot, history: RunHistory, qtbot: QtBot) -> None:
    loss.show_history(history, [], PlotView())
    loss.hovered.connect(loss.set_hover)
    for _ in range(3):
        qtbot.keyClick(loss.canvas, Qt.Key.Key_Right)
    assert loss.canvas.hover_epoch == 3
    qtbot.keyClick(loss.canvas, Qt.Key.Key_Left)
    assert loss.canvas.hover_epoch == 2
    qtbot.keyClick(loss.canvas, Qt.Key.Key_Escape)
    assert loss.canvas.hover_epoch is None


def test_the_axis_spans_all_planned_epochs(loss: CurvePlot, history: RunHistory) -> None:
    loss.show_history(history, [], PlotView())
    assert loss.canvas.shown.visible == (0.0, 20.0)


def test_one_wild_batch_does_not_flatten_the_curves(loss: CurvePlot, history: RunHistory) -> None:
    wild = BatchesFinished(epoch=13, batch=25, batches=40, losses=(900.0,), images_per_s=16.0, remaining_s=None)
    history.receive(wild)
    loss.show_history(history, [], PlotView(smoothing=0.0))
    clipped = loss.canvas.getViewBox().viewRange()[1][1]
    loss.show_history(history, [], PlotView(smoothing=0.0, is_clipped=False))
    whole = loss.canvas.getViewBox().viewRange()[1][1]
    assert clipped < 2
    assert whole >= 900


def test_a_logarithmic_axis_takes_a_loss_of_zero(loss: CurvePlot, tmp_path: Path) -> None:
    history = RunHistory()
    history.receive(started(tmp_path))
    history.receive(BatchesFinished(epoch=1, batch=2, batches=2, losses=(0.0, 0.5), images_per_s=1.0, remaining_s=None))
    history.receive(epoch_event(1))
    loss.show_history(history, [], PlotView(is_log=True))
    low, high = loss.canvas.getViewBox().viewRange()[1]
    assert low < high <= 1


@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_a_loss_that_is_no_number_is_left_out(
    loss: CurvePlot, history: RunHistory, is_log: bool, smoothing: float
) -> None:
    lost = BatchesFinished(
        epoch=13, batch=26, batches=40, losses=(float("nan"), float("inf")), images_per_s=16.0, remaining_s=None
    )
    history.receive(lost)
    bad = scores(float("nan"), ((20, 21), (6, 6)))
    history.receive(replace(epoch_event(13), train=bad, val=bad))
    loss.show_history(history, [], PlotView(is_log=is_log, smoothing=smoothing))
    loss.set_hover(13)
    low, high = loss.canvas.getViewBox().viewRange()[1]
    assert low < high < 2
    assert not loss.grab().isNull()
    assert loss.legend.value("Validation") == "nan"


def test_a_run_laid_over_has_its_own_entry(loss: CurvePlot, history: RunHistory, tmp_path: Path) -> None:
    other = RunHistory()
    for event in run_events(tmp_path, epochs=30, done=5, quality=0.5):
        other.receive(event)
    loss.show_history(history, [Overlay(name="Balanced", history=other, number=0)], PlotView())
    assert loss.legend.value("Balanced")
    assert loss.canvas.shown.visible == (0.0, 30.0)
    loss.show_history(history, [], PlotView())
    assert loss.legend.value("Balanced") == ""


def test_the_table_has_one_row_an_epoch(history: RunHistory) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(epochs_of(history)))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 12
    assert float(rows[8]["val_accuracy"]) == pytest.approx(history.epochs[8].val.accuracy)  # type: ignore[union-attr]
    assert [row["is_best"] for row in rows].count("1") == 9


def test_curves_are_saved_as_picture_and_drawing(loss: CurvePlot, history: RunHistory) -> None:
    loss.show_history(history, [], PlotView())
    image = QImage.fromData(png_bytes(loss))
    assert (image.width(), image.height()) == (2 * loss.width(), 2 * loss.height())
    drawing = svg_bytes(loss)
    assert drawing.startswith(b"<?xml")
    assert b"polyline" in drawing or b"path" in drawing


def test_drawing_is_throttled_apart_from_the_messages(panel: PlotsPanel, history: RunHistory, qtbot: QtBot) -> None:
    drawn = [0]

    def note() -> None:
        drawn[0] += 1

    panel.redrawn.connect(note)
    panel.show_history(history, [], "run")
    qtbot.waitUntil(lambda: drawn[0] > 0)
    before = drawn[0]
    for _ in range(500):
        panel.redraw_soon()
    qtbot.waitUntil(lambda: drawn[0] > before)
    assert drawn[0] <= before + 2


def test_a_turn_of_the_event_loop_draws_one_plot(panel: PlotsPanel, history: RunHistory, qtbot: QtBot) -> None:
    drawn: list[object] = []
    for plot in (panel.loss, panel.accuracy, panel.rate, panel.speed):
        plot.canvas.data_changed = lambda plot=plot: drawn.append(plot)  # type: ignore[method-assign]
    turns = [0]
    ticks = QTimer(panel)
    ticks.timeout.connect(lambda: turns.append(len(drawn)))
    ticks.start(0)
    with qtbot.waitSignal(panel.redrawn):
        panel.show_history(history, [], "run")
    assert {1, 2, 3} <= set(turns)


def test_nothing_is_drawn_while_nobody_sees_it(
    session: Session, theme: ThemeManager, history: RunHistory, qtbot: QtBot
) -> None:
    panel = PlotsPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(656, 600)
    with qtbot.assertNotEmitted(panel.redrawn, wait=250):
        panel.show_history(history, [], "run")
    with qtbot.waitSignal(panel.redrawn):
        panel.show()


def test_all_plots_zoom_together_and_fit_again(panel: PlotsPanel, history: RunHistory, qtbot: QtBot) -> None:
    panel.show_history(history, [], "run")
    panel.redraw_now()
    panel.loss.canvas.shown.show_epochs(3.0, 9.0)
    panel.loss.canvas.shown.zoomed.emit(3.0, 9.0)
    seen = [plot.canvas.shown.visible for plot in (panel.loss, panel.accuracy, panel.rate, panel.speed)]
    assert seen == [(3.0, 9.0)] * 4
    panel.redraw_now()
    assert panel.loss.canvas.shown.visible == (3.0, 9.0), "new events took the zoom away"
    panel.fit()
    assert panel.speed.canvas.shown.visible == (0.0, 20.0)


def test_how_curves_are_looked_at_is_remembered(session: Session, theme: ThemeManager, qtbot: QtBot) -> None:
    panel = PlotsPanel(session, theme)
    qtbot.addWidget(panel)
    panel.switches.choose(PlotView(is_log=True, smoothing=0.6, is_clipped=False))
    again = PlotsPanel(session, theme)
    qtbot.addWidget(again)
    assert again.view == PlotView(is_log=True, smoothing=0.6, is_clipped=False)


def test_an_export_is_written_and_told(
    session: Session, theme: ThemeManager, history: RunHistory, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = PlotsPanel(session, theme)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(session.message) as told:
        panel.saver.save(csv_text(epochs_of(history)).encode(), str(tmp_path / "curves.csv"))
    assert told.args[0] == "success"
    assert (tmp_path / "curves.csv").read_text().startswith("member,epoch,")


def test_the_history_is_drawn_off_the_windows_thread_while_no_other_file_can_be_asked_for(
    panel: PlotsPanel, session: Session, history: RunHistory, qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(curve_saver, "ask_where_to_save", lambda *asked: asked[-1](str(tmp_path / asked[2])))
    drawn_in: list[int] = []
    draw = curve_saver.history_png

    def drawn(*told: Any) -> bytes:
        drawn_in.append(threading.get_ident())
        return draw(*told)

    monkeypatch.setattr(curve_saver, "history_png", drawn)
    panel.show_history(history, [], "Plates")
    menu = QMenu()
    panel.saver.offer(menu, history, "Plates")
    with qtbot.waitSignal(session.message) as told:
        next(action for action in menu.actions() if action.text().startswith("History in four panels (PNG)")).trigger()
        assert panel._export.toolTip() == "Plates history.png is being written."
    assert told.args[0] == "success"
    assert QImage(str(tmp_path / "Plates history.png")).width() > 1000
    assert drawn_in and drawn_in[0] != threading.get_ident()
    assert panel._export.isEnabled()


def test_a_hundred_thousand_points_are_drawn(loss: CurvePlot, tmp_path: Path, qtbot: QtBot) -> None:
    history = RunHistory()
    history.receive(started(tmp_path, epochs=10))
    rng = np.random.default_rng(0)
    for epoch in range(1, 11):
        losses = tuple(rng.random(10_000).tolist())
        history.receive(
            BatchesFinished(
                epoch=epoch, batch=10_000, batches=10_000, losses=losses, images_per_s=1.0, remaining_s=None
            )
        )
        history.receive(epoch_event(epoch, epochs=10))
    loss.show_history(history, [], PlotView(smoothing=0.0))
    assert len(history.batch_losses) == 100_000
    assert not loss.grab().isNull()


def ensemble(folder: Path, members: int = 3, epochs: int = 4) -> RunHistory:
    history = RunHistory()
    history.receive(replace(started(folder, epochs=epochs), folds=members, members=members))
    for number in range(1, members + 1):
        for epoch in range(1, epochs + 1):
            told = epoch_event(epoch, epochs=epochs, best_epoch=epochs, quality=1 - number / 10)
            history.receive(replace(told, member=number))
    return history


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_another_member_is_chosen_from_the_menu(
    session: Session, theme: ThemeManager, tmp_path: Path, qtbot: QtBot
) -> None:
    panel = PlotsPanel(session, theme)
    qtbot.addWidget(panel)
    panel.resize(656, 560)
    panel.show()
    history = ensemble(tmp_path)
    panel.show_history(history, [], "Transfer")
    panel.redraw_now()
    choice = panel.loss.members
    assert choice.text() == "Member 3 of 3"
    assert "never learned from" in choice.toolTip()
    choice.click()
    menu = choice.findChild(QMenu)
    assert menu is not None
    with qtbot.waitSignal(panel.member_chosen):
        menu.actions()[0].trigger()
    menu.close()
    panel.redraw_now()
    assert choice.text() == "Member 1 of 3"
    told = history.members[0].last
    assert told is not None and told.val is not None
    assert panel.loss.legend.value("Validation") == f"{told.val.loss:.3f}"
    assert "–" in panel.accuracy.legend.value("Others")
    assert panel.accuracy.title.text() == "Accuracy, member 1"


def test_a_run_of_one_network_offers_no_members(loss: CurvePlot, history: RunHistory) -> None:
    loss.show_history(history, [], PlotView())
    assert loss.members.isHidden()


def test_the_interval_is_read_with_the_accuracy(qtbot: QtBot, theme: ThemeManager, history: RunHistory) -> None:
    plot = CurvePlot(theme, "accuracy")
    qtbot.addWidget(plot)
    plot.show_history(history, [], PlotView())
    plot.set_hover(3)
    third = history.at(3)
    assert third is not None and third.val is not None
    assert plot.legend.value("95 % interval") == interval(third.val.accuracy_95)


def test_plus_and_minus_zoom(loss: CurvePlot, history: RunHistory, qtbot: QtBot) -> None:
    loss.show_history(history, [], PlotView())
    qtbot.keyClick(loss.canvas, Qt.Key.Key_Plus)
    assert loss.canvas.shown.visible == (5.0, 15.0)
    assert loss.canvas.shown.is_zoomed
    qtbot.keyClick(loss.canvas, Qt.Key.Key_Minus)
    assert loss.canvas.shown.visible == (0.0, 20.0)
    assert not loss.canvas.shown.is_zoomed


def test_a_table_of_an_ensemble_names_the_members(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(epochs_of(ensemble(tmp_path))))))
    assert [(row["member"], row["epoch"]) for row in rows][3:5] == [("1", "4"), ("2", "1")]


def test_the_interval_is_read_beside_a_run_laid_over(qtbot: QtBot, theme: ThemeManager, history: RunHistory) -> None:
    plot = CurvePlot(theme, "accuracy")
    qtbot.addWidget(plot)
    plot.resize(560, 192)
    plot.show()
    overlay = Overlay(name="From clean photos, the third evening", history=history, number=0)
    plot.show_history(history, [overlay], PlotView())
    train, validation, other = plot.legend.shown()[:3]
    assert history.last is not None and history.last.val is not None
    assert (train.label, validation.range) == ("Train", interval(history.last.val.accuracy_95))
    assert other.label.startswith("From") and "…" in other.label


def test_a_run_laid_over_is_named_before_the_other_members(
    theme: ThemeManager, qtbot: QtBot, history: RunHistory, tmp_path: Path
) -> None:
    plot = CurvePlot(theme, "loss")
    qtbot.addWidget(plot)
    plot.resize(560, 208)
    plot.show()
    plot.show_history(ensemble(tmp_path), [Overlay(name="Balanced", history=history, number=0)], PlotView())
    assert [entry.is_name for entry in plot.legend.shown()] == [False, False, True]
