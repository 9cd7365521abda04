"""Icons in the theme's colours, sharp at every scaling."""

from __future__ import annotations

import importlib.resources
import io
import zipfile
from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.core import resources
from studio.ui.theme import ThemeManager

OUR_GLYPHS = ("mark", "mark-large", "plate-clean", "plate-dirty", "app-icon")
_LUCIDE_PACKAGE = "justmyresource_lucide"
_LINES_GROW_TO_PX = 32
_LUCIDE_STROKE = 'stroke-width="2"'


def icon(theme: ThemeManager, name: str, token: str = "text_2", size_px: int = 16) -> QIcon:
    """A `QIcon` of one colour, with its disabled look, for menus, actions, item views.

    The icon keeps the colour of the theme in which it was made; ask again when the theme changes.

    Args:
        theme: where the colour comes from.
        name: a Lucide name such as `folder-open`, or one of `OUR_GLYPHS`.
        token: a colour token.
        size_px: side of the square in device-independent pixels.

    Raises:
        KeyError: there is no icon of this name.
    """
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(pixmap(theme, name, token, size_px, ratio))
        disabled = pixmap(theme, name, "text_disabled", size_px, ratio)
        made.addPixmap(disabled, QIcon.Mode.Disabled)
    return made


def pixmap(theme: ThemeManager, name: str, token: str = "text_2", size_px: int = 16, ratio: float = 1.0) -> QPixmap:
    """The picture of an icon.

    Args:
        theme: where the colour comes from.
        name: see `icon`.
        token: a colour token.
        size_px: side of the square in device-independent pixels.
        ratio: device pixels per device-independent pixel.
    """
    return _rendered(name, theme.css(token), size_px, round(ratio, 3), theme_stroke(theme))


def paint_icon(
    painter: QPainter,
    theme: ThemeManager,
    name: str,
    rect: QRect | QRectF,
    token: str = "text_2",
    size_px: int = 16,
    opacity: float = 1.0,
) -> None:
    """Draw an icon in the middle of `rect`, on whole pixels."""
    ratio = painter.device().devicePixelRatioF()
    picture = pixmap(theme, name, token, size_px, ratio)
    box = QRectF(rect)
    left = round((box.x() + (box.width() - size_px) / 2) * ratio) / ratio
    top = round((box.y() + (box.height() - size_px) / 2) * ratio) / ratio
    before = painter.opacity()
    painter.setOpacity(before * opacity)
    painter.drawPixmap(QPointF(left, top), picture)
    painter.setOpacity(before)


def app_icon(theme: ThemeManager) -> QIcon:
    """The picture of the program in task bars."""
    made = QIcon()
    for size_px in (16, 24, 32, 48, 64, 128, 256):
        made.addPixmap(pixmap(theme, "app-icon", "accent", size_px))
    return made


def theme_stroke(theme: ThemeManager) -> float:
    """Line width of the icons, in units of their 24 px grid."""
    return float(theme.theme.tokens["icon_px"]["stroke"])


@lru_cache(maxsize=2048)
def _rendered(name: str, css: str, size_px: int, ratio: float, stroke: float) -> QPixmap:
    side = max(1, round(size_px * ratio))
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    source = _source(name).replace("currentColor", QColor(css).name())
    if name not in OUR_GLYPHS:
        # Large icons would look heavy if their lines grew in step.
        width = stroke * min(1.0, _LINES_GROW_TO_PX / size_px)
        source = source.replace(_LUCIDE_STROKE, f'stroke-width="{width:.3f}"')
    renderer = QSvgRenderer(QByteArray(source.encode()))
    painter = QPainter(picture)
    renderer.render(painter, QRectF(QPointF(0, 0), QSizeF(side, side)))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@lru_cache(maxsize=512)
def _source(name: str) -> str:
    if name in OUR_GLYPHS:
        return resources.path(f"glyphs/{name}.svg").read_text(encoding="utf-8")
    return _lucide().read(f"{name}.svg").decode()


@lru_cache(maxsize=1)
def _lucide() -> zipfile.ZipFile:
    packed = importlib.resources.files(_LUCIDE_PACKAGE).joinpath("icons.zip").read_bytes()
    return zipfile.ZipFile(io.BytesIO(packed))
