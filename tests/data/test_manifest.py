from __future__ import annotations

import csv
import json
import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from studio.core.errors import UserError
from studio.data.manifest import Manifest, Rejected, Sample, is_dataset
from studio.data.outline_text import pack_outline, unpack_outline
from studio.dirt.outline import FINDER_VERSION, Outline
from tests.data.pictures import photos

ROUND = Outline(
    polygon=tuple((0.5 + 0.4 * math.cos(k / 8), 0.5 + 0.3 * math.sin(k / 8)) for k in range(50)), quality=0.75
)


def dataset(folder: Path) -> Manifest:
    return Manifest(
        folder=folder,
        name="Plates",
        samples=photos([(3, "clean", 2), (2, "dirty", 0)]),
        rejected=(Rejected(path="/photos/x.jpg", reason='is empty, "really"'),),
        near_duplicates=((f"{1:016x}", f"{2:016x}"),),
    )


def test_a_manifest_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    manifest = dataset(tmp_path)
    manifest.save()
    assert Manifest.load(tmp_path) == manifest
    assert Manifest.load(tmp_path / "manifest.json") == manifest


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_a_manifest_may_be_laid_out_otherwise(indent: int | None, tmp_path: Path) -> None:
    manifest = dataset(tmp_path)
    values = json.loads(manifest.to_text())
    assert isinstance(values["samples"], list)
    (tmp_path / "manifest.json").write_text(json.dumps(values, indent=indent))
    assert Manifest.load(tmp_path) == manifest


def test_a_manifest_without_samples_comes_back(tmp_path: Path) -> None:
    manifest = Manifest(folder=tmp_path, name="None", samples=())
    manifest.save()
    assert Manifest.load(tmp_path) == manifest
    assert json.loads((tmp_path / "manifest.json").read_text())["samples"] == []


@pytest.mark.parametrize(
    ("whole", "torn"),
    [
        ("},\n{", "}\n{"),
        ("}\n],", "},\n],"),
        ("},\n{", "}, {\n{"),
        ("},\n{", "},\n\n{"),
        ("},\n{", "};\n{"),
        ("},\n{", "}x\n{"),
        ("}\n],", "},\n\n],"),
        ("}\n],", "}\n\n],"),
    ],
)
def test_a_comma_too_few_or_too_many_is_no_manifest_or_means_the_same(whole: str, torn: str, tmp_path: Path) -> None:
    manifest = dataset(tmp_path)
    text = manifest.to_text().replace(whole, torn, 1)
    assert text != manifest.to_text()
    (tmp_path / "manifest.json").write_text(text)
    try:
        json.loads(text)
    except ValueError:
        with pytest.raises(UserError, match=r"manifest\.json: is torn"):
            Manifest.load(tmp_path)
    else:
        assert Manifest.load(tmp_path) == manifest


def test_samples_read_from_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    dataset(tmp_path).save()
    read, made = Manifest.load(tmp_path).samples[0], dataset(tmp_path).samples[0]
    assert type(read) is Sample
    assert hash(read) == hash(made)
    with pytest.raises(FrozenInstanceError):
        read.label = "dirty"  # type: ignore[misc]


def test_children_lie_where_their_photo_does_without_saying_so_again(tmp_path: Path) -> None:
    dish = pack_outline(ROUND)
    source, child = photos([(1, "clean", 1)])
    from dataclasses import replace

    manifest = Manifest(folder=tmp_path, samples=(replace(source, dish=dish), replace(child, dish=dish)))
    manifest.save()
    assert (tmp_path / "manifest.json").read_text().count(dish) == 1
    assert Manifest.load(tmp_path).samples[1].outline == unpack_outline(dish)


def test_classes_are_sorted_with_painted_samples_counted(tmp_path: Path) -> None:
    manifest = dataset(tmp_path)
    assert manifest.classes == ("clean", "dirty")
    assert manifest.counts == {"clean": 3, "dirty": 8}
    assert manifest.painted == 6
    assert manifest.positive == "dirty"


def test_without_a_dirty_class_there_is_no_positive_one(tmp_path: Path) -> None:
    assert Manifest(folder=tmp_path, samples=photos([(1, "cups", 0), (1, "bowls", 0)])).positive is None


def test_training_reads_the_twin_and_people_see_the_photo(tmp_path: Path) -> None:
    sample = Sample(id="a", path="/photos/a.jpg", label="clean", source_photo="a", twin="images/clean/a.jpg")
    manifest = Manifest(folder=tmp_path, samples=(sample,))
    assert manifest.file(sample) == tmp_path / "images/clean/a.jpg"
    assert manifest.picture(sample) == Path("/photos/a.jpg")


def test_the_fingerprint_knows_content_and_not_place_or_order(tmp_path: Path) -> None:
    here, there = dataset(tmp_path), dataset(tmp_path / "elsewhere")
    turned = there.with_samples(reversed(there.samples))
    assert here.fingerprint() == turned.fingerprint()
    assert here.fingerprint() != here.with_samples(here.samples[1:]).fingerprint()


def test_near_duplicates_go_with_their_samples(tmp_path: Path) -> None:
    manifest = dataset(tmp_path)
    assert manifest.with_samples(manifest.samples[3:]).near_duplicates == ()


def test_rejected_files_are_listed_as_a_table(tmp_path: Path) -> None:
    dataset(tmp_path).save()
    with (tmp_path / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == [{"path": "/photos/x.jpg", "kind": "unreadable", "reason": 'is empty, "really"'}]


def test_names_made_of_any_bytes_are_kept(tmp_path: Path) -> None:
    odd = b"/photos/\xff\xfe.jpg".decode("utf-8", "surrogateescape")
    sample = Sample(id="a", path=odd, label="Schüssel", source_photo="a")
    manifest = Manifest(folder=tmp_path, samples=(sample,), rejected=(Rejected(path=odd, reason="is empty"),))
    manifest.save()
    assert Manifest.load(tmp_path) == manifest


def test_an_outline_survives_its_short_text_to_a_fraction_of_a_pixel() -> None:
    back = unpack_outline(pack_outline(ROUND))
    assert back is not None
    assert len(pack_outline(ROUND)) < 300
    assert max(math.dist(a, b) for a, b in zip(ROUND.polygon, back.polygon, strict=True)) < 2e-5
    assert (back.quality, back.finder) == (ROUND.quality, ROUND.finder)
    assert pack_outline(back) == pack_outline(ROUND)


def test_a_photo_without_a_dish_remembers_that_one_was_looked_for() -> None:
    text = pack_outline(None)
    assert text.startswith(str(FINDER_VERSION))
    assert unpack_outline(text) is None


def test_a_folder_is_a_dataset_when_its_manifest_is_ours(tmp_path: Path) -> None:
    assert not is_dataset(tmp_path)
    (tmp_path / "manifest.json").write_text('{"name": "a web page of someone else"}')
    assert not is_dataset(tmp_path)
    dataset(tmp_path).save()
    assert is_dataset(tmp_path)


def test_a_folder_without_a_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is no dataset.*import the photos first"):
        Manifest.load(tmp_path)


def spoiled(folder: Path, **changes: object) -> Path:
    """A manifest whose first sample has other entries."""
    dataset(folder).save()
    values = json.loads((folder / "manifest.json").read_text())
    values["samples"][0].update(changes)
    (folder / "manifest.json").write_text(json.dumps(values))
    return folder


@pytest.mark.parametrize(
    "changes",
    [
        {"path": "../../etc/passwd"},
        {"twin": "images/../../x.jpg"},
        {"mask": "../x.png"},
        {"id": "../x"},
        {"id": f"{2:016x}"},
        {"label": 3},
        {"width": True},
        {"width": "640"},
        {"synthetic": True},
        {"surprise": 1},
        {"source_photo": None},
        {"times": 101},
        {"is_guessed": True, "pair": "a"},
    ],
)
def test_a_hostile_manifest_is_refused_by_name(changes: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"manifest\.json"):
        Manifest.load(spoiled(tmp_path, **changes))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"format": "spotless-dataset"}', "[" * 100_000, '{"format": "x", "version": 1}', "\xff"],
)
def test_a_torn_manifest_is_refused_by_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=r"manifest\.json"):
        Manifest.load(tmp_path)


def test_every_cut_of_a_manifest_is_refused(tmp_path: Path) -> None:
    dataset(tmp_path).save()
    whole = (tmp_path / "manifest.json").read_bytes()
    for end in range(0, len(whole) - 2, 97):
        (tmp_path / "manifest.json").write_bytes(whole[:end])
        with pytest.raises(UserError):
            Manifest.load(tmp_path)


def test_a_newer_manifest_says_so(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": "spotless-dataset", "version": 99, "samples": []}')
    with pytest.raises(UserError, match="newer version"):
        Manifest.load(tmp_path)
