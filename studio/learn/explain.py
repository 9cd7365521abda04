"""Where in a picture the evidence for a class lies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.requests import Picture
from studio.data.framing import Framed
from studio.dirt import cv
from studio.learn.network import Network
from studio.learn.pooling import leads_around
from studio.learn.stages import Tap, grafted, unfolded

SHOWN_PX = 320
"""Longest side of a heat map: finer than any map of a network, small enough for the way to the window."""

FADED_EDGE = 0.06
"""Width of the slope at the end of the network's view, as a share of it: as wide as the margin around a dish."""
SOFTENED_CELLS = 0.4
FAINTEST = 0.02
"""Share of the strongest evidence that the local part must have: below it, the map is even but for rounding."""

OCCLUDED_CELLS = 8


def evidence(
    networks: Sequence[Network],
    pictures_N3HW: Tensor,
    inside_N1HW: Tensor,
    targets_N: Tensor,
    *,
    has_one_body: bool = False,
) -> Tensor:
    """How much each place speaks for a class, the mean over networks.

    The gradient of the class's lead times the activation, on the last spatial map (Selvaraju et al., 2017, without
    averaging the gradient first). The head of a frozen backbone judges the statistics around each place instead, which
    finds painted dirt 1.7 times as often as chance does; its gradient finds it 1.3 times as often. Where a network has
    no spatial map, parts of the picture are hidden in turn (Zeiler, Fergus, 2013).

    Args:
        networks: of one kind, in `eval`.
        pictures_N3HW: normalised.
        inside_N1HW: where the dish is, 0..1.
        targets_N: int64; the class to explain for each picture.
        has_one_body: whether the networks are heads on the same frozen backbone, which then needs to look only once.

    Returns:
        float32, N x rows x columns, 0 and more; of the size of the networks' finest map.
    """
    if has_one_body:
        return _of_pooled(networks, pictures_N3HW, inside_N1HW, targets_N)
    maps = [_evidence(network, pictures_N3HW, inside_N1HW, targets_N) for network in networks]
    return torch.stack(maps).mean(dim=0)


def over_photo(evidence_HW: NDArray[np.float32], framed: Framed) -> Picture:
    """Lay evidence over the whole upright photo.

    What there is of it everywhere points nowhere, so only what exceeds the mean is shown; and where the network's view
    ends within the photo, it fades, or its edge would be the brightest line of all.

    Args:
        evidence_HW: float32, 0 and more; of what the network saw.
        framed: how it saw the photo.

    Returns:
        grey: 255 where the evidence is strongest, 0 where there is no more than elsewhere or the network saw nothing.
    """
    height, width = framed.photo_hw
    shrink = min(1.0, SHOWN_PX / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    left, top, right, bottom = framed.window
    rows, columns = evidence_HW.shape
    scale_x, scale_y = (right - left) / columns * size[0] / width, (bottom - top) / rows * size[1] / height
    # Pixels are counted from their middles.
    to_photo = np.array(
        [
            [scale_x, 0, left * size[0] / width + scale_x / 2 - 0.5],
            [0, scale_y, top * size[1] / height + scale_y / 2 - 0.5],
        ]
    )
    local_HW = np.maximum(evidence_HW - evidence_HW.mean(), 0)
    laid_HW = cv.warpAffine(local_HW, to_photo, size, flags=cv.INTER_LINEAR, borderMode=cv.BORDER_REPLICATE)
    # Cells of a coarse map would show as diamonds.
    blur_px = SOFTENED_CELLS * min(scale_x, scale_y)
    laid_HW = cv.GaussianBlur(laid_HW, (0, 0), blur_px, borderType=cv.BORDER_REPLICATE) if blur_px > 0.5 else laid_HW
    x, y = (np.arange(size[0]) + 0.5) * width / size[0], (np.arange(size[1]) + 0.5) * height / size[1]
    laid_HW = laid_HW * _fading(y, top, bottom, height)[:, None] * _fading(x, left, right, width)
    strongest = float(laid_HW.max(initial=0.0))
    grey_HW = laid_HW * (255 / strongest) if strongest > FAINTEST * float(evidence_HW.max(initial=0.0)) else 0 * laid_HW
    rgb_HW3 = np.repeat(np.clip(grey_HW.round(), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    return Picture(width=size[0], height=size[1], rgb=rgb_HW3.tobytes())


def _fading(places: NDArray[np.float64], start: float, end: float, photo_end: float) -> NDArray[np.float64]:
    """0 beside the network's view, 1 within it; between them a slope, save where the photo itself ends."""
    slope = FADED_EDGE * (end - start)
    since = (places - start) / slope if start > 0 else np.where(places > start, 1.0, 0.0)
    until = (end - places) / slope if end < photo_end else np.where(places < end, 1.0, 0.0)
    return np.clip(np.minimum(since, until), 0, 1)


def _evidence(network: Network, pictures: Tensor, inside: Tensor, targets_N: Tensor) -> Tensor:
    if network.is_frozen:
        return _of_pooled([network], pictures, inside, targets_N)
    if network.anatomy.last is not None:
        return _of_last_map(network, network.anatomy.last, pictures, targets_N)
    return _of_hiding(network, pictures, targets_N)


def _lead(logits_NC: Tensor, targets_N: Tensor) -> Tensor:
    """How far each picture's class is ahead of the mean of the others."""
    own = logits_NC.gather(1, targets_N[:, None])[:, 0]
    return own - (logits_NC.sum(1) - own) / (logits_NC.shape[1] - 1)


def _of_last_map(network: Network, tap: Tap, pictures: Tensor, targets_N: Tensor) -> Tensor:
    with torch.enable_grad(), grafted(network.body, tap) as caught:
        lead = _lead(network(pictures), targets_N).sum()
    leaf = caught[tap]
    (gradient,) = torch.autograd.grad(lead, leaf)
    return unfolded(gradient * leaf.detach(), tap).sum(dim=1).clamp(min=0).float()


@torch.no_grad()
def _of_pooled(networks: Sequence[Network], pictures: Tensor, inside: Tensor, targets_N: Tensor) -> Tensor:
    """Evidence for heads on one backbone: what their mean judges, which is again linear in the statistics."""
    return evidence_of_maps(networks, networks[0].features(pictures), inside, targets_N)


@torch.no_grad()
def evidence_of_maps(networks: Sequence[Network], maps: Sequence[Tensor], inside: Tensor, targets_N: Tensor) -> Tensor:
    """Evidence for heads on one frozen backbone whose maps are known already; see `evidence`.

    Args:
        networks: heads on the same backbone.
        maps: what its `features` gives for the pictures.
        inside: where the dish is, N x 1 x H x W, 0..1.
        targets_N: int64; the class to explain for each picture.

    Returns:
        float32, N x rows x columns, 0 and more.
    """
    eyes = networks[0]
    weights_CF = torch.stack([_weights_of(network) for network in networks]).mean(dim=0)
    own_NF = weights_CF[targets_N]
    others_NF = (weights_CF.sum(0) - own_NF) / (len(weights_CF) - 1)
    count = len(eyes.anatomy.taps)
    return leads_around(maps[:count], maps[count] if len(maps) > count else None, inside, own_NF - others_NF)


def _weights_of(network: Network) -> Tensor:
    assert network.head is not None
    return network.head.linear.weight / network.head.spread_F


@torch.no_grad()
def _of_hiding(network: Network, pictures: Tensor, targets_N: Tensor) -> Tensor:
    whole = _lead(network(pictures), targets_N)
    height, width = pictures.shape[2:]
    lost = pictures.new_zeros(len(pictures), OCCLUDED_CELLS, OCCLUDED_CELLS)
    quiet = pictures.mean(dim=(2, 3), keepdim=True)
    for row in range(OCCLUDED_CELLS):
        for column in range(OCCLUDED_CELLS):
            hidden = pictures.clone()
            hidden[
                :,
                :,
                row * height // OCCLUDED_CELLS : (row + 1) * height // OCCLUDED_CELLS,
                column * width // OCCLUDED_CELLS : (column + 1) * width // OCCLUDED_CELLS,
            ] = quiet
            lost[:, row, column] = whole - _lead(network(hidden), targets_N)
    return lost.clamp(min=0)
