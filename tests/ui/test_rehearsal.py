"""Tests of the page that is readied before it is shown."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.rehearsal import Rehearsal


class Drawn(QLabel):
    """Counts how often it was drawn."""

    times = 0

    def paintEvent(self, event: object) -> None:
        self.times += 1


def test_a_page_is_drawn_at_its_size_before_it_is_shown(qtbot: QtBot) -> None:
    place, page, label = QWidget(), QWidget(), Drawn("words")
    qtbot.addWidget(place)
    qtbot.addWidget(page)
    place.resize(300, 200)
    QVBoxLayout(page).addWidget(label)
    Rehearsal(page, place)
    qtbot.waitUntil(lambda: label.times > 0)
    assert not page.isVisible()
    assert page.size() == place.size()


def test_a_page_in_sight_is_left_alone(qtbot: QtBot) -> None:
    place, page = QWidget(), QWidget()
    qtbot.addWidget(place)
    qtbot.addWidget(page)
    place.resize(300, 200)
    page.resize(100, 100)
    page.show()
    rehearsal = Rehearsal(page, place)
    qtbot.waitUntil(lambda: rehearsal.is_over)
    assert page.width() == 100


def test_a_widget_that_goes_meanwhile_is_no_matter(qtbot: QtBot) -> None:
    place, page, gone, label = QWidget(), QWidget(), QLabel("gone"), Drawn("words")
    qtbot.addWidget(place)
    qtbot.addWidget(page)
    place.resize(300, 200)
    layout = QVBoxLayout(page)
    layout.addWidget(gone)
    layout.addWidget(label)
    Rehearsal(page, place)
    gone.deleteLater()
    qtbot.waitUntil(lambda: label.times > 0)
