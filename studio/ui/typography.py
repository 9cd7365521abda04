"""The fonts of the type scale."""

from __future__ import annotations

import importlib.resources
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QToolTip

from studio.ui.tokens import design_tokens

_FONT_PACKAGES = ("fontpkg_inter", "fontpkg_jetbrains_mono")
_OPTICAL_PX = (14, 32)
_CLASS_FONTS = {
    "QPushButton": "label",
    "QToolButton": "label",
    "QTableView": "small",
    "QHeaderView": "caption",
    "QTipLabel": "small",
}
_WEIGHTS = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold}


def font_of(role: str, weight: int | None = None, px: int | None = None, *, tabular: bool = False) -> QFont:
    """A font of the type scale, the same in every look; arguments as for `Theme.font`."""
    return QFont(_made(role, weight, px, tabular))


@lru_cache(maxsize=256)  # painting asks for one a thousand times a second
def _made(role: str, weight: int | None, px: int | None, tabular: bool) -> QFont:
    step = design_tokens()["type"][role]
    names = design_tokens()["font"]
    is_code = role == "code"
    family = names["mono"] if is_code else names["family"]
    font = QFont()
    font.setFamilies([family, *names["mono_fallbacks" if is_code else "fallbacks"]])
    size_px, chosen = px or step["px"], weight or step["weight"]
    font.setPixelSize(size_px)
    font.setWeight(_WEIGHTS[chosen])
    # Qt draws a variable font at its default weight unless the axis is named; the weight above is for the fallbacks.
    font.setVariableAxis(QFont.Tag("wght"), chosen)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if not is_code:
        font.setVariableAxis(QFont.Tag("opsz"), min(max(size_px, _OPTICAL_PX[0]), _OPTICAL_PX[1]))
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def set_fonts(app: QApplication) -> None:
    """Let every control of the application start from the type scale."""
    load_fonts()
    app.setFont(font_of("body"))
    for class_name, role in _CLASS_FONTS.items():
        app.setFont(font_of(role), class_name)  # type: ignore[arg-type]  # Shiboken takes str alone
    QToolTip.setFont(font_of("small"))


def load_fonts() -> None:
    """Make the packaged fonts known to Qt, once per process."""
    known = set(QFontDatabase.families())
    for package, family in zip(_FONT_PACKAGES, ("Inter", "JetBrains Mono"), strict=True):
        if family in known:
            continue
        folder = Path(str(importlib.resources.files(package))) / "files"
        for file in sorted(folder.glob("*.ttf")):
            if "Italic" not in file.name:
                QFontDatabase.addApplicationFont(str(file))
