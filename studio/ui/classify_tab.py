"""The Classify tab: photos in, answers out, and what is decided with them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from typing_extensions import override

from studio.core.events import JobEnded
from studio.core.held_out import HeldOut, read_held_out
from studio.core.requests import Classified, ModelFacts, ThresholdRequest
from studio.core.runs import RunFolder
from studio.core.words import count, plural, time_left
from studio.ui.classify_feed import ClassifyFeed
from studio.ui.classify_files import ClassifyFiles, is_model, write_answers
from studio.ui.classify_models import ClassifyModels
from studio.ui.classify_start import ClassifyStart, StartZone
from studio.ui.classify_tools import ClassifyTools
from studio.ui.continuing import Continuing
from studio.ui.correction_footer import CorrectionFooter
from studio.ui.correction_history import CorrectionHistory
from studio.ui.correction_intake import CorrectionIntake
from studio.ui.correction_tray import CorrectionTray
from studio.ui.dataset_intake import Found
from studio.ui.decision import Decision, Kept
from studio.ui.drop_target import DropTarget
from studio.ui.evidence import Evidence, read_evidence
from studio.ui.heat_maps import HeatMaps
from studio.ui.job_runner import JobInfo
from studio.ui.operating_panel import OperatingPanel
from studio.ui.photo_intake_cell import PhotoIntakeCell
from studio.ui.photo_reading import read_cover
from studio.ui.place_adaptation import PlaceAdaptation
from studio.ui.result_cards import ResultCards
from studio.ui.result_menu import ResultMenu
from studio.ui.result_model import ResultModel
from studio.ui.result_table import ResultTable
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.thumbnails import Thumbnails
from studio.ui.widgets.flow import column
from studio.ui.widgets.panels import HairSplitter, Panel, ScrollPanel

_COMPACT_PANEL_PX = 344
_LEAST_PX = (480, 320)
THRESHOLD_TARGET = "studio.learn.threshold_job:set_threshold"
_THRESHOLD = "threshold"
_GROUP = "classify/"
_Judged = tuple[str, HeldOut | None, Evidence | None]


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
        self._awaited, self._is_addition = "", False
        self._is_asked_for = False
        self._evidence: Evidence | None = None
        self.results = ResultModel(self)
        self.history = CorrectionHistory(self.results, self)
        self.files = ClassifyFiles(session, self)
        self.models = ClassifyModels(session, self)
        self.feed = ClassifyFeed(session, self)
        self.heat_maps = HeatMaps(session.torch_host, self)
        self.intake = CorrectionIntake(session, self.results, self)
        self.continuing = Continuing(session, self)
        self._photos = Thumbnails(self, read=read_cover)
        self._small_photos = Thumbnails(self, read=read_cover)
        self.tools = ClassifyTools(theme, self.results)
        self.cell = PhotoIntakeCell(theme)
        self.start = ClassifyStart(theme)
        self.place = PlaceAdaptation(session, theme, self.tools.adapt, self.results, self.feed)
        self.adapt_bar, self.adapting = self.place.bar, self.place.adapting
        self.cards = ResultCards(theme, self.results, self._photos, self.heat_maps, self.cell)
        self.table = ResultTable(theme, self.results, self._small_photos)
        self.point = OperatingPanel(theme, self.results)
        self.tray = CorrectionTray(theme, self.results, self._small_photos)
        self.footer = CorrectionFooter(session, theme, self.results, self.intake, self.continuing)
        self.primary_action = self.footer.action
        self.menu = ResultMenu(theme, self.results, self)
        self._pages = QStackedWidget()
        self._splitter = HairSplitter(theme, "classify")
        self._lay_out()
        self._connect()
        self.drops = DropTarget(session, self, zone=self._zone_in_sight, words=_drop_words, take=self.take_paths)
        self._restore()
        self._show_models()
        self._show_page()
        self._show_target()

    @property
    def zone(self) -> PhotoIntakeCell | StartZone:
        """The drop zone in sight."""
        return self._zone_in_sight()

    def _zone_in_sight(self) -> PhotoIntakeCell | StartZone:
        return self.start.zone if self._pages.currentWidget() is self.start else self.cell

    def set_compact(self, is_compact: bool) -> None:
        """Use the layout for a small window, or the other one."""
        for part in (self.tools, self.adapt_bar, self.start, self.cards, self.table, self.point, self.tray):
            part.set_compact(is_compact)  # type: ignore[attr-defined]
        self._place_panel(is_compact)

    def take_paths(self, paths: Sequence[Path]) -> None:
        """Answer for files and folders; a model file among them is opened instead."""
        models = [path for path in paths if is_model(path)]
        if models:
            self.models.open_file(str(models[0]))
        photos = [path for path in paths if path not in models]
        if photos:
            self.feed.take(photos)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_asked_for:
            self._is_asked_for = True
            self.models.choose_first()

    # Building

    def _lay_out(self) -> None:
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
        panel.add(self.footer)
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
        session, feed, files, models, history = self._session, self.feed, self.files, self.models, self.history
        session.runs_changed.connect(self._show_models)
        session.run_changed.connect(self._follow_run)
        session.dataset_changed.connect(self._show_target)
        session.job_started.connect(self._show_progress)
        session.job_ended.connect(self._end_job)
        models.chosen.connect(self._use_model)
        files.photos_given.connect(self.take_paths)
        files.model_given.connect(models.open_file)
        files.export_given.connect(self.export_to)
        feed.taken.connect(self._await)
        feed.facts_known.connect(self._take_facts)
        feed.answered.connect(self._take_answers)
        feed.refused.connect(self._refuse)
        feed.found_nothing.connect(self._say_nothing_found)
        feed.changed.connect(self._show_progress)
        self._connect_tools()
        for wish in (self.cell.choose_wanted, self.start.photos_wanted):
            wish.connect(files.ask_photos)
        self.cell.stop_wanted.connect(feed.stop)
        self.start.folder_wanted.connect(files.ask_folder)
        self.start.paste_wanted.connect(files.paste)
        self.start.training_wanted.connect(self._go_to_configure)
        self.start.file_wanted.connect(self._ask_for_model)
        for view in (self.cards, self.table):
            view.corrected.connect(history.correct)
            view.menu_wanted.connect(self.menu.offer)
            view.opened.connect(self.menu.show_photo)
        self.menu.corrected.connect(history.correct)
        self.point.changed.connect(self._use_point)
        self.point.keep_wanted.connect(self._keep_point)
        self.tray.picture_wanted.connect(self._show_photo)
        self.tray.removed.connect(self._take_back)
        self.intake.changed.connect(history.forget)
        self.continuing.improved.connect(models.use)
        self.footer.clear_wanted.connect(self._clear_corrections)

    def _connect_tools(self) -> None:
        tools = self.tools
        tools.model_picked.connect(self.models.use)
        tools.file_wanted.connect(self._ask_for_model)
        tools.filter_chosen.connect(self.results.set_filter)
        tools.heat_switched.connect(self._show_heat)
        tools.view_chosen.connect(self._show_view)
        tools.export_wanted.connect(self.files.ask_export)
        tools.clear_wanted.connect(self._clear_answers)
        tools.adapt_wanted.connect(self.place.start)
        self.place.model_wanted.connect(self.models.use)
        standard = QKeySequence.StandardKey
        for keys, owner, slot in (
            (standard.Paste, self, self.files.paste),
            (standard.Undo, self, self.history.undo),
            (standard.Redo, self, self.history.redo),
            (QKeySequence("Ctrl+E"), self, self._export_table),
            (QKeySequence("H"), self, tools.heat.toggle),
            (QKeySequence("Ctrl+Shift+O"), self.cards, self.files.ask_folder),
        ):
            shortcut = QShortcut(keys, owner)
            shortcut.activated.connect(slot)

    def _restore(self) -> None:
        settings = self._session.settings
        try:
            threshold, *rest = json.loads(str(settings.value(_GROUP + "point", "")))
            miss, needless, low, high, dirty = (float(value) for value in (*rest, 0.0)[:5])
            self.point.restore((None if threshold is None else float(threshold), miss, needless, low, high, dirty))
        except (ValueError, TypeError, OverflowError, RecursionError):
            pass  # nothing was stored yet, or by another version
        self.tools.heat.setChecked(str(settings.value(_GROUP + "heat", "false")) == "true")
        self.results.set_decision(self.point.decision)

    # Models

    def _show_models(self) -> None:
        choices = self.models.choices()
        self.tools.show_models(choices, self.models.current)
        if self._is_asked_for:
            self.models.choose_first()
        self.start.zone.show_model(bool(choices) or bool(self.models.current))
        self.place.allow()

    def _follow_run(self, run: RunFolder | None) -> None:
        """A run chosen elsewhere answers here too, as long as nothing would have to be answered anew for it."""
        if run is not None and not self.results.results and not self.feed.is_running and self._is_asked_for:
            self.models.follow(run)

    def _use_model(self, path: str) -> None:
        self.heat_maps.set_model(path)
        self.place.follow_model(path)
        self.continuing.follow_model(path)
        self.point.await_model(bool(path))
        self.point.show_held_out(None, has_looked=False)
        self._evidence = None
        self.point.show_evidence(None)
        self.feed.use_model(path)
        if path:
            self._session.in_background(_judged, path, done=self._take_held_out)
        self._show_models()

    def _ask_for_model(self) -> None:
        self._show_models()  # the picker showed the entry that was pressed
        self.files.ask_model()

    def _take_facts(self, facts: ModelFacts) -> None:
        self.models.keep()
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
        before = self.models.go_back()
        if before:
            self._session.say("danger", f"{sentence.rstrip('.')}. “{before}” answers as before.", details)
            return
        self.point.await_model(False)
        self._session.say("danger", f"The photos cannot be answered for: {sentence}", details)

    # Photos

    def _take_answers(self, answers: Classified) -> None:
        if answers.predictions or answers.rejected:
            self.results.add(answers.predictions, answers.rejected)
            self._show_page()
            self._reveal_awaited()

    def _await(self, photos: Sequence[str]) -> None:
        """The first of what was dropped is brought into sight when it is answered, or nobody would see it arrive."""
        self._awaited, self._is_addition = photos[0], bool(self.results.results)
        known = [path for path in photos if self.results.knows(path)]
        if known:  # their files may have changed since
            self.heat_maps.forget(known)
            self._photos.forget()
            self._small_photos.forget()

    def _reveal_awaited(self) -> None:
        path = self._awaited
        if not self.results.knows(path):
            return
        self._awaited = ""
        if self._is_addition:
            self._show_photo(path)

    def _say_nothing_found(self, paths: tuple[Path, ...]) -> None:
        names = ", ".join(path.name for path in paths[:3])
        self._session.say("warning", f"There are no photos in {names}. Drop photos, or a folder that holds some.")

    def _clear_answers(self) -> None:
        self.feed.forget()
        self.history.forget()
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

    def _show_progress(self, *_: object) -> None:
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
        self.place.allow()
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

    # The operating point

    def _use_point(self, decision: Decision) -> None:
        self._session.settings.setValue(_GROUP + "point", json.dumps(self.point.state()))
        self.results.set_decision(decision)

    def _keep_point(self, kept: Kept) -> None:
        """Have the model's file obey the point in force, wherever it answers."""
        run = RunFolder(Path(self.feed.model))
        if self._session.summary(run) is None:
            self._session.say("warning", "Only a run's model can be changed; this file stays as it was saved.")
            return
        request = ThresholdRequest(run=str(run.path), decision=kept.costs, threshold=kept.threshold, band=kept.band)
        self._session.start_job(THRESHOLD_TARGET, request, run.path, kind=_THRESHOLD, title="Keeping the threshold")

    # Corrections

    def _take_back(self, path: str) -> None:
        self.history.withdraw([path])

    def _clear_corrections(self) -> None:
        self.history.withdraw([result.path for result in self.results.corrections])

    def _show_target(self, *_: object) -> None:
        dataset = self._session.dataset
        self.tray.set_target(f"for {dataset.name}" if dataset is not None else "no dataset is open")

    def _go_to_configure(self) -> None:
        self._session.tab_requested.emit("configure")

    def _end_job(self, job: JobInfo, ending: JobEnded) -> None:
        self._show_progress()
        if job.kind in ("train", _THRESHOLD) and self.feed.model and job.folder == Path(self.feed.model):
            self.models.use(self.feed.model)  # its file is another one now, with a threshold of its own
            if job.kind == _THRESHOLD and ending.outcome == "done":
                self._session.say("success", "The model keeps this threshold, wherever it answers.")
                self._session.refresh_runs()

    # Export

    def _export_table(self) -> None:
        if self.results.results:
            self.files.ask_export("csv")

    def export_to(self, file: str) -> None:
        """Write the answers as they are shown: JSON by the file's ending, else a table."""
        if self.results.facts is not None:
            self._session.in_background(write_answers, Path(file), self.results.answers(), done=self._say_written)

    def _say_written(self, written: tuple[Path, int]) -> None:
        file, number = written
        self._session.say("success", f"{plural(number, 'answer')} written to {file}.")


def _judged(model: str) -> _Judged:
    run = RunFolder(Path(model))
    return model, read_held_out(run.evaluation), read_evidence(run)


def _drop_words(found: Found) -> str:
    """What dropping this would do; empty when it would do nothing."""
    if any(is_model(path) for path in found.paths):
        return "Open this model"
    if found.photos:
        return f"Drop {plural(found.photos, 'photo')}"
    return "Drop photos" if found.dataset is not None else ""
