"""What is in the dataset: classes, splits, what was set aside; as a column, or as a strip in a small window."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from studio.ui.count_bar import CountBar, part_color
from studio.ui.dataset_facts import SPLIT_LOOKS, DatasetFacts
from studio.ui.dataset_picker import DatasetPicker, DatasetQuestion
from studio.ui.drop_zone import DropZone
from studio.ui.icons import icon, paint_icon
from studio.ui.theme import ThemeManager
from studio.ui.widgets.buttons import Button, IconButton
from studio.ui.widgets.flow import clear, column, holder, row
from studio.ui.widgets.labels import Label
from studio.ui.widgets.panels import Hairline, Panel, ScrollPanel
from studio.ui.words import count, plural

_STRIP_BAR_GAP_PX = 10


class OverviewColumn(Panel):
    """The overview at the left of the wall."""

    class_pressed = Signal(str)
    aside_pressed = Signal(str)
    splits_pressed = Signal()
    choose_pressed = Signal(QPoint)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__("surface")
        self._theme = theme
        self.picker = DatasetPicker(theme)
        self.question = DatasetQuestion(theme)
        self.zone = DropZone(
            theme, "Drop photos or a folder", (("or ", "text_3"), ("choose…", "accent_text"), (" or paste", "text_3"))
        )
        self._samples = Label("", "small", "text_2", weight=500)
        self._class_bar = CountBar(theme)
        self._split_bar = CountBar(theme)
        self._legend = SplitLegend(theme)
        self._certificate = Certificate(theme)
        self._splits_button = IconButton(
            theme, "sliders-horizontal", "Change the shares on the Configure tab", size="small", icon_px=14
        )
        self._splits_button.setFixedSize(20, 20)
        self._class_rows = QVBoxLayout()
        self._aside_rows = QVBoxLayout()
        self._aside_buttons: dict[str, CountRow] = {}
        self._build()
        self.zone.clicked.connect(self._choose)
        self._splits_button.clicked.connect(self.splits_pressed)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._samples.setText(plural(facts.samples, "sample"))
        self._class_bar.show_parts(facts.class_parts)
        clear(self._class_rows)
        for line in facts.classes:
            made = CountRow(self._theme, line.look.title, line.look.title, line.look.glyph, line.look.token)
            made.set_count(line.count)
            made.setToolTip(f"Show {line.look.title.lower()} on the wall")
            made.chosen.connect(self.class_pressed)
            self._class_rows.addWidget(made)
        self._show_splits(facts)
        self._show_asides(facts)

    def mark_aside(self, key: str) -> None:
        """Show which group the wall shows; empty for none."""
        for name, button in self._aside_buttons.items():
            button.setChecked(name == key)

    def _build(self) -> None:
        theme = self._theme
        scroll = ScrollPanel()
        classes = row(Label("Classes", "small", "text_2", weight=600), None, self._samples)
        splits = row(Label("Splits", "small", "text_2", weight=600), None, self._splits_button)
        self._class_rows.setSpacing(0)
        self._aside_rows.setSpacing(0)
        scroll.content.setLayout(
            column(
                self.picker, 12, self.question, self.zone, 20,
                classes, 9, self._class_bar, theme.space(), self._class_rows, 18,
                splits, 6, self._split_bar, theme.space(), self._legend, 11, self._certificate, 17,
                Label("Set aside", "small", "text_2", weight=600), 7, self._aside_rows, None,
                gap=0, margins=(theme.space(2),) * 4,
            )
        )  # fmt: skip
        self.add(scroll, 1)

    def _show_splits(self, facts: DatasetFacts) -> None:
        parts = facts.split_parts
        self._split_bar.show_parts(parts)
        self._legend.show_counts([part.count for part in parts])
        self._certificate.show_splits(facts)

    def _show_asides(self, facts: DatasetFacts) -> None:
        checked = next((key for key, button in self._aside_buttons.items() if button.isChecked()), "")
        clear(self._aside_rows)
        self._aside_buttons = {}
        for group in facts.asides:
            made = CountRow(self._theme, group.key, group.title, group.icon, "text_2", has_chevron=True)
            made.set_count(len(group.entries))
            made.setCheckable(True)
            made.setChecked(group.key == checked)
            made.setEnabled(bool(group.entries))
            made.setToolTip(f"Show what was set aside: {group.title.lower()}")
            made.chosen.connect(self.aside_pressed)
            self._aside_buttons[group.key] = made
            self._aside_rows.addWidget(made)

    def _choose(self) -> None:
        self.choose_pressed.emit(self.zone.mapToGlobal(QPoint(0, self.zone.height() + 4)))


class OverviewStrip(Panel):
    """The overview above the wall, where the window is small."""

    aside_pressed = Signal(str)
    choose_pressed = Signal(QPoint)
    splits_pressed = Signal()

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and measures come from.
        """
        super().__init__("surface")
        self._theme = theme
        self._facts: DatasetFacts | None = None
        self.picker = DatasetPicker(theme, height_px=theme.height("control_small"))
        self.question = DatasetQuestion(theme)
        self.add_button = Button(
            theme,
            "Add photos",
            icon="image-plus",
            kind="tool",
            size="small",
            tooltip="Add photos or a folder  (Ctrl+O)",
        )
        self.aside_button = Button(
            theme, "Set aside", kind="tool", size="small", tooltip="Rejected, duplicate, blurred or removed photos"
        )
        self.zone = DropZone(theme, "Drop photos or a folder", (), is_floating=True)
        self.zone.setParent(self)
        self.zone.hide()
        self._bar = CountBar(theme)
        self._line = FactsLine(theme)
        top = row(self.picker, self.add_button, self.aside_button)
        side = theme.space(2)
        self.add(
            holder(
                column(
                    top, self.question, _STRIP_BAR_GAP_PX, self._bar, theme.space(), self._line,
                    gap=0, margins=(side, 10, side, 10),
                )
            )
        )  # fmt: skip
        self.add(Hairline(theme))
        self.add_button.clicked.connect(self._choose)
        self.aside_button.clicked.connect(self._show_asides)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._facts = facts
        self._bar.show_parts(facts.class_parts)
        self._line.show_facts(facts)
        self.aside_button.set_text(f"Set aside  {count(facts.aside_count)}")
        self.aside_button.set_blocked("" if facts.aside_count else "No photo was set aside")

    def mark_aside(self, key: str) -> None:
        """The strip has no rows to mark."""

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        gap = self._theme.space()
        self.zone.setFixedHeight(self.height() - 2 * gap)
        self.zone.setGeometry(self.rect().adjusted(gap, gap, -gap, -gap))

    def _choose(self) -> None:
        self.choose_pressed.emit(self.add_button.mapToGlobal(QPoint(0, self.add_button.height() + 4)))

    def _show_asides(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for group in self._facts.asides if self._facts is not None else ():
            action = menu.addAction(icon(self._theme, group.icon), f"{group.title}\t{count(len(group.entries))}")
            action.setData(group.key)
            action.setEnabled(bool(group.entries))
        menu.triggered.connect(self._choose_aside)
        menu.popup(self.aside_button.mapToGlobal(QPoint(0, self.aside_button.height() + 4)))

    def _choose_aside(self, action: QAction) -> None:
        self.aside_pressed.emit(str(action.data()))


class CountRow(QAbstractButton):
    """A row with icon, word, count; pressing it shows what was counted."""

    chosen = Signal(str)

    def __init__(
        self, theme: ThemeManager, key: str, text: str, icon_name: str, token: str, *, has_chevron: bool = False
    ) -> None:
        """Args:
        theme: where colours come from.
        key: what `chosen` sends.
        text: what is counted.
        icon_name: an icon name.
        token: the icon's colour token.
        has_chevron: whether it leads somewhere.
        """
        super().__init__()
        self._theme = theme
        self._key = key
        self._icon = icon_name
        self._token = token
        self._has_chevron = has_chevron
        self._count = 0
        self.setText(text)
        self.setFixedHeight(theme.height("list_row"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._tell)
        theme.changed.connect(self.update)

    @property
    def count(self) -> int:
        """How many."""
        return self._count

    def set_count(self, number: int) -> None:
        """Change the count."""
        self._count = number
        self.setAccessibleName(f"{self.text()}: {number:,}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(199, self._theme.height("list_row"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = "accent_soft" if self.isChecked() else "pressed" if self.isDown() else "hover"
        if self.isEnabled() and (self.isChecked() or self.isDown() or self.underMouse()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(fill))
            painter.setClipRect(self.rect())
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(-6, 1, 6, -1), theme.radius("control"), theme.radius("control")
            )
        ink = "text" if self.isEnabled() else "text_3"
        paint_icon(painter, theme, self._icon, QRect(0, 0, 16, self.height()), self._token)
        painter.setPen(theme.color(ink))
        painter.setFont(theme.font("body"))
        right = self.width() - (22 if self._has_chevron else 0)
        number = count(self._count)
        width = QFontMetrics(theme.font("body", 500)).horizontalAdvance(number)
        room = QRect(24, 0, right - width - 32, self.height())
        words = QFontMetrics(painter.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.setFont(theme.font("body", 500))
        painter.setPen(theme.color("text_2" if self.isEnabled() else "text_3"))
        box = QRect(right - width - 1, 0, width + 1, self.height())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), number)
        if self._has_chevron:
            place = QRect(self.width() - 14, 0, 14, self.height())
            paint_icon(painter, theme, "chevron-right", place, "text_2" if self.isEnabled() else "text_3", 14)

    def _tell(self) -> None:
        self.chosen.emit(self._key)


class SplitLegend(QWidget):
    """The counts of the three splits, each beside a square of its colour."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._counts: list[int] = []
        self.setFixedHeight(theme.line_px("small"))
        theme.changed.connect(self.update)

    def show_counts(self, counts: list[int]) -> None:
        """Show train, validation, test; an empty list while nobody knows."""
        self._counts = counts
        self.setAccessibleName(", ".join(self._texts()))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        texts = self._texts()
        widths = [12 + metrics.horizontalAdvance(text) for text in texts]
        gap = (self.width() - sum(widths)) / 2
        left = 0.0
        for text, width, (_, token) in zip(texts, widths, SPLIT_LOOKS, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(part_color(theme, token))
            painter.drawRoundedRect(QRectF(left, (self.height() - 8) / 2, 8, 8), 2, 2)
            painter.setPen(theme.color("text_2"))
            room = QRectF(left + 11, 0, width, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), text)
            left += width + gap

    def _texts(self) -> list[str]:
        if not self._counts:
            return [title for title, _ in SPLIT_LOOKS]
        return [f"{title} {count(number)}" for number, (title, _) in zip(self._counts, SPLIT_LOOKS, strict=True)]


class Certificate(QWidget):
    """One line on what keeps the splits apart, or on why there are none; the whole sentence on hover."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._icon, self._token, self._words = "shield-check", "text_3", "Dealing the photos"
        self.setMinimumHeight(theme.line_px("body"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def words(self) -> str:
        """The line."""
        return self._words

    def show_splits(self, facts: DatasetFacts) -> None:
        """Show what is known of a dataset's splits."""
        splits = facts.splits
        if splits is None:
            self._say("shield-check", "text_3", "Dealing the photos", "")
        elif splits.obstacle:
            self._say("triangle-alert", "warning", "No splits yet", splits.obstacle)
        elif splits.notes:
            more = "\n".join((splits.certificate, *splits.notes))
            self._say("shield-check", "success", "No photo is in two splits", more)
        else:
            self._say("shield-check", "success", "No photo is in two splits", splits.certificate)

    def _say(self, icon_name: str, token: str, words: str, more: str) -> None:
        self._icon, self._token, self._words = icon_name, token, words
        self.setToolTip(f"<p>{more}</p>" if more else "")
        self.setAccessibleName(words)
        self.setAccessibleDescription(more)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(199, self._theme.line_px("body"))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        paint_icon(painter, theme, self._icon, QRect(0, 0, 16, self.height()), self._token, 16)
        painter.setFont(theme.font("small", 500))
        painter.setPen(theme.color(self._token))
        room = self.rect().adjusted(22, 0, 0, 0)
        words = QFontMetrics(painter.font()).elidedText(self._words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)


class FactsLine(QWidget):
    """The classes' counts in one line, the splits' shares at its end."""

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours come from.
        """
        super().__init__()
        self._theme = theme
        self._pieces: list[tuple[str, str, str, str]] = []
        self.setFixedHeight(theme.line_px("small"))
        theme.changed.connect(self.update)

    def show_facts(self, facts: DatasetFacts) -> None:
        """Show a dataset's counts."""
        self._pieces = [
            (line.look.glyph, line.look.token, f"{_short(line.look.title)} {count(line.count)}", "text_2")
            for line in facts.classes
        ]
        splits = facts.splits
        if splits is not None and not splits.obstacle:
            total = max(1, splits.train + splits.val + splits.test)
            shares = [round(100 * number / total) for number in (splits.train, splits.val, splits.test)]
            self._pieces.append(("shield-check", "success", " / ".join(map(str, shares)), "success"))
            self.setToolTip(f"<p>{splits.certificate}</p>")
        elif splits is not None:
            self._pieces.append(("triangle-alert", "warning", "No splits yet", "warning"))
            self.setToolTip(f"<p>{splits.obstacle}</p>")
        self.setAccessibleName(", ".join(piece[2] for piece in self._pieces))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        metrics = QFontMetrics(painter.font())
        pieces = list(self._pieces)
        widths = [21 + metrics.horizontalAdvance(words) for _, _, words, _ in pieces]
        while len(pieces) > 2 and sum(widths) + 6 * len(widths) > self.width():
            del pieces[-2], widths[-2]  # the tooltip of the bar above names all classes
        spaces = max(1, len(widths) - 1)
        gap = max(6.0, (self.width() - sum(widths)) / spaces)
        left = 0.0
        for (glyph, token, words, ink), width in zip(pieces, widths, strict=True):
            paint_icon(painter, theme, glyph, QRectF(left, 0, 14, self.height()), token, 14)
            painter.setPen(theme.color(ink))
            room = QRectF(left + 20, 0, width, self.height())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)
            left += width + gap


def _short(title: str) -> str:
    """`Dirty, painted` as `Painted`, where room is scarce and the brush tells the rest."""
    _, comma, rest = title.partition(", ")
    return rest.capitalize() if comma else title
