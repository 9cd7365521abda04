"""RunFolder: the names inside a run, its log, and the list of runs."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from studio.core.bounded import read_text
from studio.core.config import StudioConfig
from studio.core.disks import cannot_write
from studio.core.errors import UserError
from studio.core.events import (
    BatchesFinished,
    EpochFinished,
    Event,
    JobEnded,
    Progress,
    RunFinished,
    RunStarted,
    from_line,
    to_line,
)
from studio.core.files import ODD_LETTERS, write_text

MODEL_SUFFIX = ".spotless"
"""Of a model that was saved for elsewhere."""

_MOST_TITLE_BYTES = 100_000
_MOST_LINE = 1 << 26
"""Letters of one event; what is longer is torn."""

MAX_POINTS_PER_EPOCH = 200  # on disk; the window hears every batch
TRIALS = "trials"
"""Folder within a search that holds its runs."""


@dataclass(frozen=True)
class RunFolder:
    """A run on disk; every name in it is said here and nowhere else."""

    path: Path

    @property
    def config(self) -> Path:
        """The settings in force."""
        return self.path / "config.json"

    @property
    def split(self) -> Path:
        """Which sample is in which split, with the certificate."""
        return self.path / "split.json"

    @property
    def environment(self) -> Path:
        """Versions, machine, and what every `auto` came to."""
        return self.path / "environment.json"

    @property
    def events(self) -> Path:
        """The log: THE truth about the run."""
        return self.path / "events.jsonl"

    @property
    def metrics(self) -> Path:
        """One row an epoch."""
        return self.path / "metrics.csv"

    @property
    def tensorboard(self) -> Path:
        """Curves for TensorBoard."""
        return self.path / "tensorboard"

    @property
    def best(self) -> Path:
        """The model: alone enough to classify."""
        return self.path / "checkpoints" / "best.pt"

    @property
    def last(self) -> Path:
        """What is needed to go on exactly where the last whole epoch ended."""
        return self.path / "checkpoints" / "last.pt"

    @property
    def evaluation(self) -> Path:
        """Counts, ratios and figures."""
        return self.path / "evaluation"

    @property
    def checks(self) -> Path:
        """What the checks after the training found."""
        return self.evaluation / "checks.json"

    @property
    def dataset(self) -> Path:
        """The dataset, when the run made its own."""
        return self.path / "dataset"

    @property
    def lock(self) -> Path:
        """Held by whoever trains here."""
        return self.path / ".lock"

    @property
    def title_file(self) -> Path:
        """The name that a person gave the run."""
        return self.path / "title.txt"

    @property
    def title(self) -> str:
        """The run's name in the window: given by the person, else its folder's."""
        try:
            return read_text(self.title_file, most_bytes=_MOST_TITLE_BYTES).strip() or self.path.name
        except (OSError, UnicodeDecodeError):
            return self.path.name

    def rename(self, title: str) -> None:
        """Give the run another name in the window; its folder keeps its own.

        Raises:
            UserError: the folder cannot be written.
        """
        write_text(self.title_file, title.strip() + "\n")

    def exists(self) -> bool:
        """Whether this is a run's folder."""
        return self.config.is_file()

    def is_taken(self) -> bool:
        """Whether a new run must not go here: one has begun to train, or a config.json is somebody else's.

        A run that was refused before it trained (bad data, a setting that does not fit) does not hold its place.
        """
        is_trained = self.last.exists() or self.best.exists()
        is_foreign = self.exists() and not self.environment.exists()
        return is_trained or is_foreign or any(isinstance(event, RunStarted) for _, event in self.replay())

    def load_config(self) -> StudioConfig:
        """The settings in force.

        Raises:
            ConfigError: the file is missing or wrong.
        """
        return StudioConfig.load(self.config)

    def replay(self, *kinds: type[Event]) -> Iterator[tuple[float, Event]]:
        """The stored events in order, each with its time in seconds since 1970; torn lines are passed over.

        Args:
            kinds: what is asked for; the rest is not even parsed. Everything when omitted.
        """
        return (told for told in self.lines(*kinds) if told is not None)

    def lines(self, *kinds: type[Event]) -> Iterator[tuple[float, Event] | None]:
        """As `replay`, with None for each torn line: the plug was pulled, or someone changed it."""
        return (told for _, told in self.lines_from(0, *kinds))

    def lines_from(self, start: int, *kinds: type[Event]) -> Iterator[tuple[int | None, tuple[float, Event] | None]]:
        """As `lines`, from a place in the log on, each with the place after it.

        Args:
            start: bytes before it; 0, or what was told with a line.
            kinds: as for `replay`.

        Yields:
            the bytes up to the end of the line, None for a last one that is still being written; as `lines`.
        """
        starts = tuple(f'{{"event": "{kind.__name__}"'.encode() for kind in kinds)
        try:
            with self.events.open("rb") as lines:
                place = lines.seek(start)
                while line := lines.readline(_MOST_LINE):
                    place += len(line)
                    if line.startswith(starts or b""):
                        yield place if line.endswith(b"\n") else None, _read(line.decode("utf-8", "replace"))
        except (FileNotFoundError, NotADirectoryError):
            return


class EventLog:
    """Appends events to a run's `events.jsonl`, each epoch's flushed to disk."""

    def __init__(self, run: RunFolder) -> None:
        """Open the log for appending; a torn last line is ended first.

        Raises:
            UserError: the folder cannot be written.
        """
        try:
            run.path.mkdir(parents=True, exist_ok=True)
            self._stream: IO[bytes] = run.events.open("ab", buffering=0)  # what was refused is never tried again
            if run.events.stat().st_size and not _ends_with_newline(run.events):
                self._stream.write(b"\n")
        except OSError as error:
            raise cannot_write(run.events, error) from error
        self._path = run.events

    def write(self, event: Event) -> None:
        """Append one event; batches are thinned, progress and endings are left out.

        Raises:
            UserError: the disk is full or gone.
        """
        if isinstance(event, (Progress, JobEnded)):
            return
        if isinstance(event, BatchesFinished):
            event = _thinned(event)
        rest = memoryview((to_line(event) + "\n").encode("utf-8", ODD_LETTERS))
        end = os.fstat(self._stream.fileno()).st_size
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
            if isinstance(event, (EpochFinished, RunStarted, RunFinished)):
                os.fsync(self._stream.fileno())
        except OSError as error:
            with suppress(OSError):  # half a line would stay in the middle once there is room again
                os.ftruncate(self._stream.fileno(), end)
            raise cannot_write(self._path, error) from error

    def close(self) -> None:
        """Close the file."""
        self._stream.close()


def _read(line: str) -> tuple[float, Event] | None:
    try:
        return from_line(line)
    except UserError:
        return None


def _thinned(event: BatchesFinished) -> BatchesFinished:
    # Each stored point stands for an equal stretch of the epoch, so a log of any length stays drawable.
    stride = -(-event.batches // MAX_POINTS_PER_EPOCH)
    first = event.batch - len(event.losses) + 1
    kept = tuple(loss for number, loss in enumerate(event.losses, start=first) if number % stride == 0)
    return BatchesFinished(
        epoch=event.epoch,
        batch=event.batch,
        batches=event.batches,
        losses=kept,
        images_per_s=event.images_per_s,
        remaining_s=event.remaining_s,
    )


def _ends_with_newline(file: Path) -> bool:
    with file.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) == b"\n"


def new_run(runs: Path, name: str) -> RunFolder:
    """Choose a folder for a new run; it is not made yet.

    Args:
        runs: the folder of all runs.
        name: such as the architecture; turned into a safe part of a file name.

    Returns:
        a folder named like `2026-11-22_1902_resnet18_3f9c`.
    """
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.") or "run"
    while True:
        stamp = time.strftime("%Y-%m-%d_%H%M")
        folder = runs / f"{stamp}_{safe[:40]}_{secrets.token_hex(2)}"
        if not folder.exists():
            return RunFolder(folder)


def find_run(path: Path) -> RunFolder:
    """The run at a path that a person named: its folder, or a file in it.

    Raises:
        UserError: there is no run.
    """
    for folder in (path, path.parent, path.parent.parent):
        if RunFolder(folder).exists():
            return RunFolder(folder)
    raise UserError(f"{path}: is not a run; name a folder that holds config.json and events.jsonl")


def list_runs(runs: Path) -> list[RunFolder]:
    """All runs in a folder, the trials of its searches among them, newest first."""
    if not runs.is_dir():
        return []
    folders = list(runs.iterdir())
    for trials in [folder / TRIALS for folder in folders if (folder / TRIALS).is_dir()]:
        folders += trials.iterdir()
    found = [RunFolder(folder) for folder in folders if RunFolder(folder).exists()]
    return sorted(found, key=lambda run: run.path.name, reverse=True)
