"""Precision by trying."""

from __future__ import annotations

import pytest
import torch

from studio.core.config import StudioConfig
from studio.learn import precision
from studio.learn.architectures import build_network
from studio.learn.network import Network
from studio.learn.precision import choose_answering_precision, choose_precision

CPU = torch.device("cpu")


@pytest.fixture
def network() -> Network:
    return build_network(StudioConfig().edited(model__input_size=32).model, 2)


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [
        ([0.1], "float32"),  # one layer tells that the processor only pretends
        ([3.0, 1.05], "float32"),  # not worth it
        ([3.0, 2.0], "bfloat16"),
        ([0.9, 1.5], "bfloat16"),
    ],
)
def test_fewer_bits_must_be_clearly_quicker(
    network: Network, monkeypatch: pytest.MonkeyPatch, speeds: list[float], expected: str
):
    tried = iter(speeds)
    monkeypatch.setattr(precision, "_gain", lambda work: next(tried))
    assert choose_precision("auto", CPU, network) == expected


def test_what_a_person_has_set_is_not_tried(network: Network, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(precision, "_gain", lambda work: pytest.fail("it was tried"))
    assert choose_precision("bfloat16", CPU, network) == "bfloat16"


def test_trying_leaves_the_network_as_it_was(network: Network):
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert choose_precision("auto", CPU, network) in ("float32", "bfloat16")
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize(
    ("speeds", "expected"),
    [([0.1], "float32"), ([3.0, 1.05], "float32"), ([3.0, 2.0], "bfloat16")],
)
def test_answers_are_given_with_fewer_bits_where_that_is_clearly_quicker(
    network: Network, monkeypatch: pytest.MonkeyPatch, speeds: list[float], expected: str
):
    tried = iter(speeds)
    monkeypatch.setattr(precision, "_gain", lambda work: (work(), next(tried))[1])
    assert choose_answering_precision("auto", CPU, network) == expected


def test_whoever_sets_float32_gets_answers_in_it(network: Network, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(precision, "_gain", lambda work: pytest.fail("it was tried"))
    assert choose_answering_precision("float32", CPU, network) == "float32"
