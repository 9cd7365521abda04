"""Saves a run's curves: what as, where to, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.files import write_atomically
from studio.ui.curve_export import csv_text, epochs_of, history_png, history_svg, png_bytes, svg_bytes
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.widgets.file_dialogs import ask_where_to_save

Content = bytes | Callable[[], bytes]


class CurveSaver(QObject):
    """One file at a time; `blocked` says why no other can be asked for, and is empty again when it is written."""

    blocked = Signal(str)

    def __init__(self, session: Session, plots: QWidget, parent: QWidget) -> None:
        """Args:
        session: works off the window's thread.
        plots: what a picture of the curves shows.
        parent: owner of dialogs.
        """
        super().__init__(parent)
        self._session = session
        self._plots = plots
        self._dialogs = parent
        self._history = RunHistory()
        self._name = "run"

    def offer(self, menu: QMenu, history: RunHistory, name: str) -> None:
        """Add what curves can be saved as to a menu.

        Args:
            menu: opened soon.
            history: the run that is on show.
            name: what it is called.
        """
        self._history, self._name = history, name
        menu.addAction("Picture (PNG)…", self._save_png)
        menu.addAction("Drawing (SVG)…", self._save_svg)
        menu.addAction("Table of epochs (CSV)…", self._save_csv)
        menu.addSeparator()
        menu.addAction("History in four panels (PNG)…", self._save_history_png)
        menu.addAction("History in four panels (SVG)…", self._save_history_svg)

    def save(self, content: Content, file: str) -> None:
        """Write a file.

        Args:
            content: what, or a function that makes it off the window's thread.
            file: where to.
        """
        self.blocked.emit(f"{Path(file).name} is being written.")
        self._session.in_background(_write, Path(file), content, done=self._tell_saved, failed=self._tell_failed)

    def _save_png(self) -> None:
        self._ask(png_bytes(self._plots), "PNG picture (*.png)", ".png")

    def _save_svg(self) -> None:
        self._ask(svg_bytes(self._plots), "SVG drawing (*.svg)", ".svg")

    def _save_csv(self) -> None:
        epochs = epochs_of(self._history)
        self._ask(lambda: csv_text(epochs).encode(), "CSV table (*.csv)", ".csv")

    def _save_history_png(self) -> None:
        make = partial(history_png, self._name, epochs_of(self._history), self._history.finished)
        self._ask(make, "PNG picture (*.png)", ".png", " history")

    def _save_history_svg(self) -> None:
        make = partial(history_svg, self._name, epochs_of(self._history), self._history.finished)
        self._ask(make, "SVG drawing (*.svg)", ".svg", " history")

    def _ask(self, content: Content, kind: str, suffix: str, of: str = "") -> None:
        """Ask where to, without stopping anything; what is saved is what was on show then."""
        name = f"{self._name}{of}{suffix}"
        ask_where_to_save(self._dialogs, "Save the curves", name, kind, suffix, partial(self.save, content))

    def _tell_saved(self, file: Path) -> None:
        self.blocked.emit("")
        self._session.say("success", f"Saved {file.name} in {file.parent}.")

    def _tell_failed(self, sentence: str, details: str) -> None:
        self.blocked.emit("")
        self._session.say("danger", sentence, details)


def _write(file: Path, content: Content) -> Path:
    made = content if isinstance(content, bytes) else content()
    write_atomically(file, lambda stream: stream.write(made))
    return file
