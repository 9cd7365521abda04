"""Compares pictures with the hashes that were taken of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core.children import ShouldStop
from studio.data.manifest import Manifest
from studio.data.pace import Pace
from studio.learn.digests import file_digest

MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What became of pictures since.

    Attributes:
        missing: those that cannot be read any more.
        changed: those with another content.
    """

    missing: tuple[str, ...]
    changed: tuple[str, ...]


def files_of(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """Every picture of a dataset with the SHA-1 that its manifest has of it."""
    for sample in manifest.samples:
        if sample.sha1:
            yield manifest.picture(sample), sample.sha1
        if sample.twin and sample.twin_sha1:
            yield manifest.folder / sample.twin, sample.twin_sha1


def compare_files(files: Sequence[tuple[Path, str]], pace: Pace, should_stop: ShouldStop) -> Compared | None:
    """Hash pictures anew.

    Args:
        files: each with its SHA-1.
        pace: is told after each.
        should_stop: asked after each.

    Returns:
        None when stopped.
    """
    missing: list[str] = []
    changed: list[str] = []
    for file, sha1 in files:
        try:
            if file_digest(file, "sha1") != sha1:
                changed.append(str(file))
        except OSError:
            missing.append(str(file))
        pace.step()
        if should_stop():
            return None
    return Compared(missing=tuple(missing), changed=tuple(changed))


def named(files: Sequence[str]) -> str:
    """How many, with the first few by name: `12 (a.jpg, b.jpg, c.jpg, …)`."""
    few = ", ".join(files[:MOST_NAMED])
    return f"{len(files)} ({few}{', …' * (len(files) > MOST_NAMED)})"
