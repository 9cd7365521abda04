from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.children import never
from studio.core.errors import ConfigError, UserError
from studio.core.registry import LOOK_ALIKES
from studio.core.requests import PaintRequest, Picture
from studio.core.sections import DirtSettings
from studio.core.workers import Worker
from studio.data.framing import frame
from studio.data.import_job import import_manifest
from studio.data.paint_host import make
from studio.data.photos import read_photo
from studio.data.synthesis_job import paint_dataset
from tests.data.pictures import dish, save_dishes, silent

SMALL = DirtSettings(ratio=1, size_px=80)
PLAIN = DirtSettings(ratio=1, size_px=80, vary=0)


def pixels(picture: Picture) -> np.ndarray:
    return np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)


def as_saved(image_HW3: np.ndarray) -> np.ndarray:
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "JPEG", quality=95, subsampling=0)
    with Image.open(stream) as picture:
        return np.array(picture)


def test_the_preview_is_what_the_job_writes(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos", 2)
    manifest = import_manifest([tmp_path / "photos"], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    painted = paint_dataset(manifest, SMALL, emit=silent, should_stop=never)
    assert painted is not None
    paint = make()
    for child in (sample for sample in painted.samples if sample.synthetic):
        source = painted.by_id[child.source_photo]
        outline = source.outline.to_json() if source.outline else None
        request = PaintRequest(
            photo=str(painted.picture(source)),
            sha1=source.sha1,
            outline=outline,
            dirt=SMALL,  # type: ignore[arg-type]
        )
        answer = paint(request)
        assert (as_saved(pixels(answer.after)) == read_photo(painted.file(child))).all()
        twin = child.twin if child.look_alikes else source.twin
        assert (as_saved(pixels(answer.before)) == read_photo(painted.folder / str(twin))).all()
        assert (answer.level, answer.look_alikes) == (child.level, child.look_alikes)


def test_a_dropped_photo_is_painted_as_an_imported_one(tmp_path: Path) -> None:
    (file,) = save_dishes(tmp_path / "photos", 1)
    manifest = import_manifest([file], tmp_path / "dataset", emit=silent, should_stop=never)
    assert manifest is not None
    (source,) = manifest.samples
    outline = source.outline.to_json() if source.outline else None
    paint = make()
    known = paint(PaintRequest(photo=str(file), sha1=source.sha1, outline=outline, dirt=SMALL))  # type: ignore[arg-type]
    dropped = paint(PaintRequest(photo=str(file), dirt=SMALL))
    assert dropped.after == known.after and dropped.has_dish


def test_a_smaller_screen_shows_the_same_dirt(tmp_path: Path) -> None:
    dish(3, width=480, height=360).save(tmp_path / "1.jpg")
    paint = make()
    large = paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=DirtSettings(size_px=400)))
    small = paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=DirtSettings(size_px=400), longest_px=200))
    assert (small.after.width, small.mask.width) == (200, 200)
    assert (small.coverage, small.level) == (large.coverage, large.level)


def test_another_variant_is_other_dirt_on_the_same_photo(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    paint = make()
    first, second = (paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=PLAIN, variant=n)) for n in (0, 1))
    assert first.before == second.before and first.after != second.after


def test_what_the_network_sees_is_the_framed_dirty_picture(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    answer = make()(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL, framing="stretch", input_px=(32, 48)))
    wanted = frame(pixels(answer.after), None, framing="stretch", background="keep", size_hw=(32, 48))
    assert (pixels(answer.seen) == wanted.image_HW3).all()


def test_a_photo_that_was_changed_is_read_anew(tmp_path: Path) -> None:
    paint = make()
    dish(3).save(tmp_path / "1.jpg")
    before = paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL)).before
    dish(4, width=120).save(tmp_path / "1.jpg")
    assert paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL)).before != before


def test_a_photo_that_is_gone_is_the_persons_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"1\.jpg: cannot be opened"):
        make()(PaintRequest(photo=str(tmp_path / "1.jpg")))


def test_it_answers_from_a_warm_process(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    worker = Worker("studio.data.paint_host:make")
    try:
        answers = worker.answers()
        assert next(answers).number == 0
        number = worker.ask(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL))
        answer = next(answers)
        assert (answer.number, answer.error) == (number, "")
        assert answer.value.after.width == 80
    finally:
        worker.close()


def test_a_look_alike_by_itself_lies_on_the_photo_as_it_was_taken(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    paint, photo = make(), str(tmp_path / "1.jpg")
    taken = paint(PaintRequest(photo=photo, dirt=PLAIN)).before
    alone = paint(PaintRequest(photo=photo, dirt=SMALL, look_alike="steel"))
    assert alone.before == taken and alone.after != taken
    assert not pixels(alone.mask).any() and alone.coverage == 0
    assert alone.look_alikes == ("steel",)


def test_a_look_alike_by_itself_is_another_one_in_another_variant_alone(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    paint = make()
    first, again, other = (
        paint(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL, look_alike="steel", variant=variant)).after
        for variant in (0, 0, 1)
    )
    assert first == again and first != other


def test_a_painting_names_what_was_done_to_its_dish(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    only_steel = {**dict.fromkeys(LOOK_ALIKES.names(), 0.0), "steel": 1.0}
    dirt = DirtSettings(size_px=80, vary=1, look_alikes=only_steel)
    answer = make()(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=dirt))
    assert answer.look_alikes == ("steel",)


def test_an_unknown_look_alike_is_the_persons_error(tmp_path: Path) -> None:
    dish(3).save(tmp_path / "1.jpg")
    with pytest.raises(ConfigError, match="unknown look-alike 'stel'; did you mean 'steel'"):
        make()(PaintRequest(photo=str(tmp_path / "1.jpg"), dirt=SMALL, look_alike="stel"))
