"""Networks with a frozen backbone: what stays, what learns, what the head is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from studio.core.errors import ConfigError
from studio.core.sections import ModelSettings
from studio.data.transforms import IMAGENET
from studio.learn.architectures import build_network
from studio.learn.fusion import fused
from studio.learn.network import Network
from studio.learn.pooling import PooledHead, leads_around, pool
from tests.learn.frozen import frozen


def pictures(count: int = 2, size: int = 32) -> torch.Tensor:
    return torch.randn(count, 3, size, size, generator=torch.Generator().manual_seed(5))


def test_a_frozen_body_stays_as_it_is_while_the_head_learns(tmp_path: Path):
    network = frozen(tmp_path).train()
    before = {name: tensor.clone() for name, tensor in network.body.state_dict().items()}
    optimizer = torch.optim.SGD([one for one in network.parameters() if one.requires_grad], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        network(pictures(), None)[:, 0].sum().backward()
        optimizer.step()
    assert not network.body.training and network.head is not None and network.head.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.body.state_dict().items())
    assert network.head.linear.weight.abs().sum() > 0
    assert network.trainable_count() == sum(one.numel() for one in network.head.parameters())


def test_head_and_backbone_are_all_there_is(tmp_path: Path):
    for network in (frozen(tmp_path), build_network(ModelSettings(architecture="resnet18", input_size=32), 3)):
        parts = [*network.head_parameters(), *network.backbone_parameters()]
        assert len(parts) == len(list(network.parameters())) == len({id(one) for one in parts})


def test_features_computed_beforehand_give_the_same_answer(tmp_path: Path):
    network = frozen(tmp_path)
    torch.nn.init.normal_(network.head.linear.weight)
    inside = torch.zeros(2, 1, 32, 32)
    inside[:, :, 4:28, 4:28] = 1
    features = network.pooled(pictures(), inside)
    assert features.shape == (2, network.num_features)
    assert torch.equal(network(features), network(pictures(), inside))
    assert not torch.equal(network(pictures(), None), network(pictures(), inside))


def test_what_lies_beside_the_dish_does_not_count():
    maps = torch.rand(1, 4, 8, 8)
    inside = torch.zeros(1, 1, 8, 8)
    inside[:, :, 2:6, 2:6] = 1
    other = torch.where(inside > 0, maps, 100 * torch.rand(1, 4, 8, 8))
    assert torch.allclose(pool([maps], maps, inside), pool([other], other, inside), atol=1e-6)


def test_the_statistics_are_average_spread_and_maximum_inside_the_dish():
    maps = torch.rand(3, 5, 8, 8)
    inside = torch.zeros(3, 1, 16, 16)
    inside[:, :, 4:12, 4:12] = 1
    cut = maps[:, :, 2:6, 2:6].flatten(2)
    wanted = torch.cat([cut.mean(2), cut.std(2, correction=0), cut.amax(2), cut.amax(2)], dim=1)
    torch.testing.assert_close(pool([maps], maps, inside), wanted, atol=1e-5, rtol=0)


def test_a_dish_too_small_for_a_map_counts_as_the_whole_picture():
    maps = torch.rand(1, 2, 4, 4)
    speck = torch.zeros(1, 1, 32, 32)
    speck[..., 0, 0] = 1
    assert torch.equal(pool([maps], None, speck), pool([maps], None, None))


def test_lite0_has_the_2696_statistics_of_its_strides():
    network = build_network(ModelSettings(architecture="efficientnet_lite0", pretrained=True, freeze="backbone"), 2)
    assert network.num_features == 3 * (40 + 112 + 320) + 1280


def test_the_head_standardises_before_it_judges():
    head = PooledHead(3, 2)
    features = torch.tensor([[10.0, 0.5, -3.0], [14.0, 0.5, -1.0]])
    head.standardise(features.mean(0), features.std(0, correction=0))
    torch.nn.init.eye_(head.linear.weight)
    assert torch.allclose(head(features)[:, 0], torch.tensor([-1.0, 1.0]), atol=1e-3)
    assert head(features)[:, 1].abs().max() < 1e-6  # a feature that never varies is not blown up


def test_the_head_computes_in_full_precision_whatever_is_around_it():
    head = PooledHead(4, 2)
    torch.nn.init.normal_(head.linear.weight)
    features = torch.randn(3, 4)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(head(features), head(features.clone())) and head(features).dtype == torch.float32


def test_a_network_without_spatial_maps_cannot_be_frozen():
    body = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3 * 32 * 32, 2))
    network = Network(body, num_classes=2, input_size=(32, 32), scale=IMAGENET, name="flat")
    with pytest.raises(ConfigError, match=r"model\.freeze: flat has no spatial maps"):
        network.freeze_backbone(dropout=0)


@pytest.mark.parametrize(
    "name", ["custom_cnn", "resnet18", "mobilenet_v3_small", "efficientnet_lite0", "timm/convnext_atto"]
)
def test_folding_batch_norms_changes_no_answer(name: str):
    torch.manual_seed(0)
    network = build_network(ModelSettings(architecture=name, input_size=64), 3)
    for _ in range(2):
        network(pictures(4, 64))  # batch norms learn statistics that are worth folding
    network.eval()
    quick = fused(network)
    with torch.no_grad():
        torch.testing.assert_close(quick(pictures(2, 64)), network(pictures(2, 64)), atol=1e-3, rtol=1e-3)
    norms = [sum(isinstance(part, torch.nn.BatchNorm2d) for part in one.modules()) for one in (network, quick)]
    assert norms[1] == 0 and (norms[0] > 0 or name == "timm/convnext_atto")
    assert any(parameter.requires_grad for parameter in network.parameters())


def test_layers_that_are_not_what_they_seem_are_left_alone():
    class Twofold(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.norm = torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4)
            self.linear = torch.nn.Linear(4, 2)
            torch.nn.init.uniform_(self.norm.running_var, 2, 3)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            conv = self.conv(images)
            return self.linear((self.norm(conv) * conv).mean((2, 3)))

    network = Network(Twofold(), num_classes=2, input_size=(32, 32), scale=IMAGENET, name="twofold").eval()
    assert torch.equal(fused(network)(pictures()), network(pictures()))


def test_leads_around_a_place_point_at_what_the_head_looks_for():
    maps = torch.zeros(1, 2, 20, 20)
    maps[0, 1, 5, 14] = 3.0
    weights = torch.tensor([[0.0, 1.0, 0.0, 0.0, 0.0, 1.0]])  # average and maximum of the second channel
    found = leads_around([maps], None, None, weights)[0]
    row, column = divmod(int(found.argmax()), 20)
    assert abs(row - 5) <= 1 and abs(column - 14) <= 1
    assert found.min() == 0 and found[15:, :5].max() == 0
