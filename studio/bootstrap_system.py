"""What the system must bring, since pip cannot: Python's venv module, Qt's libraries, room on the disk.

Like `studio.bootstrap`, this runs on bare Python: nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

#: What Qt links on any Linux, without a screen too: file looked for -> Debian's package.
ALWAYS: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libX11.so.6": "libx11-6",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}

#: What it links besides for a window on a screen. Qt blames xcb-cursor whichever of them is missing.
FOR_A_SCREEN: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupError(Exception):
    """Setting up cannot go on; the text says why, and what to do or type."""


def has_screen() -> bool:
    """Whether a window opened now would be seen by somebody."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal"):
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing(libraries: Mapping[str, str]) -> dict[str, str]:
    """Those of the libraries that this system cannot load.

    Args:
        libraries: file looked for -> Debian's package, as in `ALWAYS`.
    """
    return {file: package for file, package in libraries.items() if not _loads(file)}


def provide_packages(*, for_a_screen: bool) -> None:
    """Make sure of what pip cannot bring: Python's venv module and, on Linux, the libraries that Qt links.

    Args:
        for_a_screen: also those for a real window.

    Raises:
        SetupError: something is missing that may not be installed from here; says the line to type.
    """
    reasons, packages = [], []
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        # Debian and Ubuntu keep it in a package of its own.
        reasons.append("Python needs its venv module")
        packages.append(f"python3.{sys.version_info[1]}-venv")
    needed = {**ALWAYS, **(FOR_A_SCREEN if for_a_screen else {})} if sys.platform.startswith("linux") else {}
    lacking = missing(needed)
    if lacking:
        count = f"{len(lacking)} system {'library' if len(lacking) == 1 else 'libraries'}"
        reasons.append(f"Qt needs {count}")
        packages += sorted(set(lacking.values()))
    if not reasons:
        return
    reason = " and ".join(reasons)
    if shutil.which("apt-get") is None:
        raise SetupError(f"{reason}. {_way_without_apt(lacking)}")
    _install(packages, reason)
    importlib.invalidate_caches()
    still = missing(needed)
    if still:
        raise SetupError(f"Installed Qt's libraries, yet {', '.join(sorted(still))} cannot be loaded.")


def _install(packages: Sequence[str], reason: str) -> None:
    """Install Debian packages, as root or by a `sudo` that asks for no password."""
    line = f"sudo apt-get update && sudo apt-get install -y {shlex.join(packages)}"
    prefix = _privilege()
    if prefix is None:
        raise SetupError(
            f"{reason}, which only an administrator may install. Type this, then start again:\n\n    {line}\n"
        )
    print(f"{reason}: installing {', '.join(packages)}", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
    # Recommended packages would bring whole desktops along.
    steps = (["update"], ["install", "-y", "--no-install-recommends", *packages])
    for step in steps:
        done = subprocess.run(
            [*apt, *step],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        # A stale third-party source fails the update and seldom the installation: only the latter decides.
        if done.returncode and step is steps[-1]:
            said = "\n".join(f"    {text}" for text in done.stdout.splitlines()[-8:])
            raise SetupError(f"{reason}, and apt failed:\n\n{said}\n\nTo try by hand, type:\n\n    {line}\n")


def _way_without_apt(lacking: Mapping[str, str]) -> str:
    """What to do on a system without apt: names of packages differ there, the files do not."""
    if not lacking:
        return "Install a complete Python, from python.org for example, then start again."
    for manager in ("dnf", "zypper"):
        if shutil.which(manager):
            # Both find a package by the library that it provides.
            wanted = shlex.join(f"{file}()(64bit)" for file in sorted(lacking))
            return f"Type this, then start again:\n\n    sudo {manager} install {wanted}\n"
    return f"Install the packages of your system that hold {', '.join(sorted(lacking))}, then start again."


def check_space(folder: Path, needed_gb: float, purpose: str) -> None:
    """Make sure of free disk space.

    Args:
        folder: where it is needed.
        needed_gb: how much, in GB.
        purpose: what for, as the subject of a sentence.

    Raises:
        SetupError: there is less.
    """
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < needed_gb:
        raise SetupError(
            f"{purpose} needs about {needed_gb:g} GB of disk space while it runs, and {folder} has {free_gb:.1f} GB "
            "left. Make room, then start again."
        )


def _privilege() -> list[str] | None:
    """What to put before a command so that it runs as root; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and _succeeds([sudo, "-n", "true"]):
        return [sudo, "-n"]
    return None


def _succeeds(command: Iterable[str]) -> bool:
    return subprocess.run(list(command), capture_output=True, check=False).returncode == 0


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True
