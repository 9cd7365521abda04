"""The real window, driven by a program: starts a training, or takes one up again.

python -m tests.faults._window start WORKSPACE DATASET CONFIG.json
python -m tests.faults._window continue WORKSPACE
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from studio.core.config import StudioConfig
from studio.core.events import JobEnded
from studio.ui.app import open_window
from studio.ui.main_window import MainWindow

_LOOK_EVERY_MS = 50


class Driver(QObject):
    """Presses what a person would, as soon as it can be pressed; prints what happens, and leaves with the job."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session = window.session
        self._session.job_ended.connect(self._leave)
        self._timer = QTimer(self)
        self._timer.start(_LOOK_EVERY_MS)

    def start(self, dataset: Path, config: StudioConfig) -> None:
        """Open a dataset and train on it."""
        self._session.set_config(config)
        self._session.open_dataset(dataset)
        self._timer.timeout.connect(self._train)

    def go_on(self) -> None:
        """Continue the run that the window offers."""
        self._window.show_tab("train")
        self._timer.timeout.connect(self._continue)

    def _train(self) -> None:
        if self._session.dataset is not None and self._session.start_training():
            self._timer.stop()
            self._say(f"run {self._session.run.path if self._session.run else ''}")

    def _continue(self) -> None:
        if not self._session.summaries:
            return
        button = self._window.tabs["train"].footer._resume  # type: ignore[attr-defined]
        if button.isVisible() and button.isEnabled():
            self._timer.stop()
            self._say(f"offers {button.text()}")
            button.click()

    def _leave(self, job: object, ending: JobEnded) -> None:
        self._say(f"ended {ending.outcome} {ending.cause}")
        self._window.close()
        QTimer.singleShot(0, QApplication.instance(), lambda: QApplication.exit(0 if ending.outcome == "done" else 1))

    @staticmethod
    def _say(words: str) -> None:
        print(words, flush=True)


def main() -> int:
    """Open the window, do what was asked, close it."""
    window = open_window(Path(sys.argv[2]))
    driver = Driver(window)
    if sys.argv[1] == "start":
        driver.start(Path(sys.argv[3]), StudioConfig.load(Path(sys.argv[4])))
    else:
        driver.go_on()
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main())
