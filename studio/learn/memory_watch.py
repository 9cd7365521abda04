"""How much memory some work takes."""

from __future__ import annotations

import threading

import psutil
import torch

WATCH_S = 0.1


class MemoryWatch:
    """Looks at this process's memory a few times a second; on a graphics card at the card's.

    Attributes:
        most_bytes: the most that was taken while it looked; of a process that did other work before, at most that much.
        total_bytes: what there is.
    """

    def __init__(self) -> None:
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="memory", daemon=True)
        self.most_bytes = 0
        self.total_bytes = psutil.virtual_memory().total

    def __enter__(self) -> MemoryWatch:
        # Of a card that nothing has used yet there is nothing to forget, and asking would wake it, also for work that
        # runs on the processor.
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        if torch.cuda.is_available() and torch.cuda.max_memory_reserved() > 0:
            self.most_bytes = torch.cuda.max_memory_reserved()
            self.total_bytes = torch.cuda.get_device_properties(0).total_memory

    def _look(self) -> None:
        process = psutil.Process()
        while True:
            self.most_bytes = max(self.most_bytes, process.memory_info().rss)
            if self._is_over.wait(WATCH_S):
                return
