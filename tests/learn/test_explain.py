"""Heat maps: they point at what made the network decide, wherever in the photo it was."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from studio.data.framing import Framed
from studio.data.transforms import IMAGENET
from studio.learn.explain import evidence, over_photo
from studio.learn.network import Network


class SpeckFinder(nn.Module):
    """The brighter the red inside a cell, the more it speaks for the second class."""

    def __init__(self, *, is_spatial: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.AvgPool2d(8), nn.Conv2d(3, 2, 1, bias=False)) if is_spatial else nn.Identity()
        self.flat = nn.Linear(2 if is_spatial else 3 * 64 * 64, 2, bias=False)
        with torch.no_grad():
            self.flat.weight.zero_()
            if is_spatial:
                self.body[1].weight.zero_()
                self.body[1].weight[1, 0] = 1
                self.flat.weight[1, 1] = 1
            else:
                self.flat.weight[1, : 64 * 64] = 1

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        maps = self.body(images)
        return self.flat(maps.mean((2, 3)) if maps.shape[1] == 2 else maps.flatten(1))


def with_specks(*places: tuple[int, int]) -> torch.Tensor:
    images = torch.zeros(len(places), 3, 64, 64)
    for image, (row, column) in zip(images, places, strict=True):
        image[0, row : row + 4, column : column + 4] = 1
    return images


@pytest.mark.parametrize("is_spatial", [True, False])
def test_the_evidence_lies_where_the_speck_is(is_spatial: bool):
    body = SpeckFinder(is_spatial=is_spatial)
    network = Network(body, num_classes=2, input_size=(64, 64), scale=IMAGENET, name="specks").eval()
    assert (network.anatomy.last is not None) == is_spatial
    found = evidence([network], with_specks((10, 42), (50, 2)), torch.ones(2, 1, 64, 64), torch.tensor([1, 1]))
    assert found.shape == (2, 8, 8) and found.min() >= 0
    assert [divmod(int(one.argmax()), 8) for one in found] == [(1, 5), (6, 0)]


def test_the_other_class_has_no_evidence_there():
    network = Network(
        SpeckFinder(is_spatial=True), num_classes=2, input_size=(64, 64), scale=IMAGENET, name="specks"
    ).eval()
    found = evidence([network], with_specks((10, 42)), torch.ones(1, 1, 64, 64), torch.tensor([0]))
    assert found.max() == 0


def test_members_are_averaged():
    one, other = (
        Network(SpeckFinder(is_spatial=True), num_classes=2, input_size=(64, 64), scale=IMAGENET, name="specks").eval()
        for _ in range(2)
    )
    nn.init.zeros_(other.body.flat.weight)
    inputs = (with_specks((10, 42)), torch.ones(1, 1, 64, 64), torch.tensor([1]))
    assert torch.allclose(evidence([one, other], *inputs), evidence([one], *inputs) / 2)


@pytest.mark.parametrize(
    "name", ["timm/vit_tiny_patch16_224", "timm/swin_tiny_patch4_window7_224", "timm/mixer_s32_224"]
)
def test_transformers_are_explained_on_their_grid(name: str):
    from studio.core.sections import ModelSettings
    from studio.learn.architectures import build_network

    torch.manual_seed(0)
    size = 64 if "vit" in name else 224
    network = build_network(ModelSettings(architecture=name, input_size=size), 3).eval()
    pictures = torch.randn(2, 3, size, size)
    found = evidence([network], pictures, torch.ones(2, 1, size, size), torch.tensor([0, 2]))
    assert found.shape[0] == 2 and found.shape[1] == found.shape[2] == size // network.anatomy.last.stride
    assert found.isfinite().all()


def framed(window: tuple[float, float, float, float], photo_hw: tuple[int, int]) -> Framed:
    nothing = np.zeros((4, 4), np.uint8)
    return Framed(image_HW3=np.dstack([nothing] * 3), inside_HW=nothing, window=window, photo_hw=photo_hw)


def laid(evidence_HW: np.ndarray, view: Framed) -> np.ndarray:
    picture = over_photo(evidence_HW.astype(np.float32), view)
    return np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)[..., 0]


def test_evidence_goes_back_to_where_it_was_seen_in_the_photo():
    spot = np.zeros((4, 4))
    spot[1, 2] = 0.3
    heat = laid(spot, framed((100, 50, 180, 130), (200, 300)))
    assert heat.shape == (200, 300)
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    assert (abs(row - (50 + 1.5 * 20)) <= 10) and (abs(column - (100 + 2.5 * 20)) <= 10)
    assert heat.max() >= 250
    assert heat[:40].max() == heat[:, :90].max() == heat[:, 190:].max() == 0


def test_what_the_network_saw_beyond_the_photo_is_cut_off():
    corner = np.zeros((4, 4))
    corner[2, 2] = 1
    heat = laid(corner, framed((-50, -50, 50, 50), (100, 100)))
    assert heat[:20, :20].max() == 255 and heat[60:].max() == 0 and heat[:, 60:].max() == 0


def test_evidence_that_is_everywhere_points_nowhere():
    assert laid(np.full((4, 4), 0.7), framed((0, 0, 100, 100), (100, 100))).max() == 0


def test_where_the_view_of_the_network_ends_within_the_photo_the_map_fades():
    side = np.zeros((10, 10))
    side[:, 8:] = 1
    heat = laid(side, framed((0, 0, 100, 100), (100, 200)))[50].astype(int)
    assert heat[90] > 240 and heat[99] < 30 and heat[101:].max() == 0
    assert abs(np.diff(heat[:101])).max() < 60
    assert laid(side, framed((0, 0, 100, 100), (100, 100)))[50, 99] > 240  # the photo ends here


def test_no_evidence_is_black_and_a_large_photo_gets_a_small_map():
    heat = laid(np.zeros((4, 4)), framed((0, 0, 3000, 2000), (2000, 3000)))
    assert heat.shape == (213, 320) and heat.max() == 0


def test_heads_on_one_backbone_are_explained_by_one_look():
    from studio.core.sections import ModelSettings
    from studio.learn.architectures import build_network

    torch.manual_seed(0)
    settings = ModelSettings(architecture="custom_cnn", pretrained=False, input_size=64)
    networks = [build_network(settings, 2).eval() for _ in range(2)]
    for network in networks:
        network.freeze_backbone(dropout=0.0)
        torch.nn.init.normal_(network.head.linear.weight)
        network.body = networks[0].body
    looks = 0

    def count(*_: object) -> None:
        nonlocal looks
        looks += 1

    networks[0].body.register_forward_hook(count)
    inputs = (torch.randn(2, 3, 64, 64), torch.ones(2, 1, 64, 64), torch.tensor([0, 1]))
    both = evidence(networks, *inputs, has_one_body=True)
    assert looks == 1
    assert both.max() > 0 and torch.equal(both, evidence(networks[::-1], *inputs, has_one_body=True))
    apart = evidence(networks, *inputs)
    assert both.shape == apart.shape and bool((both <= apart + 1e-2).all())
