"""What the window remembers is data: whatever stands in its file, nothing of it runs and the window opens."""

from __future__ import annotations

import json
import os
import random
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.errors import UserError
from studio.core.files import write_json
from studio.ui.app import open_window
from studio.ui.memory import Memory, whole_number
from tests.fuzzing import NASTY

KEYS = (
    "window/geometry", "window/tab", "window/theme", "dataset/last", "dataset/recent", "dataset/last_place", "run/last",
    "config/last", "train/scale", "train/smoothing", "train/clip", "classify/point", "classify/heat", "classify/model",
    "classify/place", "configure/estimates", "dataset/thumbnail_px", "splitters/train", "splitters/dataset",
)  # fmt: skip


class Harm:
    """Makes a folder when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> object:
        return (os.mkdir, (str(self.target),))


def test_values_come_back_as_they_were(qapp: QApplication, tmp_path: Path) -> None:
    values = {"a/text": "Schüssel\udcfc", "a/number": 20, "a/share": 0.5, "a/yes": True, "bytes": QByteArray(b"\0\xff")}
    memory = Memory(tmp_path)
    for key, value in values.items():
        memory.setValue(key, value)
    memory.sync()
    again = Memory(tmp_path)
    assert {key: again.value(key) for key in values} == values
    assert again.value("unknown", "default") == "default"


def test_a_change_is_written_by_itself(qapp: QApplication, tmp_path: Path, qtbot: object) -> None:
    memory = Memory(tmp_path)
    memory.setValue("key", "value")
    qtbot.waitUntil(lambda: (tmp_path / "window.json").is_file(), timeout=20_000)  # type: ignore[attr-defined]
    memory.remove("key")
    memory.sync()
    assert Memory(tmp_path).value("key") is None


def test_the_window_does_not_wait_for_a_folder_that_is_stuck(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, stuck = threading.Event(), threading.Event()

    def slowly(file: Path, values: object) -> None:
        stuck.set()
        free.wait(60)
        write_json(file, values)

    memory = Memory(tmp_path)
    memory.setValue("key", "old")
    with monkeypatch.context() as patch:
        patch.setattr("studio.ui.memory.write_json", slowly)
        qtbot.waitUntil(stuck.is_set, timeout=20_000)
        assert not (tmp_path / "window.json").exists()
    memory.setValue("key", "new")
    free.set()
    memory.sync()
    assert Memory(tmp_path).value("key") == "new"


def test_what_could_not_be_written_is_written_at_the_next_chance(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise UserError("the disk is full")

    memory = Memory(tmp_path)
    memory.setValue("key", "value")
    with monkeypatch.context() as patch:
        patch.setattr("studio.ui.memory.write_json", refuse)
        memory.sync()
    memory.sync()
    assert Memory(tmp_path).value("key") == "value"


def test_an_object_in_an_older_memory_is_not_brought_to_life(qapp: QApplication, tmp_path: Path) -> None:
    old = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    old.setValue("window/tab", Harm(tmp_path / "harm"))
    old.setValue("window/theme", "dark")
    old.setValue("window/geometry", QByteArray(b'\1\2,;"\\@Variant(\0'))
    old.setValue("dataset/last", 'C:\\photos, "of" Küche')
    old.setValue("train/smoothing", 30)
    old.sync()
    text = (tmp_path / "window.ini").read_text(encoding="utf-8")
    hidden = text.replace("@Variant", "\\x40Variant"), text.replace("@Variant", "x, @Variant").replace('"', "")
    object_line = next(line for line in text.split("\n") if "@Variant" in line and "PyObject" in line)
    program = object_line.partition("=")[2].strip('"')
    # Qt's line ends at "\r" too, and its key not at an escaped "=".
    covered = (f"a=@ByteArray(\rb={program}", f"a\\=@ByteArray(x={program}")
    rest = text.replace(object_line, "")
    contents = (text, *hidden, text.replace("\n", "\r\n"), *(f"{rest}\n[more]\n{line}\n" for line in covered))
    for number, content in enumerate(contents):
        workspace = tmp_path / str(number)
        workspace.mkdir()
        (workspace / "window.ini").write_bytes(content.encode())
        memory = Memory(workspace)
        assert memory.value("window/tab") is None
        assert memory.value("window/theme") == "dark"
        assert whole_number(memory, "train/smoothing", 20) == 30
    assert not (tmp_path / "harm").exists()


def test_a_workspace_that_holds_a_program_opens_without_running_it(qapp: QApplication, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    old = QSettings(str(workspace / "window.ini"), QSettings.Format.IniFormat)
    for key in KEYS:
        old.setValue(key, Harm(tmp_path / "harm"))
    old.sync()
    assert "PyObject" in (workspace / "window.ini").read_text(encoding="utf-8")
    open_window(workspace).close()
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, *range(2, 20)))])
def test_the_window_opens_whatever_it_remembers(qapp: QApplication, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    values = {key: chance.choice([*NASTY, "[[", "[" * 10_000, '{"a": 1}', "[1, 2]", {"base64": "!"}]) for key in KEYS}
    values["window/theme"] = None
    (tmp_path / "window.json").write_text(json.dumps(values), encoding="utf-8")
    window = open_window(tmp_path)
    for tab in window.tabs:
        window.show_tab(tab)
    window.close()
    Memory(tmp_path).value("window/tab")


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"null", b"[" * 100_000, b'{"a": {"base64": 3}}'])
def test_a_torn_memory_is_begun_anew(qapp: QApplication, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "window.json").write_bytes(content)
    memory = Memory(tmp_path)
    memory.setValue("window/tab", "train")
    memory.sync()
    assert Memory(tmp_path).value("window/tab") == "train"


def test_no_other_part_of_the_window_lets_qt_read_a_file_of_settings() -> None:
    import studio.ui

    folder = Path(studio.ui.__file__).parent
    users = [file.name for file in folder.rglob("*.py") if "QSettings(" in file.read_text(encoding="utf-8")]
    assert users == ["memory.py"]
