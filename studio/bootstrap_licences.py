"""Licences of the system's libraries that a bundle takes along, from what a Debian system says of its packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_DOCUMENTS = Path("/usr/share/doc")
_COMMON = Path("/usr/share/common-licenses")
_NAMED = re.compile(rf"{re.escape(_COMMON.as_posix())}/([A-Za-z0-9][A-Za-z0-9.+-]*[A-Za-z0-9])")


def system_texts(libraries: Iterable[str], ours: Sequence[str]) -> tuple[dict[str, Path], list[str]]:
    """Find the texts that go with libraries which no Python package brought.

    Args:
        libraries: files that the bundle takes along.
        ours: folders whose files bring their licences otherwise: of Python and its packages.

    Returns:
        the texts by what they are of, and the libraries for which none was found.
    """
    inner = tuple(os.path.join(os.path.realpath(folder), "") for folder in ours)
    outer = sorted({file for file in libraries if not os.path.realpath(file).startswith(inner)})
    packages = _packages(outer)
    texts: dict[str, Path] = {}
    for package in {package for package in packages.values() if (_DOCUMENTS / package / "copyright").is_file()}:
        texts[f"{package} (library of the system)"] = _DOCUMENTS / package / "copyright"
    for file in list(texts.values()):
        for name in _NAMED.findall(file.read_text(encoding="utf-8", errors="replace")):
            if (_COMMON / name).is_file():
                texts[f"{name} (text of the licence)"] = _COMMON / name
    missing = [file for file in outer if f"{packages.get(file)} (library of the system)" not in texts]
    return texts, missing


def _packages(files: Sequence[str]) -> dict[str, str]:
    """The Debian package that each file is of, as far as the system knows."""
    asker = shutil.which("dpkg-query")
    if asker is None or not files:
        return {}
    places = {place: file for file in files for place in _places(file)}
    # It ends with 1 when it does not know one of them.
    told = subprocess.run([asker, "--search", *places], capture_output=True, text=True, check=False).stdout
    found = {}
    for line in told.splitlines():
        package, _, place = line.partition(": ")
        if place in places:
            found[places[place]] = package.partition(",")[0].partition(":")[0]
    return found


def _places(file: str) -> set[str]:
    """Where a package may have put a file: /lib is a link to /usr/lib by now, and packages are not all told."""
    both = {file, os.path.realpath(file)}
    return both | {place.removeprefix("/usr") for place in both} | {f"/usr{place}" for place in both}
