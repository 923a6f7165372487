"""Peaks: those that scipy finds, flat tops among them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import find_peaks as reference

from musivid.analysis.peaks import find_peaks


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_they_are_scipys(seed: int, kind: type[np.float32 | np.float64]) -> None:
    rng = np.random.default_rng(seed)
    for length in (0, 1, 2, 3, 10, 900):
        curve = np.round(rng.random(length), 1 + seed % 3).astype(kind)  # coarse: many flat tops
        for height, prominence in ((0.0, 0.0), (0.3, 0.15), (0.9, 0.6)):
            theirs, _ = reference(curve, height=height, prominence=prominence)
            assert find_peaks(curve, height, prominence).tolist() == theirs.tolist()


def test_the_middle_of_a_flat_top_and_no_ends() -> None:
    curve = np.array([1, 0, 2, 2, 2, 2, 0, 3.0])
    assert find_peaks(curve, 0.0, 0.0).tolist() == [3]
