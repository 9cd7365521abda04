"""How much memory some work takes."""

from __future__ import annotations

import pytest
import torch

from studio.learn.memory_watch import MemoryWatch


def test_a_card_that_nothing_uses_is_not_woken(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)
    for name in ("empty_cache", "reset_peak_memory_stats"):
        monkeypatch.setattr(torch.cuda, name, lambda name=name: woken.append(name))
    monkeypatch.setattr(torch.cuda, "max_memory_reserved", lambda: 0)
    with MemoryWatch() as memory:
        pass
    assert not woken and memory.most_bytes > 0
