"""The bar at the bottom, which tells the same story on every tab."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget
from typing_extensions import override

from studio.core.runs import RunFolder
from studio.core.words import duration, plural, time_left
from studio.ui.job_runner import JobInfo
from studio.ui.progress import JobProgress
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Hairline
from studio.ui.widgets.plain import plain

_BAR_PX = 120
_BAR_COMPACT_PX = 96
_LINE_PX = 16


class StatusBar(QWidget):
    """Device, dataset, run; right: what is running, its progress, time left, stop."""

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: what is told.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._is_compact = False
        self.setProperty("surface", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.height("status_bar"))
        self._device = _Item(theme, "cpu")
        self._dataset = _Item(theme, "images")
        self._run = _Item(theme, "chart-spline")
        self._lines = [_line(theme), _line(theme)]
        self._job = Label("", "small", "text", weight=500)
        self._words = Label("Ready", "small", "text_2", tabular=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedWidth(_BAR_PX)
        self._bar.setAccessibleName("Progress of the running job")
        self._left = Label("", "small", "text_2", tabular=True)
        self._stop = IconButton(theme, "square", "Stop the running job", size="small", icon_px=12)
        self._stop.clicked.connect(session.stop_job)
        gap, wide = theme.space(), theme.space(2)
        self._margins = (wide, 1, gap, 0)
        self.setLayout(
            row(
                self._device,
                self._lines[0],
                self._dataset,
                self._lines[1],
                self._run,
                None,
                row(self._job, self._words, gap=6),
                self._bar,
                self._left,
                self._stop,
                gap=wide,
                margins=self._margins,
            )
        )
        self._device.set_words("", "")
        session.dataset_changed.connect(self._show_dataset)
        session.run_changed.connect(self._show_run)
        session.runs_changed.connect(self._show_chosen_run)
        session.job_started.connect(self._show_job)
        session.progress_changed.connect(self._show_progress)
        self._show_dataset(session.dataset)
        self._show_run(session.run)
        self._show_progress(None)

    def set_device(self, words: str) -> None:
        """Say what the machine computes with."""
        self._device.set_words(words, "")

    def set_compact(self, is_compact: bool) -> None:
        """Use the narrow layout or the wide one."""
        self._is_compact = is_compact
        self._bar.setFixedWidth(_BAR_COMPACT_PX if is_compact else _BAR_PX)
        self._show_run(self._session.run)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(0, 0, self.width(), 1, self._theme.color("line"))

    def _show_dataset(self, manifest: object) -> None:
        dataset = self._session.dataset
        if dataset is None:
            self._dataset.set_words("", "No dataset open")
        else:
            self._dataset.set_words(dataset.name, plural(len(dataset.samples), "sample"))

    def _show_run(self, run: RunFolder | None) -> None:
        summary = self._session.summary(run)
        title = "" if summary is None else summary.title
        self._run.set_words(title, "" if summary is None else summary.architecture)
        is_shown = bool(title) and not self._is_compact
        self._run.setVisible(is_shown)
        self._lines[1].setVisible(is_shown)

    def _show_chosen_run(self) -> None:
        self._show_run(self._session.run)

    def _show_job(self, job: JobInfo) -> None:
        self._job.setText(job.title)

    def _show_progress(self, progress: JobProgress | None) -> None:
        job = self._session.job
        for widget in (self._job, self._bar, self._left, self._stop):
            widget.setVisible(job is not None)
        left, top, right, bottom = self._margins
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(left, top, left if job is None else right, bottom)
        if job is None or progress is None:
            self._words.setText("Ready")
            return
        self._job.setText(job.title)
        is_stopping = self._session.is_stopping
        self._words.setText(f"{progress.words}, stopping" if is_stopping else progress.words)
        self._bar.setRange(0, 0 if progress.share is None else 1000)
        self._bar.setValue(round(1000 * (progress.share or 0.0)))
        self._left.setText("" if is_stopping else time_left(progress.remaining_s))
        self._left.setToolTip(plain("" if progress.remaining_s is None else f"About {duration(progress.remaining_s)}"))
        self._stop.set_help("End the job at once" if is_stopping else "Stop the running job")


class _Item(QWidget):
    """An icon, a name, a detail."""

    def __init__(self, theme: ThemeManager, icon: str) -> None:
        super().__init__()
        self._name = Label("", "small", "text", weight=500)
        self._detail = Label("", "small", "text_2")
        self._theme = theme
        self.setLayout(row(Icon(theme, icon, "text_2", 14), self._name, self._detail, gap=6))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_words(self, name: str, detail: str) -> None:
        widest = self._theme.space(30)
        shown = QFontMetrics(self._name.font()).elidedText(name, Qt.TextElideMode.ElideMiddle, widest)
        self._name.setText(shown)
        self._name.setToolTip(plain(name if shown != name else ""))
        self._name.setVisible(bool(name))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))


def _line(theme: ThemeManager) -> Hairline:
    line = Hairline(theme, Qt.Orientation.Vertical)
    line.setFixedHeight(_LINE_PX)
    return line
