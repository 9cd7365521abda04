"""Exports of a run, from its menu."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from studio.core.requests import ExportRequest
from studio.core.runs import RunFolder
from studio.ui.runs_panel import RunsPanel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import make_run

WAIT_MS = 40_000


@pytest.fixture
def said(session: Session) -> list[str]:
    """What the message bar was told."""
    said: list[str] = []
    session.message.connect(lambda kind, text, details: said.append(f"{kind}: {text}"))
    return said


@pytest.fixture
def panel(qtbot: QtBot, session: Session, theme: ThemeManager, said: list[str]) -> RunsPanel:
    """The list of runs, with one that is finished."""
    run = make_run(session.runs_folder / "2026-11-22_2000_plates", title="Plates", outcome="finished")
    run.best.parent.mkdir(exist_ok=True)
    run.best.write_bytes(b"a model")
    panel = RunsPanel(session, theme)
    panel.exports.export_target = "tests.ui.jobs_here:export_at_once"
    panel.exports.verify_target = "tests.ui.jobs_here:verify_at_once"
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(session.runs_changed, timeout=WAIT_MS):
        session.refresh_runs()
    session.set_run(session.summaries[0].run)
    return panel


def menu_of(panel: RunsPanel) -> QMenu:
    return panel._menu(panel._session.summaries[0])


def choose(menu: QMenu, words: str) -> None:
    entries = [*menu.actions(), *(one for part in menu.findChildren(QMenu) for one in part.actions())]
    next(action for action in entries if action.text() == words).trigger()
    menu.close()


@pytest.mark.parametrize(
    ("words", "kind", "suffix"),
    [
        ("ONNX, for onnxruntime…", "onnx", ".onnx"),
        ("Archive, for PyTorch alone…", "torch", ".pt2"),
        ("Bundle of the whole run…", "bundle", ".zip"),
    ],
)
def test_an_export_asks_where_to_and_tells_how_it_went(
    qtbot: QtBot, panel: RunsPanel, said: list[str], tmp_path: Path, words: str, kind: str, suffix: str
) -> None:
    choose(menu_of(panel), words)
    (dialog,) = panel.findChildren(QFileDialog)
    assert dialog.defaultSuffix() == suffix[1:] and not dialog.isModal()
    dialog.fileSelected.emit(str(tmp_path / f"plates{suffix}"))
    dialog.close()
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert said == [f"success: Wrote plates{suffix} as {kind}."]


def test_a_run_that_is_not_what_it_says_is_told(qtbot: QtBot, panel: RunsPanel, said: list[str]) -> None:
    choose(menu_of(panel), "Verify its files")
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert said == [
        "warning: “Plates” is not what it says of itself: a photo has changed. 1 more problem in the details."
    ]


def test_nothing_is_exported_of_a_run_that_trains(panel: RunsPanel, session: Session) -> None:
    panel.set_running(session.summaries[0].run, "Epoch 1 of 3")
    menu = menu_of(panel)
    offered = {action.text(): action.isEnabled() for action in menu.actions()}
    assert not offered["Export"] and not offered["Verify its files"]
    menu.close()


def test_a_dialog_keeps_to_its_run_whatever_menu_is_opened_meanwhile(
    panel: RunsPanel, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[ExportRequest] = []
    monkeypatch.setattr(session, "start_job", lambda target, request, folder, **how: asked.append(request) or True)
    first = session.summaries[0]
    choose(menu_of(panel), "ONNX, for onnxruntime…")
    panel._menu(replace(first, run=RunFolder(tmp_path / "other"), title="Other")).close()
    (dialog,) = panel.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "plates.onnx"))
    dialog.close()
    assert [request.model for request in asked] == [str(first.run.path)]
