"""The picture that the demo leaves: what was painted, how it learnt, what it answered."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.core.events import EpochFinished, Event
from studio.core.files import write_atomically
from studio.core.requests import Prediction
from studio.data.manifest import Manifest, Sample
from studio.data.photos import read_photo

TILE_PX, GAP_PX, MARGIN_PX, HEADING_PX, CAPTION_PX = 236, 12, 32, 56, 30
COLUMNS, FAMILIES = 4, 2
INK, QUIET, PAPER, LINE = "#15181D", "#5F6979", "#FFFFFF", "#E2E5EA"
TRAIN, VALIDATION, MASK = "#2F6FED", "#E8710A", (214, 36, 178)
CLASS_COLOURS = {"clean": "#0A766F", "dirty": "#8F4F12"}


def draw_sheet(
    file: Path,
    learnt: Manifest,
    judged: Manifest,
    answers: Sequence[Prediction],
    events: Sequence[tuple[float, Event]],
) -> None:
    """Draw the demo's picture.

    Args:
        file: where to write it (PNG).
        learnt: the dataset that was trained on.
        judged: the dataset of unseen dishes.
        answers: what the model said of some of them, with heat maps.
        events: the run's log.

    Raises:
        UserError: the file cannot be written.
    """
    rows = [_painted_tiles(learnt, number) for number in range(FAMILIES)]
    answer_tiles = [_answer_tile(answer, judged) for answer in answers[: 2 * COLUMNS]]
    rows_below = -(-len(answer_tiles) // COLUMNS)
    width = 2 * MARGIN_PX + COLUMNS * TILE_PX + (COLUMNS - 1) * GAP_PX
    step = TILE_PX + CAPTION_PX + GAP_PX
    height = 2 * MARGIN_PX + 3 * HEADING_PX + (FAMILIES + rows_below) * step + TILE_PX
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    y = MARGIN_PX
    y = _heading(draw, y, "The studio paints the dirt", "clean photo, three painted dirty ones, the last with its mask")
    for row in rows:
        y = _row(sheet, y, row)
    epochs = [event for _, event in events if isinstance(event, EpochFinished)]
    y = _heading(draw, y, "It learns", f"loss over {len(epochs)} epochs: training dashed, validation solid")
    _curves(draw, (MARGIN_PX, y, width - MARGIN_PX, y + TILE_PX - 8), epochs)
    y += TILE_PX
    y = _heading(draw, y, "It answers for dishes it has never seen", "the glow is where it looked")
    for start in range(0, len(answer_tiles), COLUMNS):
        y = _row(sheet, y, answer_tiles[start : start + COLUMNS])
    stream = io.BytesIO()
    sheet.save(stream, "PNG")
    write_atomically(file, lambda out: out.write(stream.getvalue()))


def _painted_tiles(manifest: Manifest, number: int) -> list[tuple[Image.Image, str]]:
    clean = [sample for sample in manifest.samples if not sample.synthetic][number * 5]
    painted = [sample for sample in manifest.samples if sample.synthetic and sample.source_photo == clean.id][:3]
    tiles = [(_tile(manifest.picture(clean)), "clean")]
    tiles += [(_tile(manifest.picture(one)), f"painted, {one.level}") for one in painted[:2]]
    tiles += [(_with_mask(manifest, one), f"{one.level}, its mask") for one in painted[2:]]
    return tiles


def _tile(picture: Path) -> Image.Image:
    image = Image.fromarray(read_photo(picture, longest_px=2 * TILE_PX))
    return _square(image)


def _square(image: Image.Image) -> Image.Image:
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side)).resize((TILE_PX, TILE_PX), Image.Resampling.LANCZOS)


def _with_mask(manifest: Manifest, sample: Sample) -> Image.Image:
    assert sample.mask is not None
    tile = np.asarray(_tile(manifest.picture(sample)), np.float32)
    with Image.open(manifest.folder / sample.mask) as mask:
        share = np.asarray(_square(mask.convert("L")), np.float32)[..., None] / 255
    blended = tile * (1 - 0.6 * share) + np.array(MASK, np.float32) * 0.6 * share
    return Image.fromarray(blended.astype(np.uint8))


def _answer_tile(answer: Prediction, manifest: Manifest) -> tuple[Image.Image, str]:
    image = Image.fromarray(read_photo(Path(answer.path), longest_px=2 * TILE_PX))
    if answer.heat_map is not None:
        size = (answer.heat_map.width, answer.heat_map.height)
        heat = Image.frombytes("RGB", size, answer.heat_map.rgb).convert("L").resize(image.size)
        image = _glowing(image, heat)
    truth = next(sample.label for sample in manifest.samples if str(manifest.picture(sample)) == answer.path)
    verdict = "" if truth == answer.chosen else f", is {truth}"
    return _square(image), f"{answer.chosen} {answer.probabilities[answer.chosen]:.1%}{verdict}"


def _glowing(image: Image.Image, heat: Image.Image) -> Image.Image:
    share = np.asarray(heat, np.float32)[..., None] / 255
    glow = np.clip(np.stack([3 * share[..., 0], 1.8 * share[..., 0] - 0.5, 3 * share[..., 0] - 2.2], axis=-1), 0, 1)
    opacity = 0.82 * np.clip((share - 0.2) / 0.8, 0, 1)
    blended = np.asarray(image, np.float32) * (1 - opacity) + 255 * glow * opacity
    return Image.fromarray(blended.astype(np.uint8))


def _heading(draw: ImageDraw.ImageDraw, y: int, title: str, note: str) -> int:
    draw.text((MARGIN_PX, y), title, fill=INK, font=_font(20, 600))
    draw.text((MARGIN_PX, y + 26), note, fill=QUIET, font=_font(13, 400))
    return y + HEADING_PX


def _row(sheet: Image.Image, y: int, tiles: Sequence[tuple[Image.Image, str]]) -> int:
    draw = ImageDraw.Draw(sheet)
    for number, (tile, caption) in enumerate(tiles):
        x = MARGIN_PX + number * (TILE_PX + GAP_PX)
        sheet.paste(tile, (x, y))
        colour = CLASS_COLOURS.get(caption.split()[0].strip(","), INK)
        draw.text((x, y + TILE_PX + 6), caption, fill=colour, font=_font(13, 500))
    return y + TILE_PX + CAPTION_PX + GAP_PX


def _curves(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], epochs: Sequence[EpochFinished]) -> None:
    left, top, right, bottom = box[0] + 36, box[1], box[2], box[3] - 20
    lines = {
        TRAIN: [event.train.loss for event in epochs],
        VALIDATION: [event.val.loss for event in epochs if event.val is not None],
    }
    highest = max((value for values in lines.values() for value in values), default=1.0) * 1.05 or 1.0
    for share in (0.0, 0.5, 1.0):
        y = bottom - share * (bottom - top)
        draw.line((left, y, right, y), fill=LINE)
        draw.text((box[0], y - 8), f"{share * highest:.2f}", fill=QUIET, font=_font(11, 500))
    for colour, values in lines.items():
        across = (right - left) / max(1, len(values) - 1)
        points = [(left + at * across, bottom - value / highest * (bottom - top)) for at, value in enumerate(values)]
        if colour == VALIDATION:
            draw.line(points, fill=colour, width=2, joint="curve")
        else:
            _dashed(draw, points, colour)
    draw.text((left, bottom + 6), "epoch 1", fill=QUIET, font=_font(11, 500))
    draw.text((right, bottom + 6), str(len(epochs)), fill=QUIET, font=_font(11, 500), anchor="ra")


def _dashed(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: str) -> None:
    if len(points) < 2:
        return
    ends = np.array(points)
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(ends, axis=0).T))])
    for start in np.arange(0.0, lengths[-1], 10.0):
        at = [start, min(start + 6.0, lengths[-1])]
        xs, ys = np.interp(at, lengths, ends[:, 0]), np.interp(at, lengths, ends[:, 1])
        draw.line((xs[0], ys[0], xs[1], ys[1]), fill=colour, width=2)


def _font(size_px: int, weight: int) -> ImageFont.FreeTypeFont:
    with resources.as_file(resources.files("fontpkg_inter") / "files") as folder:
        file = next(path for path in sorted(folder.glob("*.ttf")) if "Italic" not in path.name)
        font = ImageFont.truetype(str(file), size_px)
    axes = [
        weight if axis["name"] in (b"Weight", b"Weight\0") else float(axis["default"] or 0)
        for axis in font.get_variation_axes()
    ]
    font.set_variation_by_axes(axes)
    return font
