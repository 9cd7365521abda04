"""Beside the tools its users would otherwise pick: `python -m tests.benchmarks.peers [--json FILE|-] [--only NAMES]`.

All learn from the same drawn dishes, clean and dirty, in folders of their classes, and are judged on other dishes. Each
works by itself, in a process that starts with nothing, on a CPU, at 224 px, a fifth of the photos kept for validation,
and goes through the photos five times, in batches of 16 (`transfer`, whose batches no layer learns from, as it likes):

    transfer      `studio train --preset transfer`: efficientnet_lite0 as it is looks five times at each photo, heads
                  learn from what it saw (their 40 epochs read no photo), five of them, each without another fifth
    fine_tuned    `studio train`, all layers of efficientnet_lite0, of the whole photo, for five epochs
    untrained     `studio train --preset balanced`: custom_cnn from nothing for five epochs
    torchvision   the reference recipe: all layers of efficientnet_lite0, five epochs
    fastai        `fine_tune`: the head of efficientnet_lite0 for one epoch, all layers for four
    ultralytics   its smallest classifier, from its YAML and from nothing, five epochs; judged by its time alone

The studio, torchvision and fastai start from the same ImageNet weights, read from one file. So `fine_tuned` does the
same as torchvision, and nearly what fastai does; `transfer` is what the studio offers in their place; `untrained` is
the counterpart of Ultralytics, though another network, and its accuracy tells as little.

    wall_s        from the start of the process until it has ended with a saved model: imports, reading and finding the
                  dishes, training, validation, and for the studio its threshold
    processor_s   what all cores worked for it meanwhile, which other programs on the machine change least
    accuracy      share of the held-out photos called right, with its 95 % interval (Wilson) and how many they are. They
                  show few dishes, many times each, so the interval is narrower than one of so many dishes
    auroc         of the same, without a threshold
    ratio         a peer's wall_s by that of ours: above 1, ours is done first

Each peer has a virtual environment of its own, made when it is missing in --environments (for good) or else for this
run: pip installs the versions below. Torch, torchvision, timm, Pillow and numpy are the studio's own, read through a
.pth file, so that all run on the same and nothing of 6 GB is installed thrice; nothing is written to the studio's. The
making of environments and dishes is in no figure.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio.core.children import never
from studio.core.intervals import wilson
from studio.data.pool import cores, spread
from studio.data.sample_dishes import SAMPLE_COUNT, draw_dish
from studio.learn.metrics import auroc
from studio.learn.weights import lite0_weights
from tests.benchmarks.telling import asking, tell

PEERS = {
    "torchvision": (),
    "fastai": ("fastai==2.8.12", "timm==1.0.31"),
    "ultralytics": ("ultralytics==8.4.190",),
}
"""What is installed for each, beside what the studio has."""

EPOCHS, BATCH_SIZE, SIZE_PX, SEED, VAL_SHARE = 5, 16, 224, 0, 0.2
DIRTY_TO_LEARN, DIRTY_HELD_OUT = 40, 48
PHOTO_PX, QUALITY = 640, 92
HELD_OUT_DISHES = frozenset(number for number in range(1, SAMPLE_COUNT + 1) if number % 8 in (0, 3, 6))

SAME = (
    f"--model.input_size {SIZE_PX} --dirt.total 1 --hardware.device cpu --training.seed {SEED} "
    f"--data.train_ratio {1 - VAL_SHARE} --data.val_ratio {VAL_SHARE} --data.test_ratio 0"
).split()
"""The dirty photos that are there count, so none is painted."""

ALONE = (
    f"--training.epochs {EPOCHS} --training.batch_size {BATCH_SIZE} --ensemble.members 1 --split.cross_fit off "
    "--early_stopping.enabled false --data.framing fit --data.background keep"
).split()
OURS = {
    "transfer": ["--preset", "transfer", "--model.views", str(EPOCHS)],
    "fine_tuned": [
        *("--preset", "transfer", "--model.freeze", "none", "--augmentation.rotation_deg", "15"),
        *("--training.optimizer", "adamw", "--training.learning_rate", "0.001"),
        *("--training.weight_decay", "0.01", "--training.scheduler", "one_cycle"),
        *ALONE,
    ],
    "untrained": ["--preset", "balanced", *ALONE],
}


def main() -> None:
    """Make what is missing, train with each, judge; print figures as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--only", nargs="+", choices=[*OURS, *PEERS], default=[*OURS, *PEERS], metavar="NAME")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="where they stay; else they are deleted")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        environments = asked.environments or Path(place) / "environments"
        pythons = {
            name: environment(environments.absolute() / name, PEERS[name]) for name in asked.only if name in PEERS
        }
        photos = make_photos(Path(place))
        torch.save(lite0_weights(), photos / "weights.pth")
        rows = {}
        for name in asked.only:
            rows[name] = ours(name, photos) if name in OURS else peer(name, pythons[name], photos)
            print(json.dumps({name: rows[name]}), file=sys.stderr, flush=True)
    ratios = {
        f"{other} by {own}": round(rows[other]["wall_s"] / rows[own]["wall_s"], 2)
        for other in rows
        for own in rows
        if other in PEERS and own in OURS
    }
    tell({"rows": rows, "ratios": ratios}, asked.json)


def environment(folder: Path, packages: Sequence[str]) -> Path:
    """The Python of an environment with packages, made if it is not there whole."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    whole = folder / "whole.txt"
    if not whole.is_file() or whole.read_text(encoding="utf-8").split() != list(packages):
        venv.create(folder, clear=True, with_pip=True)
        variables = {"base": str(folder), "platbase": str(folder)}
        site = Path(sysconfig.get_path("purelib", "venv", variables))
        (site / "studio_packages.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        if packages:
            run([str(python), "-m", "pip", "install", "--quiet", *packages])
        whole.write_text("\n".join(packages), encoding="utf-8")
    return python


def make_photos(place: Path) -> Path:
    """Folders `learn` and `held_out`, each with `clean` and `dirty`: no dish is in both."""
    items = [
        (str(place / ("held_out" if number in HELD_OUT_DISHES else "learn") / "drawn"), number)
        for number in range(1, SAMPLE_COUNT + 1)
    ]
    for folder in {folder for folder, _ in items}:
        Path(folder).mkdir(parents=True)
    for _ in spread(_draw, items, workers=cores(), should_stop=never):
        pass
    for side, dirty, seed in (("learn", DIRTY_TO_LEARN, 0), ("held_out", DIRTY_HELD_OUT, 1)):
        painted = place / f"{side}-painted"
        studio("generate", place / side / "drawn", "--out", painted, "--total", dirty, "--seed", seed)
        (painted / "images").rename(place / side / "photos")
    return place


def _draw(item: tuple[str, int]) -> None:
    folder, number = item
    picture = Image.fromarray(draw_dish(number, PHOTO_PX))
    picture.save(Path(folder) / f"dish-{number:02}.jpg", quality=QUALITY, subsampling=0)


def ours(name: str, photos: Path) -> dict[str, Any]:
    """The studio by its commands."""
    out, report = photos / name, photos / f"{name}.json"
    took = timed(lambda: studio("train", photos / "learn" / "photos", "--out", out, *OURS[name], *SAME))
    assert (out / "checkpoints" / "best.pt").is_file()
    studio("evaluate", photos / "held_out" / "photos", "--model", out, "--json", report)
    found = json.loads(report.read_text(encoding="utf-8"))
    count = sum(found["counts"].values())
    return took | judged(round(found["accuracy"] * count), count, found["auroc"])


def peer(name: str, python: Path, photos: Path) -> dict[str, Any]:
    """Another tool by its program beside this file."""
    program = str(Path(__file__).with_name(f"peers_{name}.py"))
    task: dict[str, Any] = {
        "learn": str(photos / "learn" / "photos"),
        "held_out": str(photos / "held_out" / "photos"),
        "weights": str(photos / "weights.pth"),
        "model": str(photos / f"{name}.pt"),
        "answers": str(photos / f"{name}-answers.json"),
        "architecture": "tf_efficientnet_lite0",
        "epochs": EPOCHS,
        "batch_size": BATCH_SIZE,
        "size_px": SIZE_PX,
        "val_share": VAL_SHARE,
        "seed": SEED,
    }
    file = photos / f"{name}-task.json"
    file.write_text(json.dumps(task), encoding="utf-8")
    took = timed(lambda: run([str(python), "-I", program, "train", str(file)], home=photos))
    assert Path(task["model"]).is_file()
    if name == "ultralytics":
        return took
    run([str(python), "-I", program, "answer", str(file)], home=photos)
    answers = json.loads(Path(task["answers"]).read_text(encoding="utf-8"))
    scores_N = np.array(list(answers.values()))
    is_dirty_N = np.array([Path(path).parent.name == "dirty" for path in answers])
    right = int(((scores_N > 0.5) == is_dirty_N).sum())
    return took | judged(right, len(answers), auroc(scores_N, is_dirty_N))


def judged(right: int, count: int, area: float | None) -> dict[str, Any]:
    """How often a model was right, and how sure that is."""
    return {
        "accuracy": round(right / count, 3),
        "accuracy_95": [round(end, 3) for end in wilson(right, count)],
        "photos": count,
        "auroc": None if area is None else round(area, 3),
    }


def timed(work: Callable[[], None]) -> dict[str, float]:
    """The seconds that processes take from their start to their end, and that cores spend on them."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    work()
    wall_s, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall_s, 1), "processor_s": round(spent_s, 1)}


def studio(*words: object) -> None:
    """One of the studio's commands."""
    run([sys.executable, "-m", "studio", *map(str, words)])


def run(words: Sequence[str], *, home: Path | None = None) -> None:
    """Run a program with as many threads as it likes; a peer, which has a home, fetches nothing."""
    variables = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    if home is not None:
        offline = {"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false", "HF_HUB_OFFLINE": "1"}
        variables |= offline | {"YOLO_CONFIG_DIR": str(home), "MPLCONFIGDIR": str(home)}
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=variables)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    main()
