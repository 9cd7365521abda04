"""What a photo is worth: look-alikes among others, and sharpness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.dirt import cv

Grey = NDArray[np.float32]

HASH_BITS = 64
MAX_DISTANCE = 6
MIN_CORRELATION = 0.97
SMALL_PX = 64
MAX_SHIFT_PX = 4
BLURRED_FROM = 0.6
_CHUNKS = 7
"""Two hashes at most 6 bits apart agree in at least one of 7 parts, so only those are compared."""


def small_grey(image_HW3: NDArray[np.uint8]) -> Grey:
    """A photo's 64 px copy, its proportions given up.

    Args:
        image_HW3: uint8 RGB.

    Returns:
        float32 of shape (64, 64), 0..255.
    """
    grey = cv.cvtColor(image_HW3, cv.COLOR_RGB2GRAY)
    return np.asarray(cv.resize(grey, (SMALL_PX, SMALL_PX), interpolation=cv.INTER_AREA), np.float32)


def perceptual_hash(small_HW: Grey) -> str:
    """64 bits that change little when a photo is saved, scaled or lit anew (pHash, Zauner 2010).

    Args:
        small_HW: from `small_grey`.

    Returns:
        16 hexadecimal digits.
    """
    frequencies = cv.dct(cv.resize(small_HW, (32, 32), interpolation=cv.INTER_AREA))
    low = frequencies[:8, :8].ravel()
    bits = low > np.median(low[1:])  # the first one is the mean brightness, which says nothing
    return np.packbits(bits).tobytes().hex()


def correlation(first_HW: Grey, second_HW: Grey) -> float:
    """How alike two photos are once shifted onto each other, -1..1.

    Args:
        first_HW: from `small_grey`.
        second_HW: from `small_grey`.
    """
    core = first_HW[MAX_SHIFT_PX:-MAX_SHIFT_PX, MAX_SHIFT_PX:-MAX_SHIFT_PX]
    if float(core.std()) < 1e-3 or float(second_HW.std()) < 1e-3:  # a blank says nothing
        return 1.0 if float(np.abs(first_HW - second_HW).max()) < 1 else 0.0
    found = float(cv.matchTemplate(second_HW, core, cv.TM_CCOEFF_NORMED).max())
    return found if np.isfinite(found) else 0.0


def blur(image_HW3: NDArray[np.uint8]) -> float:
    """How much a photo is out of focus: what a further blur takes away from it (Crété et al. 2007).

    Args:
        image_HW3: uint8 RGB.

    Returns:
        0 (sharp) .. 1 (nothing but blur).
    """
    grey = cv.cvtColor(image_HW3, cv.COLOR_RGB2GRAY).astype(np.float32)
    scores = []
    for size, before, after in (((1, 9), grey[:-1], grey[1:]), ((9, 1), grey[:, :-1], grey[:, 1:])):
        further = cv.blur(grey, size)
        begin, end = (further[:-1], further[1:]) if size[1] > 1 else (further[:, :-1], further[:, 1:])
        steps = cv.absdiff(after, before)
        lost = cv.max(cv.subtract(steps, cv.absdiff(end, begin)), 0.0)
        total = cv.sumElems(steps)[0]
        scores.append(1 - cv.sumElems(lost)[0] / total if total > 0 else 0.0)
    return max(scores)


def nearest(hashes: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """For each hash, which of the others differs from it least.

    Args:
        hashes: from `perceptual_hash`.
        others: at least one.

    Returns:
        for each of `hashes`, the number of the other and how many of 64 bits differ.
    """
    found: list[tuple[int, int]] = []
    signs = _signs(others).T
    for begin in range(0, len(hashes), 512):
        # The product of vectors of +1 and -1 counts agreements less differences, at the speed of matrix products.
        product = _signs(hashes[begin : begin + 512]) @ signs
        best = product.argmax(axis=1)
        bits = (HASH_BITS - product[np.arange(len(best)), best]) / 2
        found += zip(best.tolist(), bits.round().astype(int).tolist(), strict=True)
    return found


def near_duplicates(
    hashes: Sequence[str], *, is_new: Sequence[bool] | None = None, small: Callable[[int], Grey | None]
) -> list[tuple[int, int]]:
    """Pairs of photos that show almost the same.

    Args:
        hashes: from `perceptual_hash`.
        is_new: photos not yet compared; pairs without one of them are left out. All, when omitted.
        small: the 64 px copy of photo number i, asked for candidates only; None when it cannot be had.

    Returns:
        pairs (i, j), i < j: hashes at most 6 bits apart, and a correlation above 0.97 once shifted onto each
        other. A pair counts by itself: that a is like b and b like c makes no pair of a and c.
    """
    copies: dict[int, Grey | None] = {}
    confirmed = []
    for pair in sorted(_candidates(hashes, is_new)):
        for number in pair:
            if number not in copies:
                copies[number] = small(number)
        first, second = copies[pair[0]], copies[pair[1]]
        if first is not None and second is not None and correlation(first, second) > MIN_CORRELATION:
            confirmed.append(pair)
    return confirmed


def _candidates(hashes: Sequence[str], is_new: Sequence[bool] | None) -> set[tuple[int, int]]:
    if len(hashes) < 2:
        return set()
    signs = _signs(hashes)
    fresh = np.ones(len(hashes), bool) if is_new is None else np.array(is_new, bool)
    found: set[tuple[int, int]] = set()
    for part in np.array_split(np.arange(HASH_BITS), _CHUNKS):
        code = (signs[:, part] > 0) @ (1 << np.arange(len(part)))
        order = np.argsort(code, kind="stable")
        starts = np.flatnonzero(np.diff(code[order])) + 1
        for members in np.split(order, starts):
            if len(members) > 1 and fresh[members].any():
                found.update(_close(members, signs, fresh))
    return found


def _close(members: NDArray[np.int64], signs: Grey, fresh: NDArray[np.bool_]) -> Iterable[tuple[int, int]]:
    least = HASH_BITS - 2 * MAX_DISTANCE - 0.5
    for begin in range(0, len(members), 1024):  # a folder of one film has them all in one bucket
        rows = members[begin : begin + 1024]
        above, below = np.nonzero(signs[rows] @ signs[members].T > least)
        first, second = rows[above], members[below]
        keep = (first < second) & (fresh[first] | fresh[second])
        yield from zip(first[keep].tolist(), second[keep].tolist(), strict=True)


def _signs(hashes: Sequence[str]) -> Grey:
    packed = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint8).reshape(len(hashes), -1)
    return np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1
