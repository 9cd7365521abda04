"""A stand-in for the interpreter that installs, so that the bootstrap is seen at work without a network."""

from __future__ import annotations

import os
import shutil
import sys
from collections import namedtuple
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio import bootstrap

ROOT = Path(__file__).resolve().parent.parent

#: Keeps a list of what it is asked, makes environments that hold a copy of itself, and has pip end as told.
STAND_IN = """\
#!/bin/sh
echo "$*" >> "$STAND_IN/asked"
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *version_info*) cat "$STAND_IN/release" ;;
    "-m pip "*) if [ -e "$STAND_IN/pip" ]; then . "$STAND_IN/pip"; fi ;;
    *"import torch"*) if [ -e "$STAND_IN/load" ]; then . "$STAND_IN/load"; fi ;;
    "-m pytest"*) exit 3 ;;
    "-m tests.bundle"*) if [ -e "$STAND_IN/use" ]; then . "$STAND_IN/use"; fi ;;
    "-m studio"*) echo "$QT_QPA_PLATFORM" > "$STAND_IN/platform" ;;
esac
"""

needs_sh = pytest.mark.skipif(os.name == "nt", reason="the stand-in for the interpreter is a shell script")


@dataclass(frozen=True)
class Machine:
    """A checkout beside a stand-in for Python, whose pip does what a test says."""

    root: Path
    folder: Path

    def run(self, *words: str) -> int:
        """Run the bootstrap as its command line would be."""
        return bootstrap.main(words, root=self.root, base_python=str(self.folder / "python"))

    def asked(self, part: str) -> list[str]:
        """What the stand-in was asked since the last look, those with this part alone."""
        file = self.folder / "asked"
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line for line in lines if part in line]

    def pip(self, script: str) -> None:
        """Let pip be this shell script from now on."""
        (self.folder / "pip").write_text(script, "utf-8")

    @property
    def venv(self) -> Path:
        return self.root / ".venv"


def make_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A checkout with this project's pyproject.toml, on a machine without a screen and with plenty of room."""
    root, stand_in = folder / "a checkout", folder / "stand-in"
    root.mkdir()
    stand_in.mkdir()
    shutil.copy(ROOT / "pyproject.toml", root)
    (stand_in / "python").write_text(STAND_IN, "utf-8")
    (stand_in / "python").chmod(0o755)
    (stand_in / "release").write_text("{}.{}".format(*sys.version_info[:2]), "utf-8")
    monkeypatch.setenv("STAND_IN", str(stand_in))
    with_room(monkeypatch, 100)
    without_screen(monkeypatch)
    return Machine(root, stand_in)


def with_room(monkeypatch: pytest.MonkeyPatch, free_gb: float) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, int(free_gb * 1e9)))


def without_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
