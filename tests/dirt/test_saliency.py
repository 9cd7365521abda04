from __future__ import annotations

import numpy as np
import pytest

from studio.dirt.saliency import percentile


@pytest.mark.parametrize("shape", [(2,), (64,), (96, 128)])
@pytest.mark.parametrize("share", [0, 25, 50, 93, 97])
def test_a_percentile_is_numpys_to_the_last_bit(shape: tuple[int, ...], share: float) -> None:
    values = np.random.default_rng(0).random(shape, np.float32)
    assert percentile(values, share) == np.percentile(values, share)
