"""How much faster the trainer is than the training guide's own loop.

Run it with `python -m tests.benchmarks.guide_loop [--architectures NAME ...] [--device NAME] [--json FILE|-]`. Both
train the same architecture on the same drawn photos (JPEG files), at the same size and batch, for as many epochs, on
the same device, one after the other in turns; figures are medians of three turns. Nothing has to be at hand.

    guide_per_s    samples a second of the guide's loop: photos opened by Pillow and varied one by one in worker
                   processes, 16 bits by autocast on a graphics card and 32 on a CPU, numbers read back in each step.
                   Counted once its workers are busy: neither their start nor the first batches cost it anything.
    ours_per_s     samples a second of the trainer, from the photo files on: caching their pixels, then all epochs
    ratio          the second by the first, the median of the turns
    compile_s      with --compile, what compiling ours took once; it is in neither figure

The guide's loop gets as many workers as the guide's own strategies: two on a CPU, eight beside a graphics card; torch's
own number of threads is left as it is. `precision` is ours: where a CPU computes bfloat16 by itself (AMX), `auto` may
choose it; elsewhere it says float32, and ours gains only by what it does besides.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio.core.children import Seat, never
from studio.core.events import Event
from studio.data.manifest import Manifest, Sample
from studio.data.sample_dishes import draw_dish
from studio.data.splits import Certificate, Splits
from studio.learn.assignment import Assignment
from studio.learn.losses import build_loss
from studio.learn.ranks import Ranks, choose_device, open_ranks
from studio.learn.trainer import Trainer
from studio.learn.workshop import compile_network, open_workshop
from tests.benchmarks.guide_recipe import CLASSES, Task, guide_host, now
from tests.benchmarks.telling import asking, tell

ARCHITECTURES = ("custom_cnn", "mobilenet_v3")
PHOTO_PX, QUALITY, DISHES = 640, 90, 8
TURNS = 3


def main() -> None:
    """Take the figures asked for; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--architectures", nargs="+", default=list(ARCHITECTURES))
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--photos", type=int, help="64, or 1024 with a graphics card")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, help="16, or 64 with a graphics card")
    parser.add_argument("--size", type=int, default=224, help="width and height of the network's pictures, px")
    parser.add_argument("--workers", type=int, help="of the guide's loop; 2, or 8 with a graphics card")
    parser.add_argument("--threads", type=int, default=0, help="of the guide's loop; torch's own choice if omitted")
    parser.add_argument("--compile", action="store_true", help="compile ours")
    asked = parser.parse_args()
    device = choose_device(asked.device, 0, 1, 1).type
    has_card = device == "cuda"
    rows = []
    with tempfile.TemporaryDirectory() as place:
        files = tuple(write_photos(Path(place), asked.photos or (1024 if has_card else 64)))
        for architecture in asked.architectures:
            task = Task(
                architecture=architecture,
                device=device,
                files=files,
                epochs=asked.epochs,
                batch_size=asked.batch_size or (64 if has_card else 16),
                size_px=asked.size,
                workers=asked.workers if asked.workers is not None else (8 if has_card else 2),
                threads=asked.threads,
                is_compiled=asked.compile,
            )
            rows.append(compared(task, Path(place)))
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    tell(rows, asked.json)


def compared(task: Task, place: Path) -> dict[str, Any]:
    """Both in turns, each turn on photos that nothing is cached of."""
    guide_per_s, ours_per_s = [], []
    with guide_beside(task) as guide, open_ranks(task.config.hardware, Seat()) as ranks:
        ours = Ours(task, place, ranks)
        for _ in range(TURNS):
            guide_per_s.append(guide())
            ours_per_s.append(task.samples / ours.turn())
    row = {
        "architecture": task.architecture,
        "device": task.device,
        "precision": ranks.precision,
        "photos": len(task.files),
        "epochs": task.epochs,
        "batch_size": task.batch_size,
        "workers": task.workers,
        "threads": ranks.threads,
        "guide_per_s": rounded(median(guide_per_s)),
        "ours_per_s": rounded(median(ours_per_s)),
        "ratio": rounded(median(own / theirs for theirs, own in zip(guide_per_s, ours_per_s, strict=True))),
    }
    return row | ({"compile_s": rounded(ours.compile_s)} if task.is_compiled else {})


class Ours:
    """The trainer, as a run starts it."""

    def __init__(self, task: Task, place: Path, ranks: Ranks) -> None:
        self.compile_s = 0.0
        self._task = task
        self._place = place
        self._ranks = ranks
        self._samples = [_sample(Path(file), number) for number, file in enumerate(task.files)]

    def turn(self) -> float:
        """Cache the photos, train all epochs; the seconds of both."""
        task, config = self._task, self._task.config
        with tempfile.TemporaryDirectory(dir=self._place) as folder:
            manifest = Manifest(folder=Path(folder), name="photos", samples=tuple(self._samples))
            certificate = Certificate(sentence="", groups=(0, 0, 0), shared=0, closest=None)
            ids = tuple(sample.id for sample in self._samples)
            splits = Splits(train=ids, val=(), test=(), certificate=certificate)
            watch = _CachingWatch()
            workshop = open_workshop(
                config, manifest, splits, known=None, ranks=self._ranks, emit=watch, should_stop=never
            )
            assert workshop is not None
            lesson = workshop.lesson(1)
            if task.is_compiled:
                self._compile(workshop.network)
            trainer = Trainer(
                workshop.network,
                lesson.train,
                None,
                Assignment(
                    config=config, seed=0, member=1, classes=len(CLASSES), score_class=1,
                    loss=build_loss(config.training, lesson.weights_C),
                ),
                ranks=self._ranks, keeper=_KeepsNothing(), emit=_unheard, should_stop=never,
            )  # fmt: skip
            began = now(self._ranks.device)
            trainer.fit()
            took_s = now(self._ranks.device) - began
            workshop.loader.close()
            return took_s + watch.caching_s

    def _compile(self, network: Any) -> None:
        """Compile, and take one step of a copy, which is when the work is done; later turns find it done."""
        began = now(self._ranks.device)
        compile_network(network, _unheard)
        size = (self._task.batch_size, 3, self._task.size_px, self._task.size_px)
        pictures = torch.zeros(size, device=self._ranks.device).contiguous(memory_format=torch.channels_last)
        before = copy.deepcopy(network.state_dict())
        network.train()
        with self._ranks.autocast():
            loss = network(pictures).float().square().mean()
        loss.backward()
        network.zero_grad(set_to_none=True)
        network.load_state_dict(before)
        self.compile_s = max(self.compile_s, now(self._ranks.device) - began)


class _CachingWatch:
    """Times the phase of caching by what is said of it."""

    def __init__(self) -> None:
        self.caching_s = 0.0
        self._phase = ""
        self._began = time.perf_counter()

    def __call__(self, event: Event) -> None:
        phase = getattr(event, "phase", self._phase)
        if phase != self._phase:
            moment = time.perf_counter()
            self.caching_s += moment - self._began if self._phase == "caching" else 0.0
            self._phase, self._began = phase, moment


class _KeepsNothing:
    """Writes no checkpoint, as the guide's loop writes none."""

    def keep(self, trainer: Trainer, event: Event) -> None:
        """Nothing is kept."""

    def flush(self) -> None:
        """Nothing waits."""


@contextmanager
def guide_beside(task: Task) -> Iterator[Callable[[], float]]:
    """The guide's loop in a process of its own, which nothing that ours sets for its process reaches.

    Yields:
        trains for a turn, and says how many samples a second that was.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=guide_host, args=(task, there))
    process.start()
    there.close()

    def turn() -> float:
        here.send("turn")
        per_s: float = here.recv()
        return per_s

    try:
        yield turn
    finally:
        here.close()  # which ends it
        process.join()


def write_photos(folder: Path, count: int) -> Iterator[str]:
    """Drawn dishes as JPEG files, no two alike."""
    dishes = [draw_dish(number + 1, PHOTO_PX).astype(np.int16) for number in range(min(count, DISHES))]
    rng = np.random.default_rng(0)
    for number in range(count):
        tinted_HW3 = np.clip(dishes[number % len(dishes)] + rng.integers(-20, 20, 3), 0, 255).astype(np.uint8)
        stream = io.BytesIO()
        Image.fromarray(tinted_HW3).save(stream, "JPEG", quality=QUALITY)
        file = folder / f"photo-{number:05d}.jpg"
        file.write_bytes(stream.getvalue())
        yield str(file)


def _sample(file: Path, number: int) -> Sample:
    sha1 = hashlib.sha1(file.read_bytes(), usedforsecurity=False).hexdigest()
    status = file.stat()
    return Sample(
        id=sha1[:16], path=str(file), label=CLASSES[number % len(CLASSES)], source_photo=sha1[:16], width=PHOTO_PX,
        height=PHOTO_PX, size=status.st_size, mtime=status.st_mtime_ns, sha1=sha1,
    )  # fmt: skip


def _unheard(event: Event) -> None:
    """The training's own events are not told."""


def rounded(value: float) -> float:
    """Three figures."""
    return float(f"{value:.3g}")


if __name__ == "__main__":
    main()
