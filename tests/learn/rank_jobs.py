"""Jobs that tests start in several ranks."""

from __future__ import annotations

from pathlib import Path

import torch

from studio.core.children import Emit, Seat, ShouldStop
from studio.core.config import StudioConfig
from studio.core.errors import UserError
from studio.learn.ranks import open_ranks
from tests.learn.tiny import Memory, hardware, tiny_network, tiny_trainer


def learn(config: StudioConfig, folder: Path, *, seat: Seat, emit: Emit, should_stop: ShouldStop) -> None:
    """Judge a network, train it, and leave what came of it in the folder."""
    with open_ranks(hardware(), seat) as ranks:
        memory = Memory()
        network = tiny_network(dropout=0.0, norm=False)
        trainer = tiny_trainer(memory, config, network=network, ranks=ranks, should_stop=should_stop)
        assert trainer._judge is not None
        before = trainer._judge.judge(network)

        def refuse() -> None:
            raise UserError("the folder is read-only")

        said = ""
        try:
            ranks.from_first(refuse)
        except UserError as error:
            said = str(error)
        trainer.fit()
        result = {
            "before": repr((before.scores, before.real, before.painted, before.mistakes)),
            "counts": [event.train.count for event in memory.epochs],
            "weights": network.state_dict(),
            "said": said,
            "agreed": ranks.agree(ranks.rank == 1, False),
            "gathered": ranks.gather(ranks.rank),
        }
        torch.save(result, folder / f"rank{ranks.rank}of{ranks.world_size}.pt")
