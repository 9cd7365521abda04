"""The head of the dirt laboratory: which photo is shown, the way to its neighbours, the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import IconButton
from studio.ui.widgets.flow import row
from studio.ui.widgets.labels import ElidedLabel, Label

_NAME_PX = 88
_TALL_PX, _COMPACT_TALL_PX = 48, 40


class LaboratoryHeader(QWidget):
    """Title, previous photo, its name, next photo, fold."""

    step_wanted = Signal(int)
    fold_wanted = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._name = ElidedLabel("", "body", "text_2", mode=Qt.TextElideMode.ElideMiddle)
        self._name.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name.setFixedWidth(_NAME_PX)
        previous = IconButton(theme, "chevron-left", "Previous clean photo", size="small", keys="Alt+Left")
        following = IconButton(theme, "chevron-right", "Next clean photo", size="small", keys="Alt+Right")
        fold = IconButton(theme, "panel-right-close", "Hide the dirt laboratory", size="small")
        self.setLayout(
            row(
                Label("Dirt laboratory", "heading"), None, previous, self._name, following, 4, fold,
                gap=4, margins=(theme.space(2), 0, theme.space(), 0),
            )
        )  # fmt: skip
        self.set_compact(False)
        previous.clicked.connect(self._step_back)
        following.clicked.connect(self._step_on)
        fold.clicked.connect(self.fold_wanted)

    def set_compact(self, is_compact: bool) -> None:
        """Use the height for a small window, or the other one."""
        self.setFixedHeight(_COMPACT_TALL_PX if is_compact else _TALL_PX)

    def show_name(self, name: str) -> None:
        """Say which photo is shown."""
        self._name.setText(name)

    def _step_back(self) -> None:
        self.step_wanted.emit(-1)

    def _step_on(self) -> None:
        self.step_wanted.emit(1)
