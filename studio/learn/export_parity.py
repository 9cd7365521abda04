"""Compares an exported model's answers with the studio's own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.children import ShouldStop
from studio.core.errors import UserError
from studio.data.exported_model import framed_as, inputs_of
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.data.photos import PhotoError
from studio.data.sample_dishes import write_samples
from studio.learn.export_network import Ask, Exportable

LIMIT = 1e-3
"""Largest difference of a probability that an export may have."""
PHOTOS = 32
DRAWN_PX = 320


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How far an exported model is from the studio.

    Attributes:
        framed: largest difference of a probability from the same framed pictures.
        file: the same from the photos' files, through the file that frames without the studio; None where it could
            read none of them.
        photos: how many were compared.
        unread: how many of these the framing file cannot read.
    """

    framed: float
    file: float | None
    photos: int
    unread: int

    @property
    def largest(self) -> float:
        """The larger one of the two."""
        return max(self.framed, self.file or 0.0)


def compare(
    exportable: Exportable,
    ask: Ask,
    photos: Sequence[Path],
    framing: Path,
    *,
    pace: Pace,
    should_stop: ShouldStop,
) -> Parity | None:
    """Ask both about photos.

    Args:
        exportable: the studio's side.
        ask: the export's.
        photos: files; those that nobody can read are passed over.
        framing: the file that frames without the studio.
        pace: told of each photo.
        should_stop: asked after each photo.

    Returns:
        None when stopped.

    Raises:
        UserError: none of the photos can be read.
    """
    framed_off: list[float] = []
    file_off: list[float] = []
    reasons: list[str] = []
    with _loaded(framing) as alone:
        for photo in photos:
            try:
                framed = framed_as(exportable.facts, photo)
            except PhotoError as error:
                reasons.append(str(error))
            else:
                expected = exportable.expected(framed)
                framed_off.append(_off(ask(inputs_of(framed, exportable.facts)), expected))
                try:
                    inputs: Mapping[str, Any] = alone.inputs_of(
                        alone.framed_as(exportable.facts, photo), exportable.facts
                    )
                except alone.UnreadablePhotoError:
                    inputs = {}
                if inputs:
                    file_off.append(_off(ask(inputs), expected))
            pace.step()
            if should_stop():
                return None
    if not framed_off:
        raise UserError(f"no photo could be compared: {reasons[0]}; name others")
    return Parity(
        framed=max(framed_off),
        file=max(file_off, default=None),
        photos=len(framed_off),
        unread=len(framed_off) - len(file_off),
    )


def photos_of(dataset: Path) -> list[Path]:
    """Photos of a dataset to compare on, spread evenly over it.

    Raises:
        UserError: there is no dataset, or it is torn.
    """
    manifest = Manifest.load(dataset)
    files = [manifest.picture(sample) for sample in manifest.samples if not sample.synthetic]
    there = [file for file in files if file.is_file()]
    return spread(there)


def spread(photos: Sequence[Path]) -> list[Path]:
    """At most `PHOTOS` of them, at even distances."""
    places = np.unique(np.linspace(0, len(photos) - 1, min(PHOTOS, len(photos))).round().astype(int))
    return [photos[place] for place in places.tolist()]


def drawn_photos(folder: Path, count: int) -> list[Path]:
    """Drawn dishes to compare on, where there are too few photos."""
    return write_samples(folder, count, DRAWN_PX)


def _off(answered_NC: np.ndarray[Any, Any], expected_C: np.ndarray[Any, Any]) -> float:
    difference = float(np.abs(answered_NC[0].astype(np.float64) - expected_C).max())
    return difference if difference == difference else np.inf


@contextmanager
def _loaded(file: Path) -> Iterator[Any]:
    """The file as a module of its own, whatever else is called so."""
    name = "_spotless_exported_framing"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # where its records look for their own types
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[name]
