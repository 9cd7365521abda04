"""Pixels for one rank, batch by batch, ready on its device."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from studio.core.errors import UserError
from studio.data.batch_plan import Numbers
from studio.data.cache import PixelCache
from studio.data.pool import cores

BATCHES_AHEAD = 2
ROWS_AT_ONCE = 256
MOST_MEMORY = 0.4
"""Share of a graphics card's free memory that the photos may take; the network needs the rest."""

MOST_WORKERS = 8


class PixelLoader(Protocol):
    """Gives batches of pixels."""

    def stream(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        """The pixels of each part, uint8 (B, H, W, 4) on the device.

        Args:
            parts: places of samples in the order that `open_cache` was given.

        Raises:
            UserError: a photo cannot be read any more.
        """

    def close(self) -> None:
        """End its helpers."""


def open_loader(cache: PixelCache, device: torch.device, *, workers: int) -> PixelLoader:
    """The quickest way from a cache to a device.

    Pixels that fit stay on the graphics card; else they come from the map in memory; without a map, from the photos'
    files by worker processes, or by threads of this one.

    Args:
        cache: where the pixels are.
        device: where they are needed.
        workers: processes that read files; 0 reads them here, a little ahead.
    """
    if cache.pixels is None:
        return _FileLoader(cache, device, workers=workers) if workers else _ThreadLoader(cache, device)
    if device.type == "cuda":
        height, width = cache.size_hw
        free, _ = torch.cuda.mem_get_info(device)
        if len(cache) * height * width * 4 < MOST_MEMORY * free:
            return _ResidentLoader(cache, device)
    return _MappedLoader(cache, device)


def choose_workers(wish: int | None, cache: PixelCache, ranks_here: int) -> int:
    """Worker processes for one rank.

    Args:
        wish: `data.workers`; None chooses: none where a map is read, else a share of the cores.
        cache: where the pixels are.
        ranks_here: ranks on this machine.
    """
    if cache.pixels is not None:
        return 0
    if wish is not None:
        return wish
    return max(1, min(MOST_WORKERS, cores() // (2 * ranks_here)))


def lost_worker(error: RuntimeError) -> UserError | None:
    """The sentence for a process that read photos and has died; None for another error.

    torch raises it wherever the main thread happens to be, since it hears of it by a signal.
    """
    if "DataLoader worker" not in str(error):
        return None
    return UserError(
        "A process that reads photos has died; most often memory had run out: lower data.workers or"
        f" training.batch_size, and go on with the run ({str(error).splitlines()[0].strip()})"
    )


class _ResidentLoader:
    """All pixels lie on the device."""

    def __init__(self, cache: PixelCache, device: torch.device) -> None:
        height, width = cache.size_hw
        self._pixels = torch.empty((len(cache), height, width, 4), dtype=torch.uint8, device=device)
        for start in range(0, len(cache), ROWS_AT_ONCE):
            rows = range(start, min(len(cache), start + ROWS_AT_ONCE))
            self._pixels[start : rows.stop] = torch.from_numpy(cache.take(rows)).to(device)

    def stream(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        for numbers in parts:
            yield self._pixels[torch.from_numpy(numbers).to(self._pixels.device)]

    def close(self) -> None:
        """Nothing helps here."""


class _MappedLoader:
    """Pixels come from a memory map; a thread prepares the next batches while a graphics card is busy."""

    def __init__(self, cache: PixelCache, device: torch.device) -> None:
        self._cache = cache
        self._device = device

    def stream(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        if self._device.type == "cpu":
            yield from (torch.from_numpy(self._cache.take(numbers)) for numbers in parts)
            return
        for pixels in _ahead(self._pinned(parts)):
            yield pixels.to(self._device, non_blocking=True)

    def _pinned(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        for numbers in parts:
            pixels = torch.from_numpy(self._cache.take(numbers))
            yield pixels.pin_memory() if self._device.type == "cuda" else pixels

    def close(self) -> None:
        """The thread ends with its stream."""


class _ThreadLoader:
    """Photos are decoded anew each time, by threads of this process, a little before they are needed."""

    def __init__(self, cache: PixelCache, device: torch.device) -> None:
        self._cache = cache
        self._device = device

    def stream(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        for pixels in _ahead(torch.from_numpy(self._cache.take(numbers)) for numbers in parts):
            yield pixels.to(self._device)

    def close(self) -> None:
        """The thread ends with its stream."""


class _FileLoader:
    """Photos are decoded anew each time, by processes that live as long as the loader."""

    def __init__(self, cache: PixelCache, device: torch.device, *, workers: int) -> None:
        self._device = device
        self._order = _Order()
        # Without a context of its own, torch would fork where it can, which no thread survives.
        helpers: dict[str, Any] = {}
        if workers:
            helpers = {"multiprocessing_context": "spawn", "persistent_workers": True, "prefetch_factor": BATCHES_AHEAD}
        self._loader: DataLoader[Any] = DataLoader(
            _Files(cache),
            batch_sampler=self._order,
            num_workers=workers,
            collate_fn=_as_it_is,
            generator=torch.Generator(),  # or it draws from everyone's, which dropout depends on
            **helpers,
        )

    def stream(self, parts: Sequence[Numbers]) -> Iterator[Tensor]:
        self._order.parts = parts
        for pixels, trouble in self._loader:
            if trouble is not None:
                raise UserError(trouble)
            batch = torch.from_numpy(pixels)
            yield (batch.pin_memory() if self._device.type == "cuda" else batch).to(self._device, non_blocking=True)

    def close(self) -> None:
        """End the processes."""
        iterator, self._loader._iterator = self._loader._iterator, None
        if iterator is not None:
            iterator._shutdown_workers()  # type: ignore[attr-defined]


_Read: TypeAlias = "tuple[NDArray[np.uint8] | None, str | None]"


class _Files(Dataset[Any]):
    """Reads whole batches; says what went wrong instead of raising, since torch rewrites errors of workers.

    They go through a pipe as arrays. A tensor would go through shared memory, of which a container has 64 MB; without
    room there a worker's batch is lost without a word, and the training waits for it for ever.
    """

    def __init__(self, cache: PixelCache) -> None:
        self._cache = cache

    def __getitems__(self, numbers: list[int]) -> _Read:
        try:
            return self._cache.take(numbers), None
        except UserError as error:
            return None, str(error)


class _Order(Sampler[list[int]]):
    """The batches of the next stream."""

    def __init__(self) -> None:
        self.parts: Sequence[Numbers] = ()

    def __iter__(self) -> Iterator[list[int]]:
        return (numbers.tolist() for numbers in self.parts)

    def __len__(self) -> int:
        return len(self.parts)


def _as_it_is(read: Any) -> Any:
    return read


def _ahead(items: Iterator[Tensor]) -> Iterator[Tensor]:
    """The same items, made by a thread a little before they are asked for."""
    made: queue.Queue[tuple[Tensor | None, BaseException | None]] = queue.Queue(maxsize=BATCHES_AHEAD)
    is_over = threading.Event()

    def put(item: Tensor | None, error: BaseException | None = None) -> None:
        while not is_over.is_set():
            try:
                made.put((item, error), timeout=0.1)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for item in items:
                put(item)
                if is_over.is_set():
                    return
            put(None)
        except BaseException as error:
            put(None, error)

    thread = threading.Thread(target=work, name="pixels", daemon=True)
    thread.start()
    try:
        while True:
            item, error = made.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
    finally:
        is_over.set()
        thread.join()
