"""Where a song's parts begin: verse, chorus, break - found as borders, not named."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.spectrum import Spectrum

__all__ = ["describe_spans", "find_sections"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_BAR_S = 2.0  # grid where there are no bars
_LEAST_BARS = 8  # a song of fewer is not divided
_CEPSTRA = 13  # coefficients of timbre, as is usual
_HIGH_BAND = 44  # of 64: about 4 kHz; cymbals that mark a new part are heard from here on
_AROUND = 4  # bars on each side that a cymbal is compared with
# Log odds that a part begins at a bar: how unlike it is to the bar before, how loud the highs are
# at its first beat, how restless it is beside the bar before. Fitted on composed songs.
_UNLIKE, _CYMBAL, _STIR, _ODDS = 0.84, 0.76, 0.17, -1.94
# What a part's length in bars adds: parts of eights and fours are common, odd ones are not.
_EIGHTS, _FOURS, _ODD, _SHORT, _CUT_OFF = 2.0, 1.0, -1.5, -3.0, -0.9
# Bars beyond which each costs log odds, and the most.
_LONG_BARS, _LONG_COST, _MOST_BARS = 16, 0.1, 64


def find_sections(spectrum: Spectrum, beats_s: Times, downbeats_s: Times) -> Times:
    """Return the start of each section in seconds, float64 [sections]; the first is 0.

    Each bar gets odds that a part begins there; of all ways to cut the song at bars, the one with
    the best sum of odds and of likely lengths is taken (dynamic programming).

    Args:
        spectrum: the song's bands.
        beats_s: its beats; without bars a grid of two seconds serves.
        downbeats_s: first beats of bars.
    """
    duration = spectrum.columns * spectrum.hop_s
    bars = _all_bars(downbeats_s if len(beats_s) else np.empty(0), duration)
    if len(bars) < _LEAST_BARS:
        return np.zeros(1)
    starts = bars[_best_cut(_odds(spectrum, bars))]
    return np.concatenate([[0.0], starts[starts > 0.5]])


def _all_bars(downbeats_s: Times, duration_s: float) -> Times:
    """Bars of the whole song, those before the first and after the last beat guessed."""
    if len(downbeats_s) < 4:
        return np.arange(0.0, duration_s, _BAR_S)
    bar = float(np.median(np.diff(downbeats_s)))
    before = np.arange(downbeats_s[0] - bar, -0.3 * bar, -bar)[::-1]
    after = np.arange(downbeats_s[-1] + bar, duration_s - 0.5 * bar, bar)
    return np.concatenate([np.maximum(before, 0.0), downbeats_s, after])


def _odds(spectrum: Spectrum, bars: Times) -> Times:
    """Log odds that a part begins at each bar, float64 [bars]."""
    timbre = describe_spans(spectrum, bars)
    unlike = np.linalg.norm(np.diff(timbre, axis=0, prepend=timbre[:1]), axis=1)
    loud = spectrum.decibels()
    columns = _columns(spectrum, bars)
    stir = np.array([loud[:, a : max(b, a + 1)].std(1).mean() for a, b in pairwise(columns)])
    near = np.clip(columns[:-1, None] + np.arange(-1, 5), 0, spectrum.columns - 1)
    highs = loud[_HIGH_BAND:].mean(0)[near].max(1)
    usual = [highs[max(0, k - _AROUND) : k + _AROUND + 1].mean() for k in range(len(highs))]
    cymbal = highs - np.array(usual)
    cymbal = (cymbal - cymbal.mean()) / (cymbal.std() + 0.5)
    restless = np.abs(np.diff(stir, prepend=stir[:1]))
    return np.asarray(_UNLIKE * unlike + _CYMBAL * cymbal + _STIR * restless + _ODDS, np.float64)


def describe_spans(spectrum: Spectrum, starts_s: Times) -> Array:
    """Timbre and loudness from each start to the next, float32 [spans, 13], spread about 0.25."""
    from scipy.fft import dct

    timbre = dct(spectrum.decibels(), axis=0, norm="ortho")[:_CEPSTRA]
    columns = _columns(spectrum, starts_s)
    rows = np.stack([timbre[:, a : max(b, a + 1)].mean(1) for a, b in pairwise(columns)])
    scaled: Array = (rows / (4 * rows.std(0).mean() + 1e-3)).astype(np.float32)
    return scaled


def _columns(spectrum: Spectrum, starts_s: Times) -> NDArray[np.int64]:
    """The column of each start, and one behind the last column."""
    columns = np.clip(np.round(starts_s / spectrum.hop_s), 0, spectrum.columns - 1)
    return np.append(columns.astype(np.int64), spectrum.columns)


def _best_cut(odds: Times) -> NDArray[np.int64]:
    """The bars at which parts begin, ascending from 0, by dynamic programming."""
    count = len(odds)
    best = np.full(count + 1, -np.inf)
    best[0], came_from = 0.0, np.zeros(count + 1, np.int64)
    for end in range(1, count + 1):
        begins = np.arange(max(0, end - _MOST_BARS), end)
        sums = best[begins] + _length_odds(end - begins, last=end == count)
        came_from[end] = begins[sums.argmax()]
        best[end] = sums.max() + (odds[end] if end < count else 0.0)
    cut = [int(came_from[count])]
    while cut[-1] > 0:
        cut.append(int(came_from[cut[-1]]))
    return np.array(cut[::-1])


def _length_odds(bars: NDArray[np.int64], *, last: bool) -> Times:
    """What parts of so many bars add; the last one may be cut off anywhere."""
    eights, fours = bars % 8 == 0, (bars % 4 == 0) & (bars % 8 != 0)
    odds = _EIGHTS * eights + _FOURS * fours + _ODD * (bars % 2) + _SHORT * (bars < 4)
    odds -= _LONG_COST * np.maximum(bars - _LONG_BARS, 0)
    return np.where(bars < 4, _CUT_OFF, odds) if last else odds
