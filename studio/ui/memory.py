"""What the window remembers from one time to the next."""

from __future__ import annotations

import base64
import json
import os
import re
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer

from studio.core.bounded import read_text
from studio.core.errors import UserError
from studio.core.files import write_json
from studio.core.log import logger
from studio.core.write_queue import WriteQueue

_FILE, _OLD_FILE = "window.json", "window.ini"
_SOON_MS = 500
_MOST_BYTES = 16 << 20
_PATIENCE_S = 5.0
"""How long the window waits to be remembered when it closes."""
_BYTES = "base64"
_HARMLESS_LINE = re.compile(
    r"""\[[\w%]+\]|[\w%.-]+(\\[\w%.-]+)*=([^@\\"\r\n]*|"([^@\\"\r\n]|\\["\\nrt'])*"|@ByteArray\([^",;\r\n]*\)|"@ByteArray\(([^"\\\r\n]|\\[^\r\n])*\)")"""
)
"""Lines of an older memory that hold plain text or plain bytes, and nothing that Qt would make an object of.

To Qt "\\r" ends a line too, and a "=" behind a backslash does not end a key.
"""


class Memory(QObject):
    """Values by key, in a file of the workspace; has the methods of `QSettings` that the window needs.

    `QSettings` itself must not read a file that somebody else may have written: what stands there behind `@Variant`
    is unpickled by PySide, and may be any program.
    """

    def __init__(self, workspace: Path, parent: QObject | None = None) -> None:
        """Args:
        workspace: the folder that holds the file; what cannot be read of it is forgotten.
        parent: owner.
        """
        super().__init__(parent)
        self._file = workspace / _FILE
        self._values = _read(self._file) if self._file.exists() else _read_old(workspace / _OLD_FILE)
        self._is_changed = False
        self._pen = _Pen(self._file)
        self._queue = WriteQueue("memory")
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._write)

    def value(self, key: str, default: Any = None) -> Any:
        """What is remembered: text, a number, true or false, or a `QByteArray`."""
        return self._values.get(key, default)

    def setValue(self, key: str, value: str | int | float | bool | QByteArray) -> None:
        """Remember something; it is written in a moment."""
        known = self._values.get(key)
        if type(known) is not type(value) or known != value:  # PySide dies of comparing bytes with a giant number
            self._values[key] = value
            self._change()

    def remove(self, key: str) -> None:
        """Forget something."""
        if self._values.pop(key, None) is not None:
            self._change()

    def isWritable(self) -> bool:
        """Whether the file can be written."""
        place = self._file if self._file.exists() else self._file.parent
        return os.access(place, os.W_OK) and os.access(self._file.parent, os.W_OK)

    def sync(self) -> None:
        """Write what was changed, now; a folder that is stuck is not waited for long."""
        self._write()
        self._queue.flush(_PATIENCE_S)

    def _write(self) -> None:
        """Have what was changed written, off the window's thread."""
        self._soon.stop()
        if self._is_changed or self._pen.has_failed:
            self._is_changed = self._pen.has_failed = False
            values = {key: _packed(value) for key, value in sorted(self._values.items())}
            self._queue.put(partial(self._pen.write, values))

    def _change(self) -> None:
        self._is_changed = True
        self._soon.start()


class _Pen:
    """Writes the file; any thread may hold it, as none of Qt's objects."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.has_failed = False

    def write(self, values: dict[str, object]) -> None:
        try:
            write_json(self._file, values)
        except UserError as error:  # said when the window opened; what it remembers stops nobody's work
            logger().warning("%s", error)
            self.has_failed = True  # it is tried again at the next chance


def _packed(value: object) -> object:
    return {_BYTES: base64.b64encode(bytes(value.data())).decode()} if isinstance(value, QByteArray) else value


def _read(file: Path) -> dict[str, Any]:
    try:
        stored = json.loads(read_text(file, most_bytes=_MOST_BYTES))
        return {key: _unpacked(value) for key, value in stored.items()}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}  # torn, or of another version: the window begins anew


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return QByteArray(base64.b64decode(str(value.get(_BYTES, ""))))
    return value


def _read_old(file: Path) -> dict[str, Any]:
    """What an older version remembered."""
    try:
        text = read_text(file, most_bytes=_MOST_BYTES)
    except (OSError, UnicodeDecodeError):
        return {}
    lines = [line for line in text.replace("\r", "\n").split("\n") if _HARMLESS_LINE.fullmatch(line)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, _OLD_FILE)
        copy.write_text("\n".join(lines) + "\n", encoding="utf-8")
        old = QSettings(str(copy), QSettings.Format.IniFormat)
        return {key: value for key in old.allKeys() if isinstance(value := old.value(key), (str, QByteArray))}


def whole_number(memory: Memory, key: str, default: int) -> int:
    """A whole number that is remembered, or the default where something else is."""
    try:
        return int(str(memory.value(key, default)))
    except ValueError:
        return default
