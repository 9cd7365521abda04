"""Clean photos become a dataset of clean and dirty ones."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.errors import UserError
from studio.core.events import DatasetReady, Notice
from studio.core.files import write_json
from studio.core.painted_record import RECORD
from studio.core.requests import SynthesisRequest
from studio.core.sections import DirtSettings
from studio.core.words import file_size
from studio.data.changes import changing
from studio.data.manifest import Manifest, Sample
from studio.data.pace import Pace
from studio.data.painting import PaintedPhoto, ToPaint, paint_one, twin_path
from studio.data.photos import DIRTY, shown
from studio.data.plan import Plan
from studio.data.plan import how_many as how_many
from studio.data.pool import helpers_for, spread
from studio.data.storage import building_folder, swap_in, sweep, writing
from studio.dirt.outline import FINDER_VERSION

PHASES = ("painting",)
_BYTES_PER_PIXEL = 1.4
"""Of picture, clean twin, mask and thumbnail together; real photos take about half of it."""


def generate(config: SynthesisRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """The job: paint dirt on a dataset's clean photos; what was painted before is replaced.

    Args:
        config: what to paint.
        folder: the dataset's.
        seat: which process this is; rank 0 does the work.
        emit: takes the events.
        should_stop: asked between photos.

    Raises:
        UserError: as for `paint_dataset`.
    """
    if seat.rank == 0:
        paint_dataset(Manifest.load(folder), config.dirt, emit=emit, should_stop=should_stop)


def paint_dataset(
    manifest: Manifest, dirt: DirtSettings, *, emit: Emit, should_stop: ShouldStop, workers: int | None = None
) -> Manifest | None:
    """Paint dirt on a dataset's clean photos as they are once nobody else changes them; what was painted before goes.

    Every photo gets a twin saved by the same steps as the painted pictures, so that neither size nor compression
    tells clean from dirty.

    Args:
        manifest: the dataset.
        dirt: what to paint.
        emit: takes the events.
        should_stop: asked between photos.
        workers: number of processes; None chooses for this machine and so many pictures. The files are the same
            whatever it is.

    Returns:
        the dataset, saved; None when stopped, and then nothing has changed.

    Raises:
        UserError: no clean photos, a photo that is gone or has changed, or no room. The dataset is then as it was.
    """
    with building_folder(manifest.folder) as building:
        # Another process may have changed it since it was read.
        after = _painted(
            Manifest.load(manifest.folder), dirt, building, emit=emit, should_stop=should_stop, workers=workers
        )
    if after is None:
        return None
    return _announce(after, emit)


def _painted(
    manifest: Manifest, dirt: DirtSettings, building: Path, *, emit: Emit, should_stop: ShouldStop, workers: int | None
) -> Manifest | None:
    """The dataset's next state, in its place; None when stopped."""
    if not manifest.clean_photos:
        raise UserError(
            f"{manifest.folder}: has no clean photos to paint on; import photos of clean dishes, from a flat folder "
            f"or one called clean"
        )
    plan = how_many(manifest, dirt)
    emit(Notice(kind="info", text=str(plan)))
    _warn_of_hidden_dishes(manifest, emit)
    photos = without_painted(manifest)
    if not plan.to_paint:
        return _without(manifest, photos)
    _check_room(manifest.folder, plan, dirt)
    for name in ("images/clean", "images/dirty", "masks", "thumbnails"):
        (building / name).mkdir(parents=True)
    painted = _paint_all(photos, plan, dirt, building, emit=emit, should_stop=should_stop, workers=workers)
    if painted is None:
        return None
    after = _with_painted(photos, painted, has_pairs=dirt.pairs)
    write_json(building / RECORD, _record(plan, dirt, painted))
    swap_in(building, manifest, after)
    return after


def without_painted(manifest: Manifest) -> Manifest:
    """The dataset with its photos alone; the files are not touched."""
    photos = (sample for sample in manifest.samples if not sample.synthetic)
    return manifest.with_samples(replace(sample, twin=None, twin_sha1="", pair=None) for sample in photos)


def delete_painted(folder: Path) -> Manifest:
    """Take everything that was painted out of a dataset, its files too.

    Raises:
        UserError: it is no dataset, or cannot be written.
    """
    Manifest.load(folder)  # refused before anything is made in a folder that holds no dataset
    with writing(folder), changing(folder):
        before = Manifest.load(folder)
        return _without(before, without_painted(before))


def _without(before: Manifest, after: Manifest) -> Manifest:
    """Save a dataset whose painted samples are gone; for whoever holds its lock."""
    after.save()
    (after.folder / RECORD).unlink(missing_ok=True)
    sweep(before, after)
    return after


def _warn_of_hidden_dishes(manifest: Manifest, emit: Emit) -> None:
    hidden = [shown(manifest.picture(sample)) for sample in manifest.clean_photos if sample.outline is None]
    if hidden:
        emit(
            Notice(
                kind="warning",
                text=f"No dish was found in {len(hidden)} of {len(manifest.clean_photos)} photos: dirt is painted in"
                f" their middle. Photos that show one dish from above, whole and on a plain table, work best.",
                details="\n".join(hidden),
            )
        )


def _paint_all(
    photos: Manifest,
    plan: Plan,
    dirt: DirtSettings,
    building: Path,
    *,
    emit: Emit,
    should_stop: ShouldStop,
    workers: int | None,
) -> Mapping[str, PaintedPhoto] | None:
    items = [
        ToPaint(
            id=sample.id,
            path=str(photos.picture(sample)),
            sha1=sample.sha1,
            dish=sample.dish,
            variants=plan.per_photo.get(sample.id, 0),
            dirt=dirt,
            building=str(building),
        )
        for sample in photos.samples
    ]
    if workers is None:
        workers = helpers_for(plan.to_paint)
    pace = Pace(emit, "painting", plan.to_paint + len(items), phases=PHASES)
    done: dict[str, PaintedPhoto] = {}
    for end in spread(paint_one, items, workers=workers, should_stop=should_stop):
        if end.value is None:
            path = shown(items[end.number].path)
            raise UserError(
                f"{path}: the process that painted on it has died; most often memory had run out: close other"
                f" programs, and generate again"
            )
        done[end.value.id] = end.value
        pace.step(1 + len(end.value.children))
    return done if len(done) == len(items) else None


def _with_painted(photos: Manifest, painted: Mapping[str, PaintedPhoto], *, has_pairs: bool) -> Manifest:
    samples, children = [], []
    for sample in photos.samples:
        made = painted[sample.id]
        if has_pairs:
            pair = sample.id if any(not child.look_alikes for child in made.children) else None
            samples.append(replace(sample, twin=twin_path(sample.id), twin_sha1=made.twin_sha1, pair=pair))
        else:
            samples.append(sample)
        children += [
            Sample(
                id=child.id,
                path=child.paths.picture,
                label=DIRTY,
                source_photo=sample.id,
                # A varied dish has a twin of its own, and is never beside the photo's.
                pair=None if not has_pairs else child.id if child.look_alikes else sample.id,
                synthetic=True,
                mask=child.paths.mask,
                twin=child.paths.twin if child.twin_sha1 else None,
                twin_sha1=child.twin_sha1,
                dish=sample.dish,
                width=child.width,
                height=child.height,
                size=child.size,
                mtime=child.mtime,
                sha1=child.sha1,
                is_blurred=sample.is_blurred,
                level=child.level,
                kinds=child.kinds,
                look_alikes=child.look_alikes,
            )
            for child in made.children
        ]
    return photos.with_samples((*samples, *children))


def _record(plan: Plan, dirt: DirtSettings, painted: Mapping[str, PaintedPhoto]) -> dict[str, object]:
    """What `synthesis.json` says."""
    children = [child for photo in painted.values() for child in photo.children]
    levels = {level: sum(child.level == level for child in children) for level in ("light", "medium", "heavy")}
    return {
        "dirt": dirt.model_dump(mode="json"),
        "clean": plan.clean,
        "existing": plan.existing,
        "painted": plan.to_paint,
        "levels": levels,
        "varied": sum(bool(child.look_alikes) for child in children),
        "finder": FINDER_VERSION,
        "coverage": {
            child.id: round(child.coverage, 4)
            for child in sorted(children, key=lambda child: child.id)
            if child.coverage is not None
        },
    }


def _check_room(folder: Path, plan: Plan, dirt: DirtSettings) -> None:
    painted = plan.to_paint if dirt.ahead else 0
    needed = int((painted + plan.clean + plan.existing) * dirt.size_px**2 * _BYTES_PER_PIXEL)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"{folder}: has {file_size(free)} free, and the pictures may need {file_size(needed)}; make room, or "
            f"lower dirt.ratio or dirt.size_px"
        )


def _announce(manifest: Manifest, emit: Emit) -> Manifest:
    counts, painted, rejected = manifest.counts, manifest.painted, len(manifest.rejected)
    emit(DatasetReady(folder=str(manifest.folder), counts=counts, painted=painted, rejected=rejected))
    return manifest
