"""Every photo decoded and framed once, its pixels kept in one memory-mapped file."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.children import Emit, ShouldStop
from studio.core.errors import UserError
from studio.core.events import Notice
from studio.core.locks import is_held
from studio.core.words import file_size
from studio.data.framing import Background, Framing
from studio.data.manifest import Manifest, Sample
from studio.data.pace import Pace
from studio.data.pixel_store import LOCK, PixelStore, Recipe, StoreBusyError, key_of
from studio.data.pool import cores
from studio.data.sight import see

PHASES = ("caching",)
_WAIT_S = 0.5
_SPARE_BYTES = 1_000_000_000
"""Left free on the disk, for checkpoints and for the rest of the machine."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PixelCache:
    """The pixels of some samples, in their order.

    Attributes:
        size_hw: height and width, px.
        pixels: uint8 memory map (rows, H, W, 4), red, green, blue and how much the pixel is inside the dish; None
            when photos are read from their files instead.
        rows_N: the row of each sample in `pixels`.
        sources: what to read for each sample when there is no map.
    """

    size_hw: tuple[int, int]
    pixels: NDArray[np.uint8] | None
    rows_N: NDArray[np.int64]
    sources: tuple[Source, ...]

    def __len__(self) -> int:
        return len(self.sources)

    def take(self, numbers_B: Sequence[int] | NDArray[np.integer]) -> NDArray[np.uint8]:
        """The pixels of some samples.

        Args:
            numbers_B: places of the samples in the order that `open_cache` was given.

        Returns:
            uint8 (B, H, W, 4), a copy.

        Raises:
            PhotoError: there is no map, and a file cannot be read any more or has changed.
        """
        if self.pixels is not None:
            return np.asarray(self.pixels[self.rows_N[np.asarray(numbers_B, np.int64)]])
        batch = np.empty((len(numbers_B), *self.size_hw, 4), np.uint8)
        with ThreadPoolExecutor(min(cores(), max(1, len(numbers_B)))) as threads:
            for place, pixels in enumerate(threads.map(_look, (self.sources[int(n)] for n in numbers_B))):
                batch[place] = pixels
        return batch


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one sample's pixels are made from.

    Attributes:
        file: the picture.
        sample: its outline is the one that counts.
        recipe: framing, background and size.
    """

    file: Path
    sample: Sample
    recipe: Recipe


def open_cache(
    manifest: Manifest,
    samples: Sequence[Sample],
    *,
    framing: Framing,
    background: Background,
    size_hw: tuple[int, int],
    folder: Path | None = None,
    limit_gb: float = 20.0,
    is_wanted: bool = True,
    emit: Emit,
    should_stop: ShouldStop,
    phases: tuple[str, ...] = PHASES,
) -> PixelCache | None:
    """Have the pixels of some samples ready: those cached before are reused, others decoded on all cores and added.

    Args:
        manifest: the dataset.
        samples: those wanted, in the order wanted.
        framing: see `framing.frame`.
        background: see `framing.frame`; `vary` is cached like `keep`.
        size_hw: height and width, px.
        folder: where caches lie; `cache` in the dataset's folder when omitted.
        limit_gb: the caches together may take this much.
        is_wanted: False reads files from the start (`data.cache`).
        emit: takes the events.
        should_stop: asked between photos.
        phases: all phases of the job, for the event.

    Returns:
        the pixels; None when stopped. Without room on the disk, photos are read from their files each time, and a
        Notice says so.

    Raises:
        UserError: a picture cannot be read, or is no longer what was imported.
    """
    recipe = recipe_of(framing, background, size_hw)
    sources = tuple(Source(file=manifest.file(sample), sample=sample, recipe=recipe) for sample in samples)
    from_files = PixelCache(size_hw=size_hw, pixels=None, rows_N=np.arange(len(samples)), sources=sources)
    if not is_wanted:
        return from_files
    folder = folder or cache_folder(manifest.folder)
    keys = [key_of(sample) for sample in samples]
    try:
        while True:
            there = PixelStore.look(folder / recipe.name, recipe)
            if there.keys.issuperset(keys):
                rows = there.rows_of(keys)
                return PixelCache(size_hw=size_hw, pixels=there.pixels(), rows_N=rows, sources=sources)
            if should_stop():
                return None
            try:
                trouble = _fill(
                    folder, recipe, manifest, dict(zip(keys, sources, strict=True)),
                    limit_gb=limit_gb, emit=emit, should_stop=should_stop, phases=phases,
                )  # fmt: skip
            except StoreBusyError:
                time.sleep(_WAIT_S)  # for another process that fills it, and may add what we need
                continue
            if trouble:
                emit(Notice(kind="warning", text=f"Photos are read from their files each epoch: {trouble}"))
                return from_files
    except OSError as error:
        text = f"Photos are read from their files each epoch: the cache cannot be written ({error.strerror})"
        emit(Notice(kind="warning", text=text, details=f"{folder}: {error}"))
        return from_files


def recipe_of(framing: Framing, background: Background, size_hw: tuple[int, int]) -> Recipe:
    """What is done to every photo of the cache for such settings."""
    return Recipe(framing=framing, background="grey" if background == "grey" else "keep", size_hw=size_hw)


def cache_folder(dataset: Path) -> Path:
    """Where a dataset's caches lie."""
    return dataset / "cache"


def cache_bytes(dataset: Path) -> int:
    """How much disk a dataset's caches take."""
    return sum(file.stat().st_size for file in cache_folder(dataset).rglob("*") if file.is_file())


def clear(dataset: Path) -> None:
    """Delete a dataset's caches; they are built anew when needed.

    Raises:
        UserError: a file is in use or may not be deleted.
    """
    folder = cache_folder(dataset)
    try:
        if folder.is_dir():
            shutil.rmtree(folder)
    except OSError as error:
        raise UserError(f"{folder}: cannot be cleared while it is in use ({error.strerror})") from error


def _fill(
    folder: Path,
    recipe: Recipe,
    manifest: Manifest,
    wanted: Mapping[str, Source],
    *,
    limit_gb: float,
    emit: Emit,
    should_stop: ShouldStop,
    phases: tuple[str, ...],
) -> str:
    """Add what is missing; why there is no room for it, or nothing. What was decoded before a stop is kept."""
    with PixelStore.open(folder / recipe.name, recipe) as store:
        store.forget_all_but({*wanted, *(key_of(sample) for sample in manifest.with_twins(manifest.samples))})
        missing = {key: source for key, source in wanted.items() if key not in store.keys}
        needed, kept = len(missing) * recipe.row_bytes, len(store.keys) * recipe.row_bytes
        limit = int(limit_gb * 1e9)
        if kept + needed > limit:
            return f"they need {file_size(kept + needed)}, and the limit is {limit_gb:g} GB (data.cache_limit_gb)"
        _drop_oldest(folder, keep=recipe.name, limit=limit - kept - needed)
        free = shutil.disk_usage(folder).free
        if free < needed + _SPARE_BYTES:
            return f"their pixels need {file_size(needed)} more, and the disk has {file_size(free)} free"
        _decode_into(store, missing, emit=emit, should_stop=should_stop, phases=phases)
    return ""


def _drop_oldest(folder: Path, *, keep: str, limit: int) -> None:
    """Delete the caches of other sizes and framings that were used longest ago, until the rest fit."""
    others = []
    for other in folder.iterdir():
        if other.is_dir() and other.name != keep and not is_held(other / LOCK):
            files = [file.stat() for file in other.iterdir() if file.is_file()]
            used = max((file.st_mtime for file in files), default=0.0)
            others.append((used, sum(file.st_size for file in files), other))
    others.sort(key=lambda item: item[0], reverse=True)
    total = 0
    for _, size, other in others:
        total += size
        if total > limit:
            shutil.rmtree(other, ignore_errors=True)  # one in use on Windows stays until next time


def _decode_into(
    store: PixelStore,
    missing: Mapping[str, Source],
    *,
    emit: Emit,
    should_stop: ShouldStop,
    phases: tuple[str, ...],
) -> None:
    pace = Pace(emit, "caching", len(missing), phases=phases)
    waiting = deque(missing.items())
    running: deque[tuple[str, Future[NDArray[np.uint8]]]] = deque()
    # Threads, not processes: decoders let go of the interpreter, and nothing has to be started or sent.
    with ThreadPoolExecutor(cores()) as threads:
        try:
            while (waiting or running) and not should_stop():
                while waiting and len(running) < 4 * cores():
                    key, source = waiting.popleft()
                    running.append((key, threads.submit(_look, source)))
                key, future = running.popleft()
                store.add(key, future.result())
                pace.step()
        finally:
            for _, future in running:
                future.cancel()
    store.save()


def _look(source: Source) -> NDArray[np.uint8]:
    """One sample's pixels, (H, W, 4)."""
    recipe = source.recipe
    framed = see(
        source.file,
        source.sample.outline,
        framing=recipe.framing,
        background=recipe.background,
        size_hw=recipe.size_hw,
        sha1=source.sample.learned_sha1,
    )
    return framed.pixels()
