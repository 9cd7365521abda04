"""One theme, from the design tokens alone."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF
from pytestqt.qtbot import QtBot

from studio.ui.stylesheet import stylesheet
from studio.ui.theme import Theme, ThemeManager
from studio.ui.tokens import design_tokens
from tests.imports import ROOT

READ_ON = [
    ("text", "surface"),
    ("text_2", "surface"),
    ("text_3", "surface"),
    ("text_3", "canvas"),
    ("accent_text", "surface"),
    ("on_accent", "accent"),
    ("danger", "danger_soft"),
    ("warning", "warning_soft"),
    ("clean", "clean_soft"),
    ("dirty", "dirty_soft"),
    ("tooltip_text", "tooltip"),
]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), READ_ON)
def test_text_can_be_read_on_its_ground(name: str, ink: str, ground: str) -> None:
    look = Theme(name, design_tokens())  # type: ignore[arg-type]
    assert contrast(look.color(ink), look.color(ground)) >= 4.45, f"{ink} on {ground}"


def test_changing_the_look_is_told_once(theme: ThemeManager, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.set_mode("dark")
    assert theme.is_dark
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_mode("dark")
    theme.toggle()
    assert not theme.is_dark


def test_the_packaged_fonts_are_used_with_their_weights(theme: ThemeManager) -> None:
    assert QFontInfo(theme.font("body")).family() == "Inter"
    assert QFontInfo(theme.font("code")).family() == "JetBrains Mono"
    widths = [
        QFontMetricsF(theme.font("heading", weight)).horizontalAdvance("Validation") for weight in (400, 500, 600)
    ]
    assert widths[0] < widths[1] < widths[2]


def test_figures_are_tabular_where_asked_and_words_are_not(theme: ThemeManager) -> None:
    metrics = QFontMetricsF(theme.font("figure", tabular=True))
    assert metrics.horizontalAdvance("1111") == pytest.approx(metrics.horizontalAdvance("0000"))
    words = QFontMetricsF(theme.font("body"))
    assert words.horizontalAdvance("re-wash") < QFontMetricsF(theme.font("body", tabular=True)).horizontalAdvance(
        "re-wash"
    )


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_style_sheet_has_no_colour_of_its_own(name: str) -> None:
    look = Theme(name, design_tokens())  # type: ignore[arg-type]
    known = set(design_tokens()["colors"][name].values())
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", stylesheet(look))) <= known


def test_no_colour_is_written_outside_the_tokens() -> None:
    written = [
        f"{file.relative_to(ROOT)}: {found}"
        for file in (ROOT / "studio" / "ui").rglob("*.py")
        for found in re.findall(r"""["']#[0-9A-Fa-f]{3,8}["']""", file.read_text(encoding="utf-8"))
    ]
    assert not written, "\n".join(written)


def test_curves_follow_their_tokens(theme: ThemeManager) -> None:
    assert theme.curve("train").dash and not theme.curve("validation").dash
    assert theme.curve("validation").has_marker and not theme.curve("train").has_marker
    assert theme.curve("overlay", 0).color != theme.curve("overlay", 1).color
    assert theme.curve("overlay", 4).color == theme.curve("overlay", 0).color
    assert theme.curve("train").pen().style() == Qt.PenStyle.CustomDashLine


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio as WCAG 2.1 defines it, 1..21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
