"""What waits for the next step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.ui import readiness
from studio.ui.readiness import Readiness
from studio.ui.session import Session


@pytest.fixture
def session(qapp: QApplication, tmp_path: Path) -> Iterator[Session]:
    session = Session(tmp_path / "workspace")
    yield session
    session.close()


@pytest.fixture
def prepared(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    calls: list[bool] = []
    monkeypatch.setattr(session, "prepare_training", lambda: calls.append(True))
    return calls


def test_a_process_waits_once_there_is_something_to_learn(
    qtbot: QtBot, session: Session, prepared: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "_CALM_MS", 10)
    ready = Readiness(session)
    assert not prepared
    monkeypatch.setattr(session, "training_obstacle", lambda: "")
    session.dataset_changed.emit(None)
    qtbot.waitUntil(lambda: prepared == [True])
    ready.deleteLater()


def test_none_waits_where_memory_is_short(
    session: Session, prepared: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "training_obstacle", lambda: "")
    short = psutil.virtual_memory()._replace(available=10**9)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: short)
    ready = Readiness(session)
    assert not prepared
    ready.deleteLater()


def test_one_process_waits_and_goes_with_the_window(session: Session) -> None:
    me = psutil.Process()
    before = set(me.children())
    session.prepare_training()
    session.prepare_training()
    (spare,) = set(me.children()) - before - {child for child in me.children() if "resource_tracker" in _told(child)}
    session.close()
    assert not spare.is_running()


def _told(process: psutil.Process) -> str:
    return " ".join(process.cmdline())
