"""Text that Qt must not take for HTML."""

from __future__ import annotations

from html import escape


def plain(text: str) -> str:
    """A tooltip that shows a text letter by letter.

    Qt guesses whether a tooltip is HTML, and of a photo called `<img src=...>.jpg` it would show the picture that this
    names.
    """
    return _paragraph(text) if "<" in text or "&lt;" in text else text


def wrapped(text: str) -> str:
    """A tooltip as `plain`, whose long lines break: Qt breaks those of HTML alone."""
    return _paragraph(text) if text else ""


def _paragraph(text: str) -> str:
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>'
