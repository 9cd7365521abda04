"""A deliberately bad generator of dirt, from which a network learns everything but the dirt."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from studio.core.children import never
from studio.data.import_job import import_manifest
from studio.data.manifest import Manifest, Sample
from studio.data.photos import DIRTY, read_photo
from studio.data.sample_dishes import draw_dish


def drawn_dishes(folder: Path, count: int, size_px: int) -> Manifest:
    """A dataset of clean dishes, as a camera saves them."""
    photos = folder / "photos" / "clean"
    photos.mkdir(parents=True)
    for number in range(1, count + 1):
        Image.fromarray(draw_dish(number, size_px)).save(photos / f"{number:02}.jpg", quality=97, subsampling=0)
    import_manifest([photos], folder / "set", emit=lambda event: None, should_stop=never, workers=1)
    return Manifest.load(folder / "set")


def paint_badly(manifest: Manifest, variants: int, *, quality: int = 60) -> Manifest:
    """Flat translucent ellipses anywhere in the picture, which is saved again while the clean one is not."""
    samples = list(manifest.samples)
    for photo in manifest.clean_photos:
        clean_HW3 = read_photo(manifest.picture(photo))
        for variant in range(variants):
            rng = np.random.default_rng([int(photo.sha1[:15], 16), variant])
            image_HW3, mask_HW = _with_ellipses(clean_HW3, rng)
            samples.append(_saved(manifest, photo, variant, image_HW3, mask_HW, quality))
    painted = manifest.with_samples(
        replace(sample, pair=sample.id) if not sample.synthetic else sample for sample in samples
    )
    painted.save()
    return painted


def _with_ellipses(clean_HW3: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    image_HW3, (height, width) = clean_HW3.astype(np.float32), clean_HW3.shape[:2]
    mask_HW = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(3, 9))):
        spot_HW = np.zeros((height, width), np.uint8)
        axes = tuple(int(value) for value in rng.uniform(0.02, 0.08, 2) * width)
        centre = int(rng.uniform(0, width)), int(rng.uniform(0, height))
        cv2.ellipse(spot_HW, centre, axes, float(rng.uniform(0, 180)), 0, 360, 255, -1)
        alpha = float(rng.uniform(0.3, 0.6)) * (spot_HW[..., None] > 0)
        image_HW3 += (rng.uniform((90, 40, 10), (170, 100, 60)) - image_HW3) * alpha
        mask_HW = np.maximum(mask_HW, spot_HW)
    return np.clip(image_HW3, 0, 255).astype(np.uint8), mask_HW


def _saved(
    manifest: Manifest, photo: Sample, variant: int, image_HW3: np.ndarray, mask_HW: np.ndarray, quality: int
) -> Sample:
    id = f"{photo.id}-{variant:03d}"
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "JPEG", quality=quality)
    content = stream.getvalue()
    for name in ("images/dirty", "masks"):
        (manifest.folder / name).mkdir(parents=True, exist_ok=True)
    file = manifest.folder / "images/dirty" / f"{id}.jpg"
    file.write_bytes(content)
    Image.fromarray(mask_HW).save(manifest.folder / "masks" / f"{id}.png")
    height, width = mask_HW.shape
    return Sample(
        id=id,
        path=f"images/dirty/{id}.jpg",
        label=DIRTY,
        source_photo=photo.id,
        pair=photo.id,
        synthetic=True,
        mask=f"masks/{id}.png",
        dish=photo.dish,
        width=width,
        height=height,
        size=len(content),
        mtime=file.stat().st_mtime_ns,
        sha1=hashlib.sha1(content).hexdigest(),
        level="medium",
    )
