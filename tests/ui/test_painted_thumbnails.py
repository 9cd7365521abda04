"""Samples that are painted when they are read, seen in the wall."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.children import never
from studio.core.events import Mistake
from studio.core.sections import DirtSettings
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest
from studio.data.synthesis_job import paint_dataset
from studio.ui.dataset_tab import DatasetTab
from studio.ui.heat_maps import HeatMaps
from studio.ui.mistakes_view import MistakesView
from studio.ui.session import Session
from studio.ui.theme import ThemeManager
from tests.data.pictures import save_dishes, silent
from tests.ui.painter_here import PainterHere

LIMIT_MS = 30_000
PROMISED = DirtSettings(ratio=1, size_px=80, vary=0, ahead=False)


@pytest.fixture
def thumbnailer() -> PainterHere:
    return PainterHere()


@pytest.fixture
def tab(qtbot: QtBot, session: Session, theme: ThemeManager, thumbnailer: PainterHere) -> DatasetTab:
    session.painter = PainterHere()  # type: ignore[assignment]
    session.thumbnailer = thumbnailer  # type: ignore[assignment]
    tab = DatasetTab(session, theme)
    qtbot.addWidget(tab)
    tab.resize(1280, 712)
    tab.set_compact(False)
    tab.show()
    return tab


def _promised(folder: Path) -> Manifest:
    save_dishes(folder / "photos", 3)
    manifest = import_manifest([folder / "photos"], folder / "dataset", emit=silent, should_stop=never, workers=0)
    assert manifest is not None
    painted = paint_dataset(manifest, PROMISED, emit=silent, should_stop=never, workers=0)
    assert painted is not None
    return painted


def _are_seen(tab: DatasetTab, manifest: Manifest) -> bool:
    names = [sample.id for sample in manifest.samples]
    files = [(manifest.thumbnail(sample),) for sample in manifest.samples]
    side, radius = tab.wall.grid.thumbnail_px, 6
    return all(tab.thumbnails.picture(*one, side, radius) is not None for one in zip(names, files, strict=True))


def test_samples_painted_when_read_are_seen_in_the_wall(
    qtbot: QtBot, tab: DatasetTab, session: Session, tmp_path: Path
) -> None:
    manifest = _promised(tmp_path)
    session.open_dataset(manifest.folder)
    qtbot.waitUntil(lambda: _are_seen(tab, manifest), timeout=LIMIT_MS)
    assert all(manifest.thumbnail(sample).is_file() for sample in manifest.samples)


def test_what_was_painted_once_is_read_from_its_thumbnail(
    qtbot: QtBot, tab: DatasetTab, session: Session, thumbnailer: PainterHere, tmp_path: Path
) -> None:
    manifest = _promised(tmp_path)
    session.open_dataset(manifest.folder)
    qtbot.waitUntil(lambda: _are_seen(tab, manifest), timeout=LIMIT_MS)
    asked = len(thumbnailer.asked)
    assert asked == manifest.painted
    with qtbot.waitSignal(session.dataset_changed):
        session.reload_dataset()
    qtbot.waitUntil(lambda: _are_seen(tab, manifest), timeout=LIMIT_MS)
    assert len(thumbnailer.asked) == asked


def test_a_mistake_on_a_sample_painted_when_read_is_seen(
    qtbot: QtBot, session: Session, theme: ThemeManager, thumbnailer: PainterHere, tmp_path: Path
) -> None:
    session.thumbnailer = thumbnailer  # type: ignore[assignment]
    manifest = _promised(tmp_path)
    children = [sample for sample in manifest.samples if sample.synthetic]
    view = MistakesView(session, theme, HeatMaps(session.torch_host, session))
    qtbot.addWidget(view)
    view.show_mistakes(
        [
            Mistake(
                sample=str(number), path=str(manifest.picture(one)), label="dirty", predicted="clean", probability=0.8
            )
            for number, one in enumerate(children)
        ],
        ("clean", "dirty"),
    )
    qtbot.waitUntil(lambda: all(tile._image is not None for tile in view.tiles), timeout=LIMIT_MS)
    assert len(view.tiles) == len(children) == len(thumbnailer.asked)
    assert all(manifest.thumbnail(child).is_file() for child in children)


def test_a_mistake_whose_photo_is_gone_says_so(
    qtbot: QtBot, session: Session, theme: ThemeManager, thumbnailer: PainterHere, tmp_path: Path
) -> None:
    session.thumbnailer = thumbnailer  # type: ignore[assignment]
    manifest = _promised(tmp_path)
    child = next(sample for sample in manifest.samples if sample.synthetic)
    manifest.picture(manifest.by_id[child.source_photo]).unlink()
    view = MistakesView(session, theme, HeatMaps(session.torch_host, session))
    qtbot.addWidget(view)
    path = str(manifest.picture(child))
    view.show_mistakes(
        [Mistake(sample="1", path=path, label="dirty", predicted="clean", probability=0.8)], ("clean", "dirty")
    )
    qtbot.waitUntil(lambda: "cannot be shown" in view.tiles[0].toolTip(), timeout=LIMIT_MS)


def test_a_photo_that_was_replaced_since_is_not_shown_beside_the_old_mistake(
    qtbot: QtBot, session: Session, theme: ThemeManager, tmp_path: Path
) -> None:
    manifest = _promised(tmp_path)
    kept, replaced, *_ = (sample for sample in manifest.samples if not sample.synthetic)
    shutil.copy(manifest.picture(kept), manifest.picture(replaced))
    view = MistakesView(session, theme, HeatMaps(session.torch_host, session))
    qtbot.addWidget(view)
    mistakes = [
        Mistake(sample=one.id, path=str(manifest.picture(one)), label="clean", predicted="dirty", probability=0.8)
        for one in (kept, replaced)
    ]
    view.show_mistakes(mistakes, ("clean", "dirty"))
    qtbot.waitUntil(lambda: "the photo was replaced since" in view.tiles[1].toolTip(), timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: view.tiles[0]._image is not None, timeout=LIMIT_MS)
    assert view.tiles[1]._image is None


def test_painting_anew_forgets_the_thumbnails_of_before(tmp_path: Path) -> None:
    manifest = _promised(tmp_path)
    child = next(sample for sample in manifest.samples if sample.synthetic)
    manifest.thumbnail(child).write_bytes(b"of other dirt")
    again = paint_dataset(manifest, PROMISED.model_copy(update={"seed": 1}), emit=silent, should_stop=never, workers=0)
    assert again is not None
    assert not again.thumbnail(again.by_id[child.id]).exists()


def test_a_sample_whose_photo_is_gone_is_shown_as_unreadable(
    qtbot: QtBot, tab: DatasetTab, session: Session, thumbnailer: PainterHere, tmp_path: Path
) -> None:
    manifest = _promised(tmp_path)
    child = next(sample for sample in manifest.samples if sample.synthetic)
    manifest.picture(manifest.by_id[child.source_photo]).unlink()
    session.open_dataset(manifest.folder)
    qtbot.waitUntil(lambda: len(thumbnailer.asked) == manifest.painted, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: tab.thumbnails.is_unreadable(child.id) and bool(tab.painted.want(child)), timeout=LIMIT_MS)
    assert "cannot be opened" in tab.painted.want(child)
