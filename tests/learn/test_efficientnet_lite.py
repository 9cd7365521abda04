"""EfficientNet-Lite0: the network that timm builds, without timm."""

from __future__ import annotations

import pytest
import torch

from studio.learn.efficientnet_lite import EfficientNetLite0


@pytest.fixture(scope="module")
def theirs() -> torch.nn.Module:
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    return timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=3)


def _ours(theirs: torch.nn.Module) -> EfficientNetLite0:
    ours = EfficientNetLite0(num_classes=3, dropout=0.0)
    ours.load_state_dict(theirs.state_dict())
    return ours


@pytest.mark.parametrize("size", [(64, 64), (97, 65), (80, 112)])
def test_it_answers_as_timms_does(theirs: torch.nn.Module, size: tuple[int, int]) -> None:
    images = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.allclose(_ours(theirs).eval()(images), theirs.eval()(images), atol=1e-5)


def test_it_answers_the_same_with_and_without_gradients(theirs: torch.nn.Module) -> None:
    images = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    ours = _ours(theirs).eval()
    with torch.no_grad():
        quick = ours(images)
    assert torch.allclose(quick, ours(images), atol=1e-5)


def test_it_learns_as_timms_does(theirs: torch.nn.Module) -> None:
    images = torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    ours = _ours(theirs).train()
    ours(images).square().sum().backward()
    theirs.train()(images).square().sum().backward()
    wanted = {name: one.grad for name, one in theirs.named_parameters()}
    for name, one in ours.named_parameters():
        assert one.grad is not None
        assert torch.allclose(one.grad, wanted[name], rtol=1e-3, atol=1e-4), name


def test_an_untrained_one_starts_with_lively_maps() -> None:
    torch.manual_seed(0)
    network = EfficientNetLite0(num_classes=2, dropout=0.0).train()
    spread = network(torch.randn(8, 3, 64, 64)).std(dim=0)
    assert bool((spread > 1e-3).all())
