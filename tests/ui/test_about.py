"""The About sheet: what it says, what it copies, the licences; the keyboard stays in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import studio
from studio.core import licences, log
from studio.ui.about_sheet import AboutSheet
from studio.ui.app import open_window
from studio.ui.log_book import LogBook
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.labels import Label

LIMIT_MS = 20_000


@pytest.fixture
def sheet(session: Session, theme: ThemeManager, qtbot: QtBot) -> AboutSheet:
    log.start("window")
    window = QWidget()
    window.resize(1024, 640)
    qtbot.addWidget(window)
    sheet = AboutSheet(session, theme, window)
    window.show()
    sheet.open()
    return sheet


def test_it_says_version_workspace_and_log(sheet: AboutSheet, session: Session) -> None:
    words = " ".join(label.text() for label in sheet.findChildren(Label) if label.isVisible())
    for expected in (f"Version {studio.__version__}", str(session.workspace), str(log.log_file()), "PyTorch"):
        assert expected in words


def test_the_copied_details_are_what_an_admin_asks_for(sheet: AboutSheet, session: Session, qtbot: QtBot) -> None:
    book = LogBook(session, sheet)
    session.say("danger", "plate.jpg: is empty; copy it again", "Traceback of plate.jpg")
    QGuiApplication.clipboard().clear()
    sheet.copy.click()
    qtbot.waitUntil(lambda: bool(QGuiApplication.clipboard().text()), timeout=LIMIT_MS)
    text = QGuiApplication.clipboard().text()
    for expected in ("torch ", "Qt: 6", "Screens: ", str(session.workspace), "ERROR plate.jpg: is empty"):
        assert expected in text
    assert "Traceback of plate.jpg" in text
    book.deleteLater()


def test_the_log_opens_with_its_button(sheet: AboutSheet, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url) or True)
    sheet.show_log.click()
    assert [url.toLocalFile() for url in opened] == [str(log.log_file())]


def test_every_licence_is_shown_with_its_text(sheet: AboutSheet, qtbot: QtBot) -> None:
    page = sheet.page
    sheet.licences.click()
    qtbot.waitUntil(lambda: "MIT License" in page.text.toPlainText(), timeout=LIMIT_MS)
    names = [page.list.model().index(row, 0).data() for row in range(page.list.model().rowCount())]
    assert {"Qt and PySide6", "Inter (font)", "PyTorch"} <= set(names)
    page.list.setCurrentIndex(page.list.model().index(names.index("Qt and PySide6"), 0))
    qtbot.waitUntil(lambda: "How to replace them" in page.text.toPlainText(), timeout=LIMIT_MS)
    assert sheet.accessibleName() == "Licences"


def test_licences_asked_for_again_before_they_came_are_listed_once(
    sheet: AboutSheet, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Callable[..., None]] = []
    monkeypatch.setattr(session, "in_background", lambda *_, done: answers.append(done))
    for _ in range(2):
        sheet.page.load()
    parts = licences.parts()
    for take in tuple(answers):
        take(parts)
    assert sheet.page.list.model().rowCount() == len(parts)


def test_a_sheet_closes_when_what_had_the_keyboard_is_gone(sheet: AboutSheet, qtbot: QtBot) -> None:
    window = sheet.window()
    with qtbot.waitActive(window):
        window.activateWindow()
    sheet.hide()
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    assert QApplication.focusWidget() is field
    sheet.open()
    shiboken6.delete(field)
    sheet.hide()
    assert not sheet.isVisible()


def test_keys_open_it_stay_in_it_and_come_back(qapp: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    window = open_window(tmp_path)
    with qtbot.waitActive(window):
        window.activateWindow()
    before = window.top_bar.tabs.part("train")
    before.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(window.about.isVisible, timeout=LIMIT_MS)
    reached = set()
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.add(QApplication.focusWidget())
    assert len(reached) == 4
    assert all(window.about.isAncestorOf(widget) for widget in reached)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.about.isVisible()
    assert QApplication.focusWidget() is before
    window.sheet.open()
    window.sheet.about.click()
    assert window.about.isVisible()
    assert not window.sheet.isVisible()
    window.close()
