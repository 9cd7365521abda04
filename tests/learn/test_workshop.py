"""What the members of a model are trained with."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from studio.core.config import StudioConfig
from studio.core.events import Event, Notice
from studio.learn.architectures import build_network
from studio.learn.workshop import compile_network


def test_a_network_that_cannot_be_compiled_is_trained_as_it_is(monkeypatch: pytest.MonkeyPatch):
    def refuse(module: nn.Module) -> None:
        def fail(*inputs: object) -> None:
            raise RuntimeError("no compiler found")

        module._compiled_call_impl = fail

    monkeypatch.setattr(nn.Module, "compile", refuse)
    network = build_network(StudioConfig().edited(model__input_size=32).model, 2)
    said: list[Event] = []
    compile_network(network, said.append)
    assert isinstance(said[0], Notice) and said[0].kind == "warning" and "no compiler" in said[0].details
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 2)
