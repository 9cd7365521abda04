"""What whoever looks after a machine asks first: versions, system, folders, the end of the log."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

import studio
from studio.core import log
from studio.core.licences import NEEDED, OPTIONAL

Fact = tuple[str, str]
"""What it is, and what it comes to."""

LOG_LINES = 50
_GIB = 2**30


def package_version(name: str) -> str:
    """The version of an installed package, without importing it; empty when it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def versions() -> str:
    """The studio, Python and the system in one line."""
    return f"Spotless Studio {studio.__version__}, Python {platform.python_version()}, {platform.platform()}"


def machine_facts(workspace: Path) -> list[Fact]:
    """Facts that need no window; may take a moment where the workspace is on a drive that does not answer.

    Args:
        workspace: where datasets and runs are kept.
    """
    memory = psutil.virtual_memory()
    named = ((name, package_version(name)) for name in (*NEEDED, *OPTIONAL))
    return [
        ("Spotless Studio", studio.__version__ + (", bundle" if getattr(sys, "frozen", False) else "")),
        ("System", platform.platform()),
        ("Python", f"{platform.python_version()}, {sys.executable}"),
        ("Packages", ", ".join(f"{name} {number}" for name, number in named if number)),
        ("Processor cores", str(os.cpu_count() or 1)),
        ("Memory", f"{memory.available / _GIB:.1f} of {memory.total / _GIB:.1f} GiB free"),
        ("Workspace", f"{workspace}{_room(workspace)}"),
        ("Log", str(log.log_file())),
    ]


def details(facts: Iterable[Fact]) -> str:
    """Facts, then the end of the log, as text to send to somebody.

    Args:
        facts: a line each.
    """
    lines = [f"{name}: {value}" for name, value in facts]
    return "\n".join([*lines, "", f"The last {LOG_LINES} lines of the log:", *log.last_lines(LOG_LINES)])


def _room(folder: Path) -> str:
    try:
        return f" ({shutil.disk_usage(folder).free / _GIB:.1f} GiB free)"
    except OSError as error:
        return f" ({error.strerror or error})"
