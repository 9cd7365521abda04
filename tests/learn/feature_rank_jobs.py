"""A job in which several ranks look at photos together."""

from __future__ import annotations

from pathlib import Path

import torch

from studio.core.children import Emit, Seat, ShouldStop
from studio.data.manifest import Manifest
from studio.learn.ranks import open_ranks
from tests.learn.frozen import Bench, frozen, table_of
from tests.learn.tiny import hardware


def measure(dataset: str, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Take looks with a frozen network, and leave their features in the folder."""
    with open_ranks(hardware(), seat) as ranks:
        bench = Bench(Manifest.load(Path(dataset)), frozen(folder / f"of-rank{ranks.rank}"), folder / "cache")
        source = bench.measure(2, ranks=ranks)
        assert source is not None
        torch.save(torch.from_numpy(table_of(source)), folder / f"rank{ranks.rank}.pt")
