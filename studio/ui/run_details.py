"""What a run was made with: splits, machine, settings of its own, notices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.config import StudioConfig
from studio.core.events import RunStarted
from studio.core.presets import PRESETS, apply_preset
from studio.core.runs import RunFolder
from studio.core.settings import settings
from studio.core.words import count, plural
from studio.ui.adapt_bar import ICON as ADAPT_ICON
from studio.ui.run_differences import in_words
from studio.ui.run_history import RunHistory
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from studio.ui.widgets.flow import clear, column
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.messages import Icon
from studio.ui.widgets.panels import ScrollPanel

_NAME_PX = 118


class RunDetails(ScrollPanel):
    """Facts down the page, each under its heading."""

    def __init__(self, session: Session, theme: ThemeManager) -> None:
        """Args:
        session: reads the run's settings off the window's thread.
        theme: where colours come from.
        """
        super().__init__()
        self._session = session
        self._theme = theme
        self._run: RunFolder | None = None
        self._config: StudioConfig | None = None
        self._history = RunHistory()
        self._shown: tuple[object, ...] = ()
        edge = theme.space(2)
        self._layout = column(gap=theme.space(0.5), margins=(edge, edge, edge, theme.space()))
        self.content.setLayout(self._layout)

    def show_history(self, history: RunHistory, run: RunFolder | None) -> None:
        """Tell the facts of a run."""
        if run != self._run or (self._config is None and history.started is not None):
            self._run, self._config = run, None
            if run is not None and history.started is not None:
                self._session.in_background(_settings, run, done=self._take_config)
        self._history = history
        self._fill()

    def _take_config(self, found: tuple[RunFolder, StudioConfig]) -> None:
        run, config = found
        if run == self._run:
            self._config = config
            self._fill()

    def _fill(self) -> None:
        history = self._history
        key = (history.started, len(history.notices), history.adaptation, history.corrections, self._config)
        if key == self._shown:
            return
        self._shown = key
        clear(self._layout)
        started = history.started
        if started is None:
            self._layout.addWidget(Label("The run has told nothing of itself yet.", "small", "text_3", wrap=True))
            self._layout.addStretch(1)
            return
        self._add_facts(
            "Splits",
            [
                ("Training", plural(started.train_count, "sample")),
                ("Validation", _judging(started)),
                ("Test", plural(started.test_count, "sample")),
                ("Real photos", " / ".join(count(number) for number in started.real_counts)),
            ],
        )
        self._add_sentence("shield-check", "success", started.certificate)
        self._add_facts(
            "Machine",
            [
                ("Device", started.device),
                ("Precision", started.precision),
                ("Processes", str(started.processes)),
                ("Weights", f"{count(started.parameters)}, {count(started.trainable)} trained"),
                ("Best by", started.monitor.replace("val_", "validation ")),
            ],
        )
        if history.adaptation is not None:
            self._add_heading("Adapted")
            self._add_sentence(ADAPT_ICON, "accent_text", history.adaptation.sentence)
        if history.corrections is not None:
            self._add_heading("Corrected")
            self._add_sentence("check", "success", history.corrections.sentence)
        if self._config is not None:
            self._add_facts(_strategy(self._config), own_settings(self._config))
        if history.notices:
            self._add_heading("Notices")
            for notice in history.notices:
                token = "warning" if notice.kind == "warning" else "text_2"
                self._add_sentence("triangle-alert" if notice.kind == "warning" else "info", token, notice.text)
        self._layout.addStretch(1)

    def _add_heading(self, words: str) -> None:
        if self._layout.count():
            self._layout.addSpacing(self._theme.space(1.5))
        self._layout.addWidget(Label(words, "small", "text_2", weight=600))

    def _add_facts(self, heading: str, facts: Sequence[tuple[str, str]]) -> None:
        self._add_heading(heading)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(self._theme.space(0.5))
        grid.setColumnMinimumWidth(0, _NAME_PX)
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(facts):
            grid.addWidget(Label(name, "small", "text_2"), number, 0)
            grid.addWidget(ElidedLabel(value, "small", "text"), number, 1)
        self._layout.addLayout(grid)

    def _add_sentence(self, icon: str, token: str, words: str) -> None:
        line = QWidget()
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 2, 0, 2)
        grid.setHorizontalSpacing(self._theme.space())
        grid.addWidget(Icon(self._theme, icon, token, 14), 0, 0)
        grid.addWidget(Label(words, "small", "text_2", wrap=True), 0, 1)
        grid.setColumnStretch(1, 1)
        self._layout.addWidget(line)


def own_settings(config: StudioConfig) -> list[tuple[str, str]]:
    """The settings in which a run differs from its strategy, by name."""
    base = apply_preset(config.preset) if config.preset in PRESETS else StudioConfig()
    found = [
        (setting.title, in_words(config.value(setting.path)))
        for setting in settings()
        if config.value(setting.path) != base.value(setting.path)
    ]
    return found or [("Changes", "none")]


def _judging(started: RunStarted) -> str:
    if started.folds:
        return f"each photo once, {started.folds} folds"
    return plural(started.val_count, "sample")


def _strategy(config: StudioConfig) -> str:
    preset = PRESETS.get(config.preset or "")
    return f"Settings beside “{preset.title}”" if preset is not None else "Settings beside the defaults"


def _settings(run: RunFolder) -> tuple[RunFolder, StudioConfig]:
    return run, run.load_config()
