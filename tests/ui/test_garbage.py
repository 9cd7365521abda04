"""Garbage: collected in the window's thread, and there alone."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.ui.garbage import GarbageCollector


class _Thing:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[GarbageCollector]:
    collector = GarbageCollector()
    yield collector
    collector.close()
    collector.deleteLater()
    gc.unfreeze()


def test_no_thread_collects_by_itself(collector: GarbageCollector) -> None:
    threads: set[int] = set()
    gc.callbacks.append(note := lambda *_: threads.add(threading.get_ident()))
    try:
        worker = threading.Thread(target=lambda: [_Thing() for _ in range(20_000)])
        worker.start()
        worker.join()
        assert threads == set()
        collector.collect_some()
    finally:
        gc.callbacks.remove(note)
    assert threads == {threading.get_ident()}


def test_cycles_go_without_being_asked_for(qtbot: QtBot, collector: GarbageCollector) -> None:
    things = [_Thing() for _ in range(5000)]
    last = weakref.ref(things[-1])
    del things
    qtbot.waitUntil(lambda: last() is None, timeout=10_000)


def test_what_settled_is_not_looked_at_again(collector: GarbageCollector) -> None:
    collector.settle()
    assert gc.get_freeze_count() > 0


def test_in_the_end_python_collects_as_ever(qtbot: QtBot) -> None:
    collector = GarbageCollector()
    collector.close()
    assert gc.isenabled()
