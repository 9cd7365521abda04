"""Which class a key gives to a photo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_MOST_KEYS = 9


def key_label(classes: Sequence[str], event: QKeyEvent) -> str:
    """The class that a key names: by its number, or by its first letter where no other class has it; else empty."""
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return ""
    number = event.key() - Qt.Key.Key_1
    if 0 <= number < min(_MOST_KEYS, len(classes)):
        return classes[number]
    letter = event.text().casefold()
    named = [name for name in classes if letter and name.casefold().startswith(letter)]
    return named[0] if len(named) == 1 else ""
