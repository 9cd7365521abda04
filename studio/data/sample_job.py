"""The sample dishes become a dataset."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.files import write_atomically
from studio.core.requests import SampleDishesRequest
from studio.data.import_job import PHASES, import_manifest
from studio.data.pace import Pace
from studio.data.pool import cores, spread
from studio.data.sample_dishes import SAMPLE_COUNT, draw_dish

_QUALITY = 92


def open_samples(config: SampleDishesRequest, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """The job: draw the sample dishes, those that are there already excepted, and import them.

    Args:
        config: where the pictures go, and the dataset's name.
        folder: the dataset's.
        seat: which process this is; rank 0 does the work.
        emit: takes the events.
        should_stop: asked between dishes and photos.

    Raises:
        UserError: a folder cannot be written.
    """
    if seat.rank != 0:
        return
    photos = Path(config.photos)
    files = [(str(photos / f"dish-{number:02}.jpg"), number) for number in range(1, SAMPLE_COUNT + 1)]
    due = [item for item in files if not Path(item[0]).is_file()]
    pace = Pace(emit, "drawing", len(files), phases=("drawing", *PHASES))
    if len(due) < len(files):
        pace.step(len(files) - len(due))
    for _ in spread(_draw, due, workers=min(cores(), len(due)), should_stop=should_stop):
        pace.step()
    if not should_stop():
        import_manifest([photos], folder, name=config.name, label="clean", emit=emit, should_stop=should_stop)


def _draw(item: tuple[str, int]) -> None:
    file, number = item
    picture = Image.fromarray(draw_dish(number))
    write_atomically(Path(file), lambda stream: picture.save(stream, "JPEG", quality=_QUALITY, subsampling=0))
