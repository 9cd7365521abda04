"""Lets one window alone work on a workspace, which also gets what a second start was asked to open."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_LOCK = "window.lock"
_ANSWER_MS = 15_000
"""A window still answers within this, even one that is starting on a machine busy with other work."""
_MOST_BYTES = 1_000_000
_HEARD = b"heard\n"


class SingleWindow(QObject):
    """Holds the workspace's lock; whoever finds it held tells the holder what to open.

    Two windows on one workspace would each write its own memory of it. The lock goes with its process however that
    ends; on another machine it is believed, since nobody can look at a process there.
    """

    asked = Signal(object)
    """Files that a second start was asked to open: a tuple of paths, perhaps empty."""

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        """Args:
        workspace: the folder that one window works on.
        parent: owner.
        """
        super().__init__(parent)
        place = workspace.absolute()
        self._workspace = place
        self._name = "spotless-" + hashlib.sha1(str(place.resolve()).encode(), usedforsecurity=False).hexdigest()[:16]
        self._lock = QLockFile(str(place / _LOCK))
        self._lock.setStaleLockTime(0)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._greet)

    def claim(self) -> bool:
        """Take the workspace.

        Returns:
            whether this process has it now. A folder that cannot be written has no lock and is anybody's.
        """
        try:
            self._workspace.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True  # said by whoever writes to it first
        if not self._lock.tryLock(0):
            return self._lock.error() != QLockFile.LockError.LockFailedError
        QLocalServer.removeServer(self._name)  # of a process that was killed
        self._server.listen(self._name)
        return True

    def hand_over(self, files: Sequence[Path]) -> bool:
        """Have the window that holds the workspace come to the front and open files.

        Returns:
            whether it has heard.
        """
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_ANSWER_MS):
            return False
        socket.write(json.dumps([str(file.absolute()) for file in files]).encode() + b"\n")
        has_heard = socket.waitForReadyRead(_ANSWER_MS) and socket.readAll().data() == _HEARD
        socket.disconnectFromServer()
        return has_heard

    def holder(self) -> str:
        """Who holds the workspace, as far as the lock says."""
        number, host, _ = self._lock.getLockInfo()
        return f"process {number} on {host}" if host else "another process"

    def release(self) -> None:
        """Give the workspace back."""
        self._server.close()
        self._lock.unlock()

    def _greet(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.setReadBufferSize(_MOST_BYTES + 1)  # more than that is not even taken in
            socket.readyRead.connect(self._hear)
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _hear(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        try:
            words = json.loads(bytes(socket.readLine(_MOST_BYTES).data()))
        except (ValueError, RecursionError):
            words = None
        if not isinstance(words, list):
            socket.abort()
            return
        socket.write(_HEARD)
        socket.flush()
        self.asked.emit(tuple(Path(word) for word in words if isinstance(word, str) and "\0" not in word))
