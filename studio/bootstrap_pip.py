"""pip, run so that a person can follow it.

Like `studio.bootstrap`, this runs on bare Python: nothing but the standard library.
"""

from __future__ import annotations

import os
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from studio.bootstrap_system import SetupError

#: How long pip may be silent before a line says that it is still at work.
SILENCE_S = 15.0
#: Smaller downloads are over before anybody reads of them.
WORTH_TELLING = re.compile(r"\((\d+(?:\.\d+)? [MG]B)\)")

#: What lines of pip's mean for the person who reads them; the first that fits is told.
CAUSES = (
    (
        r"No space left on device|Errno 28\b|not enough space on the disk",
        "The disk is full. Make room, then start again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The package index's certificate is not trusted here. Where a proxy opens connections, put the path of its "
        "certificate into PIP_CERT, then start again.",
    ),
    (
        r"NameResolution|name resolution|getaddrinfo|Network is unreachable|ConnectTimeout|Read timed out"
        r"|Failed to establish a new connection|ProxyError|Connection refused|ConnectionError",
        "The package index cannot be reached. Check the network, or the proxy in HTTPS_PROXY, then start again.",
    ),
    (
        r"requires a different Python",
        "The Python in .venv is too old. Delete .venv, then start again with Python 3.10 or newer.",
    ),
    (
        r"No matching distribution found|Could not find a version that satisfies",
        "A library has no build for this Python on this system. Try another Python, 3.11 to 3.13, or another index "
        "for torch.",
    ),
    (
        r"Permission denied|Access is denied",
        "A file may not be written. End programs that run from .venv, and see who owns it, then start again.",
    ),
)


class PipError(SetupError):
    """pip ended by itself with an error; whatever is installed is whole."""


class DiskFullError(PipError):
    """pip ran out of disk space, and may have left a library in pieces."""


def pip_install(python: Path, wanted: Sequence[str], root: Path) -> None:
    """Let pip install something, and tell how far it is.

    Args:
        python: interpreter of the environment to install into.
        wanted: requirements and options, as for `pip install`.
        root: folder that relative requirements start from; its disk also takes the temporary files.

    Raises:
        PipError: pip failed; says why in a sentence, with its last lines.
    """
    hidden = ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    # The system's folder for temporary files may be a small one in memory, and torch for CUDA brings 3 GB.
    scratch = tempfile.mkdtemp(prefix="tmp-", dir=python.parent.parent)
    environment.update(TMPDIR=scratch, TEMP=scratch, TMP=scratch)
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    with subprocess.Popen(
        [str(python), "-m", "pip", "install", *options, *wanted],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            lines = _follow(process.stdout)
        finally:
            # On Ctrl+C the terminal has told pip too; leaving before it does would cut its cleaning up short.
            process.wait()
            shutil.rmtree(scratch, ignore_errors=True)
    if process.returncode:
        raise explain(lines)


def explain(lines: Sequence[str]) -> PipError:
    """What went wrong, for a person.

    Args:
        lines: what pip printed.

    Returns:
        the error to raise.
    """
    text = "\n".join(lines)
    cause = next((said for pattern, said in CAUSES if re.search(pattern, text)), "")
    kind = DiskFullError if cause == CAUSES[0][1] else PipError
    return kind(f"The installation failed. {cause}\nThe last that pip said:\n\n{tail(lines)}")


def tail(lines: Sequence[str], count: int = 12) -> str:
    """The last lines of an output, set in; very long ones are cut."""
    return "\n".join(f"    {line.rstrip()[:300]}" for line in lines[-count:])


def in_words(seconds: float) -> str:
    """A duration as people say it, such as `1 min 20 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _follow(output: IO[str]) -> list[str]:
    """Tell what is worth telling of an output while it comes.

    Returns:
        all its lines.
    """
    coming: queue.Queue[str | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(output, coming), daemon=True)
    reader.start()
    lines: list[str] = []
    began = time.monotonic()
    while True:
        try:
            line = coming.get(timeout=SILENCE_S)
        except queue.Empty:
            print(f"  still at it ({in_words(time.monotonic() - began)})", flush=True)
            continue
        if line is None:
            reader.join()
            return lines
        lines.append(line)
        told = _retell(line)
        if told:
            print(f"  {told}", flush=True)


def _read(output: IO[str], coming: queue.Queue[str | None]) -> None:
    for line in output:
        coming.put(line)
    coming.put(None)


def _retell(line: str) -> str | None:
    """What a line of pip's says, in plain words; None when it is not worth a line."""
    size = WORTH_TELLING.search(line)
    fetched = re.match(r"\s*(?:Downloading|Using cached) (?:\S*/)?([A-Za-z0-9_.]+)-(\d[^-]*)-\S*\.whl", line)
    if fetched and size:
        name, version = fetched[1].replace("_", "-"), fetched[2].replace("%2B", "+")
        return f"fetching {name} {version} ({size[1]})"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {line.count(',') + 1} packages"
    if "Retrying (Retry(" in line:
        return "the package index does not answer; trying again"
    return None
