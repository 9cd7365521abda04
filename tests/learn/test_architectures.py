"""Architectures: what is registered is built at any size, knows its maps, and asks no network for weights."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from studio.core.config import StudioConfig
from studio.core.errors import ConfigError
from studio.core.registry import ARCHITECTURES
from studio.core.sections import ModelSettings
from studio.learn.architectures import build_network, has_pretrained_weights
from studio.learn.network import Network

NAMES = ("custom_cnn", "mobilenet_v3", "mobilenet_v3_small", "resnet18", "resnet50", "efficientnet_lite0")


def built(architecture: str, size: tuple[int, int] = (64, 64), classes: int = 2, **changes: object) -> Network:
    torch.manual_seed(0)
    return build_network(ModelSettings(architecture=architecture, input_size=size, **changes), classes)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_listing_the_architectures_loads_no_torch():
    code = (
        "import sys; from studio.core.registry import ARCHITECTURES;"
        f"assert ARCHITECTURES.names() == {NAMES!r}, ARCHITECTURES.names();"
        "assert not {'torch', 'torchvision', 'timm'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_architecture_answers_for_its_classes_at_any_size(name: str, no_network: None):
    network = built(name, (64, 96), classes=3).eval()
    assert network(torch.zeros(2, 3, 64, 96)).shape == (2, 3)


@pytest.mark.parametrize("name", NAMES)
def test_every_architecture_hides_the_share_that_dropout_says(name: str):
    rates = {part.p for part in built(name, dropout=0.35).modules() if isinstance(part, torch.nn.Dropout)}
    assert rates == {0.35}


def test_the_small_cnn_has_more_than_100_thousand_weights():
    assert sum(parameter.numel() for parameter in built("custom_cnn").parameters()) > 100_000


def test_only_packaged_weights_count_as_pretrained():
    assert [name for name in NAMES if has_pretrained_weights(name)] == ["efficientnet_lite0"]


def test_pretrained_weights_that_do_not_come_with_the_studio_are_refused_with_the_choices(no_network: None):
    with pytest.raises(ConfigError, match=r"model\.pretrained.*efficientnet_lite0.*model\.weights.*false"):
        built("resnet50", pretrained=True)
    with pytest.raises(ConfigError, match=r"model\.pretrained.*timm/resnet18"):
        built("timm/resnet18", pretrained=True)


@pytest.mark.parametrize("name", ["timm/resnet18", "timm/vit_tiny_patch16_224", "timm/convnext_atto"])
def test_any_timm_network_works_untrained(name: str, no_network: None):
    network = built(name).eval()
    assert network(torch.zeros(1, 3, 64, 64)).shape == (1, 2)
    assert all(1 < value < 255 for value in (*network.scale.mean, *network.scale.std))


@pytest.mark.parametrize("name", ["resnet19", "hf-hub:timm/resnet18", "local-dir:/etc", "../resnet18", ""])
def test_an_unknown_timm_name_is_refused_without_asking_anyone(name: str, no_network: None):
    with pytest.raises(ConfigError, match="timm has no network"):
        built(f"timm/{name}")


def test_an_unknown_timm_name_brings_the_nearest_ones():
    with pytest.raises(ConfigError, match="did you mean resnet"):
        built("timm/resnet19")


def test_the_config_takes_timm_names_and_refuses_unknown_ones():
    assert StudioConfig().edited(model__architecture="timm/resnet18").model.architecture == "timm/resnet18"
    with pytest.raises(ConfigError, match="did you mean 'resnet50'"):
        StudioConfig().edited(model__architecture="resnet5")


def test_a_size_that_a_network_cannot_take_is_refused():
    with pytest.raises(ConfigError, match="32 × 32"):
        built("timm/inception_v3", (32, 32))


def test_every_registered_architecture_says_what_the_form_shows():
    for entry in ARCHITECTURES:
        assert entry.title and entry.help.endswith(".") and set(entry.traits) == {"pretrained", "scale"}


@pytest.mark.parametrize(
    ("name", "strides"),
    [
        ("custom_cnn", (8, 16)),
        ("mobilenet_v3", (8, 16, 32)),
        ("resnet50", (8, 16, 32)),
        ("efficientnet_lite0", (8, 16, 32, 32)),
        ("timm/vit_tiny_patch16_224", (16,)),
        ("timm/swin_tiny_patch4_window7_224", (8, 16, 32, 32)),
    ],
)
def test_a_network_knows_its_spatial_maps(name: str, strides: tuple[int, ...]):
    size = 224 if "swin" in name else 96
    network = built(name, (size, size)).eval()
    with torch.no_grad():
        maps = network.features(torch.zeros(2, 3, size, size))
    assert tuple(tap.stride for tap in network.taps) == strides
    assert [tuple(values.shape[2:]) for values in maps] == [(size // stride, size // stride) for stride in strides]


def test_the_maps_of_lite0_are_those_that_the_findings_name():
    channels = [values.shape[1] for values in built("efficientnet_lite0").features(torch.zeros(1, 3, 64, 64))]
    assert channels == [40, 112, 320, 1280]


def test_looking_at_the_anatomy_leaves_no_trace():
    network = built("resnet18")
    assert network.training
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in network.modules())
    assert int(network.body.bn1.num_batches_tracked) == 0


def test_weights_of_a_file_reach_the_network(tmp_path: Path):
    first = built("resnet18", classes=5)
    torch.save(first.body.state_dict(), tmp_path / "weights.pt")
    torch.manual_seed(1)
    settings = ModelSettings(architecture="resnet18", input_size=64, weights=str(tmp_path / "weights.pt"))
    second = build_network(settings, 2)
    assert torch.equal(first.body.layer3[0].conv1.weight, second.body.layer3[0].conv1.weight)
    assert second.body.fc[1].weight.shape == (2, 512)
