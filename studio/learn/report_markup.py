"""Markup: text of a page in which everything that is not markup is escaped."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from studio.core.drawing import Drawing

_EMPTY = ("img", "br", "meta")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | Markup


def tag(element: str, /, *children: Content | None, **attributes: str) -> Markup:
    """An element, closed as XML wants it, so that a reader of XML can read the page.

    Args:
        element: such as `p`.
        children: markup stays, plain text is escaped, None is left out.
        attributes: `look` becomes `class`; values are escaped.
    """
    said = "".join(
        f' {"class" if key == "look" else key}="{escape(_printable(value))}"' for key, value in attributes.items()
    )
    if element in _EMPTY:
        return Markup(f"<{element}{said} />")
    return Markup(f"<{element}{said}>{together(*children)}</{element}>")


def together(*children: Content | None) -> Markup:
    """Several pieces one after another; plain text is escaped."""
    parts = (child if isinstance(child, Markup) else escape(_printable(child)) for child in children if child)
    return Markup("".join(parts))


def section(anchor: str, title: str, *children: Content | None) -> Markup:
    """A part of the page with its heading."""
    return tag("section", tag("h2", title), *children, id=anchor)


def paragraph(text: Content, look: str = "plain") -> Markup:
    """A paragraph; `look` is plain, note, warning, danger or success."""
    return tag("p", text, look=look)


def table(
    head: Sequence[str], rows: Sequence[Sequence[Content]], *, caption: str = "", words: Sequence[int] = (0,)
) -> Markup:
    """A table.

    Args:
        head: titles of the columns.
        rows: their cells.
        caption: above it; may be empty.
        words: columns of words; the others hold figures and stand right.
    """
    looks = ["words" if column in words else "figures" for column in range(len(head))]
    heads = [tag("th", title, look=look) for title, look in zip(head, looks, strict=True)]
    body = [tag("tr", *(tag("td", cell, look=look) for cell, look in zip(cells, looks, strict=True))) for cells in rows]
    title = tag("caption", caption) if caption else None
    return tag("table", title, tag("thead", tag("tr", *heads)), tag("tbody", *body))


def figures(items: Sequence[tuple[str, str, str]]) -> Markup:
    """Large figures side by side.

    Args:
        items: name, value and what stands under it.
    """
    parts = [
        tag("div", tag("span", name, look="name"), tag("b", value), tag("span", under, look="under"), look="figure")
        for name, value, under in items
    ]
    return tag("div", *parts, look="figures-row")


def drawings(*found: Drawing | None) -> Markup | None:
    """Drawings side by side, as many as fit; None without any."""
    known = [drawing for drawing in found if drawing is not None]
    if not known:
        return None
    return tag("div", *(tag("figure", Markup(drawing.inline())) for drawing in known), look="drawings")


def picture(jpeg: bytes, words: str) -> Markup:
    """A picture within the page.

    Args:
        jpeg: its content.
        words: what it shows, for who cannot see it.
    """
    return tag("img", src=f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}", alt=words)


def _printable(text: str) -> str:
    """Text without what XML forbids: control characters, and halves of characters that file names may hold."""
    return "".join("\ufffd" if _is_odd(letter) else letter for letter in text)


def _is_odd(letter: str) -> bool:
    is_control = (letter < " " and letter not in "\t\n") or "\x7f" <= letter <= "\x9f"
    return is_control or "\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff"
