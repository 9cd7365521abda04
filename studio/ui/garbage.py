"""Collects Python's garbage in the window's thread, at moments that nobody notices."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 1000
_YOUNG = 2000
"""Objects made since the last collection that are worth one."""
_MIDDLE_A_YOUNG, _OLD_A_MIDDLE = 10, 10
"""Collections of a generation before the next older one is collected too; CPython's own thresholds."""


def put_off() -> None:
    """Have no garbage collected for now.

    Importing and building make a hundred thousand objects that all stay, through which CPython would look again and
    again.
    """
    gc.disable()


class GarbageCollector(QObject):
    """Collects every second instead of whenever an allocation happens to be one too many.

    By itself CPython collects in whatever thread allocates. A widget that is part of a cycle would then be destroyed
    in a thread that is not its own, which Qt answers with a crash; and while a thread reads a large dataset the window
    would wait for collections of 100 ms and more.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Args:
        parent: owner.
        """
        super().__init__(parent)
        put_off()
        self._young = self._middle = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect_some)
        self._timer.start()

    def settle(self) -> None:
        """Look no more at what exists by now, which is what the program consists of."""
        gc.freeze()

    def collect_some(self) -> None:
        """Collect what is young; now and then what is older."""
        if gc.get_count()[0] < _YOUNG:
            return
        self._young += 1
        generation = 0
        if self._young % _MIDDLE_A_YOUNG == 0:
            self._middle += 1
            generation = 2 if self._middle % _OLD_A_MIDDLE == 0 else 1
        gc.collect(generation)

    def close(self) -> None:
        """Leave it to CPython again."""
        self._timer.stop()
        gc.enable()
