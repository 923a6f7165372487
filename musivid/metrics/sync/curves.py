"""Formulas over curves: how alike sound and picture go, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.metrics.sync.events import nearest_s

__all__ = ["Lagged", "best_lags", "rank_correlations", "refine_offset", "smoothed"]

Floats = NDArray[np.float64]

_SMOOTH_S = 0.04  # standard deviation: a frame at 25 a second
_LONG_WAY = 0.05  # what is taken off a correlation at the greatest lag, so that of equals the
# nearest wins: a steady pulse fits again one beat later
_PAIR_S, _LEAST_PAIRS = 0.05, 4


@dataclass(frozen=True, slots=True)
class Lagged:
    """The best fit of two curves over all lags, of several pictures at once.

    Attributes:
        values: float64 [s], normalised correlation at the best lag, -1..1.
        lags_s: float64 [s], how much later the picture is there.
    """

    values: Floats
    lags_s: Floats


def smoothed(curves: Floats, fps: float) -> Floats:
    """Return curves [..., n] smoothed over 40 ms, so that neighbouring frames count as near."""
    from scipy.ndimage import gaussian_filter1d

    smooth: Floats = gaussian_filter1d(curves, _SMOOTH_S * fps, axis=-1, mode="constant")
    return smooth


def best_lags(audio: Floats, video: Floats, fps: float, most_s: float) -> Lagged:
    """Return the greatest normalised correlation within `most_s` of lag, and that lag.

    Args:
        audio: float64 [n].
        video: float64 [s, n]; must not be constant, nor `audio`.
        fps: values a second.
        most_s: the greatest lag, less than half the length.
    """
    reach = max(1, round(most_s * fps))
    count = len(audio)
    size = 1 << (count + reach).bit_length()
    a = audio - audio.mean()
    v = video - video.mean(axis=1, keepdims=True)
    cross = np.fft.irfft(np.fft.rfft(v, size) * np.conj(np.fft.rfft(a, size)), size)
    scale = np.sqrt((a @ a) * (v * v).sum(axis=1, keepdims=True)) + 1e-30
    lags = np.arange(-reach, reach + 1)
    fits = cross[:, lags] / scale
    # Less of the curves overlaps at a lag; without this, far lags could never win.
    fits = fits * (count / (count - np.abs(lags)))
    best = (fits - _LONG_WAY * np.abs(lags) / reach).argmax(axis=1)
    rows = np.arange(len(video))
    return Lagged(fits[rows, best], (lags[best] + _tops(fits, best)) / fps)


def refine_offset(offset_s: float, onsets_s: Floats, changes_s: Floats, fps: float) -> float:
    """Return an offset made exact by pairs of events that it brings together.

    Frames are 20 to 40 ms apart: the curves alone cannot tell more, the mean over pairs can.
    """
    if not len(onsets_s) or not len(changes_s):
        return offset_s
    moved = changes_s - offset_s
    place = np.clip(np.searchsorted(onsets_s, moved), 1, max(1, len(onsets_s) - 1))
    left, right = onsets_s[place - 1], onsets_s[np.minimum(place, len(onsets_s) - 1)]
    apart = np.where(np.abs(moved - left) <= np.abs(right - moved), moved - left, moved - right)
    near = apart[nearest_s(moved, onsets_s) <= max(_PAIR_S, 1.5 / fps)]
    if len(near) < _LEAST_PAIRS:
        return offset_s
    middle = np.median(near)
    return offset_s + float(near[np.abs(near - middle) <= 1.0 / fps].mean())


def rank_correlations(audio: Floats, video: Floats) -> Floats:
    """Return Spearman's rank correlation of audio [n] with every row of video [s, n]: [s]."""
    from scipy.stats import rankdata

    a, v = rankdata(audio), rankdata(video, axis=1)
    a = a - a.mean()
    v = v - v.mean(axis=1, keepdims=True)
    rho: Floats = (v @ a) / (np.sqrt((a @ a) * (v * v).sum(axis=1)) + 1e-30)
    return rho


def _tops(fits: Floats, best: NDArray[np.int64]) -> Floats:
    """By how much of a step the parabola through each best fit is off it: -0.5..0.5."""
    inner = np.clip(best, 1, fits.shape[1] - 2)
    rows = np.arange(len(fits))
    left, middle, right = (fits[rows, inner + k] for k in (-1, 0, 1))
    bend = left - 2 * middle + right
    shift = np.where(bend < -1e-12, 0.5 * (left - right) / np.minimum(bend, -1e-12), 0.0)
    return np.where(inner == best, np.clip(shift, -0.5, 0.5), 0.0)
