"""How a report says what may be missing: a dash stands for it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from studio.core import words


def percent(share: float | None) -> str:
    """A share as `86.3 %`; a dash where there is none."""
    return "–" if share is None else words.percent(share)


def interval(ends: Sequence[float] | None) -> str:
    """A range of shares as `79.6 to 91.1 %`; a dash where there is none."""
    return "–" if ends is None else f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f} %"


def with_interval(share: float | None, ends: Sequence[float] | None) -> str:
    """A share with its range; a dash where there is none."""
    if share is None:
        return "–"
    return percent(share) if ends is None else f"{percent(share)} ({interval(ends)})"


def setting(value: Any) -> str:
    """A setting's value."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case list() | tuple():
            return " × ".join(setting(item) for item in value)
        case Mapping():
            return ", ".join(f"{name} {setting(item)}" for name, item in value.items()) or "–"
        case _:
            return str(value)


def when(time_s: float | None) -> str:
    """A moment as `2026-11-22 19:02`; a dash where it is not known."""
    return "–" if time_s is None else time.strftime("%Y-%m-%d %H:%M", time.localtime(time_s))
