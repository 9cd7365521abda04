"""A process that has imported what the next job needs, so that the job begins when it is asked for."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any

from studio.core.children import EXIT_ORPHANED, kill_tree, leave, redirect_output, run_job


class Spare:
    """A spawned process that waits for its order; `jobs.start` takes it for rank 0.

    Importing torch takes seconds, which are spent while a person still looks at their photos.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        """Spawn the process.

        Args:
            modules: dotted names of what it imports.
        """
        context = multiprocessing.get_context("spawn")
        self.events, events = context.Pipe(duplex=False)
        lifeline, self.lifeline = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_wait_for_order, args=(tuple(modules), events, lifeline), name="spare", daemon=False
        )
        self.process.start()
        # Without these, end of file never comes.
        events.close()
        lifeline.close()

    @property
    def is_alive(self) -> bool:
        """Whether it still waits, or still imports."""
        return self.process.is_alive()

    def close(self) -> None:
        """End the process at once; nobody needs it."""
        kill_tree(self.process.pid)
        self.process.join()
        self.lifeline.close()
        self.events.close()
        self.process.close()


def _wait_for_order(modules: Sequence[str], events: Connection, lifeline: Connection) -> None:
    redirect_output(os.devnull)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    orders: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_hear_order, args=(lifeline, orders), daemon=True, name="order").start()
    for module in modules:
        importlib.import_module(module)
    target, config, folder, seat, log = orders.get()
    run_job(target, config, folder, seat, events, lifeline, log)


def _hear_order(lifeline: Connection, orders: SimpleQueue[Any]) -> None:
    """Take the order, and leave at once when the starter is gone, even while still importing."""
    try:
        orders.put(lifeline.recv())
    except (EOFError, OSError):
        leave(EXIT_ORPHANED)
