"""What marks a beat beside its attack: the bass that comes in and the chord that changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum

__all__ = ["bass_rise", "chord_change", "chord_curve", "hits"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_BASS_BANDS = 6  # of the spectrum's, up to about 150 Hz
_CHORD_REACH = 4  # columns of harmony, 0.75 s, compared each way


def bass_rise(spectrum: Spectrum) -> Array:
    """How much the bass rises, float32 [columns] in amplitude, at least 0."""
    level = np.sqrt(spectrum.mel[:_BASS_BANDS].sum(0))
    rise: Array = np.zeros_like(level)
    rise[2:-1] = np.maximum(level[3:] - level[:-3], 0)
    return rise


def hits(curve: Array, spectrum: Spectrum, times_s: Times) -> Times:
    """The greatest value of a curve on the spectrum's grid near each time."""
    columns = np.round(times_s / spectrum.hop_s).astype(int)
    near = np.clip(columns[:, None] + np.arange(-2, 4), 0, len(curve) - 1)
    peaks: Times = curve[near].max(1).astype(np.float64)
    return peaks


def chord_change(harmony: Harmony, times_s: Times, reach_s: float) -> Times:
    """How unlike harmony after and before each time are, 0..1, over `reach_s` each way."""
    sums = np.concatenate([np.zeros((12, 1)), harmony.upper.cumsum(1)], 1)
    # A column sounds from half a hop before its centre to half a hop after it.
    edges_s = (np.arange(sums.shape[1]) - 0.5) * harmony.hop_s
    at = [
        np.stack([np.interp(times_s + shift, edges_s, row) for row in sums])
        for shift in (-reach_s, 0.0, reach_s)
    ]
    before, after = at[1] - at[0], at[2] - at[1]
    size = np.linalg.norm(before, axis=0) * np.linalg.norm(after, axis=0)
    likeness: Times = (before * after).sum(0) / np.maximum(size, 1e-9)
    return np.where(size > 1e-9, 1 - likeness, 0.0)


def chord_curve(harmony: Harmony) -> Times:
    """How unlike harmony is before and after each column of it, float64 [columns], 0..1."""
    times_s: Times = np.arange(harmony.upper.shape[1], dtype=np.float64) * harmony.hop_s
    return chord_change(harmony, times_s, _CHORD_REACH * harmony.hop_s)
