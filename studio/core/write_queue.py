"""Writes in the order that was asked for, off the thread that asks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable


class WriteQueue:
    """Does what it is given one after another, on a thread that is there only while there is something to do.

    A home folder on a network that is stuck then holds up nobody who writes into it. Any thread may use it.
    """

    def __init__(self, name: str) -> None:
        """Args:
        name: of the thread.
        """
        self._name = name
        self._lock = threading.Lock()
        self._waiting: deque[Callable[[], object]] = deque()
        self._thread: threading.Thread | None = None
        self._done = 0
        self._stuck_at = -1

    def put(self, write: Callable[[], object]) -> None:
        """Have something written; it sees to its own errors, and must not be an object of Qt's."""
        with self._lock:
            self._waiting.append(write)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()

    def flush(self, patience_s: float) -> bool:
        """Wait until everything is written.

        Args:
            patience_s: how long; whoever waited in vain does not wait again before something has moved.

        Returns:
            whether it is.
        """
        with self._lock:
            thread = self._thread
            patience_s = 0.0 if self._stuck_at == self._done else patience_s
        if thread is not None:
            thread.join(patience_s)
            if thread.is_alive():
                with self._lock:
                    self._stuck_at = self._done
                return False
        return True

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                write = self._waiting.popleft()
            try:
                write()
            finally:
                with self._lock:
                    self._done += 1
