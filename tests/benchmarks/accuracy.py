"""How well dirt that was painted on clean photos teaches real dirt, and what each part of the recipe brings.

    python -m tests.benchmarks.accuracy CLEAN LABELLED [--preset SLUG] [--seeds 3] [--without PART ...]

CLEAN holds photos of clean dishes to learn from, LABELLED other photos in folders `clean` and `dirty`, on which
nothing is learned, chosen or calibrated. Each row is the median of trainings from several seeds; AUROC needs no
threshold, the others are at the threshold that the model ships with. Settings as for `studio train` may follow.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core.presets import CLEAN_PRESET, PRESETS

PARTS: Mapping[str, Mapping[str, str]] = {
    "pairs": {"dirt.pairs": "false"},
    "look-alikes": {"dirt.vary": "0"},
    "masks": {"data.framing": "fit", "data.background": "keep"},
    "background": {"data.background": "keep"},
}
"""What each part of the recipe is switched off by. Without masks the network sees the whole photo, dish or not."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One model on the labelled photos.

    Attributes:
        auroc, balanced, accuracy: 0..1.
        accuracy_95: its 95 % interval.
        photos: how many.
        training_s: from the first photo to the finished model.
    """

    auroc: float
    balanced: float
    accuracy: float
    accuracy_95: tuple[float, float]
    photos: int
    training_s: float


def main() -> None:
    """Train, judge, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clean", type=Path)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("--preset", default=CLEAN_PRESET, choices=list(PRESETS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=list(PARTS), metavar="PART", help=", ".join(PARTS))
    asked, settings = parser.parse_known_args()
    rows: dict[str, Mapping[str, str]] = {"whole recipe": {}}
    rows |= {f"without {part}": PARTS[part] for part in asked.without}
    print(
        "| recipe | AUROC | balanced accuracy | accuracy, 95 % interval of the median | minutes |",
        "|---|---|---|---|---|",
        sep="\n",
    )
    for name, changes in rows.items():
        flags = [*settings, *(word for path, value in changes.items() for word in (f"--{path}", value))]
        scores = [_score(asked.clean, asked.labelled, asked.preset, seed, flags) for seed in range(asked.seeds)]
        print(_row(name, scores), flush=True)


def _score(clean: Path, labelled: Path, preset: str, seed: int, flags: Sequence[str]) -> Score:
    with tempfile.TemporaryDirectory() as folder:
        run, report = Path(folder) / "run", Path(folder) / "report.json"
        began = time.monotonic()
        seeds = ["--training.seed", str(seed), "--dirt.seed", str(seed), "--split.seed", str(seed)]
        _studio("train", str(clean), "--preset", preset, "--out", str(run), *seeds, *flags)
        training_s = time.monotonic() - began
        _studio("evaluate", str(labelled), "--model", str(run), "--json", str(report))
        values = json.loads(report.read_text(encoding="utf-8"))
    low, high = values["accuracy_95"]
    return Score(
        auroc=values["auroc"],
        balanced=values["balanced_accuracy"],
        accuracy=values["accuracy"],
        accuracy_95=(low, high),
        photos=sum(values["counts"].values()),
        training_s=training_s,
    )


def _studio(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "studio", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"studio {' '.join(words)}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _row(name: str, scores: Sequence[Score]) -> str:
    def cell(values: Sequence[float]) -> str:
        spread = "" if len(values) == 1 else f" ({min(values):.3f} to {max(values):.3f})"
        return f"{statistics.median(values):.3f}{spread}"

    middle = sorted(scores, key=lambda score: score.accuracy)[len(scores) // 2]
    low, high = middle.accuracy_95
    accuracy = f"{middle.accuracy:.1%}, {low:.1%} to {high:.1%} of {middle.photos}"
    minutes = statistics.median(score.training_s for score in scores) / 60
    cells = (name, cell([score.auroc for score in scores]), cell([score.balanced for score in scores]), accuracy)
    return f"| {' | '.join(cells)} | {minutes:.1f} |"


if __name__ == "__main__":
    main()
