"""How fast photos are answered for: `python -m tests.benchmarks.classify [--json FILE|-] [--photos N]`.

An untrained EfficientNet-Lite0, saved as a model and loaded as any other, answers for drawn dishes of 640 px from their
JPEG files. For 224 px with the whole photo fitted in, and for 320 px with the dish found and cut out:

    photos_per_s          from files to answers, as Classify and `studio classify` do it
    network_per_s         the network alone, its pictures being in memory: the ceiling
    share                 of that ceiling
    sight_ms              one core from a file to the framed picture
    find_ms               of these, finding the dish; 0 where nobody asks where it is
    heat_map_ms           from a photo last asked about to its heat map, as a click on its card asks
    one_photo_ms          a single photo from its file to its answer, all being warm
    cold_s                reading the model and taking every step once
    private_MiB           of the process after it answered for all of them

Medians of three. `bfloat16_gain` says how much quicker than float32 this machine runs the network in bfloat16, and is 0
where it does not know that.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import psutil
import torch

from studio.core.config import StudioConfig
from studio.core.requests import Prediction
from studio.data.photos import GLANCE_PX, read_photo
from studio.data.sample_dishes import SAMPLE_COUNT, write_samples
from studio.data.sight import find_dish, see_unknown
from studio.learn.architectures import build_network
from studio.learn.checkpoints import Member, Model, save_model
from studio.learn.classifier import PHOTOS_AT_ONCE, Classifier
from studio.learn.fusion import fused
from studio.learn.ranks import choose_threads
from tests.benchmarks.telling import asking, tell

REPEATS = 3
PHOTO_PX = 640
SETTINGS: dict[str, dict[str, Any]] = {
    "224 px, fit": {"model__input_size": 224, "data__framing": "fit"},
    "320 px, dish": {"model__input_size": 320, "data__framing": "dish"},
}


def main() -> None:
    """Take the figures; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--photos", type=int, default=96)
    asked = parser.parse_args()
    threads = choose_threads(1, workers=0)
    torch.set_num_threads(threads)
    taken: dict[str, Any] = {"threads": threads, "photos": asked.photos, "photo_px": PHOTO_PX}
    with tempfile.TemporaryDirectory() as folder:
        photos = drawn(Path(folder) / "photos", asked.photos)
        for name, changes in SETTINGS.items():
            taken[name] = figures(Path(folder) / "lite0.spotless", photos, changes)
            print(f"{name}: {json.dumps(taken[name])}", file=sys.stderr, flush=True)
    tell(taken, asked.json)


def drawn(folder: Path, count: int) -> list[Path]:
    """Drawn dishes as JPEG files, each under several names."""
    files = write_samples(folder, min(count, SAMPLE_COUNT), PHOTO_PX)
    photos = list(files)
    while len(photos) < count:
        again = folder / f"{len(photos):05}.jpg"
        os.link(files[len(photos) % len(files)], again)
        photos.append(again)
    return photos


def save_untrained(file: Path, changes: dict[str, Any]) -> StudioConfig:
    """Write a model file of a network that has learnt nothing, which costs what any other does."""
    settings = {"model__architecture": "efficientnet_lite0", "model__pretrained": False, **changes}
    config = StudioConfig().edited(**settings)
    weights = build_network(config.model, 2).state_dict()
    classes = ("clean", "dirty")
    save_model(
        file,
        Model(
            config=config,
            classes=classes,
            positive="dirty",
            threshold=0.5,
            temperature=1.0,
            members=(Member(weights=weights),),
        ),
    )
    return config


def figures(file: Path, photos: Sequence[Path], changes: dict[str, Any]) -> dict[str, float]:
    """All figures of one setting."""
    config = save_untrained(file, changes)
    began = time.perf_counter()
    classifier = Classifier.load(file, device="cpu")
    classifier.warm_up()
    cold_s = time.perf_counter() - began

    def ask(some: Sequence[Path], **how: Any) -> None:
        answers = list(classifier.classify(some, **how))
        assert all(isinstance(answer, Prediction) for answer in answers)

    network_per_s, gain = network_alone(config)
    ask(photos)
    photos_per_s = len(photos) / timed(lambda: ask(photos))
    private = psutil.Process().memory_full_info().uss
    size_hw, threads = config.model.input_size, cv2.getNumThreads()
    some = photos[:: max(1, len(photos) // 24)]
    framing, background = config.data.framing, config.data.background
    glances = [read_photo(photo, longest_px=GLANCE_PX) for photo in some]
    is_asked = framing == "dish"

    def see_all() -> None:
        for photo in some:
            see_unknown(photo, framing=framing, background=background, size_hw=size_hw, is_dish_asked=is_asked)

    cv2.setNumThreads(1)
    see_s = timed(see_all)
    find_s = timed(lambda: [find_dish(glance) for glance in glances]) if is_asked else 0.0
    cv2.setNumThreads(threads)
    one_s = median(timed(lambda photo=photo: ask([photo]), 1) for photo in some)  # type: ignore[misc]
    classifier.remember(2**28)
    ask(some)
    heat_s = median(timed(lambda photo=photo: ask([photo], heat_maps=True), 1) for photo in some)  # type: ignore[misc]
    return {
        "photos_per_s": round(photos_per_s, 1),
        "network_per_s": round(network_per_s, 1),
        "share": round(photos_per_s / network_per_s, 3),
        "bfloat16_gain": round(gain, 2),
        "sight_ms": round(1e3 * see_s / len(some), 1),
        "find_ms": round(1e3 * find_s / len(some), 1),
        "heat_map_ms": round(1e3 * heat_s, 1),
        "one_photo_ms": round(1e3 * one_s, 1),
        "cold_s": round(cold_s, 2),
        "private_MiB": round(private / 2**20, 1),
    }


@torch.no_grad()
def network_alone(config: StudioConfig) -> tuple[float, float]:
    """Pictures a second through the network as it is loaded to answer, and how much more in bfloat16."""
    at_once = PHOTOS_AT_ONCE["cpu"]
    network = fused(build_network(config.model, 2)).to(memory_format=torch.channels_last)
    pictures = torch.zeros(at_once, 3, *config.model.input_size).contiguous(memory_format=torch.channels_last)

    def look(precision: torch.dtype = torch.float32) -> None:
        with torch.autocast("cpu", dtype=precision, enabled=precision != torch.float32):
            for _ in range(4):
                network(pictures)

    look()
    plain_s = timed(look)
    # A processor that only pretends takes minutes for one look.
    is_known = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    gain = plain_s / timed(lambda: look(torch.bfloat16)) if is_known else 0.0
    return 4 * at_once / plain_s, gain


def timed(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median of the seconds that some work takes."""
    took = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)


if __name__ == "__main__":
    main()
