"""The way from framed pixels to a network's input."""

from __future__ import annotations

import torch

from studio.data.transforms import IMAGENET, LITE, PLAIN, scale_in_force, to_input, unpack


def test_the_mean_colour_becomes_zero_and_one_spread_above_it_one():
    colour = torch.tensor(IMAGENET.mean) + torch.tensor(IMAGENET.std)
    images = torch.stack([torch.tensor(IMAGENET.mean), colour]).view(2, 3, 1, 1).expand(2, 3, 4, 5)
    result = to_input(images, IMAGENET)
    assert result.shape == (2, 3, 4, 5)
    assert torch.allclose(result[0], torch.zeros(()), atol=1e-5)
    assert torch.allclose(result[1], torch.ones(()), atol=1e-5)


def test_the_lite_scale_is_the_one_of_its_weights():
    assert to_input(torch.full((1, 3, 2, 2), 255.0), LITE).unique().item() == 1.0


def test_without_normalising_colours_become_shares():
    scale = scale_in_force(IMAGENET, normalize=False)
    assert scale == PLAIN
    assert to_input(torch.full((1, 3, 2, 2), 255.0), scale).unique().item() == 1.0
    assert scale_in_force(LITE, normalize=True) == LITE


def test_cached_pixels_come_apart_into_colours_and_inside():
    pixels = torch.zeros(2, 4, 5, 4, dtype=torch.uint8)
    pixels[..., 0], pixels[..., 3] = 7, 255
    images, inside = unpack(pixels)
    assert images.shape == (2, 3, 4, 5) and inside.shape == (2, 1, 4, 5)
    assert images[:, 0].unique().item() == 7.0
    assert inside.unique().item() == 1.0


def test_bytes_are_scaled_like_floats_and_stay_as_they_were():
    pixels = torch.arange(2 * 3 * 4 * 5, dtype=torch.uint8).view(2, 4, 5, 3).permute(0, 3, 1, 2)
    before = pixels.clone()
    for images in (pixels, pixels.float(), pixels.contiguous().float()):
        result = to_input(images, IMAGENET)
        assert torch.equal(result, to_input(before, IMAGENET))
        assert result.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(pixels, before)
