"""Curves as files: a picture, a drawing, a table."""

from __future__ import annotations

import csv
import io

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QSize
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from studio.core.events import EpochFinished, RunFinished, Scores
from studio.core.history_figure import Members, history_figure
from studio.ui.plot_canvas import PlotCanvas
from studio.ui.report_print import drawing_png
from studio.ui.run_history import RunHistory

PNG_SCALE = 2.0
COLUMNS = (
    "member",
    "epoch",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "val_accuracy_low",
    "val_accuracy_high",
    "val_real_accuracy",
    "val_painted_accuracy",
    "learning_rate",
    "images_per_s",
    "duration_s",
    "is_best",
)


def png_bytes(widget: QWidget) -> bytes:
    """A widget as it looks, at twice its size.

    Args:
        widget: what is drawn.
    """
    image = QImage(widget.size() * PNG_SCALE, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(PNG_SCALE)
    image.fill(widget.palette().window().color())
    widget.render(image)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def svg_bytes(widget: QWidget) -> bytes:
    """A widget as a drawing of lines and letters that can be enlarged without loss."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(widget.width(), widget.height()))
    generator.setViewBox(widget.rect())
    generator.setTitle("Spotless Studio: curves")
    canvases = widget.findChildren(PlotCanvas)
    for canvas in canvases:
        canvas.is_vector = True
    painter = QPainter(generator)
    widget.render(painter, QPoint())
    painter.end()
    for canvas in canvases:
        canvas.is_vector = False
    return bytes(buffer.data().data())


def epochs_of(history: RunHistory) -> Members:
    """The epochs of each member that has any, as they stand: a run that goes on does not change them."""
    return {number: tuple(member.epochs) for number, member in enumerate(history.members, start=1) if member.epochs}


def history_svg(title: str, members: Members, finished: RunFinished | None) -> bytes:
    """A run's history in four panels as a drawing: loss, accuracy, learning rate, summary.

    Args:
        title: the run's name.
        members: its epochs.
        finished: how it ended, if it has.
    """
    return history_figure(title, members, finished).standalone().encode()


def history_png(title: str, members: Members, finished: RunFinished | None) -> bytes:
    """The same as a picture of twice its size; arguments as for `history_svg`."""
    return drawing_png(history_svg(title, members, finished))


def csv_text(members: Members) -> str:
    """The figures of every epoch of every member as a table, one row an epoch, shares 0..1."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for number, epochs in members.items():
        for epoch in epochs:
            table.writerow([number, *_row(epoch)])
    return out.getvalue()


def _row(epoch: EpochFinished) -> list[object]:
    low, high = epoch.val.accuracy_95 if epoch.val is not None else ("", "")
    return [
        epoch.epoch,
        epoch.train.loss,
        epoch.train.accuracy,
        _loss(epoch.val),
        _accuracy(epoch.val),
        low,
        high,
        _accuracy(epoch.val_real),
        _accuracy(epoch.val_painted),
        epoch.learning_rate,
        epoch.images_per_s,
        epoch.duration_s,
        int(epoch.is_best),
    ]


def _loss(scores: Scores | None) -> object:
    return "" if scores is None else scores.loss


def _accuracy(scores: Scores | None) -> object:
    return "" if scores is None else scores.accuracy
