"""Icons exist and follow the theme."""

from __future__ import annotations

import ast
import re

import pytest
from PySide6.QtGui import QImage, QPixmap

from studio.ui.icons import OUR_GLYPHS, app_icon, icon, pixmap
from studio.ui.theme import ThemeManager
from tests.imports import ROOT


def test_every_icon_that_is_named_in_the_window_exists(theme: ThemeManager) -> None:
    for name in sorted(named_icons()):
        assert has_ink(pixmap(theme, name)), name


@pytest.mark.parametrize("name", OUR_GLYPHS)
def test_our_own_glyphs_are_drawn(theme: ThemeManager, name: str) -> None:
    assert has_ink(pixmap(theme, name, "accent", 32))


def test_an_icon_has_the_colour_it_was_asked_for(theme: ThemeManager) -> None:
    image = pixmap(theme, "square", "danger", 64).toImage()
    inks = {
        image.pixelColor(x, y).name() for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() == 255
    }
    assert inks == {theme.color("danger").name()}


def test_an_icon_is_sharp_at_twice_the_pixels(theme: ThemeManager) -> None:
    picture = pixmap(theme, "play", size_px=16, ratio=2.0)
    assert (picture.width(), picture.devicePixelRatio()) == (32, 2.0)


def test_an_unknown_icon_is_an_error(theme: ThemeManager) -> None:
    with pytest.raises(KeyError):
        pixmap(theme, "no-such-icon")


def test_icons_for_menus_have_a_disabled_look(theme: ThemeManager) -> None:
    made = icon(theme, "trash-2")
    assert made.pixmap(16).toImage() != made.pixmap(16, made.Mode.Disabled).toImage()
    assert not app_icon(theme).isNull()


def has_ink(picture: QPixmap) -> bool:
    image = picture.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    return any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


def named_icons() -> set[str]:
    """What the window's code passes as `icon=`, or second to `paint_icon` and its like."""
    found = set()
    for file in (ROOT / "studio" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            found |= {word.value.value for word in node.keywords if word.arg == "icon" and is_text(word.value)}
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = {"IconButton": 1, "Icon": 1, "EmptyState": 1, "paint_icon": 2}.get(called)
            if place is not None and len(node.args) > place and is_text(node.args[place]):
                found.add(node.args[place].value)  # type: ignore[attr-defined]
    return {name for name in found if name and re.fullmatch(r"[a-z0-9-]+", name)}


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
