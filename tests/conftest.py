"""What every test gets without asking for it: a home of its own, a guard against what it leaves behind.

torch is not imported here, so tests of the window run in a process without it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from studio.bootstrap_system import has_screen

if TYPE_CHECKING:
    from tests.data.odd_corpus import OddPhotos

#: How long something that is ending may take to end once its test is over.
GRACE_S = 5.0

# A second thread of torch has nothing to do in networks this small but to wait, which it does at full speed: trainings
# took three times the processor's time, and beside another process four times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")
if not has_screen():
    # Before anything creates Qt's application, which reads it once.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real photos (`plates/`, `dishes_dev/`), which lies beside the checkout where there is one."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("SPOTLESS_DATA", beside))
    if not folder.is_dir():
        pytest.skip("no real photos here: name their folder in SPOTLESS_DATA")
    return folder


@pytest.fixture(scope="session")
def odd_photos_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OddPhotos]:
    """A folder of odd photos, a small cut of them, which no test changes; and what is true of each."""
    from tests.data import odd_photos

    folder = tmp_path_factory.mktemp("odd") / "photos"
    yield folder, odd_photos.make(folder, is_whole=False)
    odd_photos.sweep(folder)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home folder, so that no test reads or writes the user's settings, caches or workspaces."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    places = {
        "config": ("XDG_CONFIG_HOME", "APPDATA", "WIN_PD_OVERRIDE_APPDATA"),
        "data": ("XDG_DATA_HOME", "LOCALAPPDATA", "WIN_PD_OVERRIDE_LOCAL_APPDATA"),
        "cache": ("XDG_CACHE_HOME",),
        "state": ("XDG_STATE_HOME",),
        "documents": ("XDG_DOCUMENTS_DIR", "WIN_PD_OVERRIDE_PERSONAL"),
    }
    for place, names in places.items():
        for name in names:
            monkeypatch.setenv(name, str(home / place))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        # Qt looks at the environment once per process; later tests have to tell it.
        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(home / "config"))
    return home


@pytest.fixture(autouse=True)
def nothing_left_behind(own_home: Path) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process or a visible window behind."""
    threads, children, windows = _threads(), _children(), _windows()
    yield
    left = [
        *_ended_threads(_threads() - threads),
        *_ended_children(_children() - children),
        *_closed_windows(_windows() - windows),
    ]
    if left:
        pytest.fail("the test left behind: " + "; ".join(left), pytrace=False)


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _children() -> set[psutil.Process]:
    found = set()
    for child in psutil.Process().children(recursive=True):
        try:
            # Python's own, one per process, started with the first shared memory or semaphore.
            if not any("resource_tracker" in word for word in child.cmdline()):
                found.add(child)
        except psutil.Error:
            continue
    return found


def _windows() -> set[object]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    return {window for window in widgets.QApplication.topLevelWidgets() if window.isVisible()}


def _ended_threads(threads: set[threading.Thread]) -> list[str]:
    """Wait for threads to end; what to say of those that do not."""
    for thread in threads:
        thread.join(GRACE_S)
    return [f"the thread {thread.name}" for thread in threads if thread.is_alive()]


def _ended_children(children: set[psutil.Process]) -> list[str]:
    """Wait for processes to end, then end them; what to say of those that had to be ended."""
    _, alive = psutil.wait_procs(children, GRACE_S)
    said = [f"the process {child.pid} ({_command(child)})" for child in alive]
    for child in alive:
        child.kill()
    psutil.wait_procs(alive, GRACE_S)
    return said


def _closed_windows(windows: set[object]) -> list[str]:
    """Close windows; what to say of them."""
    said = [f"the window {window!r}" for window in windows]
    for window in windows:
        window.close()  # type: ignore[attr-defined]
    return said


def _command(child: psutil.Process) -> str:
    try:
        return " ".join(child.cmdline())[:200]
    except psutil.Error:
        return "gone"
