"""Curves that follow others: as fast as they should, and no faster."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.smooth import follow, limit_slope


def test_followers_reach_and_limits_hold() -> None:
    step = np.r_[np.zeros(5), np.ones(50), np.zeros(50)]
    chased = follow(step, 25, 0.02, 0.5)
    assert chased[7] > 0.9 and 0.5 < chased[60] < 1
    assert np.abs(np.diff(limit_slope(step, 25, 2.0))).max() <= 2.0 / 25 + 1e-12


def test_a_time_constant_is_the_time_to_come_within_a_third() -> None:
    step = np.r_[0.0, np.ones(100)]
    assert follow(step, 25, 0.4, 9.0)[10] == pytest.approx(1 - np.exp(-1))
    assert follow(1 - step, 25, 9.0, 0.4)[10] == pytest.approx(np.exp(-1))
    np.testing.assert_array_equal(follow(step, 25, 0.0, 0.0), step)
    assert len(follow(np.empty(0), 25, 1.0, 1.0)) == len(limit_slope(np.empty(0), 25, 1.0)) == 0


def test_a_slope_is_limited_both_ways_and_no_more_than_needed() -> None:
    step = np.r_[0.5, np.ones(4), np.zeros(6)]
    limited = limit_slope(step, 10, 2.0)
    np.testing.assert_allclose(limited, [0.5, 0.7, 0.9, 1, 1, 0.8, 0.6, 0.4, 0.2, 0, 0], atol=1e-12)
