"""The Search pane of the Train tab: start, watch, stop, go on, use what was found."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from studio.core.runs import RunFolder
from studio.core.searches import grid_size
from studio.core.words import duration, plural
from studio.ui.search_plots import ImportanceCard, SearchPlot
from studio.ui.search_table import SearchTable, score_words
from studio.ui.searching import Searching
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import EmptyState, Icon
from studio.ui.widgets.panels import Card, Hairline, PanelHeader

_SHOW_MS = 60
_PLOT_PX, _PLOT_COMPACT_PX = 220, 132
_IMPORTANCE_PX = 248


class SearchPane(QWidget):
    """What a search does and has found; its budget and kind are in Configure's section Search."""

    left = Signal()
    run_asked = Signal(object)

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: runs the search, holds the settings.
        theme: the look.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self.searching = Searching(session, self)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(_SHOW_MS)
        self._late.timeout.connect(self._show)
        back = IconButton(theme, "x", "Back to the run")
        back.clicked.connect(self.left)
        self._header = PanelHeader(theme, "Search for better settings", actions=(back,))
        self._plan = ElidedLabel("", "small", "text_2")
        self.change = Button(theme, "Change", kind="link", size="small", tooltip="Configure, section Search")
        self.change.clicked.connect(self._ask_for_settings)
        self.start = Button(
            theme, "Start search", icon="play", keys="Ctrl+Shift+Return", tooltip="Try settings on the open dataset"
        )
        self.start.clicked.connect(self._start)
        self.go_on = Button(theme, "Continue", icon="play", keys="Ctrl+Shift+R", tooltip="Go on with the search below")
        self.go_on.clicked.connect(self.searching.go_on)
        self.stop = Button(
            theme, "Stop", icon="flag", keys="Ctrl+.", tooltip="Stop after this batch; what was tried is kept"
        )
        self.stop.clicked.connect(self.searching.stop)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName("Trials that have ended")
        self._status = Label("", "small", "text_2", tabular=True)
        self.plot = SearchPlot(theme)
        self.importance = ImportanceCard(theme)
        self.importance.setFixedWidth(_IMPORTANCE_PX)
        self.table = SearchTable(theme)
        self.table.run_asked.connect(self._open_run)
        self._empty = EmptyState(
            theme,
            "sliders-horizontal",
            "No search yet",
            "A search trains many times for a short while, each time with other settings,\n"
            "and tells which did best and how sure that is.",
        )
        self._lay_out()
        self.searching.changed.connect(self._show_soon)
        session.progress_changed.connect(self._show_soon)
        self.set_compact(False)
        self._show()

    @property
    def sentence(self) -> str:
        """What was found, as it stands on the card."""
        return self._found.text()

    def set_compact(self, is_compact: bool) -> None:
        """Leave out the bars where there is little room."""
        self.importance.setVisible(not is_compact)
        self._plots.setFixedHeight(_PLOT_COMPACT_PX if is_compact else _PLOT_PX)

    def _lay_out(self) -> None:
        theme, edge = self._theme, self._theme.space(2)
        told = row(gap=theme.space())
        told.addWidget(self._plan, 1)
        for button in (self.change, self.go_on, self.start, self.stop):
            told.addWidget(button)
        top = holder(column(told, self._bar, self._status, gap=8, margins=(edge, 0, edge, 10)))
        head = holder(column(self._header, top, Hairline(theme), gap=0))
        head.setProperty("surface", "surface")
        self._plots = holder(row(gap=12))
        plots = self._plots.layout()
        assert plots is not None
        plots.addWidget(self.plot)
        plots.addWidget(self.importance)
        table = Card()
        table.setLayout(column(self.table, margins=(1, 1, 1, 1)))
        found = column(self._made_best(), self._plots, gap=12, margins=(edge, 12, edge, 12))
        found.addWidget(table, 1)
        self._shown = holder(found)
        body = column(head, gap=0)
        body.addWidget(self._empty, 1)
        body.addWidget(self._shown, 1)
        self.setLayout(body)

    def _made_best(self) -> Card:
        theme = self._theme
        self._found = Label("", "small", "text_2", wrap=True)
        self.use = Button(theme, "Use the best settings", size="small", tooltip="For the next run")
        self.use.clicked.connect(self.searching.use_best)
        self._tick = Icon(theme, "check", "success", 14)
        self._done = Label("Will be used in the next run", "small", "success")
        self.undo = Button(theme, "Undo", kind="link", size="small")
        self.undo.clicked.connect(self.searching.undo)
        actions = row(self.use, self._tick, self._done, self.undo, None, gap=theme.space())
        self._best = Card()
        self._best.setLayout(column(self._found, actions, gap=8, margins=(13, 10, 13, 11)))
        return self._best

    def _show_soon(self, *_: object) -> None:
        if not self._late.isActive():
            self._late.start()

    def _show(self) -> None:
        searching, history = self.searching, self.searching.history
        self._show_actions()
        ended, total = len(history.ended), history.total
        has_any = bool(history.trials) or searching.is_running
        self._empty.setVisible(not has_any)
        self._shown.setVisible(has_any)
        self._bar.setVisible(searching.is_running)
        self._bar.setValue(round(1000 * ended / total) if total else 0)
        self._status.setText(self._status_words())
        self._status.setVisible(bool(self._status.text()))
        self._show_best()
        best = history.best
        self.table.trials.show_trials(history.trials, None if best is None else best.number)
        self.plot.show_history(history)
        self.importance.show_history(history)

    def _show_actions(self) -> None:
        searching, search = self.searching, self._session.config.search
        if search.mode == "grid":
            kind = f"Grid: all {grid_size()} combinations"
        else:
            kind = f"Smart: {plural(search.trials, 'trial')}"
        batches = f" of {plural(search.quick_batches, 'batch', 'batches')}" if search.quick_batches else ""
        limit = f", at most {duration(search.timeout_s)}" if search.timeout_s else ""
        self._plan.setText(f"{kind}, each {plural(search.quick_epochs, 'epoch')}{batches}{limit}")
        is_stopping = searching.is_running and self._session.is_stopping
        self.start.setVisible(not searching.is_running)
        self.start.set_blocked(searching.obstacle)
        self.go_on.setVisible(not searching.is_running and searching.place is not None)
        self.go_on.set_blocked(searching.continue_obstacle)
        self.stop.setVisible(searching.is_running)
        self.stop.set_text("Finishing this batch…" if is_stopping else "Stop")
        self.change.setVisible(not searching.is_running)

    def _status_words(self) -> str:
        history = self.searching.history
        if not history.trials and not self.searching.is_running:
            return ""
        ended = history.ended
        pruned = sum(event.state == "pruned" for event in ended)
        failed = sum(event.state == "failed" for event in ended)
        of = f" of {history.total}" if history.total else ""
        words = f"{len(ended)}{of} trials ended"
        words += f", {pruned} given up early" if pruned else ""
        words += f", {failed} failed" if failed else ""
        if self.searching.is_running and not history.trials:
            words = self._session.progress.words.capitalize()
        return words

    def _show_best(self) -> None:
        history, is_in_force = self.searching.history, self.searching.is_in_force
        best, told = history.best, history.finished
        self._best.setVisible(best is not None)
        if best is None:
            return
        if told is not None:
            words = told.sentence
        else:
            score = score_words(best.score, best.score_95)
            words = f"Trial {best.number + 1} is the best so far: balanced accuracy {score}."
        self._found.setText(words)
        self.use.setVisible(not is_in_force)
        self._tick.setVisible(is_in_force)
        self._done.setVisible(is_in_force)
        self.undo.setVisible(is_in_force and self.searching.is_applied)

    def _start(self) -> None:
        self.searching.start()

    def _ask_for_settings(self) -> None:
        self._session.tab_requested.emit("configure")  # built by now, if it was not
        self._session.section_requested.emit("search")

    def _open_run(self, run: str) -> None:
        self.run_asked.emit(RunFolder(Path(run)))
