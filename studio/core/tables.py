"""Tables as text that a spreadsheet may open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA_BEGINS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula, wide forms of East Asian keyboards included.

Source: OWASP, CSV Injection.
"""


def table_text(rows: Iterable[Sequence[object]]) -> str:
    """A table as comma-separated values.

    Args:
        rows: cells; text that begins like a formula gets an apostrophe before it, since the name of a file is anybody's
            text, and a spreadsheet would run it.
    """
    stream = io.StringIO()
    csv.writer(stream).writerows([_defused(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA_BEGINS else cell
