"""Anybody's text, of which Qt must show every letter."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton


def plain(text: str) -> str:
    """A tooltip that shows a text letter by letter.

    Qt guesses whether a tooltip is HTML, and of a photo called `<img src=...>.jpg` it would show the picture that this
    names.
    """
    return _paragraph(text) if "<" in text or "&lt;" in text else text


def wrapped(text: str) -> str:
    """A tooltip as `plain`, whose long lines break: Qt breaks those of HTML alone."""
    return _paragraph(text) if text else ""


def unmarked(text: str) -> str:
    """The text of a menu's entry, or of a label with a buddy, that shows every `&`.

    Qt takes a single one for the mark of the key that chooses the entry.
    """
    return text.replace("&", "&&")


def show_letters(button: QAbstractButton, text: str) -> None:
    """Give a button a text none of whose letters is a key; its shortcut stays as it was.

    Qt would have Alt+B press a button that is called `a&b`, and takes the shortcut away with the old text.
    """
    keys = button.shortcut()
    button.setText(text)
    button.setShortcut(keys)


def _paragraph(text: str) -> str:
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
