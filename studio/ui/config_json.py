"""The config as JSON: read, typed into, and in step with the form."""

from __future__ import annotations

import re

from PySide6.QtCore import QPoint, QRect, QRegularExpression, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QSyntaxHighlighter,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget
from typing_extensions import override

from studio.ui.theme import ThemeManager
from studio.ui.widgets.plain import plain

_MARGIN_PX, _EDGE_PX, _TYPING_PAUSE_MS = 36, 2, 250
_RULES = (
    ("text", r'"[^"\\]*(?:\\.[^"\\]*)*"', "clean"),
    ("key", r'"[^"\\]*(?:\\.[^"\\]*)*"(?=\s*:)', "accent_text"),
    ("number", r"(?<![\w.\"])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w\"])", "dirty"),
    ("word", r"\b(?:true|false|null)\b", "dirty"),
)


class ConfigJson(QPlainTextEdit):
    """JSON with line numbers; says when its text was edited, and which setting the pointer is on."""

    edited = Signal(str)
    hovered = Signal(str)

    def __init__(self, theme: ThemeManager) -> None:
        """Args:
        theme: where colours and the font come from.
        """
        super().__init__()
        self._theme = theme
        self._lit = ""
        self._faulty_lines: dict[int, str] = {}
        self._known = ""
        self._hovered = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("plain", "true")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Settings as JSON")
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setTabChangesFocus(True)
        self._margin = _Margin(self)
        self._highlighter = _Highlighter(self.document(), theme)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._say)
        self.textChanged.connect(self._pause.start)
        self.cursorPositionChanged.connect(self._mark)
        self.updateRequest.connect(self._scroll_margin)
        self.setViewportMargins(_MARGIN_PX, 8, 0, 8)
        theme.bind(self, self._restyle)

    def show_text(self, text: str) -> None:
        """Show another text without saying that it was edited; where one looks and types stays."""
        self._known = text
        if text == self.toPlainText():
            return
        scrolled, position = self.verticalScrollBar().value(), self.textCursor().position()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.setPosition(min(position, len(text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)
        self._mark()

    def show_faults(self, faults: dict[int, str]) -> None:
        """Mark lines.

        Args:
            faults: sentences by line, from 1.
        """
        self._faulty_lines = faults
        self._mark()

    def light_up(self, path: str) -> None:
        """Light up the line of a setting; an empty path lights up none."""
        self._lit = path
        self._mark()
        if path and path in (places := self.lines_of()):
            block = self.document().findBlockByNumber(places[path] - 1)
            top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
            if not 0 <= top <= self.viewport().height() - 18:
                self.verticalScrollBar().setValue(max(0, places[path] - 6))

    def lines_of(self) -> dict[str, int]:
        """Line of each section and setting, from 1, by dotted path, as the text stands."""
        places: dict[str, int] = {}
        section = ""
        for number, line in enumerate(self.toPlainText().splitlines(), start=1):
            if found := re.match(r'^  "(\w+)":', line):
                section = found.group(1)
                places.setdefault(section, number)
            elif found := re.match(r'^    "(\w+)":', line):
                places.setdefault(f"{section}.{found.group(1)}", number)
        return places

    def paint_margin(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines in sight."""
        theme = self._theme
        painter = QPainter(self._margin)
        painter.fillRect(event.rect(), theme.color("canvas"))
        painter.setFont(theme.font("code"))
        offset = self.contentOffset() + QPoint(0, self.viewportMargins().top())
        block = self.firstVisibleBlock()
        while block.isValid():
            top = self.blockBoundingGeometry(block).translated(offset).top()
            if top > self.height():
                return
            number = block.blockNumber() + 1
            room = QRect(0, round(top), _MARGIN_PX - 10, self.fontMetrics().height() + 2)
            is_faulty = number in self._faulty_lines
            painter.setPen(theme.color("danger" if is_faulty else "text_3"))
            painter.drawText(room, int(Qt.AlignmentFlag.AlignRight), str(number))
            if is_faulty:
                painter.fillRect(0, room.top(), _EDGE_PX, room.height(), theme.color("danger"))
            elif self._lit and self._lit == self._path_at(block):
                painter.fillRect(0, room.top(), _EDGE_PX, room.height(), theme.color("accent"))
            block = block.next()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._margin.setGeometry(QRect(0, 0, _MARGIN_PX, self.height()))

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        block = self.cursorForPosition(event.position().toPoint()).block()
        self._hover(self._path_at(block))
        sentence = self._faulty_lines.get(block.blockNumber() + 1, "")
        self.viewport().setToolTip(plain(sentence))
        super().mouseMoveEvent(event)

    @override
    def leaveEvent(self, event: object) -> None:
        self._hover("")
        super().leaveEvent(event)  # type: ignore[arg-type]

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() != Qt.KeyboardModifier.NoModifier:
            event.ignore()  # Ctrl+Return starts a training, wherever one types
            return
        super().keyPressEvent(event)

    def _hover(self, path: str) -> None:
        if path != self._hovered:
            self._hovered = path
            self.hovered.emit(path)

    def _path_at(self, block: QTextBlock) -> str:
        line = block.blockNumber() + 1
        return next((path for path, number in self.lines_of().items() if number == line and "." in path), "")

    def _say(self) -> None:
        # Qt says that the text has changed when it was coloured, too. Nobody typed it then, and out of sight it may be
        # behind the settings, which it would undo.
        text = self.toPlainText()
        if text != self._known:
            self._known = text
            self.edited.emit(text)

    def _scroll_margin(self, rect: QRect, moved: int) -> None:
        if moved:
            self._margin.scroll(0, moved)
        else:
            self._margin.update(0, rect.y() + self.viewportMargins().top(), _MARGIN_PX, rect.height())

    def _mark(self) -> None:
        marks = []
        if self.hasFocus():
            marks.append(self._line_mark(self.textCursor().block(), "selected"))
        if self._lit and self._lit in (places := self.lines_of()):
            marks.append(self._line_mark(self.document().findBlockByNumber(places[self._lit] - 1), "selected"))
        for line in self._faulty_lines:
            marks.append(self._line_mark(self.document().findBlockByNumber(line - 1), "danger_soft"))
        self.setExtraSelections(marks)
        self._margin.update()

    def _line_mark(self, block: QTextBlock, token: str) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(self._theme.color(token))
        look.setProperty(QTextFormat.Property.FullWidthSelection, True)
        mark.format = look  # type: ignore[attr-defined]
        mark.cursor = QTextCursor(block)  # type: ignore[attr-defined]
        return mark

    def _restyle(self) -> None:
        self.setFont(self._theme.font("code"))
        self._highlighter.rehighlight()
        self._mark()


class _Margin(QWidget):
    """The strip with the line numbers."""

    def __init__(self, owner: ConfigJson) -> None:
        super().__init__(owner)
        self._owner = owner

    @override
    def sizeHint(self) -> QSize:
        return QSize(_MARGIN_PX, 0)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        self._owner.paint_margin(event)


class _Highlighter(QSyntaxHighlighter):
    """Colours keys, text and numbers."""

    def __init__(self, document: QTextDocument, theme: ThemeManager) -> None:
        super().__init__(document)
        self._theme = theme
        self._rules = [(QRegularExpression(pattern), token) for _, pattern, token in _RULES]

    @override
    def highlightBlock(self, text: str) -> None:
        strings: list[tuple[int, int]] = []
        for number, (pattern, token) in enumerate(self._rules):
            look = QTextCharFormat()
            look.setForeground(self._theme.color(token))
            found = pattern.globalMatch(text)
            while found.hasNext():
                match = found.next()
                start, length = match.capturedStart(), match.capturedLength()
                if number == 0:
                    strings.append((start, start + length))
                elif number > 1 and any(low <= start < high for low, high in strings):
                    continue  # a digit inside text is text
                self.setFormat(start, length, look)
