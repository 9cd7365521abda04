"""Random numbers by counting: each follows from seed, round, key and place alone, never from what was drawn before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = 0xFFFFFFFFFFFFFFFF


class Dice:
    """Draws for a batch, one column at a time; rows with equal keys get equal numbers.

    So a sample's variation depends neither on the batch it is in, nor on the rank, nor on the machine; and a clean
    photo and its dirty child, whose key is their pair's, vary alike. Splitmix64 (Steele et al., 2014) in counter mode.
    """

    def __init__(self, keys_N: NDArray[np.uint64], *, seed: int, round: int) -> None:
        """Args:
        keys_N: one for each row, uint64.
        seed: of the run.
        round: of the epoch, or of the view.
        """
        start = _mixed_int(_mixed_int(seed & _MASK) + _mixed_int((round + 1) & _MASK))
        self._rows_N = _mixed(keys_N ^ np.uint64(start))
        self._column = 0

    def __len__(self) -> int:
        return len(self._rows_N)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> NDArray[np.float32]:
        """The next column: float32 numbers from low to high, one for each row."""
        self._column += 1
        counters_N = self._rows_N + np.uint64((self._column * _GOLDEN) & _MASK)
        shares_N = (_mixed(counters_N) >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)
        result: NDArray[np.float32] = (low + (high - low) * shares_N).astype(np.float32)
        return result

    def chance(self, share: float) -> NDArray[np.bool_]:
        """The next column: true for this share of the rows."""
        result: NDArray[np.bool_] = self.uniform() < share
        return result

    def below(self, count: int) -> NDArray[np.int64]:
        """The next column: whole numbers from 0 to count - 1."""
        return np.minimum((self.uniform() * count).astype(np.int64), count - 1)

    def seeds(self) -> NDArray[np.int64]:
        """The next column: a seed for a generator of its own in each row."""
        self._column += 1
        counters_N = self._rows_N + np.uint64((self._column * _GOLDEN) & _MASK)
        return (_mixed(counters_N) >> np.uint64(2)).astype(np.int64)


def keys_of(names: Sequence[str]) -> NDArray[np.uint64]:
    """A key for each name, the same on every machine."""
    digests = (hashlib.blake2b(name.encode("utf-8", "surrogateescape"), digest_size=8).digest() for name in names)
    return np.array([int.from_bytes(digest, "little") for digest in digests], dtype=np.uint64)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    result: NDArray[np.uint64] = values ^ (values >> np.uint64(31))
    return result


def _mixed_int(value: int) -> int:
    return int(_mixed(np.array([(value + _GOLDEN) & _MASK], dtype=np.uint64))[0])
