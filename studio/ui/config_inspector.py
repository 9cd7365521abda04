"""Right of the form: the JSON, what a training would cost, the way to start it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.files import write_text
from studio.ui.config_json import ConfigJson
from studio.ui.estimate_panel import EstimatePanel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.file_dialogs import ask_where_to_save, ask_which_file
from studio.ui.widgets.flow import column, holder
from studio.ui.widgets.labels import ElidedLabel
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Hairline, Panel, PanelFooter, PanelHeader
from studio.ui.widgets.plain import plain
from studio.ui.widgets.primary_action import PrimaryAction
from studio.ui.widgets.segmented import Choice, SegmentedControl

_KINDS, _SUFFIX, _NAME = "Settings (*.json)", ".json", "config.json"
_LEAST_PX, _SWITCH_PX = 352, 208


class ConfigInspector(Panel):
    """JSON over estimate over footer; where there is little room, JSON and estimate behind a switch."""

    opened = Signal(object)

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: reads and writes files off the window's thread.
        theme: where colours and measures come from.
        """
        super().__init__()
        self._session = session
        self.json = ConfigJson(theme)
        self.estimate = EstimatePanel(theme)
        self.primary_action = PrimaryAction(theme, "Start training", icon="play", keys="Ctrl+Return")
        self._note = ElidedLabel("", "label", weight=600)
        self._cost = ElidedLabel("", "small", "text_2")
        self.setMinimumWidth(_LEAST_PX)
        open_ = IconButton(theme, "folder-open", "Open settings from a file", keys="Ctrl+Shift+O")
        save = IconButton(theme, "save", "Save the settings to a file", keys="Ctrl+S")
        copy = IconButton(theme, "copy", "Copy the settings", keys="Ctrl+Shift+C")
        for button, slot in ((open_, self._open), (save, self._save), (copy, self._copy)):
            button.clicked.connect(slot)
        self._switch = SegmentedControl(
            theme,
            [
                Choice(key="json", text="JSON", tooltip="The settings as the file has them"),
                Choice(key="estimate", text="Estimate", tooltip="What a training would cost here"),
            ],
            stretch=True,
            accessible_name="What the inspector shows",
        )
        self._switch.setFixedWidth(_SWITCH_PX)
        self._switch.chosen.connect(self._show_part)
        self._braces = Icon(theme, "braces", "text_2", theme.icon_px())
        self._header = PanelHeader(theme, _NAME, actions=[open_, save, copy], icon=self._braces)
        self._header.layout().setSpacing(theme.space(0.75))  # type: ignore[union-attr]
        self._header.layout().insertWidget(0, self._switch)  # type: ignore[union-attr]
        self._json_part, self._estimate_part = QWidget(), QWidget()
        self._json_part.setLayout(column(self.json, gap=0))
        self._below = column(None, gap=0)
        self._estimate_part.setLayout(self._below)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._json_part)
        self._stack.addWidget(self._estimate_part)
        self._line = Hairline(theme)
        self.add(self._header)
        self.add(Hairline(theme))
        self.add(self._stack, 1)
        self.add(self._line)
        self.add(self.estimate)
        self._edge_px = theme.space(2)
        footer = PanelFooter(theme)
        self._words = words = holder(column(None, self._note, self._cost, None, gap=0))
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        footer.row.addWidget(words, 1)
        footer.row.addWidget(self.primary_action)
        self.add(footer)
        self.set_compact(False)

    def set_compact(self, is_compact: bool) -> None:
        """Put JSON and estimate behind a switch, or one below the other."""
        self._switch.setVisible(is_compact)
        self._braces.setVisible(not is_compact)
        self._header.title.setVisible(not is_compact)
        self.primary_action.button.set_text("Start" if is_compact else "Start training")
        if is_compact:
            self._below.insertWidget(0, self.estimate)
            self._show_part(self._switch.current)
        else:
            self._stack.setCurrentWidget(self._json_part)
            self.body.insertWidget(self.body.indexOf(self._line) + 1, self.estimate)
        self._line.setHidden(is_compact)
        self._fit_keys()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_keys()

    def show_ready(self, what: str, cost: str) -> None:
        """Say what a training would work on, at what cost."""
        self._note.setText(what)
        self._cost.setText(cost)
        self._fit_keys()
        self.primary_action.button.set_blocked("")

    def show_obstacle(self, sentence: str) -> None:
        """Say what stands in the way of a training."""
        self._note.setText("Not ready to train")
        self._cost.setText(sentence)
        self._cost.setToolTip(plain(sentence))
        self._fit_keys()
        self.primary_action.button.set_blocked(sentence)

    def _fit_keys(self) -> None:
        self.primary_action.button.show_keys_beside(self._words, self.width() - 3 * self._edge_px)

    def _show_part(self, key: str) -> None:
        self._stack.setCurrentWidget(self._json_part if key == "json" else self._estimate_part)

    def _open(self) -> None:
        ask_which_file(self, "Open settings", _KINDS, self._read)

    def _read(self, file: str) -> None:
        self._session.in_background(StudioConfig.load, Path(file), done=self.opened.emit)

    def _save(self) -> None:
        ask_where_to_save(self, "Save the settings", _NAME, _KINDS, _SUFFIX, self._write)

    def _write(self, file: str) -> None:
        text = self._session.config.to_json()
        self._session.in_background(_written, Path(file), text, done=self._tell_saved)

    def _tell_saved(self, file: Path) -> None:
        self._session.say("success", f"Saved the settings as {file.name} in {file.parent}.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.json.toPlainText())
        self._session.say("success", "The settings were copied.")


def _written(file: Path, text: str) -> Path:
    write_text(file, text)
    return file
