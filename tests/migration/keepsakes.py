"""What earlier versions of the studio wrote, kept as they left it.

Each archive holds six drawn dishes, a dataset painted from them, and a run that was stopped after three epochs of five.
Where the writer's folder was named, @HERE@ stands. The weights are thinned, so that a model takes 30 KB: each layer
repeats one channel; `answers.json` is what the version that wrote it answered with these.

first: from before a dish was varied. folds: every photo held out once. variations: look-alikes of dishes, costs.
expert: a threshold with its band, digests; also a search and a bundle.
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

NAMES = ("first", "folds", "variations", "expert")
_KEPT = Path(__file__).parent / "kept"


def unpack(name: str, folder: Path) -> Path:
    """Lay what a version wrote into a folder, as if it had been written there."""
    with zipfile.ZipFile(_KEPT / f"{name}.zip") as archive:
        archive.extractall(folder)
    for file in folder.rglob("*"):
        if file.suffix in (".json", ".jsonl", ".journal", ".csv", ".txt"):
            file.write_text(file.read_text("utf-8").replace("@HERE@", folder.as_posix()), "utf-8")
    for sample in json.loads((folder / "dataset" / "manifest.json").read_text("utf-8"))["samples"]:
        photo = Path(sample["path"])
        if photo.is_absolute():  # a photo stays where it is, and is known again by its size and time
            os.utime(photo, ns=(sample["mtime"], sample["mtime"]))
    return folder
