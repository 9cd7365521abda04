"""Names of files, classes and runs are anybody's text: nothing in the window takes them for HTML."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

import studio.ui
from studio.ui.dataset_picker import DatasetPicker
from studio.ui.operating_costs import CostsForm
from studio.ui.overview_rows import CountRow
from studio.ui.recent_datasets import RecentDataset
from studio.ui.start_cards import RecentRow
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.labels import ElidedLabel, Label
from studio.ui.widgets.plain import plain, wrapped
from studio.ui.widgets.segmented import Choice, SegmentedControl

FOLDER = Path(studio.ui.__file__).parent
HOSTILE = [
    "<img src='file:///etc/passwd'>.jpg",
    "a <b>bold</b> name",
    "&lt;b&gt;",
    "two\nlines <i>",
    "<?xml?>",
    "3 < 4 & 5",
]


def tooltips(tree: ast.AST) -> Iterator[ast.expr]:
    """What is given to Qt as a tooltip."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "setToolTip":
                yield node.args[0]
            elif node.func.attr == "showText" or (node.func.attr == "setItemData" and _is_of_tooltip(node.args[-1])):
                yield node.args[1]
        if isinstance(node, ast.If) and _is_of_tooltip(node.test):
            yield from (line.value for line in node.body if isinstance(line, ast.Return) and line.value is not None)
        if isinstance(node, ast.match_case) and "ToolTipRole" in ast.unparse(node.pattern):
            yield from (line.value for line in node.body if isinstance(line, ast.Return) and line.value is not None)


def _is_of_tooltip(node: ast.expr) -> bool:
    return "ToolTipRole" in ast.unparse(node)


def is_ours(text: ast.expr) -> bool:
    """Whether a tooltip is a constant of ours, or was made plain."""
    match text:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.IfExp(body=one, orelse=other):
            return is_ours(one) and is_ours(other)
        case ast.Call(func=ast.Name(id=name)):
            return name in ("plain", "wrapped")
    return False


def test_every_tooltip_with_foreign_text_is_plain() -> None:
    wrong = [
        f"{file.relative_to(FOLDER)}:{text.lineno}: {ast.unparse(text)} may be taken for HTML; give it to plain()"
        for file in sorted(FOLDER.rglob("*.py"))
        for text in tooltips(ast.parse(file.read_text(encoding="utf-8")))
        if not is_ours(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_labels_of_ours_show_text() -> None:
    wrong = [
        f"{file.relative_to(FOLDER)}: QLabel guesses whether a text is HTML; use Label"
        for file in sorted(FOLDER.rglob("*.py"))
        if file.name != "labels.py" and "QLabel(" in file.read_text(encoding="utf-8")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_tooltip_shows_every_letter(text: str, qapp: QApplication) -> None:
    for made in (plain(text), wrapped(text)):
        document = QTextDocument()
        document.setHtml(made)
        assert document.toPlainText().replace("\u2028", "\n") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_label_shows_every_letter(text: str, qapp: QApplication) -> None:
    for label in (Label(text), ElidedLabel(text)):
        assert (label.text(), label.textFormat()) == (text, Qt.TextFormat.PlainText)


def test_an_ampersand_in_a_name_marks_no_key(theme: ThemeManager, qtbot: QtBot) -> None:
    picker, form = DatasetPicker(theme), CostsForm(theme)
    for widget in (picker, form):
        qtbot.addWidget(widget)
    recent = RecentDataset(folder="/plates", name="R&D", samples=3, opened_s=0.0)
    picker.show_dataset("plates", None, 0, [recent])
    assert picker.menu().actions()[0].text().startswith("R&&D\t")
    form.show_names("salt & pepper")
    assert "“salt && pepper” among all" in [label.text() for label in form.findChildren(Label)]


def test_an_ampersand_in_a_name_is_seen_and_presses_nothing(theme: ThemeManager, qtbot: QtBot) -> None:
    name = "a&b"
    picker, switch, button = (
        DatasetPicker(theme),
        SegmentedControl(theme, [Choice(key="a")]),
        Button(theme, name, keys="F9"),
    )
    picker.show_dataset(name, None, 0, [])
    switch.set_text("a", name)
    button.set_text(f"{name} again")
    recent = RecentRow(theme, RecentDataset(folder="/plates", name=name, samples=3, opened_s=0.0))
    row = CountRow(theme, name, name, "tag", "text_2")
    row.set_count(3)
    for widget in (picker, switch, button, recent, row):
        qtbot.addWidget(widget)
    buttons: list[QAbstractButton] = [picker.button, switch.part("a"), button, recent, row]
    assert [one.shortcut().toString() for one in buttons] == ["", "", "F9", "", ""]
    assert all(name in one.text() and name in one.accessibleName() for one in buttons)


def test_no_button_makes_a_key_of_a_name() -> None:
    wrong = [
        f"{file.relative_to(FOLDER)}:{call.lineno}: an & in it would become a key; use show_letters"
        for file in sorted(FOLDER.rglob("*.py"))
        for kind in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(kind, ast.ClassDef) and any("Button" in ast.unparse(base) for base in kind.bases)
        for call in ast.walk(kind)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "self.setText"
    ]
    assert not wrong, "\n".join(wrong)
