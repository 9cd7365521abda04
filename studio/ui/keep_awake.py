"""The machine does not fall asleep while it trains."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001  # SetThreadExecutionState, winbase.h


class KeepAwake:
    """Asks the system not to sleep, for as long as a job runs; where there is no way to ask, nothing happens.

    The screen may still go dark. Whoever helps ends with this process, even if it is killed.
    """

    def __init__(self, system: str = "") -> None:
        """Args:
        system: as `platform.system` names it; this one when empty.
        """
        self._system = system or platform.system()
        self._helper: subprocess.Popen[bytes] | None = None

    @property
    def is_on(self) -> bool:
        """Whether a program is holding the machine awake for us."""
        return self._helper is not None and self._helper.poll() is None

    def start(self) -> None:
        """Ask for it."""
        if self._system == "Windows":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS | _SYSTEM_REQUIRED)  # type: ignore[attr-defined]
            return
        command = self.command()
        if command and shutil.which(command[0]) and self._helper is None:
            quiet = subprocess.DEVNULL
            self._helper = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)

    def stop(self) -> None:
        """Let the machine sleep again."""
        if self._system == "Windows":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS)  # type: ignore[attr-defined]
        helper, self._helper = self._helper, None
        if helper is not None:
            helper.terminate()
            helper.wait()

    def command(self) -> list[str]:
        """The program that holds the machine awake until this process ends; empty where the system has none."""
        pid = str(os.getpid())
        if self._system == "Darwin":
            return ["caffeinate", "-i", "-w", pid]
        if self._system == "Linux":
            told = ["--what=sleep:idle", "--who=Spotless Studio", "--why=A training is running", "--mode=block"]
            return ["systemd-inhibit", *told, "tail", f"--pid={pid}", "-f", "/dev/null"]
        return []
