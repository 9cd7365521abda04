"""An exported model is asked on this machine, and nobody else hears of it."""

from __future__ import annotations

import os
import sys
from types import ModuleType, SimpleNamespace

import pytest

from studio.data.exported_model import open_model


def test_onnxruntime_is_told_to_report_to_nobody_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str | None] = []
    stand_in = ModuleType("onnxruntime")
    stand_in.SessionOptions = SimpleNamespace  # type: ignore[attr-defined]
    stand_in.InferenceSession = lambda *words, **named: told.append(  # type: ignore[attr-defined]
        os.environ.get("ORT_DISABLE_TELEMETRY")
    )
    monkeypatch.setitem(sys.modules, "onnxruntime", stand_in)
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    open_model("model.onnx")
    assert told == ["1"]
