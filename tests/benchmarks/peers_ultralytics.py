"""A classifier of Ultralytics, from its YAML and without weights: `peers_ultralytics.py train TASK.json`.

Runs in an environment of its own, so it imports nothing of the studio. Everything that Ultralytics decides by itself is
left to it; its plots are left out, which would only cost it time.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from ultralytics import YOLO


def main() -> None:
    """Train."""
    word, file = sys.argv[1:]
    assert word == "train"
    train(json.loads(Path(file).read_text(encoding="utf-8")))


def train(task: dict[str, Any]) -> None:
    """Learn from nothing; it parts the photos itself, four fifths to learn from."""
    results = YOLO("yolo26n-cls.yaml").train(
        data=task["learn"],
        epochs=task["epochs"],
        imgsz=task["size_px"],
        batch=task["batch_size"],
        device="cpu",
        seed=task["seed"],
        pretrained=False,
        plots=False,
        project=str(Path(task["model"]).parent),
        name="run",
    )
    shutil.copyfile(results.save_dir / "weights" / "best.pt", task["model"])


if __name__ == "__main__":
    main()
