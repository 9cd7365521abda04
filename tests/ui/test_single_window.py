"""Tests of the one window on a workspace."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from studio.ui.single_window import SingleWindow

LIMIT_MS = 20_000


@pytest.fixture
def holder(qtbot: QtBot, tmp_path: Path) -> Iterator[SingleWindow]:
    holder = SingleWindow(tmp_path)
    assert holder.claim()
    yield holder
    holder.release()


HANDS_OVER = """
import sys
from pathlib import Path
from studio.ui.single_window import SingleWindow
sys.exit(not SingleWindow(Path(sys.argv[1])).hand_over([Path(word) for word in sys.argv[2:]]))
"""


def test_a_second_window_gets_no_workspace_that_is_held(holder: SingleWindow, tmp_path: Path) -> None:
    assert not SingleWindow(tmp_path).claim()


def test_another_workspace_is_free(holder: SingleWindow, tmp_path: Path) -> None:
    other = SingleWindow(tmp_path / "other")
    assert other.claim()
    other.release()


def test_the_first_window_is_asked_to_open_the_files(holder: SingleWindow, tmp_path: Path, qtbot: QtBot) -> None:
    model = tmp_path / "Geschirr – ä.spotless"
    heard: list[tuple[Path, ...]] = []
    holder.asked.connect(heard.append)
    second = subprocess.Popen([sys.executable, "-c", HANDS_OVER, str(tmp_path), str(model)])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=LIMIT_MS)
    assert second.returncode == 0
    assert heard == [(model,)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_workspace_is_the_same_by_another_way(holder: SingleWindow, tmp_path: Path, qtbot: QtBot) -> None:
    link = tmp_path.with_name("link")
    link.symlink_to(tmp_path, target_is_directory=True)
    second = subprocess.Popen([sys.executable, "-c", HANDS_OVER, str(link)])
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=LIMIT_MS)
    assert second.returncode == 0


def test_a_workspace_is_free_again_once_its_window_has_closed(tmp_path: Path, qtbot: QtBot) -> None:
    first, second = SingleWindow(tmp_path), SingleWindow(tmp_path)
    assert first.claim()
    first.release()
    assert second.claim()
    second.release()


def test_a_holder_that_does_not_answer_is_named(holder: SingleWindow, tmp_path: Path, qtbot: QtBot) -> None:
    holder._server.close()
    other = SingleWindow(tmp_path)
    assert not other.claim()
    assert not other.hand_over([])
    assert other.holder().startswith("process ")


def test_nonsense_at_the_door_is_no_wish(holder: SingleWindow, tmp_path: Path, qtbot: QtBot) -> None:
    heard: list[object] = []
    holder.asked.connect(heard.append)
    for words in (b"no json\n", b"3\n", b'{"a": 1}\n', b"\xff\xfe\n", b"[" * 500_000 + b"\n", b"x" * 3_000_000):
        socket = QLocalSocket()
        socket.connectToServer(holder._name)
        assert socket.waitForConnected(LIMIT_MS)
        with qtbot.waitSignal(socket.disconnected, timeout=LIMIT_MS):
            socket.write(words)
    assert heard == []


def test_a_workspace_that_cannot_be_made_is_left_to_whoever_writes_first(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    assert SingleWindow(tmp_path / "file" / "workspace").claim()


def test_a_wish_for_what_no_file_is_called_is_left_out(holder: SingleWindow, tmp_path: Path, qtbot: QtBot) -> None:
    socket = QLocalSocket()
    socket.connectToServer(holder._name)
    assert socket.waitForConnected(LIMIT_MS)
    with qtbot.waitSignal(holder.asked, timeout=LIMIT_MS) as asked:
        socket.write(b'["/a\\u0000b", 3, null, "/photos"]\n')
    assert asked.args == [(Path("/photos"),)]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system keeps no sockets in files")
def test_the_door_is_open_to_the_same_user_alone(holder: SingleWindow) -> None:
    status = os.stat(holder._server.fullServerName())
    assert status.st_uid == os.geteuid()
    assert status.st_mode & 0o077 == 0
