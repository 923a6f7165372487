"""How alike curves go and how far apart they are: finer than a frame, and past odd pairs."""

from __future__ import annotations

import numpy as np
import pytest
from events_fixtures import uneven

from musivid.metrics.sync.curves import best_lags, rank_correlations, refine_offset, smoothed

FPS = 30.0


def bells(times_s: np.ndarray, seconds: float = 30.0, width_s: float = 0.08) -> np.ndarray:
    """A curve with a bell at each moment, exact between frames too."""
    at_s = np.arange(int(seconds * FPS)) / FPS
    return np.exp(-((at_s[:, None] - times_s) ** 2) / (2 * width_s**2)).sum(1)


def test_lags_and_ranks_agree_with_plain_computation() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    a = rng.random(400)
    v = np.stack([np.roll(a, 6), rng.random(400)])
    lagged = best_lags(a, v, FPS, 1.0)
    assert lagged.lags_s[0] == pytest.approx(6 / FPS, abs=0.01)
    assert lagged.values[0] > 0.9 > lagged.values[1]
    expected = [spearmanr(a, row).statistic for row in v]
    assert rank_correlations(a, v) == pytest.approx(expected, abs=1e-9)


def test_pairs_of_events_sharpen_an_offset() -> None:
    onsets = uneven()
    assert refine_offset(0.1, onsets, onsets + 0.087, FPS) == pytest.approx(0.087, abs=1e-6)
    assert refine_offset(0.1, onsets[:2], onsets[:2] + 0.087, FPS) == 0.1


@pytest.mark.parametrize("lag_frames", [-7.35, -0.4, 0.0, 0.25, 3.5, 6.3])
def test_lags_are_finer_than_a_frame(lag_frames: float) -> None:
    times = uneven()
    lagged = best_lags(bells(times), bells(times + lag_frames / FPS)[None], FPS, 1.0)
    assert lagged.lags_s[0] * FPS == pytest.approx(lag_frames, abs=0.03)


def test_the_greatest_lag_that_is_looked_at_has_no_finer_place() -> None:
    times = uneven()
    lagged = best_lags(bells(times), bells(times + 0.26)[None], FPS, 0.2)
    assert lagged.lags_s[0] == pytest.approx(0.2)


def test_of_lags_that_fit_alike_the_nearest_is_taken() -> None:
    pulse = np.arange(0.5, 29.5, 0.5)
    lagged = best_lags(bells(pulse), bells(pulse + 0.1)[None], FPS, 1.0)
    assert lagged.lags_s[0] == pytest.approx(0.1, abs=2e-3)


def test_a_pair_that_is_far_off_the_others_does_not_count() -> None:
    onsets = uneven()
    changes = onsets + 0.087
    changes[::4] += 0.045  # more than a frame behind the others, and still a pair
    assert refine_offset(0.087, onsets, changes, FPS) == pytest.approx(0.087, abs=1e-9)
    changes = onsets + 0.087 + 0.012 * (-1.0) ** np.arange(len(onsets))  # within a frame: all count
    mean = (changes - onsets).mean()
    assert refine_offset(0.087, onsets, changes, FPS) == pytest.approx(mean, abs=1e-9)


def test_few_pairs_do_not_move_an_offset() -> None:
    onsets = uneven()[:4]
    assert refine_offset(0.1, onsets, onsets + 0.087, FPS) == pytest.approx(0.087, abs=1e-9)
    assert refine_offset(0.1, onsets, onsets[:3] + 0.087, FPS) == 0.1
    assert refine_offset(0.1, onsets, np.empty(0), FPS) == 0.1
    assert refine_offset(0.1, np.empty(0), onsets, FPS) == 0.1


def test_curves_are_smoothed_over_40_ms() -> None:
    curve = np.zeros((2, 101))
    curve[1, 50] = 2.0
    smooth = smoothed(curve, 100.0)
    assert not smooth[0].any() and smooth[1].sum() == pytest.approx(2.0)
    spread = np.sqrt((smooth[1] * (np.arange(101) - 50) ** 2).sum() / 2.0) / 100.0
    assert spread == pytest.approx(0.04, abs=5e-4)
