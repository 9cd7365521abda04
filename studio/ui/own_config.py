"""The settings for the next run, and whether they are the person's own."""

from __future__ import annotations

import json

from studio.core.config import StudioConfig, salvaged
from studio.core.presets import DEFAULT_PRESET, apply_preset
from studio.ui.memory import Memory

_KEY = "config/last"


class OwnConfig:
    """Follows what is open until a person has chosen settings; those are there again after a restart.

    Attributes:
        left_out: what of them this version does not take, and why, a sentence for each.
    """

    def __init__(self, settings: Memory) -> None:
        """Args:
        settings: the window's memory.
        """
        self._settings = settings
        self.left_out: tuple[str, ...] = ()
        kept = self._kept()
        self._is_own = kept is not None
        self.config = kept if kept is not None else apply_preset(DEFAULT_PRESET)

    def use(self, config: StudioConfig) -> None:
        """Use settings that a person has chosen."""
        self.config = config
        self.keep()

    def keep(self) -> None:
        """Have the settings be the person's own."""
        self._is_own = True
        self._settings.setValue(_KEY, json.dumps(self.config.to_mapping()))

    def suit(self, preset: str) -> bool:
        """Use a strategy's settings, unless a person has chosen others.

        Args:
            preset: slug of the strategy for what is open.

        Returns:
            whether that made a difference.
        """
        if self._is_own or self.config.preset == preset:
            return False
        self.config = apply_preset(preset)
        return True

    def _kept(self) -> StudioConfig | None:
        stored = str(self._settings.value(_KEY, "") or "")
        try:
            values = json.loads(stored) if stored else {}
        except (ValueError, RecursionError):
            return None
        if not isinstance(values, dict) or not values:
            return None
        kept, told = salvaged(values)
        self.left_out = tuple(told)
        return kept
