"""A run's report and its drawings in the forms that Qt writes: PDF, PNG."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFontMetricsF,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlock,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)

from studio.core.drawing import FONT
from studio.core.errors import UserError
from studio.core.files import write_atomically
from studio.ui.report_document import OWN_FONT, ReportDocument
from studio.ui.svg_picture import svg_png
from studio.ui.tokens import design_tokens
from studio.ui.typography import font_of, load_fonts

PNG_SCALE = 2.0
_MARGIN_MM = 16.0
_PX_PER_INCH = 96.0
_FOOTER_PX = 34.0
_DOTS_PER_INCH = 300
_ROOM_BELOW_HEADING_PX = 150.0
"""A heading with less room than this under it begins the next page."""


def with_qt() -> QGuiApplication:
    """The application, or one without a screen where there is none, as on the command line."""
    known = QGuiApplication.instance()
    if isinstance(known, QGuiApplication):
        return known
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication([])


def write_pdf(page: Path, file: Path) -> Path:
    """Write a report's page as a PDF of A4 pages.

    Args:
        page: the report, `report.html`.
        file: where to.

    Raises:
        UserError: the page cannot be read, or the file not be written.
    """
    load_fonts()
    try:
        html = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{page}: cannot be read ({error}); make the report again") from None
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    scale = _DOTS_PER_INCH / _PX_PER_INCH
    width_px, height_px = writer.width() / scale, writer.height() / scale
    try:
        made = ReportDocument(html, width_px)
    except ElementTree.ParseError as error:
        raise UserError(f"{page}: is no report of this program ({error}); make it again") from None
    writer.setTitle(made.title)
    writer.setCreator("Spotless Studio")
    _paint(made, writer, scale, QSizeF(width_px, height_px))
    content = bytes(buffer.data().data())
    write_atomically(file, lambda stream: stream.write(content))
    return file


def as_picture(drawing: Path) -> Path:
    """Write a drawing as a PNG of the same name beside it; arguments and errors as for `write_png`."""
    return write_png(drawing, drawing.with_suffix(".png"))


def write_png(drawing: Path, file: Path) -> Path:
    """Write a drawing as a picture of twice its size.

    Args:
        drawing: an SVG.
        file: where to.

    Raises:
        UserError: the drawing cannot be read, or the file not be written.
    """
    load_fonts()
    try:
        content = drawing_png(drawing.read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(f"{drawing}: cannot be read as a drawing ({error}); make the report again") from None
    write_atomically(file, lambda stream: stream.write(content))
    return file


def drawing_png(svg: bytes) -> bytes:
    """A drawing as a picture of twice its size, on white.

    Args:
        svg: the drawing.

    Raises:
        ValueError: it is none.
    """
    # Of several families Qt's drawings take the first for the name of one that is not there.
    return svg_png(svg.replace(FONT.encode(), OWN_FONT.encode()), scale=PNG_SCALE, is_on_white=True)


def _paint(made: ReportDocument, writer: QPdfWriter, scale: float, size: QSizeF) -> None:
    document = made.document
    text_px = size.height() - _FOOTER_PX
    document.setPageSize(QSizeF(size.width(), text_px))
    _keep_headings(document, text_px)
    pages = document.pageCount()
    painter = QPainter(writer)
    painter.scale(scale, scale)
    font = font_of("small")
    painter.setFont(font)
    for number in range(pages):
        if number:
            writer.newPage()
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, number * text_px, size.width(), text_px)
        painter.save()
        painter.translate(0, -number * text_px)
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setPen(QColor(design_tokens()["colors"]["light"]["text_3"]))  # paper is light in any theme
        place = QRectF(0, size.height() - QFontMetricsF(font).height(), size.width(), QFontMetricsF(font).height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, made.title)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, f"{number + 1} of {pages}")
    painter.end()


def _keep_headings(document: QTextDocument, page_px: float) -> None:
    """Have a heading begin the next page where nothing of its part would stand under it."""
    block: QTextBlock = document.begin()
    while block.isValid():
        look = block.blockFormat()
        if look.headingLevel():
            top = document.documentLayout().blockBoundingRect(block).bottom() % page_px
            if page_px - top < _ROOM_BELOW_HEADING_PX:
                look.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(look)
                # Laid out anew from here on alone, text behind a drawing is lost.
                document.markContentsDirty(0, document.characterCount())
        block = block.next()
