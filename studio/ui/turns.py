"""Leaves work to the next turn of the event loop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def next_turn(owner: QObject, slot: Callable[[], None]) -> None:
    """Call a method when mouse, keys and timers have been heard once more.

    Args:
        owner: nothing is called once it is gone.
        slot: a method of it.
    """
    # Not 0: Qt makes a posted event of that, which belongs to the turn that posts it.
    QTimer.singleShot(1, owner, slot)
