"""The settings as they are being changed: the session's, or something that is not right yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from studio.core.config import StudioConfig, faults
from studio.core.errors import ConfigError
from studio.core.presets import PRESETS, apply_preset
from studio.ui.session import Session


class ConfigDraft(QObject):
    """Values with their faults; what is right becomes the session's config at once."""

    changed = Signal(bool)
    """Whether the JSON is to be written anew; not where the change comes from there."""

    def __init__(self, session: Session, parent: QObject) -> None:
        """Args:
        session: holds the last config without a fault.
        parent: owner.
        """
        super().__init__(parent)
        self._session = session
        self.values: dict[str, Any] = session.config.to_mapping()
        self._begun = session.config  # with a strategy that leaves the rest as it was, this is the rest
        session.config_changed.connect(self._take_config)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Dotted paths with what is wrong there."""
        return list(faults(self.values))

    @property
    def preset(self) -> str | None:
        """Slug of the strategy that these settings started from."""
        return self.values.get("preset")

    @property
    def strategy(self) -> StudioConfig:
        """That strategy's own settings; the defaults without one."""
        slug = self.preset
        if slug not in PRESETS:
            return StudioConfig()
        if not PRESETS[slug].is_overlay:
            return apply_preset(slug)
        try:
            return self._begun.with_values(PRESETS[slug].values)
        except ConfigError:
            return apply_preset(slug)

    @property
    def changes(self) -> list[str]:
        """Paths of the settings that differ from the strategy."""
        strategy = self.strategy.to_mapping()
        return [
            f"{section}.{name}"
            for section, members in self.values.items()
            if isinstance(members, Mapping)
            for name, value in members.items()
            if value != strategy[section][name]
        ]

    @property
    def text(self) -> str:
        """The draft as the config file has it, even where it is wrong."""
        text = json.dumps(self.values, indent=2, ensure_ascii=False)
        size = json.dumps(self.values["model"]["input_size"], indent=6)
        inline = json.dumps(self.values["model"]["input_size"])
        return text.replace(size.replace("\n]", "\n    ]"), inline)

    def choose(self, slug: str) -> None:
        """Start from a strategy."""
        self._begun = apply_preset(slug, self._session.config)
        self.use(self._begun.to_mapping())
        self._session.keep_config()  # also where it was the default already

    def return_to_strategy(self) -> None:
        """Take back every change."""
        self.use({**self.strategy.to_mapping(), "preset": self.values["preset"]})

    def edit(self, path: str, value: object) -> None:
        """Change one setting."""
        section, _, name = path.partition(".")
        self.use({**self.values, section: {**self.values[section], name: value}})

    def use(self, values: dict[str, Any], *, with_json: bool = True) -> None:
        """Make these values the draft, and the session's config if there is nothing wrong with them."""
        self.values = values
        if not faults(values):
            config = StudioConfig.from_mapping(values)
            self._follow(config)
            self._session.set_config(config)
        self.changed.emit(with_json)

    def read(self, text: str) -> tuple[int, str, str] | None:
        """Take over typed JSON, if there is nothing wrong with it.

        Returns:
            line (0 for none), path and sentence of the first fault; None when all is well.
        """
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            return error.lineno, "", f"Line {error.lineno} of the JSON: {error.msg}"
        except RecursionError:
            return 1, "", "The JSON is nested too deeply."
        found = faults(values) if isinstance(values, dict) else [("", "The JSON is no object of sections.")]
        if found:
            return 0, *found[0]
        self.use(StudioConfig.from_mapping(values).to_mapping(), with_json=False)
        return None

    def _take_config(self, _: StudioConfig) -> None:
        config = self._session.config  # whoever heard of this one first may have changed it again
        if config.to_mapping() != self.values:
            self._follow(config)
            self.changed.emit(True)

    def _follow(self, config: StudioConfig) -> None:
        if config.preset != self._begun.preset:
            self._begun = config
        self.values = config.to_mapping()
