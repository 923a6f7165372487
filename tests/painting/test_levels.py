"""Levels draw dark and light apart, within bounds."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.painting.levels import Levels, measure_levels


def picture(low: int, high: int) -> np.ndarray:
    """A ramp of grey."""
    row = np.linspace(low, high, 64).astype(np.uint8)
    return np.repeat(np.repeat(row[None, :, None], 16, 0), 3, 2)


def test_fog_gives_way() -> None:
    fog = picture(100, 160)
    clear = measure_levels(fog, 1.0).apply(fog)
    assert clear.min() < 10
    assert np.ptp(clear) > 1.5 * np.ptp(fog)


def test_night_stays_night() -> None:
    night = picture(2, 60)
    assert measure_levels(night, 1.0).apply(night).max() < 110


@pytest.mark.parametrize("shape", [picture(0, 255), np.full((8, 8, 3), 90, np.uint8)])
def test_full_range_and_flat_pictures_stay(shape: np.ndarray) -> None:
    assert np.abs(measure_levels(shape, 0.5).apply(shape).astype(int) - shape).max() <= 4


def test_strength_zero_and_the_way_between() -> None:
    fog = picture(100, 160)
    np.testing.assert_array_equal(measure_levels(fog, 0.0).apply(fog), fog)
    assert Levels(1, 0).towards(Levels(2, -10), 0.5) == Levels(1.5, -5)
