"""The list of runs: choose one, lay others over it, see what differs, rename, save, delete."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.events import Scores
from studio.core.run_summary import RunSummary
from studio.core.runs import MODEL_SUFFIX, RunFolder
from studio.data.run_comparison import compare
from studio.data.run_pairs import Pair, pair_runs
from studio.ui.curves_server import CurvesServer
from studio.ui.run_delegate import RunDelegate
from studio.ui.run_differences import Difference, DifferenceTable, differences
from studio.ui.run_exports import RunExports
from studio.ui.run_files import rename, save_model, to_bin
from studio.ui.run_list import RunListView
from studio.ui.run_reports import RunReports
from studio.ui.run_rows import RunListModel
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.file_dialogs import ask_where_to_save
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.inputs import SearchField
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import Hairline, Panel, PanelHeader, ScrollPanel
from studio.ui.widgets.plain import plain
from studio.ui.widgets.question import Question

_NO_RUNS = "Every training is kept here,\nto be compared, used or continued."
_HINT = "Tick a second run to lay it over\nthis one and see what differs."
_TABLE_MOST_PX = 260


class RunsPanel(Panel):
    """Runs left of the plots; the ticked ones are laid over the chosen one."""

    ticks_changed = Signal()

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: holds the runs and which one is chosen.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self.model = RunListModel()
        self.delegate = RunDelegate(theme, self.model)
        self.exports = RunExports(session, self)
        self.reports = RunReports(session, self)
        self.curves = CurvesServer(session, self)
        self.view = RunListView(self.model, self.delegate)
        find = IconButton(theme, "search", "Find a run", keys="Ctrl+F", checkable=True)
        find.toggled.connect(self._show_search)
        self._find = find
        more = IconButton(theme, "ellipsis", "What can be done with the chosen run")
        more.clicked.connect(self._open_menu)
        self._more = more
        self._header = PanelHeader(theme, "Runs", actions=(find, more))
        self._search = SearchField(theme, "Find by name or network")
        self._search.textChanged.connect(self.model.set_filter)
        edge = theme.space(2)
        self._search_row = holder(row(self._search, margins=(edge, 0, edge, theme.space())))
        self._question = Question(theme)
        self._question_row = holder(column(self._question, margins=(edge, theme.space(), edge, theme.space())))
        self._hint = Label(_HINT, "small", "text_3", wrap=True)
        self._hint_row = holder(
            row(Icon(theme, "git-compare", "text_3", 14), self._hint, gap=theme.space(), margins=(edge, 8, 8, 14))
        )
        self._table = DifferenceTable(theme)
        self._table_row = self._made_table()
        self.add(self._header)
        self.add(self._search_row)
        self.add(self.view, 1)
        self.add(self._question_row)
        self.add(self._table_row)
        self.add(self._hint_row)
        self._search_row.hide()
        self._question_row.hide()
        self._table_row.hide()
        self._asked: RunFolder | None = None
        self._pairs: dict[tuple[RunFolder, RunFolder], Pair | None] = {}
        self._connect()
        self.show_runs()

    @property
    def ticked(self) -> Sequence[RunFolder]:
        """The runs laid over the chosen one, in the order of ticking."""
        return [run for run in self.model.ticked if run != self._session.run]

    def show_runs(self) -> None:
        """Take over the session's runs."""
        self.model.set_summaries(self._session.summaries)
        self._header.note.setText(str(len(self._session.summaries)) if self._session.summaries else "")
        self._show_hint()
        self._show_chosen(self._session.run)
        self._show_verdict()
        self._pair()  # one of both may have learned on, or been judged anew

    def set_running(self, run: RunFolder | None, words: str, scores: Scores | None = None) -> None:
        """Say in its row what a run is doing, and how good it is so far."""
        self.model.set_running(run, words, scores)

    def ask_to_delete(self, run: RunFolder) -> None:
        """Ask in place whether a run shall go to the bin."""
        self._asked = run
        self._question_row.show()
        self._question.ask(f"Move “{self._title_of(run)}” with its curves and weights to the bin?", "Move to the bin")

    def _title_of(self, run: RunFolder) -> str:
        summary = self._session.summary(run)
        return summary.title if summary is not None else run.path.name

    def _connect(self) -> None:
        self.view.clicked.connect(self._choose)
        self.view.activated.connect(self._choose)
        self.view.delete_asked.connect(self._ask_unless_running)
        self.view.customContextMenuRequested.connect(self._open_context_menu)
        self.model.renamed.connect(self._rename)
        self.model.dataChanged.connect(self._note_ticks)
        self._question.accepted.connect(self._delete_asked)
        self._question.declined.connect(self._question_row.hide)
        self._session.runs_changed.connect(self.show_runs)
        self._session.run_changed.connect(self._show_chosen)
        self._known_ticks: tuple[RunFolder | None, Sequence[RunFolder]] = (None, [])

    def _choose(self, index: QModelIndex) -> None:
        summary = self.model.summary(index)
        if summary is not None:
            self._session.set_run(summary.run)

    def _show_chosen(self, run: RunFolder | None) -> None:
        self.delegate.chosen = run
        at = self.model.row_of(run)
        if at >= 0:
            self.view.setCurrentIndex(self.model.index(at))
        self.view.viewport().update()
        self._note_ticks()

    def _note_ticks(self, *_: object) -> None:
        ticked, chosen = self.ticked, self._session.run
        known = self._known_ticks
        if (chosen, ticked) == known:
            return
        self._known_ticks = chosen, ticked
        self._show_hint()
        self._show_verdict()
        self._table_row.setVisible(bool(ticked))
        if ticked != known[1]:
            self.ticks_changed.emit()
        self._table_scroll.setFixedHeight(0)  # until it is known in what they differ
        if ticked and chosen is not None:
            self._session.in_background(_difference, chosen, ticked[-1], done=self._show_differences)
            self._pair()

    def _pair(self) -> None:
        ticked, chosen = self.ticked, self._session.run
        if ticked and chosen is not None:
            self._session.in_background(_paired, chosen, ticked[-1], done=self._take_pair)

    def _show_hint(self) -> None:
        number = len(self._session.summaries)
        self._hint.setText(_HINT if number else _NO_RUNS)
        self._hint_row.setVisible(number != 1 and not self.ticked)

    def _show_verdict(self) -> None:
        ticked, chosen = self.ticked, self._session.summary(self._session.run)
        other = self._session.summary(ticked[-1]) if ticked else None
        found = None
        if chosen is not None and other is not None:
            found = compare(chosen, other, self._pairs.get((chosen.run, other.run)))
        self._verdict.setVisible(found is not None)
        if found is not None:
            self._verdict.setText(found.sentence)
            self._verdict.setToolTip(plain(found.details))
            self._verdict.setAccessibleDescription(found.details)

    def _take_pair(self, found: tuple[RunFolder, RunFolder, Pair | None]) -> None:
        chosen, other, pair = found
        if chosen == self._session.run and self.ticked[-1:] == [other]:
            self._pairs = {(chosen, other): pair}
            self._show_verdict()

    def _show_differences(self, found: tuple[RunFolder, RunFolder, list[Difference]]) -> None:
        chosen, other, rows = found
        if chosen != self._session.run or self.ticked[-1:] != [other]:
            return  # others were chosen since
        color = self.delegate.color_of(other)
        own = self.delegate.color_of(chosen)
        if color is None or own is None:
            return
        self._table.show_differences([("this", own), (other.title, color)], rows)
        self._table_scroll.setFixedHeight(min(_TABLE_MOST_PX, self._table.sizeHint().height()))

    def _made_table(self) -> QWidget:
        theme, edge = self._theme, self._theme.space(2)
        self._table_scroll = ScrollPanel()
        self._table_scroll.content.setLayout(column(self._table, None))
        self._verdict = Label("", "small", wrap=True)
        inside = column(
            self._verdict,
            Label("Differs in", "small", "text_2", weight=600),
            self._table_scroll,
            gap=6,
            margins=(edge, 12, edge, 12),
        )
        outer = column(Hairline(theme), gap=0)
        outer.addLayout(inside)
        return holder(outer)

    def _show_search(self, is_shown: bool) -> None:
        self._search_row.setVisible(is_shown)
        if is_shown:
            self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._search.clear()

    def _open_menu(self) -> None:
        summary = self._session.summary(self._session.run)
        if summary is None:
            self._session.say("info", "There is no run yet.")
            return
        self._menu(summary).popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    def _open_context_menu(self, place: QPoint) -> None:
        summary = self.model.summary(self.view.indexAt(place))
        if summary is not None:
            self._menu(summary).popup(self.view.viewport().mapToGlobal(place))

    def _menu(self, summary: RunSummary) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        is_running = self.model.running == summary.run
        self._meant = summary.run
        menu.addAction("Rename", self._edit_meant).setShortcut("F2")
        menu.addAction("Save model as…", self._save_meant).setEnabled(summary.has_model)
        self.exports.offer(menu, summary.run, summary.title, has_model=summary.has_model, is_running=is_running)
        menu.addAction("Classify photos with it", self._classify_with_meant).setEnabled(summary.has_model)
        menu.addAction("Use its settings", self._use_settings)
        menu.addAction("Open its folder", self._open_folder)
        menu.addSeparator()
        self.reports.offer(menu, summary.run, is_running=is_running)
        menu.addAction("All runs in TensorBoard", self.curves.open)
        menu.addSeparator()
        move = menu.addAction("Move to the bin…", self._ask_meant)
        move.setShortcut("Del")
        move.setEnabled(not is_running)
        return menu

    def _edit_meant(self) -> None:
        at = self.model.row_of(self._meant)
        if at >= 0:
            self.view.edit(self.model.index(at))

    def _save_meant(self) -> None:
        name, kinds = f"{self._title_of(self._meant)}{MODEL_SUFFIX}", f"Model (*{MODEL_SUFFIX})"
        ask_where_to_save(self, "Save the model", name, kinds, MODEL_SUFFIX, partial(self._save_as, self._meant))

    def _save_as(self, run: RunFolder, file: str) -> None:
        self._session.in_background(save_model, run, Path(file), done=self._tell_saved)

    def _tell_saved(self, file: Path) -> None:
        self._session.say("success", f"Saved the model as {file.name} in {file.parent}.")

    def _classify_with_meant(self) -> None:
        self._session.set_run(self._meant)
        self._session.tab_requested.emit("classify")

    def _use_settings(self) -> None:
        self._session.in_background(self._meant.load_config, done=self._take_config)

    def _take_config(self, config: object) -> None:
        self._session.set_config(config)  # type: ignore[arg-type]
        self._session.tab_requested.emit("configure")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._meant.path)))

    def _ask_meant(self) -> None:
        self.ask_to_delete(self._meant)

    def _ask_unless_running(self, run: RunFolder) -> None:
        if self.model.running == run:
            self._session.say("info", "This run is being trained; finish or discard it first.")
        else:
            self.ask_to_delete(run)

    def _delete_asked(self) -> None:
        self._question_row.hide()
        if self._asked is not None:
            self._session.in_background(to_bin, self._asked, done=self._forget)

    def _forget(self, run: RunFolder) -> None:
        if self._session.run == run:
            others = [summary.run for summary in self._session.summaries if summary.run != run]
            self._session.set_run(others[0] if others else None)
        self._session.refresh_runs()

    def _rename(self, run: RunFolder, title: str) -> None:
        self._session.in_background(rename, run, title, done=self._refresh)

    def _refresh(self, _: object) -> None:
        self._session.refresh_runs()


def _difference(chosen: RunFolder, other: RunFolder) -> tuple[RunFolder, RunFolder, list[Difference]]:
    return chosen, other, differences((chosen, other))


def _paired(chosen: RunFolder, other: RunFolder) -> tuple[RunFolder, RunFolder, Pair | None]:
    return chosen, other, pair_runs(chosen, other)
