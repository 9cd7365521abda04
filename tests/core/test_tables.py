from __future__ import annotations

import csv

import pytest

from studio.core.tables import table_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "=cmd|' /C calc'!A0"]
)
def test_text_that_a_spreadsheet_would_run_stands_behind_an_apostrophe(text: str) -> None:
    ((cell, other),) = csv.reader(table_text([(text, "plain =1")]).splitlines(keepends=True))
    assert (cell, other) == (f"'{text}", "plain =1")


def test_numbers_stay_numbers() -> None:
    assert table_text([(-1.5, 3, "")]) == "-1.5,3,\r\n"
