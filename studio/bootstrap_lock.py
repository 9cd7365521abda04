"""The lock: every library of a bundle, with its version and the hashes of its files.

Like `studio.bootstrap`, this runs on bare Python: nothing but the standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

#: Among the resources, so that a bundle carries the list of what it was built from.
LOCK = Path("resources", "lock", "bundle.txt")
EXTRAS = ("bundle", "export")

#: What differs between builds of torch, or is wanted by some of them alone.
_OF_TORCH = re.compile(r"(torch|torchvision|triton|nvidia-[\w-]+|cuda-[\w-]+)==")


def lock_command(rest: Sequence[str]) -> list[str]:
    """The words after the interpreter that write the lock; it holds for every system, and Python 3.10 or newer.

    Args:
        rest: further options of uv's, such as `--upgrade`; without, libraries keep the versions that they have in it.
    """
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    return [
        *("-m", "uv", "pip", "compile", "pyproject.toml", *extras, "--universal", "--python-version", "3.10"),
        *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet"),
        *("--custom-compile-command", "python3 -m studio.bootstrap lock", "--output-file", LOCK.as_posix(), *rest),
    ]


def audit_command(rest: Sequence[str]) -> list[str]:
    """The words after the interpreter that look every library of the lock up among known vulnerabilities.

    Args:
        rest: further options of pip-audit's.
    """
    # Without --strict, a library that could not be looked up would pass for one without a fault.
    return ["-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes", "-r", LOCK.as_posix(), *rest]


def without_torch(text: str) -> str:
    """The lock without torch, torchvision and what only some builds of them need.

    Args:
        text: the lock.
    """
    return "".join(entry for entry in _entries(text) if not _OF_TORCH.match(entry))


def pinned_torch(text: str) -> list[str]:
    """The versions of torch and torchvision in the lock, such as `torch==2.14.1`.

    Args:
        text: the lock.
    """
    return re.findall(r"^(torch(?:vision)?==[^\s;]+)", text, re.MULTILINE)


def _entries(text: str) -> Iterator[str]:
    """Each library's lines, its hashes with it."""
    yield from re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
