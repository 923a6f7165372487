"""Where a song's parts begin: verse, chorus, break - found as borders, not named."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.spectrum import Spectrum

__all__ = ["find_sections"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_STEP_S = 0.5  # grid where there are no beats
_REACH = 16  # units (beats) on each side that a border is judged by
_LEAST_UNITS = 8  # shortest section
_CEPSTRA = 13


def find_sections(spectrum: Spectrum, beats_s: Times, downbeats_s: Times) -> Times:
    """Return the start of each section in seconds, float64 [sections]; the first is 0.

    Harmony and timbre of each beat are compared with those of the beats around it; a border is
    where the 16 beats before are alike, the 16 after are alike, and the two halves are not.
    Source: J. Foote, "Automatic audio segmentation using a measure of audio novelty", ICME 2000.

    Args:
        spectrum: the song's bands.
        beats_s: its beats; without any a grid of half seconds serves.
        downbeats_s: first beats of bars, that borders snap to.
    """
    duration = spectrum.columns * spectrum.hop_s
    units = beats_s if len(beats_s) >= 2 * _LEAST_UNITS else np.arange(0, duration, _STEP_S)
    if len(units) < 2 * _LEAST_UNITS:
        return np.zeros(1)
    novelty = _novelty(_describe(spectrum, units))
    borders = units[_peaks(novelty)]
    if len(downbeats_s) > 1:
        nearest = np.abs(borders[:, None] - downbeats_s[None]).argmin(1)
        borders = downbeats_s[nearest]
    shortest = _LEAST_UNITS * float(np.median(np.diff(units)))
    kept = [0.0]
    for border in borders:
        if border - kept[-1] >= 0.75 * shortest and duration - border >= 0.5 * shortest:
            kept.append(float(border))
    return np.array(kept)


def _describe(spectrum: Spectrum, units: Times) -> Array:
    """Harmony and timbre of each unit, float32 [units, 25], each part of unit spread."""
    from scipy.fft import dct

    columns = np.clip(np.round(units / spectrum.hop_s).astype(int), 0, spectrum.columns - 1)
    timbre = dct(spectrum.decibels(), axis=0, norm="ortho")[:_CEPSTRA]
    notes = spectrum.chroma / (np.linalg.norm(spectrum.chroma, axis=0) + 1e-9)
    both = np.concatenate([timbre, notes])
    borders = np.concatenate([columns, [spectrum.columns]])
    rows = np.stack([both[:, a : max(b, a + 1)].mean(1) for a, b in pairwise(borders)])
    rows = rows - rows.mean(0)
    # Loudness (the first cepstrum) and timbre together weigh as much as harmony.
    rows[:, :_CEPSTRA] /= rows[:, :_CEPSTRA].std() + 1e-9
    rows[:, _CEPSTRA:] /= rows[:, _CEPSTRA:].std() + 1e-9
    return (rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def _novelty(rows: Array) -> Array:
    """How much each unit is a border, float32 [units], by a tapered checkerboard on likeness.

    Only the band of the similarity matrix under the kernel is ever made, so an hour is no matter.
    """
    axis = np.arange(-_REACH, _REACH) + 0.5
    taper = np.exp(-0.5 * (axis / (0.5 * _REACH)) ** 2) * np.sign(axis)
    board = np.outer(taper, taper).astype(np.float32)
    padded = np.pad(rows, ((_REACH, _REACH), (0, 0)))
    novelty = np.empty(len(rows), np.float32)
    for unit in range(len(rows)):
        around = padded[unit : unit + 2 * _REACH]
        novelty[unit] = float(((around @ around.T) * board).sum())
    return novelty / float(np.abs(board).sum())


def _peaks(novelty: Array) -> NDArray[np.int64]:
    """Units whose novelty is a clear peak, ascending."""
    from scipy.signal import find_peaks

    floor = max(0.08, float(np.median(novelty)) + 0.5 * float(novelty.std()))
    found, _ = find_peaks(novelty, height=floor, distance=_LEAST_UNITS, prominence=0.04)
    return np.asarray(found, np.int64)
