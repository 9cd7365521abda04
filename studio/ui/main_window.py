"""The one window: top bar, the four tabs, status bar."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget
from typing_extensions import override

from studio.core.crash_notes import LeftNote
from studio.core.events import JobEnded
from studio.core.runs import MODEL_SUFFIX
from studio.ui.closing import Closing
from studio.ui.crash_notice import CrashNotice
from studio.ui.device import device_in_words
from studio.ui.icons import app_icon
from studio.ui.job_runner import JobInfo
from studio.ui.keep_awake import KeepAwake
from studio.ui.lazy_tabs import LazyTabs
from studio.ui.log_book import LogBook
from studio.ui.notifier import Notifier
from studio.ui.readiness import Readiness
from studio.ui.rehearsal import Rehearsal
from studio.ui.session import Session
from studio.ui.shortcut_sheet import ShortcutSheet
from studio.ui.status_bar import StatusBar
from studio.ui.theme import Mode, ThemeManager
from studio.ui.top_bar import TABS, TopBar
from studio.ui.turns import next_turn
from studio.ui.widgets.flow import column, holder
from studio.ui.widgets.focus_ring import FocusRing
from studio.ui.widgets.messages import MessageBar

if TYPE_CHECKING:
    from studio.ui.about_sheet import AboutSheet
    from studio.ui.lazy_tabs import Tab

_PRODUCT = "Spotless Studio"
_DEFAULT_PX = (1280, 800)
_LEAST_PX = (1024, 640)
_PASSING, _PASSING_MS = frozenset({"info", "success"}), 8000
"""Messages that ask for nothing go by themselves."""


class MainWindow(QMainWindow):
    """Holds the tabs, shows what the session says, remembers how it was left."""

    def __init__(self, workspace: Path, theme: ThemeManager) -> None:
        """Args:
        workspace: where datasets, runs and the window's memory are kept.
        theme: the look.
        """
        super().__init__()
        self.theme = theme
        self.session = Session(workspace, self)
        self.setWindowTitle(_PRODUCT)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(*_LEAST_PX)
        theme.set_mode(_mode(self.session.settings.value("window/theme")))
        self.top_bar = TopBar(theme)
        self.message_bar = MessageBar(theme)
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(_PASSING_MS)
        self._passing.timeout.connect(self.message_bar.hide)
        self.status_bar = StatusBar(self.session, theme)
        self._stack = QStackedWidget()
        self.tabs = LazyTabs(self.session, theme, self._take_tab)
        self._is_painted = self._is_closed = False
        self._readiness: Readiness | None = None
        body = holder(column(self.top_bar, self.message_bar, self._stack, self.status_bar, gap=0))
        body.setProperty("surface", "canvas")
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCentralWidget(body)
        self.sheet = ShortcutSheet(theme, self)
        self._about: AboutSheet | None = None
        self._device = ""
        self._log_book = LogBook(self.session, self)
        self._crashes = CrashNotice(self.message_bar, self)
        self._was_laid_out = False
        self._ring = FocusRing(theme, self)
        self._awake = KeepAwake()
        self.notifier = Notifier(self)
        self.closing = Closing(self.session, self.message_bar, self)
        self._connect()
        self._restore()

    @property
    def current_tab(self) -> str:
        """Key of the tab that is shown: dataset, configure, train or classify."""
        return self.top_bar.tabs.current

    @property
    def about(self) -> AboutSheet:
        """The sheet that says what this program is; made when it is first asked for."""
        if self._about is None:
            from studio.ui.about_sheet import AboutSheet  # the window opens without it

            self._about = AboutSheet(self.session, self.theme, self)
            self._about.set_device(self._device)
        return self._about

    def show_tab(self, key: str) -> None:
        """Show a tab."""
        self.top_bar.tabs.choose(key)
        self._show_chosen(key)

    def open_samples(self) -> None:
        """Open the sample dishes, drawing them first where they are missing."""
        self.session.open_samples()
        self.show_tab("dataset")

    def open_files(self, files: Sequence[Path]) -> None:
        """Come to the front and open what was double-clicked: a model to classify with, photos or a dataset.

        Args:
            files: perhaps none.
        """
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        models = [file for file in files if file.suffix.lower() == MODEL_SUFFIX]
        others = [file for file in files if file not in models]
        for key, paths in (("dataset", others), ("classify", models)):
            if paths:
                self.show_tab(key)
                self.tabs[key].take_paths(paths)  # type: ignore[union-attr]

    def tell_of_crashes(self, notes: Sequence[LeftNote]) -> None:
        """Say that windows before have crashed, where they did.

        Args:
            notes: what they have left.
        """
        self._crashes.tell(notes)

    def warm_up(self) -> None:
        """From now on have processes ready for the next training, and for the next photo."""
        if self._readiness is None:
            self._readiness = Readiness(self.session, self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_way()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            next_turn(self, self._load_next)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if event.spontaneous() and not self.closing.may_close():  # a person closes it, not the program
            event.ignore()
            return
        self._is_closed = True
        settings = self.session.settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/tab", self.current_tab)
        settings.setValue("window/theme", self.theme.mode)
        self.session.close()
        self._awake.stop()
        super().closeEvent(event)

    def _connect(self) -> None:
        self.top_bar.tab_chosen.connect(self._show_chosen)
        self.top_bar.sheet_asked.connect(self.sheet.toggle)
        self.top_bar.about_asked.connect(self._toggle_about)
        self.sheet.about_asked.connect(self._toggle_about)
        self.session.message.connect(self._show_message)
        self.session.tab_requested.connect(self.show_tab)
        self.session.job_started.connect(self._stay_awake)
        self.session.job_ended.connect(self._tell_of_end)
        self.session.dataset_changed.connect(self._name)
        self.session.progress_changed.connect(self._name)
        self.closing.agreed.connect(self.close)
        self.theme.changed.connect(self._restyle)
        for number, choice in enumerate(TABS, start=1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            shortcut.activated.connect(self.top_bar.tabs.part(choice.key).click)

    def _restore(self) -> None:
        settings = self.session.settings
        self.resize(*_DEFAULT_PX)
        geometry = settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        tab = str(settings.value("window/tab") or "dataset")
        self._give_way()
        self.show_tab(tab if tab in self.tabs else "dataset")
        self._restyle()
        self.session.restore()
        self.session.in_background(device_in_words, done=self._take_device)

    def _take_device(self, words: str) -> None:
        self.status_bar.set_device(words)
        self._device = words
        if self._about is not None:
            self._about.set_device(words)
        self._log_book.note_device(words)

    def _toggle_about(self) -> None:
        self.about.toggle()

    def _take_tab(self, key: str, tab: Tab) -> None:
        self._stack.addWidget(tab)
        tab.set_compact(self.session.is_compact)

    def _load_next(self) -> None:
        """Get one more tab while nobody waits for it."""
        if self.tabs.missing and not self._is_closed:
            self.session.in_background(self.tabs.load, self.tabs.missing[0], done=self._build)

    def _build(self, key: str) -> None:
        if not self._is_closed:
            Rehearsal(self.tabs[key], self._stack)
            next_turn(self, self._load_next)

    def _show_chosen(self, key: str) -> None:
        self._stack.setCurrentWidget(self.tabs[key])

    def _show_message(self, kind: str, text: str, details: str) -> None:
        self.message_bar.show_message(kind, text, details=details)
        if kind in _PASSING:
            self._passing.start()
        else:
            self._passing.stop()

    def _stay_awake(self, job: JobInfo) -> None:
        self._awake.start()

    def _tell_of_end(self, job: JobInfo, ending: JobEnded) -> None:
        self._awake.stop()
        if job.kind in ("train", "search") and ending.outcome != "killed":
            self.notifier.tell(f"{job.title} has ended", str(ending))

    def _give_way(self) -> None:
        is_compact = self.theme.is_compact(self.width(), self.height())
        if is_compact != self.session.is_compact or not self._was_laid_out:
            self._was_laid_out = True
            self.top_bar.set_compact(is_compact)
            self.status_bar.set_compact(is_compact)
            for tab in self.tabs.built:
                tab.set_compact(is_compact)
            self.session.set_compact(is_compact)

    def _name(self, _: object) -> None:
        """Have the title say what the task bar should tell: how far a job is, which dataset is open."""
        job, dataset, progress = self.session.job, self.session.dataset, self.session.progress
        share = "" if job is None or progress.share is None else f"{progress.share:.0%} "
        parts = (f"{share}{job.title}" if job is not None else "", dataset.name if dataset is not None else "")
        title = " – ".join((*(part for part in parts if part), _PRODUCT))
        if title != self.windowTitle():
            self.setWindowTitle(title)

    def _restyle(self) -> None:
        self.setWindowIcon(app_icon(self.theme))


def _mode(stored: object) -> Mode:
    return "light" if stored == "light" else "dark" if stored == "dark" else "system"
