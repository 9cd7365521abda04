"""The Configure tab: strategies, the form, the JSON beside it, what it would cost."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from studio.core.config import StudioConfig
from studio.core.presets import PRESETS
from studio.core.words import duration, plural
from studio.data.manifest import Manifest
from studio.ui.config_draft import ConfigDraft
from studio.ui.config_form import ConfigForm
from studio.ui.config_inspector import ConfigInspector
from studio.ui.device import device_in_words, has_gpu
from studio.ui.estimator import Estimator
from studio.ui.session import Session
from studio.ui.strategy_cards import StrategyCards
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import HairSplitter
from studio.ui.widgets.primary_action import PrimaryAction

_FORM_MAX_PX, _INSPECTOR_COMPACT_PX = 960, 352
_CLEAN = "clean"
_LATER_MS = 100
"""What is in sight is shown first."""
_NOTE = "Sets what belongs together; the form changes the rest."
_TIMES_NOTE = "Times are measured on this machine with this dataset."


class ConfigTab(QWidget):
    """Shows and changes the session's config; what is typed wrong stays here until it is right."""

    def __init__(self, session: Session, theme: ThemeManager, parent: QWidget | None = None) -> None:
        """Args:
        session: holds the last valid config.
        theme: where colours and measures come from.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._has_gpu: bool | None = None
        self._device = ""
        self._is_json_behind = False
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self.draft = ConfigDraft(session, self)
        self.estimator = Estimator(session, self)
        self.cards = StrategyCards(theme, list(PRESETS.values()))
        self.form = ConfigForm(theme)
        self.inspector = ConfigInspector(session, theme)
        self.json, self.estimate = self.inspector.json, self.inspector.estimate
        self.reset = Button(
            theme, "", icon="git-compare", kind="tool", size="small", tooltip="Go back to the strategy as it is"
        )
        self._cards_note = ElidedLabel(_NOTE, "small", "text_2")
        self._splitter = HairSplitter(theme, "configure")
        self._lay_out()
        self._connect()
        self._show_all(with_json=True)
        self._show_notes()
        session.in_background(_look_at_machine, done=self._take_machine)

    @property
    def primary_action(self) -> PrimaryAction:
        """The tab's one primary button."""
        return self.inspector.primary_action

    def set_compact(self, is_compact: bool) -> None:
        """Give way: one row of cards, JSON and estimate behind a switch."""
        self.cards.set_compact(is_compact)
        self.form.set_compact(is_compact)
        self.inspector.set_compact(is_compact)
        self._splitter.setSizes([10_000, _INSPECTOR_COMPACT_PX if is_compact else self._theme.width("json")])
        if not is_compact:
            self._splitter.restore(self._session.settings)
        margin = self._theme.space(2 if is_compact else 3)
        self._main_layout.setContentsMargins(margin, 0, margin, margin)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        if self._later.isActive():
            self._catch_up()
        super().showEvent(event)
        self.estimator.set_watched(True)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.estimator.set_watched(False)

    def _lay_out(self) -> None:
        heading = holder(row(Label("Strategy", "heading"), self._cards_note, None, self.reset, gap=10))
        heading.setFixedHeight(56)
        self.form.setMaximumWidth(_FORM_MAX_PX)
        main = QWidget()
        main.setProperty("surface", "canvas")
        main.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._main_layout = QVBoxLayout(main)
        self._main_layout.setContentsMargins(24, 0, 24, 24)
        self._main_layout.setSpacing(0)
        self._main_layout.addWidget(heading)
        self._main_layout.addWidget(self.cards)
        self._main_layout.addSpacing(20)
        self._main_layout.addWidget(self.form, 1)
        self._splitter.addWidget(main)
        self._splitter.addWidget(self.inspector)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setSizes([10_000, self._theme.width("json")])
        self._splitter.restore(self._session.settings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    def _connect(self) -> None:
        session = self._session
        session.dataset_changed.connect(self._take_dataset)
        session.section_requested.connect(self.form.show_section)
        session.job_started.connect(self._take_job)
        session.job_ended.connect(self._take_job)
        self._later.timeout.connect(self._catch_up)
        self.draft.changed.connect(self._show_draft)
        self.estimator.changed.connect(self._take_estimate)
        self.cards.chosen.connect(self.draft.choose)
        self.form.edited.connect(self.draft.edit)
        self.form.hovered.connect(self.json.light_up)
        self.form.laboratory_wanted.connect(self._go_to_laboratory)
        self.json.edited.connect(self._read_json)
        self.json.hovered.connect(self.form.light_up)
        self.estimate.measure_wanted.connect(self._measure)
        self.primary_action.triggered.connect(self._start)
        self.reset.clicked.connect(self.draft.return_to_strategy)
        self.inspector.opened.connect(self._take_opened)

    def _show_draft(self, with_json: bool) -> None:
        if self._is_in_sight():
            self._show_all(with_json=with_json)
        else:
            self._is_json_behind |= with_json

    def _catch_up(self) -> None:
        self._later.stop()
        with_json, self._is_json_behind = self._is_json_behind, False
        self._show_all(with_json=with_json)

    def _show_all(self, *, with_json: bool) -> None:
        draft = self.draft
        self.cards.show_chosen(draft.preset)
        self.form.show_config(draft.values, draft.strategy)
        wrong = draft.faults
        self.form.show_faults(wrong)
        if with_json:
            self.json.show_text(draft.text)
        places = self.json.lines_of()
        self.json.show_faults({places[path]: sentence for path, sentence in wrong if path in places})
        changes = len(draft.changes)
        self.reset.setVisible(changes > 0 and draft.preset in PRESETS)
        self.reset.set_text(f"{plural(changes, 'change')} from the strategy")
        self._show_estimate()
        self._show_footer()

    def _read_json(self, text: str) -> None:
        fault = self.draft.read(text)
        if fault is None:
            return
        line, path, sentence = fault
        self.json.show_faults({line or self.json.lines_of().get(path, 1): sentence})
        self.form.show_faults([(path, sentence)] if path else [])
        self.inspector.show_obstacle(sentence)

    def _show_footer(self) -> None:
        wrong = self.draft.faults
        obstacle = wrong[0][1] if wrong else self._session.training_obstacle()
        if obstacle:
            self.inspector.show_obstacle(obstacle)
            return
        dataset, config = self._session.dataset, self._session.config
        assert dataset is not None
        where = f" on {self._device}" if self._device else ""
        samples = plural(len(dataset.samples), "sample")
        self.inspector.show_ready(samples, f"{plural(config.training.epochs, 'epoch')}{where}")

    def _show_estimate(self) -> None:
        self._show_notes()
        measured = self.estimator.find(self._session.config)
        is_measuring = self.estimator.is_measuring
        if measured is not None:
            self.estimate.show_estimate(measured)
        else:
            self.estimate.forget(self.estimator.obstacle)
        self.estimate.show_measuring(is_measuring=is_measuring)

    def _take_machine(self, found: tuple[str, bool]) -> None:
        self._device, self._has_gpu = found
        self.estimator.set_has_gpu(self._has_gpu)
        self._show_notes()
        self._show_footer()

    def _show_notes(self) -> None:
        # Still to be chosen by whoever has hours: "needs" is advice about time, so the card stays enabled.
        needy = {slug for slug, preset in PRESETS.items() if preset.needs_gpu and self._has_gpu is False}
        times = {slug: duration(seconds) for slug, seconds in self.estimator.times().items()}
        self._cards_note.setText(_TIMES_NOTE if times else _NOTE)
        notes = times | dict.fromkeys(needy, "needs GPU")
        self.cards.show_notes(notes, self._session.recommended_preset, _impossible(self._session.dataset))

    def _take_dataset(self, *_: object) -> None:
        if self._is_in_sight():
            self._show_notes()
            self._show_footer()

    def _take_job(self, *_: object) -> None:
        if self._is_in_sight():
            self._show_footer()

    def _take_estimate(self) -> None:
        if self._is_in_sight():
            self._show_estimate()

    def _is_in_sight(self) -> bool:
        """Whether to show a change at once; what is out of sight catches up after what is in sight was shown."""
        if not self.isVisible():
            self._later.start()
        return self.isVisible()

    def _measure(self) -> None:
        obstacle = self.estimator.obstacle
        if obstacle:
            self._session.say("warning", obstacle)
        elif self._session.job is not None:
            self._session.say("warning", f"{self._session.job.title} is still running; times would be too long.")
        else:
            self.estimator.measure()

    def _start(self) -> None:
        if self._session.start_training():
            self._session.tab_requested.emit("train")

    def _go_to_laboratory(self) -> None:
        self._session.tab_requested.emit("dataset")

    def _take_opened(self, config: StudioConfig) -> None:
        self.draft.use(config.to_mapping())


def _impossible(dataset: Manifest | None) -> dict[str, str]:
    """What a strategy lacks with this dataset, by slug."""
    if dataset is None or any(sample.label == _CLEAN for sample in dataset.samples):
        return {}
    return {"from-clean-photos": "needs clean photos"}


def _look_at_machine() -> tuple[str, bool]:
    return device_in_words(), has_gpu()
