"""What a diagnosis found, in the Train tab."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.diagnoses import Pictured, StoredDiagnoses, read_diagnoses
from studio.core.errors import UserError
from studio.core.expert_events import Diagnosis
from studio.core.runs import RunFolder
from studio.ui import file_opener
from studio.ui.dashboard_tab import DashboardTab
from studio.ui.sample_pictures import SamplePictures
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.ui.jobs_here import write_diagnosis
from tests.ui.made_runs import make_run
from tests.ui.train_tab import opened_train_tab

LIMIT_MS = 20_000


@pytest.fixture
def tab(session: Session, theme: ThemeManager, qtbot: QtBot) -> DashboardTab:
    return opened_train_tab(session, theme, qtbot)


def finished_run(session: Session, name: str = "a") -> RunFolder:
    Image.new("RGB", (32, 24), (200, 90, 40)).save(session.workspace / "photo.png")
    return make_run(session.runs_folder / f"2026-11-22_2000_{name}", epochs=3, done=3, best_epoch=2, outcome="finished")


def test_an_old_run_shows_what_was_found_of_it(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = finished_run(session)
    write_diagnosis(run, session.workspace / "photo.png")
    session.set_run(run)
    view = tab.results.findings.diagnosis
    qtbot.waitUntil(lambda: len(view.lines) == 2, timeout=LIMIT_MS)
    assert [card.finding.title for card in view.cards] == ["Some labels look wrong", "The learning rate is too small"]
    (pictures,) = view.findChildren(SamplePictures)
    assert [tile.accessibleName() for tile in pictures.tiles] == ["photo.png, kept as dirty"]
    assert view.lines[0].accessibleName().startswith("It can learn a batch by heart: all is well.")


def test_one_press_applies_a_proposal_and_another_takes_it_back(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    run = finished_run(session)
    write_diagnosis(run, session.workspace / "photo.png")
    session.set_run(run)
    view = tab.results.findings.diagnosis
    qtbot.waitUntil(lambda: len(view.cards) == 2, timeout=LIMIT_MS)
    before = session.config
    card = view.cards[1]
    card.applied.emit(card.finding)
    assert session.config.training.learning_rate == 0.002
    card.undone.emit(card.finding)
    assert session.config == before


def test_what_was_applied_for_one_run_is_not_marked_at_another(
    tab: DashboardTab, session: Session, qtbot: QtBot
) -> None:
    runs = [finished_run(session, name) for name in "ab"]
    view = tab.results.findings.diagnosis
    for run in runs:
        write_diagnosis(run, session.workspace / "photo.png")
    for run, is_applied in ((runs[0], False), (runs[1], False), (runs[0], True)):
        session.set_run(run)
        qtbot.waitUntil(lambda run=run: view.diagnosing._run == run and len(view.cards) == 2, timeout=LIMIT_MS)
        card = view.cards[1]
        assert card._is_applied is is_applied
        if run == runs[0] and not is_applied:
            card._fix.click()


def test_a_picture_opens_by_keys_as_by_a_double_click(
    session: Session, theme: ThemeManager, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    services = SimpleNamespace(openUrl=lambda url: opened.append(Path(url.toLocalFile()).name))
    monkeypatch.setattr(file_opener, "QDesktopServices", services)
    named = [Pictured(path=str(session.workspace / f"{name}.png"), label="dirty") for name in "ab"]
    pictures = SamplePictures(session, theme, named)
    qtbot.addWidget(pictures)
    pictures.resize(320, 100)
    pictures.show()
    first, second = pictures.tiles
    assert first.focusPolicy() == Qt.FocusPolicy.TabFocus
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_X):
        qtbot.keyClick(first, key)
    qtbot.mouseDClick(second, Qt.MouseButton.LeftButton)
    assert opened == ["a.png", "a.png", "b.png"]
    without = first.grab().toImage()
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus, timeout=LIMIT_MS)
    assert first.grab().toImage() != without


def test_the_button_checks_the_model_and_shows_what_is_found(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = finished_run(session)
    session.set_run(run)
    view = tab.results.findings.diagnosis
    view.diagnosing.target = "tests.ui.jobs_here:diagnose_quickly"
    qtbot.waitUntil(view.button.isEnabled, timeout=LIMIT_MS)
    assert not view.cards
    with qtbot.waitSignal(session.job_ended, timeout=LIMIT_MS):
        view.button.click()
        assert view.button.text() == view.button.accessibleName() == "Stop checking"
        assert view.button.isEnabled()
    qtbot.waitUntil(lambda: len(view.cards) == 2, timeout=LIMIT_MS)
    assert view.button.text() == "Check the model"


def test_a_torn_report_is_refused_with_the_way_out(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert read_diagnoses(run) is None
    run.evaluation.mkdir()
    (run.evaluation / "diagnosis.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="diagnose the run again"):
        read_diagnoses(run)


def test_what_a_diagnosis_says_as_well_is_said_once(tab: DashboardTab, session: Session, qtbot: QtBot) -> None:
    run = make_run(session.runs_folder / "2026-11-22_1900_b", done=14, quality=0.6, outcome="stopped early")
    session.set_run(run)
    page = tab.results.findings
    qtbot.waitUntil(lambda: any(found.key == "learns by heart" for found in page.found), timeout=LIMIT_MS)
    said = next(found for found in page.found if found.key == "learns by heart")
    one = Diagnosis(name="overfitting", title=said.title, state="fired", measured="", meaning="")
    page.diagnosis.diagnosing.told.emit(StoredDiagnoses(diagnoses=(one,), pictures={}))
    assert said.title not in [found.title for found in page.found]
    assert said.title in [card.finding.title for card in page.diagnosis.cards]
