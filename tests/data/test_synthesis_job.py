from __future__ import annotations

import errno
import json
import multiprocessing
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.children import ALONE, never
from studio.core.errors import UserError
from studio.core.events import DatasetReady, Event, Notice, Progress
from studio.core.requests import SynthesisRequest
from studio.core.sections import DirtSettings
from studio.data import painting, storage
from studio.data.dataset import make_dataset, open_or_make
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.photos import read_bytes, read_photo
from studio.data.synthesis_job import delete_painted, generate, how_many, paint_dataset, without_painted
from tests.data.pictures import photos, save_dishes, silent, stop_after
from tests.data.pool_tasks import paint_and_die

SMALL = DirtSettings(ratio=2, size_px=64)


def clean_dataset(folder: Path, count: int = 3) -> Manifest:
    save_dishes(folder / "photos", count)
    manifest = import_manifest([folder / "photos"], folder / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    return manifest


def painted(manifest: Manifest, dirt: DirtSettings = SMALL, **how: object) -> Manifest:
    after = paint_dataset(manifest, dirt, emit=silent, should_stop=never, **how)  # type: ignore[arg-type]
    assert after is not None
    return after


def opened(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        picture.load()
        return picture


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def plan_of(clean: int, dirty: int, **dirt: object):  # type: ignore[no-untyped-def]
    manifest = Manifest(folder=Path("/nowhere"), samples=photos([(clean, "clean", 1), (dirty, "dirty", 0)]))
    return how_many(manifest, DirtSettings(**dirt))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clean", "dirty", "ratio", "to_paint"),
    [
        (20, 0, 2.0, 40),
        (20, 5, 2.0, 35),
        (20, 40, 2.0, 0),
        (20, 60, 2.0, 0),
        (7, 0, 1.5, 10),
        (3, 1, 0.5, 1),
        (5, 0, 0, 0),
    ],
)
def test_the_ratio_is_reached_and_never_overshot(clean: int, dirty: int, ratio: float, to_paint: int) -> None:
    plan = plan_of(clean, dirty, ratio=ratio)
    assert plan.to_paint == to_paint == sum(plan.per_photo.values())
    assert plan.existing == dirty
    assert max(plan.per_photo.values()) - min(plan.per_photo.values()) <= 1


def test_variations_paint_exactly_so_many_on_each() -> None:
    plan = plan_of(6, 9, variations=3)
    assert set(plan.per_photo.values()) == {3} and plan.to_paint == 18


def test_the_seed_chooses_who_gets_one_more() -> None:
    first, second = plan_of(9, 0, ratio=0.5), plan_of(9, 0, ratio=0.5, seed=1)
    assert first.per_photo != second.per_photo
    assert plan_of(9, 0, ratio=0.5).per_photo == first.per_photo


def test_the_plan_is_announced_before_painting(tmp_path: Path) -> None:
    heard: list[Event] = []
    paint_dataset(clean_dataset(tmp_path), SMALL, emit=heard.append, should_stop=never)
    assert isinstance(heard[0], Notice)
    assert heard[0].text == "Painting 6 dirty samples on 3 clean photos."
    assert [event.done for event in heard if isinstance(event, Progress)][-1] == 9
    assert isinstance(heard[-1], DatasetReady)
    assert (heard[-1].counts, heard[-1].painted) == ({"clean": 3, "dirty": 6}, 6)


def test_painting_makes_pictures_masks_twins_and_thumbnails(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    assert manifest.counts == {"clean": 3, "dirty": 6}
    for sample in manifest.samples:
        assert manifest.file(sample).is_file() and manifest.thumbnail(sample).is_file()
        if sample.synthetic:
            mask = manifest.mask_file(sample)
            assert mask is not None and opened(mask).mode == "L"
            assert (
                sample.level in ("light", "medium", "heavy")
                and sample.kinds
                and sample.id.startswith(sample.pair or "?")
            )
    assert json.loads((manifest.folder / "synthesis.json").read_text())["painted"] == 6


def test_a_child_differs_from_its_twin_where_the_mask_says_and_hardly_elsewhere(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path), DirtSettings(ratio=2, size_px=96, light=0))
    for child in (sample for sample in manifest.samples if sample.synthetic):
        photo = manifest.file(manifest.by_id[child.source_photo])
        twin = read_photo(manifest.folder / child.twin if child.twin else photo).astype(int)
        dirty = read_photo(manifest.file(child)).astype(int)
        mask_file = manifest.mask_file(child)
        assert mask_file is not None
        mask_HW = np.array(opened(mask_file))
        difference_HW = np.abs(dirty - twin).max(-1)
        assert twin.shape == dirty.shape and mask_HW.shape == dirty.shape[:2]
        near_HW = np.array(Image.fromarray(mask_HW).resize((12, 9), Image.Resampling.BOX).resize((96, 72)))
        assert difference_HW[mask_HW > 200].mean() > 20
        assert difference_HW[near_HW == 0].mean() < 2


def test_a_varied_dish_brings_its_clean_twin_as_a_sample_to_learn_from(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path), DirtSettings(ratio=2, size_px=96, vary=1.0))
    assert manifest.counts == {"clean": 3, "dirty": 6}
    learned = manifest.with_twins(manifest.samples)
    children = [sample for sample in learned if sample.synthetic and sample.label == "dirty"]
    twins = [sample for sample in learned if sample.synthetic and sample.label == "clean"]
    assert len(children) == len(twins) == 6
    for child, twin in zip(children, twins, strict=True):
        assert child.look_alikes and child.pair == twin.pair == child.id and twin.source_photo == child.source_photo
        assert manifest.file(child) != manifest.file(twin) and manifest.file(twin).is_file()


def test_without_varying_the_photo_s_own_twin_is_the_pair(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path), DirtSettings(ratio=2, size_px=96, vary=0.0))
    assert len(manifest.with_twins(manifest.samples)) == 9
    assert {sample.pair for sample in manifest.samples} == {sample.source_photo for sample in manifest.samples}


def test_without_pairs_nothing_clean_goes_through_the_steps_of_painting(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path), DirtSettings(ratio=2, size_px=96, vary=1.0, pairs=False))
    assert all(sample.twin is None and sample.pair is None for sample in manifest.samples)
    assert not list((manifest.folder / "images" / "clean").iterdir())


def test_painted_when_read_gives_the_very_bytes_that_are_painted_ahead(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    ahead = painted(clean_dataset(tmp_path / "one"), DirtSettings(ratio=2, size_px=96, vary=0.6))
    later = painted(clean_dataset(tmp_path / "two"), DirtSettings(ratio=2, size_px=96, vary=0.6, ahead=False))
    pairs = list(zip(ahead.with_twins(ahead.samples), later.with_twins(later.samples), strict=True))
    assert len(pairs) > 9
    for one, other in pairs:
        assert (one.id, one.label, one.level, one.look_alikes) == (
            other.id,
            other.label,
            other.level,
            other.look_alikes,
        )
        assert read_bytes(ahead.file(one)) == read_bytes(later.file(other))
        one_mask, other_mask = ahead.mask_file(one), later.mask_file(other)
        assert (one_mask is None) == (other_mask is None)
        if one_mask and other_mask:
            assert read_bytes(one_mask) == read_bytes(other_mask)
    assert all(later.file(sample).stat().st_size < 4000 for sample in later.samples if sample.synthetic)


def test_a_promise_whose_photo_has_changed_says_so(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path), DirtSettings(ratio=1, size_px=96, ahead=False))
    child = next(sample for sample in manifest.samples if sample.synthetic)
    photo = manifest.picture(manifest.by_id[child.source_photo])
    photo.write_bytes(photo.read_bytes() + b" ")
    with pytest.raises(UserError, match=r"has changed since it was imported"):
        read_bytes(manifest.file(child))
    manifest.file(child).write_text("{}")
    with pytest.raises(UserError, match="generate the dirt again"):
        read_bytes(manifest.file(child))


def test_photos_without_a_dish_are_named_and_painted_in_their_middle(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (160, 120), (90, 90, 90)).save(tmp_path / "photos" / "blank.png")
    manifest = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    events: list[Event] = []
    after = paint_dataset(manifest, SMALL, emit=events.append, should_stop=never)
    assert after is not None and after.painted == 2
    warnings = [event for event in events if isinstance(event, Notice) and event.kind == "warning"]
    assert len(warnings) == 1 and "No dish was found in 1 of 1 photos" in warnings[0].text
    assert "blank.png" in warnings[0].details


def test_a_total_is_painted_whatever_the_number_of_photos(tmp_path: Path) -> None:
    assert painted(clean_dataset(tmp_path), DirtSettings(total=5, size_px=96)).counts == {"clean": 3, "dirty": 5}


def test_twin_and_child_are_saved_by_the_same_encoder(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    pictures = [opened(manifest.file(sample)) for sample in manifest.samples]
    tables = {str(picture.quantization) for picture in pictures}  # type: ignore[attr-defined]
    layers = {str(picture.layer) for picture in pictures}  # type: ignore[attr-defined]
    sizes = {picture.size for picture in pictures}
    assert (len(tables), len(layers), len(sizes)) == (1, 1, 1)


def test_dirty_photos_get_twins_too_so_that_freshness_tells_nothing(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos" / "clean", 3)
    save_dishes(tmp_path / "photos" / "dirty", 2, first_seed=20)
    manifest = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    after = painted(manifest)
    assert after.counts == {"clean": 3, "dirty": 6} and after.painted == 4
    assert all(sample.synthetic or sample.twin for sample in after.samples)
    assert Counter(sample.pair is None for sample in after.samples if sample.label == "dirty")[True] == 2


def test_the_same_seed_gives_the_same_bytes_on_any_number_of_processes(tmp_path: Path) -> None:
    manifest = clean_dataset(tmp_path, 4)
    painted(manifest, workers=0)
    here = contents(manifest.folder / "images") | contents(manifest.folder / "masks")
    painted(manifest, workers=2)
    assert contents(manifest.folder / "images") | contents(manifest.folder / "masks") == here
    painted(manifest, DirtSettings(ratio=2, size_px=64, seed=1), workers=0)
    assert contents(manifest.folder / "masks") != {name: here[name] for name in here if name.endswith("png")}


def test_what_was_painted_before_is_replaced(tmp_path: Path) -> None:
    first = painted(clean_dataset(tmp_path), DirtSettings(variations=3, size_px=64))
    second = painted(first, DirtSettings(variations=1, size_px=64))
    assert second.painted == 3
    assert len(list((second.folder / "images" / "dirty").iterdir())) == 3
    assert len(list((second.folder / "masks").iterdir())) == 3
    assert len(list((second.folder / "thumbnails").iterdir())) == 6


def test_painting_again_changes_not_a_byte(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    before = {name: data for name, data in contents(manifest.folder).items() if name != "manifest.json"}
    again = painted(manifest)
    assert {name: data for name, data in contents(again.folder).items() if name != "manifest.json"} == before


def test_nothing_to_paint_is_said_and_no_error(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    heard: list[Event] = []
    after = paint_dataset(manifest, DirtSettings(ratio=0), emit=heard.append, should_stop=never)
    assert after is not None and after.painted == 0
    assert isinstance(heard[0], Notice) and heard[0].text.startswith("Nothing to paint")
    assert not contents(manifest.folder / "images")


@pytest.mark.parametrize("ratio", [2, 0])
def test_what_another_process_changed_since_the_dataset_was_read_stays(ratio: float, tmp_path: Path) -> None:
    read = clean_dataset(tmp_path)
    save_dishes(tmp_path / "more", 1, first_seed=7)
    import_manifest([tmp_path / "more"], read.folder, is_addition=True, emit=silent, should_stop=never)
    after = painted(read, SMALL.model_copy(update={"ratio": ratio}))
    assert len(after.clean_photos) == 4
    assert Manifest.load(read.folder) == after


def test_a_dataset_without_clean_photos_says_what_to_do(tmp_path: Path) -> None:
    save_dishes(tmp_path / "dirty", 2)
    manifest = import_manifest([tmp_path / "dirty"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    with pytest.raises(UserError, match=r"no clean photos to paint on; import"):
        painted(manifest)


def test_a_stop_leaves_the_dataset_as_it_was(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    before = contents(manifest.folder)
    other = DirtSettings(ratio=2, size_px=64, seed=5)
    for workers in (0, 2):
        assert paint_dataset(manifest, other, emit=silent, should_stop=stop_after(2), workers=workers) is None
        assert contents(manifest.folder) == before


def test_a_full_disk_is_the_persons_trouble_and_leaves_the_dataset_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = painted(clean_dataset(tmp_path))
    before = contents(manifest.folder)
    written: list[Path] = []

    def write(file: Path, content: bytes) -> int:
        written.append(file)
        if len(written) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        with file.open("wb") as stream:
            return stream.write(content)

    monkeypatch.setattr(painting.Path, "write_bytes", write)
    with pytest.raises(UserError, match=r"dataset: cannot be written \(No space left"):
        painted(manifest, workers=0)
    monkeypatch.undo()
    assert contents(manifest.folder) == before


def test_a_manifest_that_cannot_be_written_brings_the_old_pictures_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = painted(clean_dataset(tmp_path))
    before = contents(manifest.folder)
    replace = os.replace

    def refuse(source: Path, target: Path) -> None:
        if Path(target) == manifest.folder / "manifest.json":
            raise OSError(errno.EROFS, "Read-only file system")
        replace(source, target)

    monkeypatch.setattr(storage.os, "replace", refuse)
    with pytest.raises(UserError, match=r"dataset: cannot be written \(Read-only"):
        painted(manifest, DirtSettings(ratio=1, size_px=64, seed=9))
    monkeypatch.undo()
    assert contents(manifest.folder) == before


@pytest.mark.parametrize("is_first", [True, False])
def test_a_kill_in_the_middle_of_the_swap_is_mended_at_the_next_change(is_first: bool, tmp_path: Path) -> None:
    manifest = clean_dataset(tmp_path) if is_first else painted(clean_dataset(tmp_path))
    before = contents(manifest.folder)
    child = multiprocessing.get_context("spawn").Process(target=paint_and_die, args=(str(manifest.folder),))
    child.start()
    child.join()
    assert child.exitcode == 9
    assert contents(manifest.folder) != before
    assert paint_dataset(manifest, SMALL, emit=silent, should_stop=lambda: True) is None
    assert contents(manifest.folder) == before


def test_a_photo_that_changed_since_its_import_is_named(tmp_path: Path) -> None:
    manifest = clean_dataset(tmp_path)
    file = manifest.picture(manifest.samples[1])
    file.write_bytes(manifest.picture(manifest.samples[0]).read_bytes())
    with pytest.raises(UserError, match=rf"{file.name}: has changed since it was imported"):
        painted(manifest)


def test_a_photo_that_is_gone_is_named(tmp_path: Path) -> None:
    manifest = clean_dataset(tmp_path)
    manifest.picture(manifest.samples[1]).unlink()
    with pytest.raises(UserError, match=r"001\.jpg: cannot be opened"):
        painted(manifest)


def test_painted_samples_can_be_taken_out_again(tmp_path: Path) -> None:
    clean = clean_dataset(tmp_path)
    manifest = painted(clean)
    assert without_painted(manifest).samples == clean.samples
    assert delete_painted(manifest.folder).samples == clean.samples
    assert not contents(manifest.folder / "images") and not contents(manifest.folder / "masks")
    assert not (manifest.folder / "synthesis.json").exists()


def test_photos_added_later_keep_what_is_painted_already(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    save_dishes(tmp_path / "more", 1, first_seed=40)
    more = import_manifest([tmp_path / "more"], manifest.folder, is_addition=True, emit=silent, should_stop=never)
    assert more is not None and more.counts == {"clean": 4, "dirty": 6}


def test_a_changed_photo_loses_what_was_painted_on_it(tmp_path: Path) -> None:
    manifest = painted(clean_dataset(tmp_path))
    save_dishes(tmp_path / "new", 1, first_seed=40)
    (tmp_path / "photos" / "000.jpg").write_bytes((tmp_path / "new" / "000.jpg").read_bytes())
    again = import_manifest([tmp_path / "photos"], manifest.folder, is_addition=True, emit=silent, should_stop=never)
    assert again is not None and again.counts == {"clean": 3, "dirty": 4}
    assert len(contents(manifest.folder / "images" / "dirty")) == 4


def test_the_job_works_on_the_folder(tmp_path: Path) -> None:
    folder = clean_dataset(tmp_path).folder
    generate(SynthesisRequest(dirt=SMALL), folder, seat=ALONE, emit=silent, should_stop=never)
    assert Manifest.load(folder).painted == 6


def test_photos_imported_anew_keep_what_was_painted_until_something_else_is_painted(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    folder, photos = tmp_path / "dataset", [tmp_path / "photos"]
    make_dataset(photos, folder, SMALL, emit=silent, should_stop=never)
    before, said = contents(folder), []
    is_painting = lambda: any(getattr(event, "phase", "") == "painting" for event in said)  # noqa: E731
    other = SMALL.model_copy(update={"seed": 5})
    assert make_dataset(photos, folder, other, emit=said.append, should_stop=is_painting) is None
    assert contents(folder) == before
    make_dataset(photos, folder, other, emit=silent, should_stop=never)
    assert contents(folder) != before


def test_photos_become_a_painted_dataset_in_one_step(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    made = make_dataset([tmp_path / "photos"], tmp_path / "dataset", SMALL, emit=silent, should_stop=never)
    again = make_dataset([tmp_path / "dataset"], tmp_path / "dataset", SMALL, emit=silent, should_stop=never)
    assert made is not None and again is not None
    assert made.fingerprint() == again.fingerprint()


def test_photos_of_two_classes_are_trained_on_as_they_are(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos" / "clean", 2)
    save_dishes(tmp_path / "photos" / "dirty", 2, first_seed=9)
    made = open_or_make(tmp_path / "photos", tmp_path / "run" / "dataset", SMALL, emit=silent, should_stop=never)
    assert made is not None and made.painted == 0
    flat = open_or_make(
        tmp_path / "photos" / "clean", tmp_path / "run2" / "dataset", SMALL, emit=silent, should_stop=never
    )
    assert flat is not None and flat.painted == 4
    opened = open_or_make(flat.folder, tmp_path / "unused", SMALL, emit=silent, should_stop=never)
    assert opened == flat and not (tmp_path / "unused").exists()
