"""A run's figures as a table, and as curves for TensorBoard; both from its events."""

from __future__ import annotations

import csv
import io
import os
import socket
import struct
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from studio.core.bounded import read_text
from studio.core.disks import cannot_write
from studio.core.events import EpochFinished, Event, RunFinished, Scores
from studio.core.files import write_text
from studio.core.runs import RunFolder

COLUMNS = (
    "member", "epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_balanced_accuracy",
    "val_auroc", "val_real_accuracy", "val_painted_accuracy", "learning_rate", "images_per_s", "duration_s", "is_best",
)  # fmt: skip


_NAME = "events.out.tfevents."


class Monitor:
    """Hears a run's events and writes `metrics.csv` and TensorBoard's files."""

    def __init__(self, run: RunFolder, curves: Path | None) -> None:
        """Args:
        run: its folder.
        curves: folder for TensorBoard's files; None for none.
        """
        self._table = run.metrics
        self._curves = curves
        self._writers: dict[int, CurveWriter] = {}

    def start(self, *, member: int, first_epoch: int) -> None:
        """Begin, or go on: what an earlier part of the run wrote from this epoch on is no longer true."""
        before = [row for row in read_table(self._table)[1] if (int(row[0]), int(row[1])) < (member, first_epoch)]
        write_text(self._table, _text([COLUMNS, *before]))

    def hear(self, event: Event) -> None:
        """Take in one event.

        Raises:
            UserError: the folder cannot be written.
        """
        match event:
            case EpochFinished():
                _append(self._table, _text([_row(event)]))
                if self._curves is not None:
                    self._draw(event, self._curves)
            case RunFinished():
                self.close()
            case _:
                return

    def close(self) -> None:
        """Close the files."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()

    def _draw(self, event: EpochFinished, folder: Path) -> None:
        if event.member not in self._writers:
            place = folder if event.member == 1 else folder / f"member-{event.member}"
            self._writers[event.member] = CurveWriter(place, first_step=event.epoch)
        writer = self._writers[event.member]
        points = {
            "Loss/Train": event.train.loss,
            "Accuracy/Train": event.train.accuracy,
            "Learning_Rate": event.learning_rate,
        }
        for name, scores in (("Validation", event.val), ("Real", event.val_real), ("Painted", event.val_painted)):
            if scores is not None:
                points[f"Loss/{name}"] = scores.loss
                points[f"Accuracy/{name}"] = scores.accuracy
        if event.heat is not None:
            points |= {"Heat_Map/Hits": event.heat.hits, "Heat_Map/Inside": event.heat.inside}
        writer.add(points, step=event.epoch)


class CurveWriter:
    """Appends points to a TensorBoard file.

    Its records are written here, since TensorBoard's own writers import TensorFlow wherever they find one, which takes
    ten seconds and a page of warnings.
    """

    def __init__(self, folder: Path, *, first_step: int) -> None:
        """Start a new file, beside those of earlier parts of the run.

        Args:
            folder: made when missing.
            first_step: the first to come; TensorBoard then forgets what earlier files say of it and of later ones.

        Raises:
            UserError: the folder cannot be written.
        """
        from tensorboard.compat.proto.event_pb2 import Event as Record
        from tensorboard.compat.proto.event_pb2 import SessionLog

        name = f"{_NAME}{_after_all_in(folder):.6f}.{socket.gethostname()}.{os.getpid()}"
        self._file = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._stream: BinaryIO = self._file.open("wb")
        except OSError as error:
            raise cannot_write(self._file, error) from error
        self._write(Record(wall_time=time.time(), file_version="brain.Event:2"))
        start = SessionLog(status=SessionLog.START)
        self._write(Record(wall_time=time.time(), step=first_step, session_log=start))

    def add(self, points: dict[str, float], *, step: int) -> None:
        """Add a point to each curve.

        Args:
            points: values by tag.
            step: the epoch.

        Raises:
            UserError: the disk is full or gone.
        """
        from tensorboard.compat.proto.event_pb2 import Event as Record
        from tensorboard.compat.proto.summary_pb2 import Summary

        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in points.items()]
        self._write(Record(wall_time=time.time(), step=step, summary=Summary(value=values)))

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # every record was flushed: what is left was refused before, and `add` said so
            self._stream.close()

    def _write(self, record: object) -> None:
        from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

        content: bytes = record.SerializeToString()  # type: ignore[attr-defined]
        length = struct.pack("<Q", len(content))
        parts = (length, struct.pack("<I", masked_crc32c(length)), content, struct.pack("<I", masked_crc32c(content)))
        try:
            self._stream.write(b"".join(parts))
            self._stream.flush()
        except OSError as error:
            raise cannot_write(self._file, error) from error


def _after_all_in(folder: Path) -> float:
    """The time for a file's name: TensorBoard reads files by their names, and clocks are set back."""
    earlier = [file.name.removeprefix(_NAME).split(".") for file in folder.glob(f"{_NAME}*")]
    times = [int(parts[0]) + 1 for parts in earlier if parts[0].isdecimal()]
    return max([time.time(), *times])


def _row(event: EpochFinished) -> list[object]:
    return [
        event.member,
        event.epoch,
        _figure(event.train, "loss"),
        _figure(event.train, "accuracy"),
        _figure(event.val, "loss"),
        _figure(event.val, "accuracy"),
        _figure(event.val, "balanced_accuracy"),
        _figure(event.val, "auroc"),
        _figure(event.val_real, "accuracy"),
        _figure(event.val_painted, "accuracy"),
        f"{event.learning_rate:.6g}",
        f"{event.images_per_s:.1f}",
        f"{event.duration_s:.2f}",
        int(event.is_best),
    ]


def _figure(scores: Scores | None, name: str) -> str:
    value = None if scores is None else getattr(scores, name)
    return "" if value is None else f"{value:.6f}"


def read_table(file: Path) -> tuple[list[str], list[list[str]]]:
    """The columns of a table of epochs, and its whole rows; a torn last line ends an interrupted run.

    Returns:
        neither columns nor rows where there is no file.

    Raises:
        OSError, ValueError, csv.Error: it is there, and cannot be read.
    """
    try:
        text = read_text(file)
    except FileNotFoundError:
        return [], []
    columns, *rows = csv.reader(io.StringIO(text)) if text else [[]]
    return columns, [row for row in rows if len(row) == len(COLUMNS)]


def _text(rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise cannot_write(file, error) from error
