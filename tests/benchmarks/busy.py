"""Training beside other busy programs: `python -m tests.benchmarks.busy [--json FILE|-] [--seconds S] [--turns N]`.

An untrained EfficientNet-Lite0 takes training steps of 8 pictures at 160 px on all cores, each time in a process of its
own: with the machine to itself, and beside as many other programs that compute without a pause as there are cores.

    alone_per_s          samples a second as the studio has torch's threads wait for each other (`core/openmp.py`)
    alone_default_per_s  the same as GNU's OpenMP has them wait by itself
    busy_per_s, busy_default_per_s
                         the same two beside other programs

Medians of the turns, which alternate. On an idle machine alone: other work would count as a busy program.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from studio.core.openmp import yield_to_others
from tests.benchmarks.telling import asking, tell

COUNT, SIDE_PX, TURNS, LONGEST_S = 8, 160, 3, 300

STEPS = f"""
import sys, time
import torch
from studio.core.config import StudioConfig
from studio.learn.architectures import build_network
from studio.learn.ranks import choose_threads
torch.set_num_threads(choose_threads(1, workers=0))
config = StudioConfig().edited(model__architecture="efficientnet_lite0", model__pretrained=False)
network = build_network(config.model, 2).train().to(memory_format=torch.channels_last)
optimizer = torch.optim.SGD(network.parameters(), 0.01)
images = torch.randn({COUNT}, 3, {SIDE_PX}, {SIDE_PX}).to(memory_format=torch.channels_last)
labels = torch.arange({COUNT}) % 2
began, steps = 0.0, -1
while steps < 1 or time.perf_counter() - began < float(sys.argv[1]):
    torch.nn.functional.cross_entropy(network(images), labels).backward()
    optimizer.step()
    optimizer.zero_grad()
    steps += 1
    began = began or time.perf_counter()
print({COUNT} * steps / (time.perf_counter() - began))
"""


def main() -> None:
    """Take the figures; print them as JSON."""
    parser = asking(__doc__)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--turns", type=int, default=TURNS)
    asked = parser.parse_args()
    taken: dict[str, list[float]] = {}
    for _ in range(asked.turns):
        alternate(taken, "alone", asked)
        with others():
            alternate(taken, "busy", asked)
    tell({name: round(median(values), 1) for name, values in taken.items()}, asked.json)


def alternate(taken: dict[str, list[float]], name: str, asked: argparse.Namespace) -> None:
    """Train as we do, then as it would be without us."""
    for is_ours in (True, False):
        place = f"{name}_per_s" if is_ours else f"{name}_default_per_s"
        taken.setdefault(place, []).append(samples_per_s(asked.seconds, is_ours=is_ours))
        print(f"{place}: {taken[place][-1]:.1f}", file=sys.stderr, flush=True)


def samples_per_s(seconds: float, *, is_ours: bool) -> float:
    """What a fresh process trains in so many seconds, at least one step; 0 where not even that was done in time."""
    environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    if is_ours:
        yield_to_others(environment)
    command = [sys.executable, "-c", STEPS, str(seconds)]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        return 0.0
    return float(done.stdout)


@contextmanager
def others() -> Iterator[None]:
    """As many busy programs as there are cores."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
