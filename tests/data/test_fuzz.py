"""Whatever the files of a dataset hold, reading them gives a value or a sentence, and names no other place."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.core.children import never
from studio.core.errors import UserError
from studio.core.sections import DataSettings, DirtSettings, SplitSettings
from studio.data.dataset import make_dataset
from studio.data.edits import load_removed, save_removed
from studio.data.manifest import Manifest
from studio.data.promises import Promise, kept_promise, read_promise
from studio.data.splits import Splits, split
from studio.data.whereabouts import look_around
from tests.data.pictures import save_dishes, silent
from tests.fuzzing import EXAMPLES, read_damaged


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with painted samples and something set aside."""
    folder = tmp_path_factory.mktemp("fuzzed")
    save_dishes(folder / "photos", 3)
    (folder / "photos" / "torn.jpg").write_bytes(b"torn")
    dirt = DirtSettings(variations=1, size_px=64)
    make_dataset([folder / "photos"], folder / "dataset", dirt, emit=silent, should_stop=never)
    return folder / "dataset"


def use(manifest: Manifest) -> None:
    """What a window does with a dataset as soon as it is open."""
    assert manifest.to_text() and manifest.rejected_text() and manifest.fingerprint()
    _ = manifest.counts, manifest.by_id, manifest.near_duplicate_of, manifest.with_twins(manifest.samples)
    assert all(sample.outline is None or sample.outline for sample in manifest.samples)
    look_around(manifest)
    for sample in manifest.samples:
        places = (
            manifest.thumbnail(sample),
            manifest.mask_file(sample),
            *([manifest.picture(sample)] * sample.synthetic),
        )
        for place in places:
            assert place is None or Path(os.path.normpath(place)).is_relative_to(manifest.folder)


@EXAMPLES
def test_a_manifest(dataset: Path, examples: int) -> None:
    read_damaged(dataset / "manifest.json", lambda file: use(Manifest.load(file.parent)), examples)


@EXAMPLES
def test_a_split(dataset: Path, tmp_path: Path, examples: int) -> None:
    file = tmp_path / "split.json"
    file.write_text(split(Manifest.load(dataset), DataSettings(), SplitSettings()).to_json())
    read_damaged(file, Splits.load, examples)


def test_a_split_that_counts_without_end_is_refused(dataset: Path) -> None:
    text = split(Manifest.load(dataset), DataSettings(), SplitSettings()).to_json()
    values = json.loads(text)
    values["certificate"] = {name: float("inf") for name in values["certificate"]}
    with pytest.raises(UserError, match=r"split\.json: is torn or no split"):
        Splits.from_json(json.dumps(values))


@EXAMPLES
def test_photos_that_were_removed(dataset: Path, examples: int) -> None:
    manifest = Manifest.load(dataset)
    save_removed(Manifest(folder=dataset, samples=manifest.samples[:1]), manifest)
    file = dataset / "removed.json"
    try:
        read_damaged(file, lambda _: load_removed(manifest), examples)
    finally:
        file.unlink()


@EXAMPLES
def test_a_promise_to_paint(tmp_path: Path, examples: int) -> None:
    file = tmp_path / "1.painted"
    promise = Promise(photo="/photos/1.jpg", sha1="00", dish="", dirt=DirtSettings(), variant=0, part="dirty")
    file.write_text(promise.to_text())
    read_damaged(file, lambda file: read_promise(file.read_bytes(), str(file)), examples)


def test_a_promise_that_is_to_be_painted_on_itself_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "1.painted"
    promise = Promise(photo=str(file), sha1="00", dish="", dirt=DirtSettings(), variant=0, part="dirty")
    file.write_text(promise.to_text())
    with pytest.raises(UserError, match="painted on what is painted itself"):
        kept_promise(file, file.read_bytes())


OUTSIDE = [
    "../x.png",
    "/etc/x.png",
    "a/../../x.png",
    "..\\x.png",
    "C:x.png",
    "C:\\x.png",
    "\\x.png",
    "//host/x.png",
    "\0",
]


@pytest.mark.parametrize("path", OUTSIDE)
@pytest.mark.parametrize("entry", ["path", "mask", "twin"])
def test_no_painted_picture_lies_outside_its_dataset_on_any_system(dataset: Path, entry: str, path: str) -> None:
    change_painted(dataset, lambda sample: {**sample, entry: path}, "leads out of the dataset's folder")


@pytest.mark.parametrize("id", ["CON", "nul", "COM1", "../x", "a/b", "", ".", "x" * 200])
def test_no_sample_is_called_like_a_device_or_a_place(dataset: Path, id: str) -> None:
    change_painted(dataset, lambda sample: {**sample, "id": id}, "cannot be an id")


def change_painted(dataset: Path, change: Callable[[dict[str, object]], dict[str, object]], refusal: str) -> None:
    values = json.loads((dataset / "manifest.json").read_bytes())
    values["samples"] = [change(one) if one["synthetic"] else one for one in values["samples"]]
    hostile = dataset.parent / "hostile.json"
    hostile.write_text(json.dumps(values))
    with pytest.raises(UserError, match=f"hostile.json: .*{refusal}"):
        Manifest.load(hostile)
