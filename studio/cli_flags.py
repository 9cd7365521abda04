"""Settings as flags of the command line."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from studio.core.settings import Setting, settings


def given_settings(asked: argparse.Namespace) -> Mapping[str, Any]:
    """The settings that were given as flags, by path; numbers and lists as such."""
    kinds = {setting.path: setting.kind for setting in settings()}
    given = {name: text for name, text in vars(asked).items() if name in kinds and text is not None}
    return {  # a folder may be called 2026
        name: text if kinds[name] == "text" and text != "null" else read_value(text) for name, text in given.items()
    }


def read_value(text: str) -> Any:
    """A flag's text as JSON where it is JSON, else as it stands: `3`, `true`, `[64, 64]`, `null`, `cosine`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def metavar_of(setting: Setting) -> str:
    """What stands for a setting's value in the help."""
    return "|".join(setting.choices) if 0 < len(setting.choices) <= 8 else setting.kind.upper()


def help_of(setting: Setting) -> str:
    """A setting's sentence with its default."""
    default = json.dumps(setting.default, default=str)
    return f"{setting.help} Default: {default}".replace("%", "%%")
