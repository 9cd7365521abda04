"""A training on two machines, which here are two launchers on one."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.runs import RunFolder
from tests.data.pictures import save_dishes

LIMIT_S = 280


@pytest.mark.slow
def test_two_nodes_train_one_model(tmp_path: Path) -> None:
    save_dishes(tmp_path / "photos" / "clean", 12)
    save_dishes(tmp_path / "photos" / "dirty", 12, first_seed=100)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    repository = str(Path(__file__).parents[1])
    train = [
        *("train", "photos", "--out", "run", "--preset", "balanced", "--model.architecture", "custom_cnn"),
        *("--model.input_size", "32", "--training.epochs", "2", "--training.batch_size", "4"),
        *("--hardware.device", "cpu", "--hardware.threads", "1"),
    ]
    nodes = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "torch.distributed.run", "--nnodes", "2", "--nproc-per-node", "1"),
                *("--node-rank", str(rank), "--rdzv-backend", "c10d", "--rdzv-endpoint", f"127.0.0.1:{port}"),
                *("-m", "studio", *train),
            ],
            cwd=tmp_path,
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": repository},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        said = [node.communicate(timeout=LIMIT_S)[0] for node in nodes]
    finally:
        for node in nodes:
            node.kill()
    assert [node.returncode for node in nodes] == [0, 0], said
    assert sum("Model saved" in words for words in said) == 1, "one of the two speaks"
    run = RunFolder(tmp_path / "run")
    assert run.best.is_file()
    environment = json.loads((run.path / "environment.json").read_text(encoding="utf-8"))
    assert environment["resolved"]["processes"] == 2
