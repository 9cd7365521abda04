"""Looks through a folder for files that are not whole."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from PIL import Image

from studio.data.manifest import FILE_NAME, Manifest

PICTURES = {".jpg", ".png"}


def assert_whole(folder: Path) -> None:
    """Every file that has its own name is whole; only logs may end in a torn line.

    What a killed process was still writing has another name, which nobody reads.

    Raises:
        AssertionError: naming what is not.
    """
    import torch

    for file in sorted(path for path in folder.rglob("*") if path.is_file() and not is_unborn(path)):
        try:
            if file.suffix == ".json":
                json.loads(file.read_bytes())
            elif file.suffix == ".jsonl":
                for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
                    assert not line.endswith("\n") or json.loads(line)
            elif file.suffix == ".csv":
                rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines(keepends=True)))
                assert len({len(row) for row in rows[:-1]}) <= 1, "rows of several lengths"
            elif file.suffix == ".pt":
                torch.load(file, weights_only=True)
            elif file.suffix in PICTURES:
                Image.open(file).load()
        except Exception as error:
            raise AssertionError(f"{file} is not whole: {error}") from error


def assert_dataset(folder: Path) -> Manifest:
    """A dataset's manifest names nothing that is missing or differs, and nothing lies beside it that it does not name.

    Returns:
        the manifest.
    """
    manifest = Manifest.load(folder)
    named = set()
    for sample in manifest.samples:
        made = [path for path in (sample.mask, sample.twin) if path]
        made += [sample.path] if sample.synthetic else []
        named |= {folder / path for path in made}
        assert manifest.picture(sample).is_file(), sample.path
        named |= {manifest.thumbnail(sample), folder / "thumbnails" / f"{sample.id}-clean.jpg"}
    missing = [path for path in named if not path.is_file() and path.parent.name != "thumbnails"]
    assert not missing, missing
    lying = {
        path for name in ("images", "masks", "thumbnails") for path in (folder / name).rglob("*") if path.is_file()
    }
    assert lying <= named, f"nobody names {sorted(lying - named)[:5]}"
    return manifest


def leftovers(folder: Path) -> list[str]:
    """Files and folders that a killed process had not finished."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if is_unborn(path) or path.name == "lock")


def is_unborn(path: Path) -> bool:
    """Whether a file, or a folder around it, is one that is being made."""
    return path.suffix == ".tmp" or any(part.startswith(".building-") for part in path.parts)


def is_dataset(folder: Path) -> bool:
    """Whether there is one already."""
    return (folder / FILE_NAME).is_file()
