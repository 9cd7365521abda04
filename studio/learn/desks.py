"""Threads that each take photos from file to answer."""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

import torch

from studio.data.pool import cores
from studio.dirt import cv

MOST = 8
"""The interpreter's lock keeps more from going faster."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def desk_count() -> int:
    """How many threads pay."""
    return max(1, min(torch.get_num_threads(), cores(), MOST))


@contextlib.contextmanager
def desks(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that share the cores between them while they last.

    Threads that only decode get in the way of those that compute a batch together, which wait for the last one at every
    layer: with two cores that took five to ten times as long.

    Args:
        count: of threads.
    """
    before, opencv_before = torch.get_num_threads(), cv.getNumThreads()
    try:
        cv.setNumThreads(1)
        # Each thread has a number of its own; the one that sets it last also sets it for threads to come.
        with ThreadPoolExecutor(count, "photos", torch.set_num_threads, (max(1, before // count),)) as threads:
            yield threads
    finally:
        torch.set_num_threads(before)
        cv.setNumThreads(opencv_before)


def ahead_of(
    work: Callable[[Item], Result], items: Iterable[Item], threads: Executor, *, ahead: int
) -> Iterator[Result]:
    """Run some work for each item, a few items ahead of who takes the results.

    Args:
        work: what threads may do at once.
        items: what there is to do.
        threads: who does it.
        ahead: how many items may be under way or wait to be taken; 1 or more.

    Yields:
        the results in the order of the items. What has not begun when nobody asks any more is left undone.
    """
    waiting = iter(items)
    running: deque[Future[Result]] = deque()
    try:
        while True:
            for item in itertools.islice(waiting, ahead - len(running)):
                running.append(threads.submit(work, item))
            if not running:
                return
            yield running.popleft().result()
    finally:
        for future in running:
            future.cancel()
