"""TensorBoard, as the window has it served."""

from __future__ import annotations

import builtins
import json
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from studio.core.errors import UserError
from studio.core.workers import Worker
from studio.learn.monitor import CurveWriter
from studio.learn.tensorboard_host import make


def test_curves_are_served_to_this_machine_until_the_process_ends(tmp_path: Path) -> None:
    writer = CurveWriter(tmp_path / "plates" / "tensorboard", first_step=1)
    writer.add({"Loss/Train": 0.5}, step=1)
    writer.close()
    worker = Worker("studio.learn.tensorboard_host:make")
    try:
        answers = worker.answers()
        next(answers)
        worker.ask(str(tmp_path))
        address = next(answers).value
        assert address.startswith("http://127.0.0.1:")
        found = psutil.Process(worker.process_id).net_connections("inet")
        assert {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN} == {"127.0.0.1"}
        worker.ask(str(tmp_path))
        assert next(answers).value == address
        with urllib.request.urlopen(f"{address}data/environment", timeout=20) as reply:
            assert json.load(reply)["data_location"] == str(tmp_path)
    finally:
        worker.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}data/environment", timeout=5)


def test_a_missing_tensorboard_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "tensorboard":
            raise ImportError(name)
        return real_import(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UserError, match="TensorBoard is not installed here; install it"):
        make()("runs")
