"""The sheet that says what this program is, and hands on what whoever looks after the machine needs."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget
from typing_extensions import override

from studio import __version__
from studio.core import about, log
from studio.core.about import Fact
from studio.ui.admin import open_log, window_facts
from studio.ui.licence_page import LicencePage
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.sheet import Sheet

_TITLE = "About Spotless Studio"
_FACTS_PX = QSize(560, 352)
_LICENCES_PX = QSize(880, 560)
_WHAT_IT_IS = (
    "Trains image classifiers from photos, on this machine alone. It tells clean from dirty dishes from photos of "
    "clean ones, since it paints the dirt itself."
)


class AboutSheet(Sheet):
    """Version, folders, device; *Copy details*, *Open the log*, *Licences*."""

    def __init__(self, session: Session, theme: ThemeManager, window: QWidget) -> None:
        """Args:
        session: knows the workspace, and runs what reads files.
        theme: where colours come from.
        window: what it lies over.
        """
        super().__init__(theme, window, _TITLE)
        self._session = session
        self._device = ElidedLabel("", "body")
        self._said = Label("", "small", "text_2")
        self.copy = Button(theme, "Copy details", icon="copy", tooltip="Versions, system, folders, the end of the log")
        self.copy.clicked.connect(self._ask_details)
        self.show_log = Button(theme, "Open the log", icon="file-text", kind="tool")
        self.show_log.clicked.connect(self._open_log)
        self.licences = Button(theme, "Licences", icon="scale", kind="tool", tooltip="Of every part that is shipped")
        self.licences.clicked.connect(self._show_licences)
        buttons = row(self.copy, self.show_log, self.licences, None, gap=theme.space())
        name = column(Label("Spotless Studio", "figure"), Label(f"Version {__version__}", "body", "text_2"), gap=0)
        top = row(Icon(theme, "mark", "accent", 40), name, None, gap=theme.space(1.5))
        what = Label(_WHAT_IT_IS, "body", "text", wrap=True)
        self._facts = holder(
            column(top, what, self._grid(), None, self._said, buttons, gap=theme.space(2), margins=(0, 8, 0, 0))
        )
        self.page = LicencePage(session, theme)
        self.page.left.connect(self._show_facts)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._facts)
        self._pages.addWidget(self.page)
        self.add(self._pages, 1)

    def set_device(self, words: str) -> None:
        """Say what the machine computes with."""
        self._device.setText(words)
        self._device.setAccessibleName(f"Device: {words}")

    @override
    def open(self) -> None:
        self._said.setText("")
        self._show_facts()
        super().open()

    @override
    def wanted_px(self) -> QSize:
        return _LICENCES_PX if self._pages.currentWidget() is self.page else _FACTS_PX

    def _grid(self) -> QGridLayout:
        python, torch = platform.python_version(), about.package_version("torch")
        middle = Qt.TextElideMode.ElideMiddle
        told = {
            "Workspace": ElidedLabel(str(self._session.workspace), "body", mode=middle),
            "Log": ElidedLabel(str(log.log_file()), "body", mode=middle),
            "Device": self._device,
            "Versions": ElidedLabel(f"Python {python}, Qt {qVersion()}, PyTorch {torch}", "body"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(self.theme.space(2))
        grid.setVerticalSpacing(self.theme.space(0.5))
        grid.setColumnStretch(1, 1)
        for number, (what, value) in enumerate(told.items()):
            value.setAccessibleName(f"{what}: {value.text()}")
            grid.addWidget(Label(what, "body", "text_2"), number, 0)
            grid.addWidget(value, number, 1)
        return grid

    def _show_licences(self) -> None:
        self.page.load()
        self._turn_to(self.page, "Licences")
        self.page.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_facts(self) -> None:
        self._turn_to(self._facts, _TITLE)
        if self.isVisible():
            self.licences.setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn_to(self, page: QWidget, title: str) -> None:
        self._pages.setCurrentWidget(page)
        self.heading.setText(title)
        self.setAccessibleName(title)
        self.place()

    def _ask_details(self) -> None:
        facts: list[Fact] = [("Device", self._device.text()), *window_facts()]
        self._session.in_background(_details, self._session.workspace, facts, done=self._copy)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._said.setText("The details are copied; they hold names of folders, and nothing of what is in photos.")

    def _open_log(self) -> None:
        if not open_log():
            self._said.setText(f"No program here opens it; the log is {log.log_file()}")


def _details(workspace: Path, facts: list[Fact]) -> str:
    return about.details([*about.machine_facts(workspace), *facts])
