"""The Classify tab: photos in, answers out, and what is decided with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QWidget
from typing_extensions import override

from studio.core.answer_files import answers_csv, answers_json
from studio.core.events import AdaptationFinished, JobEnded
from studio.core.files import write_text
from studio.core.held_out import HeldOut, read_held_out
from studio.core.requests import Classified, ModelFacts
from studio.core.runs import RunFolder
from studio.ui.adapt_bar import AdaptBar
from studio.ui.adapting import Adapting
from studio.ui.classify_feed import ClassifyFeed
from studio.ui.classify_start import ClassifyStart, StartZone
from studio.ui.classify_tools import ClassifyTools, ModelChoice
from studio.ui.correction_intake import CorrectionIntake
from studio.ui.correction_tray import CorrectionTray
from studio.ui.dataset_intake import Found, look_at
from studio.ui.decision import Decision
from studio.ui.drop_zone import dropped_paths
from studio.ui.evidence import Evidence, read_evidence
from studio.ui.heat_maps import HeatMaps
from studio.ui.icons import icon
from studio.ui.job_runner import JobInfo
from studio.ui.operating_panel import OperatingPanel
from studio.ui.photo_intake_cell import PhotoIntakeCell
from studio.ui.photo_reading import read_cover
from studio.ui.progress import JobProgress
from studio.ui.result_cards import ResultCards
from studio.ui.result_model import ResultModel
from studio.ui.result_table import ResultTable
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.buttons import Button, PrimaryAction
from studio.ui.widgets.flow import column
from studio.ui.widgets.panels import HairSplitter, Panel, PanelFooter, ScrollPanel
from studio.ui.widgets.question import Question
from studio.ui.words import ago, count, percent, plural, sentence_case, time_left

_COMPACT_PANEL_PX = 344
_LEAST_PX = (480, 320)
_MODEL_FILES = "Models (*.spotless *.pt)"
_GROUP = "classify/"
_Judged = tuple[str, HeldOut | None, Evidence | None]
_OPEN, _COPY = "/open", "/copy"  # no class is called so: a slash parts folders


class ClassifyTab(QWidget):
    """Any run's model, or one from a file, asked about photos."""

    def __init__(self, session: Session, theme: ThemeManager, parent: QWidget | None = None) -> None:
        """Args:
        session: where the tabs meet.
        theme: where colours and measures come from.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._dragged: tuple[Path, ...] = ()
        self._files: tuple[str, ...] = ()
        self._is_asked_for = False
        self._evidence: Evidence | None = None
        self.results = ResultModel(self)
        self.feed = ClassifyFeed(session, self)
        self.heat_maps = HeatMaps(session.torch_host, self)
        self.intake = CorrectionIntake(session, self.results, self)
        self.adapting = Adapting(session, self)
        self.adapt_bar = AdaptBar(theme)
        self._photos = Thumbnails(self, read=read_cover)
        self._small_photos = Thumbnails(self, read=read_cover)
        self.tools = ClassifyTools(theme, self.results)
        self.cell = PhotoIntakeCell(theme)
        self.start = ClassifyStart(theme)
        self.cards = ResultCards(theme, self.results, self._photos, self.heat_maps, self.cell)
        self.table = ResultTable(theme, self.results, self._small_photos)
        self.point = OperatingPanel(theme, self.results)
        self.tray = CorrectionTray(theme, self.results, self._small_photos)
        self.primary_action = PrimaryAction(theme, "Add to dataset", icon="image-plus", keys="Ctrl+D")
        self._clear = Button(theme, "Clear…", kind="dangerlink", tooltip="Take all corrections back")
        self._question = Question(theme, is_wide=True)
        self._pages = QStackedWidget()
        self._splitter = HairSplitter(theme, "classify")
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._restore()
        self._allow_adapting()
        self._show_models()
        self._show_page()
        self._show_footer()

    @property
    def zone(self) -> PhotoIntakeCell | StartZone:
        """The drop zone in sight."""
        return self.start.zone if self._pages.currentWidget() is self.start else self.cell

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        for part in (self.tools, self.adapt_bar, self.start, self.cards, self.table, self.point, self.tray):
            part.set_compact(is_compact)  # type: ignore[attr-defined]
        self._place_panel(is_compact)

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Answer for files and folders; a model file among them is opened instead."""
        models = [path for path in paths if path.suffix.lower() in (".spotless", ".pt")]
        if models:
            self._open_model(str(models[0]))
        photos = [path for path in paths if path not in models]
        if photos:
            self.feed.take(photos)

    # Drops: the whole tab is the target, the zone shows it.

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        paths = tuple(dropped_paths(event.mimeData()))
        if not paths:
            event.ignore()
            return
        self._dragged = paths
        self.zone.light_up("Drop photos")
        self._session.in_background(look_at, paths, done=self._show_dragged, failed=self._stay_quiet)
        event.acceptProposedAction()

    @override
    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._dragged:
            event.acceptProposedAction()
        else:
            event.ignore()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drag()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_paths(event.mimeData())
        self._end_drag()
        if paths:
            event.acceptProposedAction()
            self.take_paths(paths)
        else:
            event.ignore()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_asked_for:
            self._is_asked_for = True
            self._choose_first()

    def _end_drag(self) -> None:
        self._dragged = ()
        for zone in (self.start.zone, self.cell):
            zone.calm_down()

    def _show_dragged(self, found: Found) -> None:
        if found.paths != self._dragged:
            return
        zone = self.zone
        if any(path.suffix.lower() in (".spotless", ".pt") for path in found.paths):
            zone.light_up("Open this model")
        elif found.photos:
            zone.light_up(f"Drop {plural(found.photos, 'photo')}")
        elif found.dataset is None:
            zone.refuse("There are no photos in it")

    def _stay_quiet(self, sentence: str, details: str) -> None:
        """What is only dragged is no reason for a message; dropped, it gives one."""

    # Building

    def _lay_out(self) -> None:
        theme = self._theme
        for page in (self.start, self.cards, self.table):
            self._pages.addWidget(page)
        main = Panel("canvas")
        main.add(self.tools)
        main.add(self.adapt_bar)
        main.add(self._pages, 1)
        main.setMinimumWidth(_LEAST_PX[0])
        panel = Panel()
        panel.setMinimumWidth(_LEAST_PX[1])
        scroll = ScrollPanel()
        scroll.content.setLayout(column(self.point, gap=0))
        panel.add(scroll, 1)
        panel.add(self.tray)
        footer = PanelFooter(theme)
        footer.row.addWidget(self._clear)
        footer.row.addStretch(1)
        footer.row.addWidget(self.primary_action)
        footer.row.addWidget(self._question, 100)  # beside it the stretch is nothing
        panel.add(footer)
        self._splitter.addWidget(main)
        self._splitter.addWidget(panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._place_panel(False)
        self._splitter.restore(self._session.settings)
        self.setLayout(column(self._splitter, gap=0))

    def _place_panel(self, is_compact: bool) -> None:
        width = _COMPACT_PANEL_PX if is_compact else self._theme.width("operating_point")
        self._splitter.setSizes([10_000, width - self._theme.width("splitter")])

    def _connect(self) -> None:
        session, feed, tools = self._session, self.feed, self.tools
        session.runs_changed.connect(self._show_models)
        session.run_changed.connect(self._follow_run)
        session.dataset_changed.connect(self._show_footer)
        session.job_started.connect(self._follow_job)
        session.job_ended.connect(self._end_job)
        session.progress_changed.connect(self._show_adding)
        feed.facts_known.connect(self._take_facts)
        feed.answered.connect(self._take_answers)
        feed.refused.connect(self._refuse)
        feed.found_nothing.connect(self._say_nothing_found)
        feed.changed.connect(self._show_progress)
        tools.model_picked.connect(self._use_model)
        tools.file_wanted.connect(self._ask_for_model)
        tools.filter_chosen.connect(self.results.set_filter)
        tools.heat_switched.connect(self._show_heat)
        tools.view_chosen.connect(self._show_view)
        tools.export_wanted.connect(self._export)
        tools.clear_wanted.connect(self._clear_answers)
        tools.adapt_wanted.connect(self._adapt)
        self.adapting.changed.connect(self._show_adapting)
        self.adapting.kept.connect(self._take_adapted)
        self.adapting.refused.connect(self.adapt_bar.show_end)
        self.adapting.undone.connect(self._use_model)
        self.adapt_bar.cancelled.connect(session.stop_job)
        self.adapt_bar.undo_wanted.connect(self.adapting.undo)
        session.progress_changed.connect(self._show_adapting)
        self.results.counts_changed.connect(self._allow_adapting)
        self.cell.choose_wanted.connect(self._choose_photos)
        self.cell.stop_wanted.connect(feed.stop)
        self.start.photos_wanted.connect(self._choose_photos)
        self.start.folder_wanted.connect(self._choose_folder)
        self.start.paste_wanted.connect(self._paste)
        self.start.training_wanted.connect(self._go_to_configure)
        self.start.file_wanted.connect(self._ask_for_model)
        for view in (self.cards, self.table):
            view.corrected.connect(self.results.correct)
            view.menu_wanted.connect(self._offer_menu)
            view.opened.connect(self._open_photo)
        self.point.changed.connect(self._use_point)
        self.results.corrections_changed.connect(self._show_footer)
        self.tray.picture_wanted.connect(self._show_photo)
        self.tray.removed.connect(self._take_back)
        self.intake.changed.connect(self._show_footer)
        self.primary_action.triggered.connect(self.intake.start)
        self.primary_action.cancelled.connect(session.stop_job)
        self._clear.clicked.connect(self._ask_to_clear)
        self._question.accepted.connect(self._clear_corrections)
        self._question.declined.connect(self._show_footer)
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Paste), self._paste),
            (QKeySequence("Ctrl+E"), self._export_table),
            (QKeySequence("H"), self.tools.heat.toggle),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        choose_folder = QShortcut(QKeySequence("Ctrl+Shift+O"), self.cards)
        choose_folder.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        choose_folder.activated.connect(self._choose_folder)

    def _restore(self) -> None:
        settings = self._session.settings
        try:
            threshold, *rest = json.loads(str(settings.value(_GROUP + "point", "")))
            miss, needless, low, high = (float(value) for value in rest)
            self.point.restore((None if threshold is None else float(threshold), miss, needless, low, high))
        except (ValueError, TypeError):
            pass  # nothing was stored yet, or by another version
        self.tools.heat.setChecked(str(settings.value(_GROUP + "heat", "false")) == "true")
        self.results.set_decision(self.point.decision)

    # Models

    def _show_models(self) -> None:
        choices = [
            ModelChoice(
                path=str(summary.run.path),
                title=summary.title,
                note=f"{summary.architecture}, "
                + (f"{percent(summary.best.accuracy)} in validation, " if summary.best is not None else "")
                + ago(summary.at_s),
            )
            for summary in self._session.summaries
            if summary.has_model
        ]
        known = {choice.path for choice in choices}
        files = [file for file in self._files if file not in known]
        choices += [ModelChoice(path=file, title=Path(file).stem, note=file) for file in files]
        self.tools.show_models(choices, self.feed.model)
        if self._is_asked_for:
            self._choose_first()
        self.start.zone.show_model(bool(choices) or bool(self.feed.model))
        self._allow_adapting()

    def _choose_first(self) -> None:
        """Without a model, take the last one used, the chosen run's, or the newest run's."""
        if self.feed.model:
            return
        runs = [str(summary.run.path) for summary in self._session.summaries if summary.has_model]
        last = str(self._session.settings.value(_GROUP + "model", "") or "")
        chosen = str(self._session.run.path) if self._session.run is not None else ""
        for path in (last, chosen, *runs):
            if path in runs:
                self._use_model(path)
                return

    def _follow_run(self, run: RunFolder | None) -> None:
        """A run chosen elsewhere answers here too, as long as nothing would have to be answered anew for it."""
        if run is not None and not self.results.results and not self.feed.is_running and self._is_asked_for:
            summary = self._session.summary(run)
            if summary is not None and summary.has_model:
                self._use_model(str(run.path))

    def _use_model(self, path: str) -> None:
        self._session.settings.setValue(_GROUP + "model", path)
        self.heat_maps.set_model(path)
        told = self.adapt_bar.outcome
        if told is not None and path != told.run:
            self.adapt_bar.hide()  # it speaks of another model
        self.point.show_held_out(None, has_looked=False)
        self._evidence = None
        self.point.show_evidence(None)
        self.feed.use_model(path)
        self._session.in_background(_judged, path, done=self._take_held_out)
        self._show_models()

    # Adapting

    def _adapt(self) -> None:
        answered = [result.path for result in self.results.results if result.prediction is not None]
        self.adapting.start(self.feed.model, answered)

    def _allow_adapting(self, *_: object) -> None:
        answered = sum(result.prediction is not None for result in self.results.results)
        obstacle = self.adapting.obstacle(self.feed.model, answered, is_answering=self.feed.is_running)
        self.tools.adapt.set_blocked(obstacle)

    def _show_adapting(self, *_: object) -> None:
        if self.adapting.is_running:
            progress = self._session.progress
            self.adapt_bar.show_running(self.adapting.photos, progress, is_stopping=self._session.is_stopping)
        elif self.adapt_bar.outcome is None:
            self.adapt_bar.hide()  # it was stopped, or failed; the session says so
        self._allow_adapting()

    def _take_adapted(self, event: AdaptationFinished) -> None:
        self._use_model(event.run)
        self.adapt_bar.show_end(event)

    def _open_model(self, file: str) -> None:
        self._files = (*(other for other in self._files if other != file), file)
        self._use_model(file)

    def _ask_for_model(self) -> None:
        self._show_models()  # the picker showed the entry that was pressed
        dialog = self._dialog("Open a model file", QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_MODEL_FILES)
        dialog.fileSelected.connect(self._open_model)
        dialog.open()

    def _take_facts(self, facts: ModelFacts) -> None:
        self.results.set_facts(facts)
        self.point.show_facts(facts)
        self.point.show_evidence(self._evidence)
        self.results.set_decision(self.point.decision)

    def _take_held_out(self, found: _Judged) -> None:
        path, held_out, evidence = found
        if path == self.feed.model:
            self.point.show_held_out(held_out)
            self._evidence = evidence
            self.point.show_evidence(evidence)

    def _refuse(self, sentence: str, details: str) -> None:
        self._session.say("danger", f"The photos cannot be answered for: {sentence}", details)

    # Photos

    def _take_answers(self, answers: Classified) -> None:
        if answers.predictions or answers.rejected:
            self.results.add(answers.predictions, answers.rejected)
            self._show_page()

    def _choose_photos(self) -> None:
        from studio.data.photos import PHOTO_EXTENSIONS

        dialog = self._dialog("Choose photos to classify", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"Photos ({' '.join(f'*{suffix}' for suffix in sorted(PHOTO_EXTENSIONS))})")
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = self._dialog("Choose a folder of photos to classify", QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self, title, str(self._session.settings.value(_GROUP + "place", "") or ""))
        dialog.setFileMode(mode)
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _take_chosen(self, files: Sequence[str]) -> None:
        if files:
            self._session.settings.setValue(_GROUP + "place", str(Path(files[0]).parent))
            self.take_paths([Path(file) for file in files])

    def _paste(self) -> None:
        mime = QGuiApplication.clipboard().mimeData()
        paths = dropped_paths(mime) if mime is not None else []
        if paths:
            self.take_paths(paths)
        else:
            self._session.say("warning", "There are no files to paste. Copy photos in the file manager first.")

    def _say_nothing_found(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths[:3])
        self._session.say("warning", f"There are no photos in {names}. Drop photos, or a folder that holds some.")

    def _clear_answers(self) -> None:
        self.feed.forget()
        self.results.clear()
        self._photos.forget()
        self._small_photos.forget()
        self._show_page()

    # What is shown

    def _show_page(self) -> None:
        if not self.results.results:
            self._pages.setCurrentWidget(self.start)
        else:
            self._pages.setCurrentWidget(self.table if self.tools.view.current == "table" else self.cards)

    def _show_view(self, key: str) -> None:
        self._show_page()

    def _show_heat(self, is_shown: bool) -> None:
        self._session.settings.setValue(_GROUP + "heat", "true" if is_shown else "false")
        self.cards.show_heat(is_shown)

    def _show_progress(self) -> None:
        feed = self.feed
        words, share, note = "", None, ""
        if feed.is_running and feed.total:
            words, share = f"{count(feed.done)} of {count(feed.total)} answered", feed.done / feed.total
            note = time_left(feed.remaining_s)
        elif feed.is_running:
            words = "Looking for photos"
        if words and not feed.model:
            words, share, note = f"{plural(feed.total, 'photo')} waiting", 0.0, "Choose a model first"
        elif words and feed.is_loading:
            words, share, note = "Loading the model", None, ""
        if words and self._is_training():
            note = "A training is running, so answers take longer"
        self.cell.show_progress(words, share, note)
        self._allow_adapting()
        self.start.zone.show_busy(words if feed.is_running else "")

    def _is_training(self) -> bool:
        return self._session.job is not None and self._session.job.kind == "train"

    def _show_photo(self, path: str) -> None:
        self.tools.choose_filter("all")
        row = self.results.row_of(path)
        if row is None:
            return
        view = self.table if self._pages.currentWidget() is self.table else self.cards
        view.setCurrentIndex(self.results.index(row, 0))
        view.scrollTo(self.results.index(row, 0))

    def _offer_menu(self, path: str, place: QPoint) -> None:
        row = self.results.row_of(path)
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        result = self.results.result(row)
        if result.prediction is not None:
            for number, name in enumerate(self.results.classes, start=1):
                look = self.results.class_look(name)
                keys = f"\t{number}" if number < 10 else ""
                action = menu.addAction(icon(self._theme, look.glyph, look.token), f"It is {look.title.lower()}{keys}")
                action.setData((path, name))
            menu.addSeparator()
        menu.addAction(icon(self._theme, "image"), "Open the photo\tReturn").setData((path, _OPEN))
        menu.addAction(icon(self._theme, "copy"), "Copy the path").setData((path, _COPY))
        menu.triggered.connect(self._do_chosen)
        menu.popup(place)

    def _do_chosen(self, action: QAction) -> None:
        path, wish = action.data()
        if wish == _OPEN:
            self._open_photo(path)
        elif wish == _COPY:
            QGuiApplication.clipboard().setText(path)
        else:
            self.results.correct(path, wish)

    def _open_photo(self, path: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))

    # The operating point

    def _use_point(self, decision: Decision) -> None:
        self._session.settings.setValue(_GROUP + "point", json.dumps(self.point.state()))
        self.results.set_decision(decision)

    # Corrections

    def _take_back(self, path: str) -> None:
        self.results.withdraw([path])

    def _ask_to_clear(self) -> None:
        number = plural(len(self.results.corrections), "correction")
        self._clear.hide()
        self.primary_action.hide()
        self._question.ask(f"Take {number} back?", "Clear")

    def _clear_corrections(self) -> None:
        self.results.withdraw([result.path for result in self.results.corrections])
        self._show_footer()

    def _go_to_configure(self) -> None:
        self._session.tab_requested.emit("configure")

    def _follow_job(self, *_: object) -> None:
        self._show_footer()
        self._allow_adapting()
        self._show_progress()

    def _end_job(self, job: JobInfo, ending: JobEnded) -> None:
        self._follow_job()
        if job.kind == "train" and self.feed.model and job.folder == Path(self.feed.model):
            self._use_model(self.feed.model)  # its file is another one now, with a threshold of its own

    def _show_adding(self, progress: JobProgress | None) -> None:
        if self.intake.is_running and progress is not None:
            words = sentence_case(progress.words)
            self.primary_action.show_progress(words, progress.share, time_left(progress.remaining_s))

    def _show_footer(self, *_: object) -> None:
        dataset = self._session.dataset
        number = len(self.results.corrections)
        self.tray.set_target(dataset.name if dataset is not None else "")
        self.primary_action.button.set_text(f"Add {count(number)} to dataset" if number else "Add to dataset")
        self.primary_action.button.set_blocked(self.intake.obstacle())
        if not self.intake.is_running:
            self.primary_action.show_button()
        self._question.hide()
        self.primary_action.show()
        self._clear.setVisible(number > 0 and not self.intake.is_running)

    # Export

    def _export_table(self) -> None:
        if self.results.results:
            self._export("csv")

    def _export(self, kind: str) -> None:
        dialog = self._dialog("Export the answers", QFileDialog.FileMode.AnyFile)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Table (*.csv)" if kind == "csv" else "JSON (*.json)")
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"answers.{kind}")
        dialog.fileSelected.connect(self.export_to)
        dialog.open()

    def export_to(self, file: str) -> None:
        """Write the answers as they are shown: JSON by the file's ending, else a table."""
        if self.results.facts is not None:
            self._session.in_background(_write_answers, Path(file), self.results.answers(), done=self._say_written)

    def _say_written(self, written: tuple[Path, int]) -> None:
        file, number = written
        self._session.say("success", f"{plural(number, 'answer')} written to {file}.")


def _judged(model: str) -> _Judged:
    run = RunFolder(Path(model))
    return model, read_held_out(run.evaluation), read_evidence(run)


def _write_answers(file: Path, answers: Classified) -> tuple[Path, int]:
    if file.suffix.lower() == ".json":
        text = json.dumps(answers_json(answers), indent=2, ensure_ascii=False) + "\n"
    else:
        text = answers_csv(answers)
    write_text(file, text)
    return file, len(answers.predictions)
