"""What Classify shows before there are photos: where they go, or where a model comes from."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from studio.ui.drop_zone import paint_zone
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button
from studio.ui.widgets.flow import column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.messages import Icon

_MARK_PX = 128
_TITLE = "Drop photos to classify"
_LINES = (
    "One photo, a thousand, or a folder. Each gets its class, how sure the model is,",
    "and on demand a heat map of where it looked.",
)
_FILES = "JPEG, PNG, WebP, TIFF, BMP, HEIC. Photos stay where they are and are never uploaded."
_NO_MODEL = "A model is needed first"
_NO_MODEL_LINES = (
    "Train one on your photos, or open a model file that somebody gave you.",
    "Photos may be dropped already; they are answered once there is a model.",
)


class ClassifyStart(QWidget):
    """A large dashed zone with buttons; without a model it says how to get one."""

    photos_wanted = Signal()
    folder_wanted = Signal()
    paste_wanted = Signal()
    training_wanted = Signal()
    file_wanted = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self.zone = StartZone(theme)
        zone = self.zone
        for button, signal in (
            (zone.photos, self.photos_wanted),
            (zone.folder, self.folder_wanted),
            (zone.paste, self.paste_wanted),
            (zone.train, self.training_wanted),
            (zone.file, self.file_wanted),
        ):
            button.clicked.connect(signal)
        self._layout = column(zone, gap=0, margins=(24, 24, 24, 24))
        self.setLayout(self._layout)

    def set_compact(self, is_compact: bool) -> None:
        """Use narrower margins."""
        margin = 16 if is_compact else 24
        self._layout.setContentsMargins(margin, margin, margin, margin)
        self.zone.set_compact(is_compact)


class StartZone(QWidget):
    """The zone itself: a picture, what to do, the buttons that do it."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__()
        self._theme = theme
        self._is_lit = self._is_refused = False
        self._has_model, self._is_compact = True, False
        self._busy = ""
        self._mark = Icon(theme, "mark-large", "accent", _MARK_PX)
        self.title = Label(_TITLE, "display")
        self._lines = [Label(line, "body", "text_2") for line in _LINES]
        self._files = Label(_FILES, "small", "text_2")
        for label, role in ((self.title, "display"), *((line, "body") for line in self._lines), (self._files, "small")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedHeight(theme.line_px(role))
        self.photos = Button(theme, "Choose photos…", icon="image-plus", size="large", keys="Ctrl+O")
        self.photos.show_keys()
        self.folder = Button(theme, "Choose a folder…", icon="folder-open", size="large", keys="Ctrl+Shift+O")
        self.paste = Button(theme, "Paste", icon="clipboard-paste", size="large")
        self.paste.set_help("Take the files that were copied in a file manager  (Ctrl+V)")
        self.train = Button(theme, "Train a model", icon="chart-spline", size="large")
        self.file = Button(theme, "Open a model file…", icon="folder-open", size="large")
        buttons = row(None, self.train, self.file, self.photos, self.folder, self.paste, None)
        self._mark_row = holder(row(None, self._mark, None))
        self.setLayout(
            column(
                None, self._mark_row, 20, self.title, 9, *self._lines, 24, buttons, 16, self._files, None,
                gap=0, margins=(24, 16, 24, 16),
            )
        )  # fmt: skip
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_model(True)
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line that is shown largest."""
        return self.title.text()

    @property
    def is_lit(self) -> bool:
        """Whether something is dragged that can be dropped."""
        return self._is_lit

    def show_model(self, has_model: bool) -> None:
        """Ask for photos, or for a model first."""
        self._has_model = has_model
        for button in (self.photos, self.paste):
            button.setVisible(has_model)
        self.folder.setVisible(has_model and not self._is_compact)
        for button in (self.train, self.file):
            button.setVisible(not has_model)
        lines = _LINES if has_model else _NO_MODEL_LINES
        for label, line in zip(self._lines, lines, strict=True):
            label.setText(line)
        self.calm_down()

    def show_busy(self, words: str) -> None:
        """Say what is being done before the first answer; empty for nothing."""
        self._busy = words
        self.calm_down()

    def set_compact(self, is_compact: bool) -> None:
        """Leave out what needs width."""
        self._is_compact = is_compact
        self.folder.setVisible(self._has_model and not is_compact)

    def light_up(self, words: str) -> None:
        """Show that what is dragged is welcome."""
        self._say(words, "accent_text", is_lit=True)

    def refuse(self, reason: str) -> None:
        """Show why what is dragged cannot be taken."""
        self._say(reason, "danger", is_refused=True)

    def calm_down(self) -> None:
        """Nothing is dragged any more."""
        self._say(self._busy or (_TITLE if self._has_model else _NO_MODEL), "text")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_zone(
            painter, self._theme, QRectF(self.rect()), self._is_lit, self._is_refused,
            line_px=2, radius_px=16, ground="surface",
        )  # fmt: skip

    def _say(self, words: str, tone: str, *, is_lit: bool = False, is_refused: bool = False) -> None:
        self._is_lit, self._is_refused = is_lit, is_refused
        self.title.setText(words)
        self.title.set_tone(tone)
        self.update()
