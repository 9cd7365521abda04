"""Batch augmentation: pairs vary alike, and nothing depends on who else is in the batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from studio.core.sections import AugmentationSettings
from studio.data import augment_opencv, augment_torch
from studio.data.augment import Augmenter, sampling_matrices, settings_at
from studio.data.augment_colour import Changes, colour_matrices
from studio.data.dice import Dice, keys_of
from studio.data.framing import GREY

STILL = AugmentationSettings(
    horizontal_flip=0,
    rotation_deg=0,
    zoom=1,
    brightness=0,
    contrast=0,
    saturation=0,
    hue=0,
    blur=0,
    affine=0,
    erasing=0,
)


def dishes(count: int, *, height: int = 40, width: int = 40) -> torch.Tensor:
    """White discs on dark tables of different colours."""
    rows, columns = np.mgrid[:height, :width]
    radius = min(height, width) * 0.3
    disc = np.hypot(rows - height / 2 + 0.5, columns - width / 2 + 0.5) < radius
    pixels = np.zeros((count, height, width, 4), np.uint8)
    for number in range(count):
        pixels[number, ..., :3] = (20 + 10 * number, 60, 90)
        pixels[number][disc] = (200, 210, 220, 255)
    return torch.from_numpy(pixels)


def augmenter(level: str = "advanced", background: str = "keep", **changes: float) -> Augmenter:
    settings = AugmentationSettings(**changes)
    return Augmenter(settings=settings, level=level, background=background, seed=3)


@pytest.mark.parametrize("level", ["basic", "advanced", "heavy"])
@pytest.mark.parametrize("background", ["keep", "grey", "vary"])
def test_equal_pictures_of_one_pair_stay_equal(level: str, background: str):
    vary = augmenter(level, background, noise=8.0, blur=1.0, affine=1.0, erasing=1.0)
    pixels = dishes(3)
    pixels[1] = pixels[0]
    images, inside = vary(pixels, keys_of(["a", "a", "b"]), 1)
    assert torch.equal(images[0], images[1]) and torch.equal(inside[0], inside[1])
    assert not torch.equal(images[0], images[2])


def test_a_speck_is_all_that_parts_a_varied_pair():
    pixels = dishes(2)
    pixels[1] = pixels[0]
    pixels[1, 20:22, 20:22, :3] = 0
    images, _ = augmenter(blur=0.0, erasing=0.0)(pixels, keys_of(["a", "a"]), 1)
    differs = (images[0] - images[1]).abs().amax(dim=0) > 12
    assert 1 <= differs.sum() <= 30


@pytest.mark.parametrize("background", ["keep", "grey"])
def test_a_sample_varies_the_same_alone_or_in_company(background: str):
    vary = augmenter("heavy", background, noise=4.0)
    keys = keys_of(["a", "b", "c"])
    pixels = dishes(3)
    together, _ = vary(pixels, keys, 2)
    alone, _ = vary(pixels[1:2], keys[1:2], 2)
    assert torch.allclose(together[1:2], alone, atol=1e-3)


def test_every_round_and_every_seed_varies_anew():
    pixels, keys = dishes(1), keys_of(["a"])
    settings = AugmentationSettings()
    results = [
        Augmenter(settings=settings, level="advanced", background="keep", seed=seed)(pixels, keys, number)[0]
        for seed, number in ((0, 1), (0, 2), (1, 1))
    ]
    assert not torch.equal(results[0], results[1]) and not torch.equal(results[0], results[2])


@pytest.mark.parametrize("level", ["basic", "advanced", "heavy"])
def test_colours_stay_within_0_and_255(level: str):
    images, inside = augmenter(level, "vary", noise=64.0, brightness=0.9, contrast=0.9)(
        dishes(6), keys_of(list("abcdef")), 1
    )
    assert images.dtype == torch.float32
    assert images.min() >= 0 and images.max() <= 255
    assert inside.min() >= 0 and inside.max() <= 1


def test_level_none_gives_the_pixels_as_they_are():
    pixels = dishes(2)
    images, inside = augmenter("none")(pixels, keys_of(["a", "b"]), 1)
    assert torch.equal(images.byte(), pixels[..., :3].permute(0, 3, 1, 2))
    assert torch.equal(inside[:, 0] > 0.5, pixels[..., 3] > 127)


def test_with_every_change_off_the_picture_stays_as_it_is():
    pixels = dishes(2, height=36, width=48)
    vary = Augmenter(settings=STILL, level="advanced", background="keep", seed=0)
    images, _ = vary(pixels, keys_of(["a", "b"]), 1)
    assert torch.allclose(images.float(), pixels[..., :3].permute(0, 3, 1, 2).float(), atol=0.1)


def test_mirroring_swaps_left_and_right():
    pixels = dishes(1)
    pixels[0, :, :5, 0] = 255
    vary = Augmenter(
        settings=STILL.model_copy(update={"horizontal_flip": 1.0}), level="basic", background="keep", seed=0
    )
    images, _ = vary(pixels, keys_of(["a"]), 1)
    assert torch.allclose(images.float(), pixels[..., :3].permute(0, 3, 1, 2).float().flip(3), atol=0.1)


def test_a_turned_disc_stays_round_in_a_picture_that_is_not_square():
    settings = STILL.model_copy(update={"rotation_deg": 90.0})
    _, inside = Augmenter(settings=settings, level="advanced", background="keep", seed=1)(
        dishes(4, height=40, width=80), keys_of(list("abcd")), 1
    )
    for mask in inside[:, 0] > 0.5:
        rows, columns = mask.any(dim=1).sum(), mask.any(dim=0).sum()
        assert abs(int(rows) - int(columns)) <= 2


def test_the_inside_moves_with_the_dish():
    vary = augmenter(affine=1.0, brightness=0, contrast=0, saturation=0, hue=0, blur=0, erasing=0)
    images, inside = vary(dishes(4), keys_of(list("abcd")), 1)
    is_bright = images[:, :1] > 150
    assert ((inside > 0.5) == is_bright).float().mean() > 0.98


def test_grey_is_the_framing_s_grey_whatever_the_colours_do():
    images, inside = augmenter("heavy", "grey", erasing=0.0)(dishes(4), keys_of(list("abcd")), 1)
    beside = images.movedim(1, 0)[:, inside[:, 0] == 0]
    assert beside.numel() > 0
    assert torch.allclose(beside, torch.full_like(beside, GREY))


def test_varied_backgrounds_leave_the_dish_alone_and_differ_between_pairs():
    vary = Augmenter(settings=STILL, level="advanced", background="vary", seed=0)
    pixels = dishes(1).repeat(24, 1, 1, 1)
    images, inside = vary(pixels, keys_of([str(number) for number in range(24)]), 1)
    on_dish = images.movedim(1, 0)[:, inside[:, 0] > 0.999]
    assert torch.allclose(on_dish[0], torch.full_like(on_dish[0], 200.0), atol=0.1)
    assert len({tuple(image[:, 0, 0].tolist()) for image in images}) > 5


def test_blur_softens_only_where_it_is_drawn():
    settings = STILL.model_copy(update={"blur": 0.5})
    pixels = dishes(1).repeat(16, 1, 1, 1)
    vary = Augmenter(settings=settings, level="advanced", background="keep", seed=0)
    images = vary.pictures(pixels, keys_of([str(number) for number in range(16)]), 1).float()
    original = pixels[0, ..., :3].permute(2, 0, 1).float()
    is_same = [torch.allclose(image, original, atol=0.1) for image in images]
    assert 2 <= sum(is_same) <= 14
    assert torch.allclose(images.mean(dim=(2, 3)), original.mean(dim=(1, 2)).expand(16, 3), atol=1.0)


def test_contrast_keeps_the_mean_and_saturation_zero_is_grey():
    settings = STILL.model_copy(update={"contrast": 0.4})
    pixels = dishes(1, height=160, width=160)
    vary = Augmenter(settings=settings, level="advanced", background="keep", seed=2)
    images = vary.pictures(pixels, keys_of(["a"]), 1).float()
    original = pixels[..., :3].permute(0, 3, 1, 2).float()
    assert not torch.allclose(images, original, atol=1.0)
    luma = torch.tensor([0.299, 0.587, 0.114])
    assert images.mean(dim=(2, 3)) @ luma == pytest.approx(original.mean(dim=(2, 3)) @ luma, abs=0.5)


@pytest.mark.parametrize("has_inside", [True, False])
def test_a_processor_and_a_graphics_card_make_the_same_pictures(has_inside: bool):
    count, height, width = 8, 48, 64
    dice = Dice(keys_of([str(number) for number in range(count)]), seed=0, round=1)
    settings = AugmentationSettings(affine=1.0)
    noise = torch.rand(count, 4, 6, 8, generator=torch.Generator().manual_seed(0)) * 255
    pixels = F.interpolate(noise, (height, width), mode="bicubic").clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous()
    changes = Changes(
        sampling_N23=sampling_matrices(dice, settings, (height, width)),
        sigmas_N=np.array([0.0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.0]),
        colours_N34=colour_matrices(dice, settings, pixels, keys_of(["a"] * 4 + ["b"] * 4)),
    )
    here, there = (hand.varied(pixels, changes, has_inside=has_inside) for hand in (augment_opencv, augment_torch))
    apart = (here[0].float() - there[0]).abs()
    assert apart.mean() < 0.05 and apart.max() < 1
    assert here[0].shape == there[0].shape == (count, 3, height, width)
    if not has_inside:
        assert here[1] is there[1] is None
        return
    assert here[1] is not None and there[1] is not None
    assert (here[1] - there[1]).abs().mean() < 0.005


def test_erasing_hides_the_share_that_was_asked_for():
    settings = STILL.model_copy(update={"erasing": 1.0, "erasing_area_max": 0.1})
    pixels = torch.zeros(20, 100, 100, 4, dtype=torch.uint8)
    images, _ = Augmenter(settings=settings, level="advanced", background="keep", seed=0)(
        pixels, keys_of([str(number) for number in range(20)]), 1
    )
    shares = (images[:, 0] == GREY).float().mean(dim=(1, 2))
    assert shares.min() > 0.01 and shares.max() < 0.12


def test_heavy_doubles_the_ranges_and_basic_bends_nothing():
    settings = AugmentationSettings()
    assert settings_at("heavy", settings).rotation_deg == 30.0
    assert settings_at("heavy", settings).brightness == pytest.approx(0.4)
    matrices = sampling_matrices(
        Dice(keys_of(list("abcdef")), seed=0, round=1), settings_at("basic", settings), (40, 40)
    )
    assert np.allclose(np.abs(matrices[:, [0, 1], [0, 1]]), 1 / 1.1)
    assert np.abs(matrices[:, [0, 1], [1, 0]]).max() == 0


@pytest.mark.parametrize("level", ["none", "basic", "advanced", "heavy"])
@pytest.mark.parametrize("background", ["keep", "grey", "vary"])
def test_pictures_are_the_same_for_networks_that_do_not_ask_where_the_dish_is(level: str, background: str):
    vary = augmenter(level, background, noise=8.0, blur=1.0, affine=1.0, erasing=1.0)
    keys = keys_of(["a", "b", "c"])
    assert torch.equal(vary.pictures(dishes(3), keys, 1), vary(dishes(3), keys, 1)[0])
