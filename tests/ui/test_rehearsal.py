"""Tests of the page that is readied before it is shown."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QSize
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

    class Removes(QLabel):
        """Takes the next widget away when it is measured, as a list does that is filled anew."""

        def sizeHint(self) -> QSize:
            if shiboken6.isValid(gone):
                shiboken6.delete(gone)
            return super().sizeHint()

    qtbot.addWidget(place)
    qtbot.addWidget(page)
    place.resize(300, 200)
    first = Removes(page)
    gone.setParent(page)
    label.setParent(page)
    assert page.findChildren(QWidget) == [first, gone, label]
    rehearsal = Rehearsal(page, place)
    qtbot.waitUntil(lambda: rehearsal.is_over)
    assert not shiboken6.isValid(gone)
    assert label.times > 0
