"""The project's Python environments, made, mended, completed, or left as they are.

`.venv` is for working in; `build/venv` holds exactly what the lock names, and a bundle is built from it.

Like `studio.bootstrap`, this runs on bare Python: nothing but the standard library.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from studio.bootstrap_lock import LOCK, pinned_torch, without_torch
from studio.bootstrap_pip import DiskFullError, PipError, in_words, pip_install, tail
from studio.bootstrap_system import SetupError, check_space

STAMP = "studio-setup.json"
#: Free space wanted while installing, downloads included: torch for CUDA, any other torch, all but torch.
CUDA_GB, CPU_GB, SMALL_GB = 9, 4, 1


@dataclass(frozen=True)
class Setup:
    """What an environment is made of.

    Attributes:
        python: release of its interpreter, such as `3.11`.
        root: the checkout, whose place is written into the environment's scripts.
        torch_index: address of the index that torch came from; None for pip's own.
        project: fingerprint of pyproject.toml, and of the lock where that is followed.
        extras: the optional dependencies in it, sorted.
    """

    python: str
    root: str
    torch_index: str | None
    project: str
    extras: tuple[str, ...]


def prepare(
    root: Path,
    *,
    extras: Sequence[str] = (),
    torch_index: str | None = None,
    base_python: str | None = None,
    is_locked: bool = False,
) -> Path:
    """Make an environment whole, whatever state it is in.

    Args:
        root: the checkout.
        extras: the project's optional dependencies to have; those that an earlier run installed stay.
        torch_index: address of another package index for torch; None keeps what an earlier run was given.
        base_python: the interpreter that makes the environment; None for the one that runs this.
        is_locked: `build/venv` with exactly the libraries of the lock, instead of `.venv` with what fits the project.

    Returns:
        the environment's interpreter.

    Raises:
        SetupError: no room, no network, or pip failed; says which, and what to do.
    """
    venv = root / "build" / "venv" if is_locked else root / ".venv"
    python = interpreter(venv)
    was, is_unfinished = read_stamp(venv)
    release = _release(python)
    wish = Setup(
        python=release or "{}.{}".format(*sys.version_info[:2]),
        root=str(root),
        torch_index=torch_index or (was.torch_index if was else None),
        project=_fingerprint(root / "pyproject.toml", *([root / LOCK] if is_locked else [])),
        extras=tuple(sorted({*extras, *(was.extras if was else ())})),
    )
    if was == wish and release:
        return python
    # An environment that works and has no stamp was made by hand: it is completed, never thrown away.
    is_kept = bool(release) and not is_unfinished and not is_locked and (was is None or _can_become(was, wish))
    print(f"Preparing {venv}: the first time this takes some minutes", flush=True)
    began = time.monotonic()
    check_space(root, _room_gb(venv if is_kept else None, wish.torch_index), "the installation")
    if not is_kept:
        # Asked for by that name, since the interpreter that runs this may be the environment's own.
        _make(venv, base_python or str(getattr(sys, "_base_executable", sys.executable)))
        wish = replace(wish, python=_release(python) or wish.python)
    _write_stamp(venv, None)
    try:
        (_install_locked if is_locked else _install)(python, wish, root)
    except PipError as error:
        if is_kept and not isinstance(error, DiskFullError):
            _restore_stamp(venv, was)
        raise
    print("Seeing whether they load", flush=True)
    try:
        # torch first: on Windows it does not load once Qt has.
        load = "import torch, torchvision, cv2; from PySide6 import QtWidgets"
        _succeed([str(python), "-c", load], "Everything is installed, yet something does not load here")
    except SetupError:
        # Nothing is wrong with the environment itself, so the next run looks again and installs nothing.
        (venv / STAMP).unlink()
        raise
    _write_stamp(venv, wish)
    print(f"Ready after {in_words(time.monotonic() - began)}", flush=True)
    return python


def interpreter(venv: Path) -> Path:
    """Where an environment's interpreter lies on this system."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def read_stamp(venv: Path) -> tuple[Setup | None, bool]:
    """What an earlier run said about an environment.

    Returns:
        what it is made of, or None when it was not made here; and whether an installation was cut off in it.
    """
    try:
        values = json.loads((venv / STAMP).read_text("utf-8"))
        return Setup(**{**values, "extras": tuple(values["extras"])}), False
    except FileNotFoundError:
        return None, False
    except (ValueError, TypeError, KeyError):
        # "null" while an installation runs, torn text after a crash.
        return None, True


def _write_stamp(venv: Path, setup: Setup | None) -> None:
    """Say what the environment is made of; None while that is being changed."""
    new = venv / f"{STAMP}.new"
    new.write_text(json.dumps(setup and asdict(setup), indent=1), "utf-8")
    os.replace(new, venv / STAMP)


def _restore_stamp(venv: Path, was: Setup | None) -> None:
    if was is None:
        (venv / STAMP).unlink()
    else:
        _write_stamp(venv, was)


def _can_become(was: Setup, wish: Setup) -> bool:
    """Whether pip can turn one into the other; else the environment is made anew."""
    return (was.python, was.root, was.torch_index) == (wish.python, wish.root, wish.torch_index)


def _release(python: Path) -> str | None:
    """Release of an interpreter, such as `3.11`; None when it does not start."""
    asked = [str(python), "-c", "import sys, encodings; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(
            asked, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _room_gb(venv: Path | None, torch_index: str | None) -> int:
    """How much free space an installation wants, in GB."""
    if venv and (any(venv.glob("lib/*/site-packages/torch")) or (venv / "Lib/site-packages/torch").is_dir()):
        return SMALL_GB
    # Linux's ordinary build carries CUDA.
    return CUDA_GB if sys.platform.startswith("linux") and torch_index is None else CPU_GB


def _make(venv: Path, base_python: str) -> None:
    """Create the environment, in the place of a broken one."""
    if venv.exists():
        print("What lies there is broken, half-made or of another Python: it is made anew", flush=True)
        try:
            shutil.rmtree(venv)
        except OSError as error:
            raise SetupError(
                f"{error.filename or venv} cannot be removed. Delete {venv} by hand, then start again."
            ) from None
    venv.mkdir(parents=True)
    # Said before there is anything in it, so that no cut leaves something that looks made by hand.
    _write_stamp(venv, None)
    _succeed([base_python, "-m", "venv", str(venv)], "Python could not make an environment")


def _install(python: Path, wish: Setup, root: Path) -> None:
    """Bring everything in by pip."""
    if subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode:
        _succeed([str(python), "-m", "ensurepip"], "Python could not install its own pip")
    # An older one cannot install a project in place from its pyproject.toml.
    pip_install(python, ["pip>=22.3"], root)
    if wish.torch_index:
        print(f"Fetching torch from {wish.torch_index}", flush=True)
        pip_install(python, ["--index-url", wish.torch_index, *torch_requirements(root)], root)
    print("Fetching the libraries; torch is by far the largest", flush=True)
    pip_install(python, ["--editable", f".[{','.join(wish.extras)}]" if wish.extras else "."], root)


def _install_locked(python: Path, wish: Setup, root: Path) -> None:
    """Bring in what the lock names, each file compared with its hashes.

    torch from another index has other hashes, which nobody could have written down: it comes without, in the lock's
    version, and so do the libraries that only its build for graphics cards needs.
    """
    lock = root / LOCK
    text = lock.read_text("utf-8")
    if wish.torch_index:
        lock = python.parent.parent / "without-torch.txt"
        lock.write_text(without_torch(text), "utf-8")
    print("Fetching the libraries, as the lock names them; torch is by far the largest", flush=True)
    pip_install(python, ["--require-hashes", "--no-deps", "-r", str(lock)], root)
    if wish.torch_index:
        print(f"Fetching torch from {wish.torch_index}", flush=True)
        pip_install(python, ["--index-url", wish.torch_index, *pinned_torch(text)], root)
    # The project is built by what the lock brought: in an environment of its own pip would fetch that unchecked.
    pip_install(python, ["--no-index", "--no-deps", "--no-build-isolation", "--editable", "."], root)
    _succeed([str(python), "-m", "pip", "check"], f"{LOCK.as_posix()} does not fit the project; write it anew")


def _fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _succeed(command: Sequence[str], failure: str) -> None:
    """Run something that is expected to work.

    Raises:
        SetupError: it did not; `failure` is the start of the sentence, followed by its last lines.
    """
    done = subprocess.run(
        list(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise SetupError(f"{failure}:\n\n{tail(done.stdout.splitlines())}")


def torch_requirements(root: Path) -> list[str]:
    """The project's bounds for torch and torchvision, such as `torch>=2.9,<2.15`.

    Args:
        root: the checkout.
    """
    # Python 3.10 cannot read TOML by itself.
    text = (root / "pyproject.toml").read_text("utf-8")
    found = re.findall(r'^\s*"(torch(?:vision)?\s*[<>=!~][^"]*)"', text, re.MULTILINE)
    assert len(found) == 2, found
    return found
