"""What a newer version wrote is refused in a sentence that says so, and stays as it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.core.config import StudioConfig
from studio.core.diagnoses import DIAGNOSIS_FILE, read_diagnoses
from studio.core.errors import UserError
from studio.core.runs import RunFolder
from studio.core.searches import SearchFolder
from studio.data.manifest import Manifest
from studio.data.splits import Splits
from studio.learn import bundle_reading
from studio.learn.bundle_format import INDEX
from studio.learn.checkpoints import load_model, load_state
from tests.migration.keepsakes import unpack

NEWER = 99


def raise_in_json(file: Path, *path: str) -> None:
    """Let a file say that a newer version wrote it."""
    values = json.loads(file.read_text("utf-8"))
    place = values
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = NEWER
    file.write_text(json.dumps(values), "utf-8")


def raise_in_torch(file: Path) -> None:
    torch.save({**torch.load(file, weights_only=True), "schema_version": NEWER}, file)


def raise_in_bundle(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[INDEX] = json.dumps({**json.loads(parts[INDEX]), "version": NEWER}).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


CASES: dict[str, tuple[str, Callable[[Path], None], Callable[[Path], object]]] = {
    "settings": ("run/config.json", lambda file: raise_in_json(file, "schema_version"), StudioConfig.load),
    "search": (
        "search/search.json",
        lambda file: raise_in_json(file, "config", "schema_version"),
        lambda file: SearchFolder(file.parent).load(),
    ),
    "dataset": ("dataset/manifest.json", lambda file: raise_in_json(file, "version"), Manifest.load),
    "splits": ("run/split.json", lambda file: raise_in_json(file, "version"), Splits.load),
    "model": ("run/checkpoints/best.pt", raise_in_torch, load_model),
    "state": ("run/checkpoints/last.pt", raise_in_torch, load_state),
    "bundle": ("bundle.zip", raise_in_bundle, lambda file: bundle_reading.unpack(file, file.with_name("unpacked"))),
}


@pytest.mark.parametrize("what", CASES)
def test_it_is_refused_by_name(what: str, tmp_path: Path) -> None:
    name, change, read = CASES[what]
    file = unpack("expert", tmp_path) / name
    read(file)
    change(file)
    before = file.read_bytes()
    with pytest.raises(UserError, match=r"newer (Spotless Studio|version)") as refused:
        read(file)
    assert file.name in str(refused.value)
    assert file.read_bytes() == before


def test_a_diagnosis_of_another_version_asks_for_a_new_one(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.evaluation.mkdir()
    (run.evaluation / DIAGNOSIS_FILE).write_text(json.dumps({"format": NEWER, "diagnoses": [], "pictures": {}}))
    with pytest.raises(UserError, match="diagnose the run again"):
        read_diagnoses(run)


def test_a_setting_that_is_not_known_is_named(tmp_path: Path) -> None:
    file = unpack("first", tmp_path) / "run" / "config.json"
    raise_in_json(file, "training", "epoch_count")
    with pytest.raises(UserError, match=r"training\.epoch_count: unknown setting"):
        StudioConfig.load(file)
