"""Where a bundle is used: read-only, with a home of its own and no other program to be found."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

WINDOWED, CONSOLE = "Spotless Studio", "studio"
LIMIT_S = 900.0
LEAVING_S = 90.0
"""What processes may take to end once whoever started them has: those that are still starting hear of it last."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A bundle that cannot be written to, beside a folder that can.

    Attributes:
        folder: the bundle.
        scratch: gets home, workspace, photos and everything that is made of them.
    """

    folder: Path
    scratch: Path

    def program(self, name: str) -> Path:
        """One of the bundle's two programs."""
        return self.folder / (f"{name}.exe" if os.name == "nt" else name)

    @property
    def workspace(self) -> Path:
        return self.scratch / "workspace"

    @property
    def temporary(self) -> Path:
        return self.scratch / "tmp"

    @property
    def log(self) -> Path:
        return self.scratch / "log"

    def environment(self, **more: str) -> dict[str, str]:
        """What a person's session says, on a machine without Python or anything else on the PATH."""
        home = self.scratch / "home"
        for folder in (home, self.temporary, self.workspace):
            folder.mkdir(parents=True, exist_ok=True)
        needed = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE")
        homes = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")
        temporaries = ("TMPDIR", "TEMP", "TMP")
        return {
            **{name: os.environ[name] for name in needed if name in os.environ},
            **dict.fromkeys(homes, str(home)),
            **dict.fromkeys(temporaries, str(self.temporary)),
            "PATH": "",
            "LANG": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "SPOTLESS_LOG": str(self.log),
            "SPOTLESS_WORKSPACE": str(self.workspace),
            **more,
        }

    def start(self, words: Sequence[str], **more: str) -> subprocess.Popen[str]:
        """Start a program and leave it running; what it prints can be read from `stdout`.

        Args:
            words: the program's path and its command line.
            more: of the environment.
        """
        return subprocess.Popen(
            list(words),
            cwd=self.scratch,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def studio(self, *words: str | Path, code: int = 0) -> str:
        """Run the console program to its end; what it printed.

        Args:
            words: its command line.
            code: the exit code that is right.

        Raises:
            AssertionError: it ended otherwise, or not at all.
        """
        with self.start([str(self.program(CONSOLE)), *map(str, words)]) as running:
            try:
                said, _ = running.communicate(timeout=LIMIT_S)
            except subprocess.TimeoutExpired:
                running.kill()
                raise AssertionError(f"`studio {words[0]}` has not ended after {LIMIT_S:.0f} s") from None
        told = "\n".join(said.splitlines()[-25:])
        assert running.returncode == code, f"`studio {words[0]}` ended with {running.returncode}:\n{told}"
        return said

    def processes(self) -> list[psutil.Process]:
        """Every process that runs one of the bundle's programs."""
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = Path(process.exe()).is_relative_to(self.folder) and process.status() != psutil.STATUS_ZOMBIE
            except psutil.Error:
                continue
            found += [process] if is_ours else []
        return found

    def see_none_left(self) -> float:
        """Wait until no process of the bundle is left; how long that took, in seconds.

        Raises:
            AssertionError: some stay.
        """
        began = time.monotonic()
        while left := self.processes():
            assert time.monotonic() - began < LEAVING_S, f"left behind: {[process.pid for process in left]}"
            time.sleep(0.05)
        return time.monotonic() - began

    def end_all(self) -> None:
        """End what a failed step has left."""
        for process in self.processes():
            try:
                process.kill()
            except psutil.Error:
                continue


@contextmanager
def read_only(folder: Path, at: Path) -> Iterator[tuple[Path, str]]:
    """Make a bundle unwritable while it is used.

    Args:
        folder: the bundle as it was built.
        at: where it is shown, where that is possible; made for it.

    Yields:
        where to use it, and how it is kept from being written.
    """
    at.mkdir(parents=True, exist_ok=True)
    if _mounts(folder, at):
        try:
            _see_refusal(at)
            yield at, "a read-only mount"
        finally:
            # Lazily: what was interrupted in the middle may not have let go yet.
            subprocess.run(["umount", "--lazy", str(at)], check=True)
        return
    at.rmdir()
    writable = [path for path in (folder, *folder.rglob("*")) if not path.is_symlink() and path.stat().st_mode & 0o222]
    for path in writable:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        how = "mode bits" if _is_refused(folder) else "nothing: this user may write whatever the mode bits say"
        yield folder, how
    finally:
        for path in writable:
            path.chmod(path.stat().st_mode | 0o200)


def _mounts(folder: Path, at: Path) -> bool:
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    if not _succeeds(["mount", "--bind", str(folder), str(at)]):
        return False
    return _succeeds(["mount", "-o", "remount,bind,ro", str(at)]) or not _succeeds(["umount", str(at)])


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(list(command), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _is_refused(folder: Path) -> bool:
    try:
        (folder / "written").touch()
    except OSError:
        return True
    (folder / "written").unlink()
    return False


def _see_refusal(folder: Path) -> None:
    assert _is_refused(folder), f"{folder} can be written although it is mounted read-only"
