"""Transfer learning as fastai does it, by `fine_tune`: `peers_fastai.py train|answer TASK.json`.

Runs in an environment of its own, so it imports nothing of the studio. Everything that fastai decides by itself is left
to it: the head, the learning rates of its layers, `aug_transforms`, the workers. The first of the epochs trains
the head alone, as `fine_tune` has it, the others all layers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastai.vision.all import (
    ImageDataLoaders,
    Resize,
    accuracy,
    aug_transforms,
    get_image_files,
    load_learner,
    set_seed,
    vision_learner,
)


def main() -> None:
    """Train, or answer for photos."""
    word, file = sys.argv[1:]
    task = json.loads(Path(file).read_text(encoding="utf-8"))
    if word == "train":
        train(task)
    else:
        answer(task)


def train(task: dict[str, Any]) -> None:
    """Fit the head for an epoch and all layers for the others; save what `load_learner` opens."""
    set_seed(task["seed"])
    loaders = ImageDataLoaders.from_folder(
        task["learn"],
        valid_pct=task["val_share"],
        seed=task["seed"],
        bs=task["batch_size"],
        item_tfms=Resize(round(task["size_px"] * 256 / 224)),
        batch_tfms=aug_transforms(size=task["size_px"]),
    )
    overlay = {"file": task["weights"]}
    learner = vision_learner(loaders, task["architecture"], metrics=accuracy, pretrained_cfg_overlay=overlay)
    learner.fine_tune(task["epochs"] - 1, freeze_epochs=1)
    learner.export(task["model"])


def answer(task: dict[str, Any]) -> None:
    """Write how dirty each held-out photo is, by its path."""
    learner = load_learner(task["model"])
    photos = get_image_files(task["held_out"])
    found, _ = learner.get_preds(dl=learner.dls.test_dl(photos))
    dirty = list(learner.dls.vocab).index("dirty")
    scores = {str(photo): float(row[dirty]) for photo, row in zip(photos, found, strict=True)}
    Path(task["answers"]).write_text(json.dumps(scores), encoding="utf-8")


if __name__ == "__main__":
    main()
