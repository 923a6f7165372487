"""Curves of a sound are even over its own range, and over a least one where it varies little."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import median_filter

from musivid.analysis import curves
from musivid.analysis.curves import Curves, _brightness, _even_decibels, _medians, _scale

HEARD = np.ones(101, bool)


@pytest.mark.parametrize("shape", [(1, 31), (7, 1)])
def test_medians_in_blocks_are_those_of_the_whole(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curves, "_BLOCK", 40)
    for columns in (1, 5, 40, 41, 130):
        size = np.random.default_rng(columns).random((9, columns), np.float32)
        assert np.array_equal(_medians(size, shape), median_filter(size, shape, mode="reflect"))


@pytest.mark.parametrize(("range_db", "lowest"), [(6, 0.7625), (24, 0.0), (60, 0.0)])
def test_loudness_is_even_in_decibels_over_24_at_least(range_db: float, lowest: float) -> None:
    level = np.linspace(-range_db, 0, 101)
    even = _even_decibels((10 ** (level / 10)).astype(np.float32), HEARD)
    assert even.max() == 1 and even[0] == pytest.approx(lowest, abs=0.03)
    assert (np.diff(even) >= 0).all()
    assert not _even_decibels(np.ones(101, np.float32), ~HEARD).any()


def test_brightness_is_even_in_octaves_over_two_at_least() -> None:
    centres = 100 * 2.0 ** np.arange(9)
    for octaves, lowest in ((1, 0.25), (4, 0.0), (8, 0.0)):
        mel = np.zeros((9, 101), np.float32)
        mel[np.round(np.linspace(0, octaves, 101)).astype(int), np.arange(101)] = 1.0
        even = _brightness(mel, centres.astype(np.float32), HEARD)
        assert even[0] == pytest.approx(lowest, abs=0.01) and even[-1] == pytest.approx(1 - lowest)


def test_a_few_loudest_moments_set_no_scale() -> None:
    values = np.ones(101, np.float32)
    values[50] = 100
    assert _scale(values, HEARD).tolist() == [1.0] * 101
    assert _scale(np.full(101, 1e-9, np.float32), HEARD)[0] == pytest.approx(1e-3)


def test_peaks_between_moments_count_for_the_nearest() -> None:
    onset, flat = np.zeros(40, np.float32), np.zeros(40, np.float32)
    onset[21] = 1.0
    curves = Curves(0.1, onset, flat, flat, flat, flat, flat)
    assert curves.peaks_at("onset", [1.6, 2.0, 2.4]).tolist() == pytest.approx([0, 1, 0])
    assert curves.at("onset", [2.0, 2.05, 2.1]).tolist() == pytest.approx([0, 0.5, 1])
    assert curves.peaks_at("onset", [2.0]).tolist() == pytest.approx([0])
    assert curves.peaks_at("onset", [2.1]).tolist() == pytest.approx([1])
