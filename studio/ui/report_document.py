"""A run's report as a document of Qt, made from its page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from xml.etree import ElementTree

from PySide6.QtCore import QByteArray, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableCell,
    QTextTableFormat,
)
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from studio.core.drawing import FONT
from studio.ui.tokens import design_tokens
from studio.ui.typography import font_of

OWN_FONT = "Inter"
SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = int(QTextFormat.ObjectTypes.UserObject) + 1
_WHAT = int(QTextFormat.Property.UserProperty) + 1
_GAP_PX = 8.0
_CARDS_ABREAST = 3
_TONES = {"warning": "warning", "danger": "danger", "success": "success", "note": "text_2", "under": "text_2"}
_STATES = {"state-fired": "danger", "state-quiet": "success", "state-skipped": "text_3"}


class ReportDocument:
    """Reads the page of a report and lays it out for paper.

    Qt's own reading of HTML knows neither today's style sheets nor drawings within a page, so only the page's content
    is taken, and set anew.
    """

    def __init__(self, html: str, width_px: float) -> None:
        """Args:
        html: the page, well-formed as `studio.learn.report_page` writes it.
        width_px: of a line.

        Raises:
            ParseError: the page is not well-formed.
        """
        self._root = ElementTree.fromstring(html.partition("\n")[2])
        self._width_px = width_px
        self._colors: dict[str, str] = design_tokens()["colors"]["light"]
        self._rules = _literal_rules(self._root)
        self.document = QTextDocument()
        self.document.setDefaultFont(font_of("body"))
        self.document.setDocumentMargin(0)
        self.document.setTextWidth(width_px)
        self._drawer = _Drawer()
        self.document.documentLayout().registerHandler(_DRAWN, self._drawer)
        self._cursor = QTextCursor(self.document)
        self._is_fresh = True
        main = self._root.find("body/main")
        assert main is not None
        self._cursor.beginEditBlock()  # else everything is laid out anew at every insertion
        for child in main:
            self._put(child)
        self._cursor.endEditBlock()

    @property
    def title(self) -> str:
        """The report's title."""
        return self._root.findtext("head/title") or ""

    def _put(self, element: ElementTree.Element) -> None:
        look = element.get("class", "")
        match element.tag:
            case "header" | "section" | "div" if look in ("", "cards", "drawings", "figures-row"):
                self._put_group(element, look)
            case "h1" | "h2" | "h3":
                self._heading(element)
            case "p":
                self._line(_text(element), "body", _TONES.get(look, "text"))
            case "table":
                self._table(element)
            case _:
                return  # links within the page, and what is folded away there

    def _put_group(self, element: ElementTree.Element, look: str) -> None:
        if look == "cards":
            self._cards(list(element))
        elif look == "drawings":
            drawings = [svg for figure in element for svg in figure if svg.tag == f"{SVG}svg"]
            self._drawings(drawings)
        elif look == "figures-row":
            self._figures(list(element))
        else:
            for child in element:
                self._put(child)

    def _heading(self, element: ElementTree.Element) -> None:
        px = {"h1": 24, "h2": 17, "h3": 14}[element.tag]
        block = self._block(above_px={"h1": 0.0, "h2": 26.0, "h3": 14.0}[element.tag], below_px=6.0)
        block.setHeadingLevel(int(element.tag[1]))
        self._start(block)
        self._cursor.insertText(_text(element), self._format("heading", "text", px=px))

    def _line(self, text: str, role: str, color: str) -> None:
        self._start(self._block(below_px=6.0))
        self._cursor.insertText(text, self._format(role, color))

    def _figures(self, items: list[ElementTree.Element]) -> None:
        table = self._grid(1, len(items))
        for column, item in enumerate(items):
            cursor = table.cellAt(0, column).firstCursorPosition()
            for number, (role, color) in enumerate((("small", "text_2"), ("figure", "text"), ("small", "text_2"))):
                if number:
                    cursor.insertBlock()
                cursor.insertText(_text(item[number]), self._format(role, color))
        self._leave()

    def _table(self, element: ElementTree.Element) -> None:
        caption = element.findtext("caption")
        if caption:
            self._start(self._block(above_px=8.0, below_px=4.0))
            self._cursor.insertText(caption, self._format("label", "text", weight=600))
        rows = [list(row) for row in element.iter("tr")]
        if not rows:
            return
        self._start(self._block(height_px=1.0))
        look = QTextTableFormat()
        look.setHeaderRowCount(1)
        look.setBorder(0)
        look.setCellSpacing(0)
        look.setCellPadding(3)
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        look.setBottomMargin(12)
        look.setColumnWidthConstraints(_widths(rows))
        table = self._cursor.insertTable(len(rows), len(rows[0]), look)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self._cell(table.cellAt(number, column), cell, is_head=number == 0)
        self._leave()

    def _cell(self, place: QTextTableCell, cell: ElementTree.Element, *, is_head: bool) -> None:
        looks = place.format().toTableCellFormat()
        looks.setBottomBorder(1 if is_head else 0.5)
        looks.setBottomBorderBrush(QBrush(QColor(self._colors["control_line" if is_head else "line"])))
        looks.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        place.setFormat(looks)
        cursor = place.firstCursorPosition()
        block = QTextBlockFormat()
        if cell.get("class") == "figures":
            block.setAlignment(Qt.AlignmentFlag.AlignRight)
        cursor.setBlockFormat(block)
        state = next((_STATES[look] for one in cell.iter("span") if (look := one.get("class", "")) in _STATES), None)
        color = state or ("text_2" if is_head else "text")
        cursor.insertText(_text(cell), self._format("small", color, weight=600 if state == "danger" else None))

    def _drawings(self, drawings: list[ElementTree.Element]) -> None:
        self._start(self._block(below_px=6.0))
        widths = [float(svg.get("width", "1")) for svg in drawings]
        pairs = [sum(widths[place : place + 2]) for place in range(0, len(widths), 2)]
        shrink = min(1.0, (self._width_px - 2 * _GAP_PX) / max(pairs, default=1.0))  # two abreast, all at one scale
        for svg, width in zip(drawings, widths, strict=True):
            height = float(svg.get("height", "1"))
            self._object(self._cursor, _Vector(svg, self._rules), QSizeF(width * shrink, height * shrink))
            self._cursor.insertText(" ", self._format("body", "text"))

    def _cards(self, cards: list[ElementTree.Element]) -> None:
        rows = -(-len(cards) // _CARDS_ABREAST)
        table = self._grid(rows, _CARDS_ABREAST)
        most_px = (self._width_px / _CARDS_ABREAST - 3 * _GAP_PX) / 2
        for number, card in enumerate(cards):
            cursor = table.cellAt(number // _CARDS_ABREAST, number % _CARDS_ABREAST).firstCursorPosition()
            for picture in card.iter("img"):
                image = QImage.fromData(QByteArray(base64.b64decode(picture.get("src", "").partition(",")[2])))
                shrink = most_px / max(image.width(), image.height(), 1)
                self._object(cursor, image, QSizeF(image.width() * shrink, image.height() * shrink))
                cursor.insertText(" ", self._format("body", "text"))
            for line in card:
                if line.tag in ("b", "span", "p"):
                    cursor.insertBlock()
                    role = "label" if line.tag == "b" else "small"
                    cursor.insertText(_text(line), self._format(role, "text" if line.tag == "b" else "text_2"))
        self._leave()

    def _grid(self, rows: int, columns: int) -> QTextTable:
        self._start(self._block(height_px=1.0))
        look = QTextTableFormat()
        look.setBorder(0)
        look.setCellSpacing(0)
        look.setCellPadding(4)
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        look.setBottomMargin(16)
        part = QTextLength(QTextLength.Type.PercentageLength, 100 / columns)
        look.setColumnWidthConstraints([part] * columns)
        return self._cursor.insertTable(rows, columns, look)

    def _object(self, cursor: QTextCursor, what: object, size: QSizeF) -> None:
        look = QTextCharFormat()
        look.setObjectType(_DRAWN)
        look.setProperty(_WHAT, self._drawer.keep(what, size))
        cursor.insertText("\ufffc", look)

    def _leave(self) -> None:
        """Go on behind a table."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._is_fresh = True

    def _start(self, block: QTextBlockFormat) -> None:
        """Begin a paragraph; the one behind a table is there already."""
        if self._is_fresh:
            self._cursor.setBlockFormat(block)
        else:
            # Without a format of its own the paragraph would take over that of a drawing before it, and be none itself.
            self._cursor.insertBlock(block, QTextCharFormat())
        self._is_fresh = False

    def _block(
        self, *, above_px: float = 0.0, below_px: float = 0.0, height_px: float | None = None
    ) -> QTextBlockFormat:
        block = QTextBlockFormat()
        block.setTopMargin(above_px)
        block.setBottomMargin(below_px)
        if height_px is not None:
            block.setLineHeight(height_px, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        return block

    def _format(self, role: str, color: str, *, px: int | None = None, weight: int | None = None) -> QTextCharFormat:
        look = QTextCharFormat()
        look.setFont(font_of(role, weight, px))
        look.setForeground(QColor(self._colors[color]))
        return look


class _Vector:
    """A drawing of the page, ready to be drawn at any size."""

    def __init__(self, svg: ElementTree.Element, rules: str) -> None:
        style = ElementTree.Element(f"{SVG}style")
        style.text = rules
        svg.insert(0, style)
        self.renderer = QSvgRenderer(QByteArray(ElementTree.tostring(svg)))


class _Drawer(QPyTextObject):
    """Draws what stands in the text like a letter."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[tuple[object, QSizeF]] = []

    def keep(self, what: object, size: QSizeF) -> int:
        """Remember a thing; its number."""
        self._kept.append((what, size))
        return len(self._kept) - 1

    @override
    def intrinsicSize(self, doc: QTextDocument, posInDocument: int, format: QTextFormat) -> QSizeF:
        return self._kept[int(format.property(_WHAT))][1]

    @override
    def drawObject(
        self, painter: QPainter, rect: QRectF | QRect, doc: QTextDocument, posInDocument: int, format: QTextFormat
    ) -> None:
        what, _ = self._kept[int(format.property(_WHAT))]
        if isinstance(what, _Vector):
            what.renderer.render(painter, QRectF(rect))
        elif isinstance(what, QImage):
            painter.drawImage(rect, what)


def _text(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def _widths(rows: list[list[ElementTree.Element]]) -> list[QTextLength]:
    """Columns by how much stands in them, so that long sentences get the room."""
    columns = range(len(rows[0]))
    longest = [min(60, max(4, max(len(_text(row[column])) for row in rows))) + 3 for column in columns]
    total = sum(longest)
    return [QTextLength(QTextLength.Type.PercentageLength, 100 * part / total) for part in longest]


def _literal_rules(root: ElementTree.Element) -> str:
    """The style sheet with the light colours in the place of their names, since Qt's drawings know none."""
    style = root.findtext("head/style") or ""
    head = style.partition("}")[0]
    rules = style[style.rfind("text{") :]
    for name, color in _named(head):
        rules = rules.replace(f"var(--{name})", color)
    return rules.replace(FONT, OWN_FONT)


def _named(head: str) -> Iterator[tuple[str, str]]:
    for part in head.partition("{")[2].split(";"):
        name, _, value = part.partition(":")
        if name.startswith("--"):
            yield name[2:], value
