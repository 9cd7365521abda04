"""The Configure tab: strategies, the form, the JSON beside it, what it would cost."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from studio.core.config import StudioConfig, faults
from studio.core.errors import ConfigError
from studio.core.events import EstimateReady, Event
from studio.core.files import write_text
from studio.core.presets import PRESETS, apply_preset
from studio.core.requests import TrainRequest
from studio.ui.config_form import ConfigForm
from studio.ui.config_json import ConfigJson
from studio.ui.device import device_in_words, has_gpu
from studio.ui.estimate_panel import EstimatePanel
from studio.ui.session import Session
from studio.ui.strategy_cards import StrategyCards
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton, PrimaryAction
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.panels import Hairline, HairSplitter, Panel, PanelFooter, PanelHeader
from studio.ui.widgets.segmented import Choice, SegmentedControl
from studio.ui.words import duration, plural

ESTIMATE_TARGET = "studio.learn.estimate_job:estimate"
_FORM_MAX_PX, _INSPECTOR_COMPACT_PX = 960, 352
_JSON_FILES = "Settings (*.json)"


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
        self._draft: dict[str, Any] = session.config.to_mapping()
        self._estimate: tuple[EstimateReady, float, StudioConfig] | None = None
        self._measured: StudioConfig | None = None
        self._has_gpu: bool | None = None
        self._device = ""
        self._times: dict[str, str] = {}
        self.cards = StrategyCards(theme, list(PRESETS.values()))
        self.form = ConfigForm(theme)
        self.json = ConfigJson(theme)
        self.estimate = EstimatePanel(theme)
        self.primary_action = PrimaryAction(theme, "Start training", icon="play", keys="Ctrl+Return")
        self.reset = Button(theme, "", icon="git-compare", kind="tool", size="small")
        self._note = ElidedLabel("", "label", weight=600)
        self._cost = ElidedLabel("", "small", "text_2")
        self._splitter = HairSplitter(theme, "configure")
        self._json_part = QWidget()
        self._json_switch = SegmentedControl(
            theme,
            [Choice(key="json", text="config.json"), Choice(key="estimate", text="Estimate")],
            stretch=True,
            accessible_name="What the inspector shows",
        )
        self._stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._show_all()
        self._show_notes()
        session.in_background(_look_at_machine, done=self._take_machine)

    def set_compact(self, is_compact: bool) -> None:
        """Give way: one row of cards, JSON and estimate behind a switch."""
        self.cards.set_compact(is_compact)
        self._json_switch.setVisible(is_compact)
        self._arrange_inspector(is_compact)
        self.form.set_compact(is_compact)
        self.primary_action.button.set_text("Start" if is_compact else "Start training")
        self._splitter.setSizes([10_000, _INSPECTOR_COMPACT_PX if is_compact else self._theme.width("json")])
        margin = self._theme.space(2 if is_compact else 3)
        self._main_layout.setContentsMargins(margin, 0, margin, margin)

    def _lay_out(self) -> None:
        theme = self._theme
        note = ElidedLabel("A strategy sets what belongs together; the form changes the rest.", "small", "text_2")
        heading = holder(row(Label("Strategy", "heading"), note, None, self.reset, gap=10))
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
        self._splitter.addWidget(self._make_inspector())
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._splitter.setSizes([10_000, theme.width("json")])
        self._splitter.restore(self._session.settings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)

    def _make_inspector(self) -> QWidget:
        theme = self._theme
        open_ = IconButton(theme, "folder-open", "Open settings from a file", keys="Ctrl+Shift+O")
        save = IconButton(theme, "save", "Save the settings to a file", keys="Ctrl+S")
        copy = IconButton(theme, "copy", "Copy the settings", keys="Ctrl+Shift+C")
        for button, slot in ((open_, self._open), (save, self._save), (copy, self._copy)):
            button.clicked.connect(slot)
        self._header = PanelHeader(theme, "config.json", actions=[open_, save, copy])
        panel = Panel()
        panel.setMinimumWidth(_INSPECTOR_COMPACT_PX)
        panel.add(self._header)
        panel.add(Hairline(theme))
        self._switch_row = holder(row(self._json_switch, margins=(16, 8, 16, 8)))
        panel.add(self._switch_row)
        self._json_part.setLayout(column(self.json, gap=0))
        self._estimate_part = QWidget()
        self._estimate_part.setLayout(column(None, gap=0))
        self._stack.addWidget(self._json_part)
        self._stack.addWidget(self._estimate_part)
        panel.add(self._stack, 1)
        self._estimate_line = Hairline(theme)
        panel.add(self._estimate_line)
        panel.add(self.estimate)
        footer = PanelFooter(theme)
        words = holder(column(None, self._note, self._cost, None, gap=0))
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        footer.row.addWidget(words, 1)
        footer.row.addWidget(self.primary_action)
        panel.add(footer)
        self._panel = panel
        return panel

    def _arrange_inspector(self, is_compact: bool) -> None:
        self._switch_row.setVisible(is_compact)
        if is_compact:
            self._estimate_part.layout().insertWidget(0, self.estimate)  # type: ignore[union-attr]
            self._show_part(self._json_switch.current)
        else:
            self._stack.setCurrentWidget(self._json_part)
            self._panel.body.insertWidget(self._panel.body.indexOf(self._estimate_line) + 1, self.estimate)
        self._estimate_line.setHidden(is_compact)

    def _connect(self) -> None:
        session = self._session
        session.config_changed.connect(self._take_config)
        session.dataset_changed.connect(self._take_dataset)
        session.job_started.connect(self._show_footer)
        session.job_ended.connect(self._end_job)
        session.event_happened.connect(self._hear)
        self.cards.chosen.connect(self._choose)
        self.form.edited.connect(self._edit)
        self.form.hovered.connect(self.json.light_up)
        self.form.laboratory_wanted.connect(self._go_to_laboratory)
        self.json.edited.connect(self._read_json)
        self.json.hovered.connect(self.form.light_up)
        self.estimate.measure_wanted.connect(self._measure)
        self.primary_action.triggered.connect(self._start)
        self.reset.clicked.connect(self._return_to_strategy)
        self._json_switch.chosen.connect(self._show_part)

    def _show_part(self, key: str) -> None:
        self._stack.setCurrentWidget(self._json_part if key == "json" else self._estimate_part)

    def _strategy(self) -> StudioConfig:
        slug = self._draft.get("preset")
        if slug not in PRESETS:
            return StudioConfig()
        if not PRESETS[slug].is_overlay:
            return apply_preset(slug)
        try:  # an overlay says nothing of what it leaves as it was
            return self._session.config.with_values(PRESETS[slug].values)
        except ConfigError:
            return apply_preset(slug)

    def _show_all(self, *, with_json: bool = True) -> None:
        strategy = self._strategy()
        self.cards.show_chosen(self._draft.get("preset"))
        self.form.show_config(self._draft, strategy)
        self.form.show_faults(faults(self._draft))
        if with_json:
            self.json.show_text(_text(self._draft))
        self._mark_json()
        changes = len(_differences(self._draft, strategy.to_mapping()))
        self.reset.setVisible(changes > 0 and self._draft.get("preset") in PRESETS)
        self.reset.set_text(f"{plural(changes, 'change')} from the strategy")
        self.reset.setToolTip("Go back to the strategy as it is")
        self._show_estimate()
        self._show_footer()

    def _mark_json(self) -> None:
        places = self.json.lines_of()
        self.json.show_faults({places[path]: text for path, text in faults(self._draft) if path in places})

    def _take_config(self, config: StudioConfig) -> None:
        if config.to_mapping() != self._draft:
            self._draft = config.to_mapping()
            self._show_all()

    def _choose(self, slug: str) -> None:
        self._use(apply_preset(slug, self._session.config).to_mapping())
        self._session.keep_config()  # also where it was the default already

    def _return_to_strategy(self) -> None:
        self._use({**self._strategy().to_mapping(), "preset": self._draft["preset"]})

    def _edit(self, path: str, value: object) -> None:
        section, _, name = path.partition(".")
        self._use({**self._draft, section: {**self._draft[section], name: value}})

    def _use(self, values: dict[str, Any], *, with_json: bool = True) -> None:
        """Make these values the draft, and the session's config if there is nothing wrong with them."""
        self._draft = values
        if not faults(values):
            config = StudioConfig.from_mapping(values)
            self._draft = config.to_mapping()
            self._session.set_config(config)
        self._show_all(with_json=with_json)

    def _read_json(self, text: str) -> None:
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            self.json.show_faults({error.lineno: f"Line {error.lineno}: {error.msg}"})
            self._show_obstacle(f"Line {error.lineno} of the JSON: {error.msg}")
            return
        except RecursionError:
            self._show_obstacle("The JSON is nested too deeply.")
            return
        found = faults(values) if isinstance(values, dict) else [("", "The JSON is no object of sections.")]
        if found:
            places = self.json.lines_of()
            self.json.show_faults({places.get(path, 1): sentence for path, sentence in found})
            self._show_obstacle(found[0][1])
            return
        self._use(StudioConfig.from_mapping(values).to_mapping(), with_json=False)

    def _show_obstacle(self, sentence: str) -> None:
        self._note.setText("Not ready to train")
        self._cost.setText(sentence)
        self._cost.setToolTip(sentence)
        self.primary_action.button.set_blocked(sentence)

    def _show_footer(self, *_: object) -> None:
        wrong = faults(self._draft)
        obstacle = wrong[0][1] if wrong else self._session.training_obstacle()
        if obstacle:
            self._show_obstacle(obstacle)
            return
        dataset, config = self._session.dataset, self._session.config
        assert dataset is not None
        self._note.setText(plural(len(dataset.samples), "sample"))
        where = f" on {self._device}" if self._device else ""
        self._cost.setText(f"{plural(config.training.epochs, 'epoch')}{where}")
        self._cost.setToolTip("")
        self.primary_action.button.set_blocked("")

    def _show_estimate(self) -> None:
        if self._estimate is None:
            self.estimate.forget()
            return
        estimate, measured_s, config = self._estimate
        self.estimate.show_estimate(estimate, measured_s, is_current=config == self._session.config)

    def _take_machine(self, found: tuple[str, bool]) -> None:
        self._device, self._has_gpu = found
        self._show_notes()
        self._show_footer()

    def _show_notes(self) -> None:
        # Still to be chosen by whoever has hours: "needs" is advice about time, so the card stays enabled.
        needy = {slug for slug, preset in PRESETS.items() if preset.needs_gpu and self._has_gpu is False}
        notes = dict.fromkeys(needy, "needs GPU") | self._times
        best = self._session.recommended_preset
        self.cards.show_notes(notes, best=best if best not in self._times else None, impossible={})

    def _take_dataset(self, *_: object) -> None:
        self._show_notes()
        self._show_footer()

    def _measure(self) -> None:
        dataset = self._session.dataset
        if dataset is None:
            self._session.say("warning", "Open a dataset first; its photos are what is timed.")
            return
        self._measured = self._session.config
        request = TrainRequest(config=self._session.config, data=str(dataset.folder))
        folder = dataset.folder
        if self._session.start_job(ESTIMATE_TARGET, request, folder, kind="estimate", title="Timing steps"):
            self.estimate.show_measuring(is_measuring=True)

    def _hear(self, event: Event) -> None:
        if isinstance(event, EstimateReady) and self._measured is not None:
            self._estimate = (event, time.time(), self._measured)
            self._show_estimate()
            slug = self._measured.preset
            if slug in PRESETS:
                self._times = {slug: duration(event.run_s)}
                self._show_notes()

    def _end_job(self, *_: object) -> None:
        self.estimate.show_measuring(is_measuring=False)
        self._show_estimate()
        self._show_footer()

    def _start(self) -> None:
        if self._session.start_training():
            self._session.tab_requested.emit("train")

    def _go_to_laboratory(self) -> None:
        self._session.tab_requested.emit("dataset")

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open settings", "", _JSON_FILES)
        if name:
            self._session.in_background(StudioConfig.load, Path(name), done=self._take_opened)

    def _take_opened(self, config: StudioConfig) -> None:
        self._use(config.to_mapping())

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save the settings", "config.json", _JSON_FILES)
        if name:
            self._session.in_background(write_text, Path(name), self._session.config.to_json(), done=self._tell_saved)

    def _tell_saved(self, _: object) -> None:
        self._session.say("success", "The settings were saved.")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.json.toPlainText())
        self._session.say("success", "The settings were copied.")


def _text(values: Mapping[str, Any]) -> str:
    """The draft as the config file has it, even where it is wrong."""
    text = json.dumps(values, indent=2, ensure_ascii=False)
    size = json.dumps(values["model"]["input_size"], indent=6)
    inline = json.dumps(values["model"]["input_size"])
    return text.replace(size.replace("\n]", "\n    ]"), inline)


def _differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    return [
        f"{section}.{name}"
        for section, members in first.items()
        if isinstance(members, Mapping)
        for name, value in members.items()
        if value != second[section][name]
    ]


def _look_at_machine() -> tuple[str, bool]:
    return device_in_words(), has_gpu()
