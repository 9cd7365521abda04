"""Reports of runs and TensorBoard, from the menu of a run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.core.config import StudioConfig
from studio.core.drawing import Drawing
from studio.core.errors import UserError
from studio.core.held_out import HeldOut, write_held_out
from studio.learn.report_facts import read_facts
from studio.learn.report_page import Findings, page
from studio.learn.report_photos import Shown, Wrong
from studio.ui.report_document import ReportDocument
from studio.ui.report_print import drawing_png, write_pdf
from studio.ui.runs_panel import RunsPanel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.made_runs import make_run

WAIT_MS = 40_000


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The page of a made-up run with more mistakes than a page of paper holds."""
    config = StudioConfig().edited(training__epochs=7)
    run = make_run(tmp_path / "run", title="Plates <of> today & others", config=config, done=20, outcome="finished")
    share = ((0.1, 0.9),)
    labels, painted = ("clean",) * 60, (False,) * 60
    held_out = HeldOut(classes=("clean", "dirty"), labels=labels, probabilities=share * 60, is_painted=painted)
    write_held_out(run.evaluation, held_out)
    wrong = Wrong(picture="/photos/a.jpg", label="clean", chosen="dirty", probability=0.9, is_painted=False)
    found = Findings(
        shown=[Shown(wrong=wrong, reason="It is gone.")] * 60,
        mistakes=60,
        epoch=None,
        point=None,
        problems=[],
        written_s=1_795_431_725.0,
    )
    file = tmp_path / "report.html"
    file.write_text(page(read_facts(run), found), encoding="utf-8")
    return file


@pytest.fixture
def panel(qtbot: QtBot, session: Session, theme: ThemeManager) -> RunsPanel:
    """The list of runs, with one that is finished."""
    make_run(session.runs_folder / "2026-11-22_2000_plates", title="Plates", outcome="finished")
    panel = RunsPanel(session, theme)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(session.runs_changed, timeout=WAIT_MS):
        session.refresh_runs()
    session.set_run(session.summaries[0].run)
    return panel


def test_a_report_for_paper_has_numbered_pages_and_a_title(theme: ThemeManager, written: Path, tmp_path: Path) -> None:
    content = write_pdf(written, tmp_path / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) >= 3


def test_what_stands_on_the_page_stands_on_paper(theme: ThemeManager, written: Path) -> None:
    text = ReportDocument(written.read_text(encoding="utf-8"), 680).document.toPlainText()
    for words in ("Plates <of> today & others", "Worst mistakes", "Curves", "Environment", "Training: Epochs"):
        assert words in text
    assert text.count("\ufffc") >= 3  # drawings


def test_a_page_that_is_no_report_is_refused(theme: ThemeManager, tmp_path: Path) -> None:
    (tmp_path / "torn.html").write_text("<!DOCTYPE html>\n<html><body>", encoding="utf-8")
    with pytest.raises(UserError, match="is no report of this program"):
        write_pdf(tmp_path / "torn.html", tmp_path / "report.pdf")
    with pytest.raises(UserError, match="cannot be read"):
        write_pdf(tmp_path / "missing.html", tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


def test_a_drawing_is_a_picture_of_twice_its_size(theme: ThemeManager) -> None:
    drawing = Drawing(40, 30, "A dot")
    drawing.dot((20, 15), "dot-accent", 10)
    image = QImage.fromData(drawing_png(drawing.standalone().encode()))
    assert (image.width(), image.height()) == (80, 60)
    assert image.pixelColor(40, 30).name() == "#2f6fed" and image.pixelColor(2, 2).name() == "#ffffff"


def test_the_menu_of_a_run_writes_its_report_and_opens_it(qtbot: QtBot, session: Session, panel: RunsPanel) -> None:
    opened: list[Path] = []
    panel.reports.show = opened.append  # type: ignore[method-assign]
    chosen(panel, "Report")
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT_MS)
    run = session.summaries[0].run
    assert opened == [run.path / "report.html"] and opened[0].is_file()
    assert (run.evaluation / "history.svg").is_file()
    assert not QImage(str(run.evaluation / "history.png")).isNull()


def test_no_report_is_offered_of_a_run_that_trains(panel: RunsPanel, session: Session) -> None:
    panel.set_running(session.summaries[0].run, "Epoch 1 of 3")
    menu = panel._menu(session.summaries[0])
    offered = {action.text(): action.isEnabled() for action in menu.actions()}
    assert not offered["Report"] and not offered["Report as PDF…"] and offered["All runs in TensorBoard"]
    menu.close()


def test_tensorboard_is_asked_for_the_runs_and_opened(qtbot: QtBot, session: Session, panel: RunsPanel) -> None:
    panel.curves.link._target = "tests.ui.made_servers:make"
    opened: list[str] = []
    panel.curves.show = opened.append  # type: ignore[method-assign]
    chosen(panel, "All runs in TensorBoard")
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT_MS)
    assert opened == [f"http://127.0.0.1/{session.runs_folder.name}"]


def test_a_tensorboard_that_cannot_be_had_is_told(qtbot: QtBot, session: Session, panel: RunsPanel) -> None:
    panel.curves.link._target = "tests.ui.made_servers:make_missing"
    said: list[str] = []
    session.message.connect(lambda kind, text, details: said.append(f"{kind}: {text}"))
    chosen(panel, "All runs in TensorBoard")
    qtbot.waitUntil(lambda: len(said) == 2, timeout=WAIT_MS)
    assert said[1] == "danger: TensorBoard is not installed here"


def chosen(panel: RunsPanel, words: str) -> None:
    """Choose an entry of the chosen run's menu."""
    menu = panel._menu(panel._session.summaries[0])
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()
