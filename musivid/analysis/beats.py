"""Beats of a song, and how sure they are; a song without a pulse has none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.accents import bass_rise, chord_change, chord_curve, hits
from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum
from musivid.analysis.tempo import find_tempo

__all__ = ["Beats", "find_beats"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_LEAST_BEATS = 4  # fewer tell no pulse
_EARLY_COLUMNS = 0.6  # the spectrum's window hears a hit this much before it is there (measured)
# Noise is like itself by chance, less so the longer it lasts: over a second's root by under 0.46
# (measured, 60 segments of noise of 4 to 60 s).
_LEAST_PULSE, _CHANCE = 0.05, 0.55
# Beats are looked for where attacks are, all the more where the bass comes in and chords change:
# off-beats (open hats, skanking guitars) are often louder. How dear it is to leave the tempo is
# high enough to stay on the beat, low enough to follow a band that drifts by 5 % (both measured).
_BASS_SHARE, _CHORD_SHARE = 1.0, 0.3
_TIGHTNESS = 400.0  # cost of the squared log of a beat's length by the usual one
_SHARPNESS = 32.0  # an attack counts for a place a 32nd of a beat away (standard deviation)
_WEAK_END = 0.5  # share of the usual attack under which the first and last beats are left out
# How much the bass, a change of chord over 1 and over 2 beats each way tell beats from the places
# between them. Fitted on composed songs with known beats.
_BETWEEN_WEIGHTS = (0.7, 4.0, 2.0)
_BETWEEN_LEAST = 0.05  # weighed deviations; up to it the beats stay where they are
_BETWEEN_HEARD = 0.1  # share of the beats' attack that there must be between them at all


@dataclass(frozen=True, slots=True)
class Beats:
    """The pulse.

    Attributes:
        times_s: float64 [beats], ascending; empty where there is no pulse.
        tempo_bpm: beats a minute; 0 where there is no pulse.
        rival_bpm: another count of the same music that is about as likely, or 0.
        confidence: 0..1, how alike the song is to itself one beat later.
    """

    times_s: Times
    tempo_bpm: float
    rival_bpm: float
    confidence: float


def find_beats(onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Beats:
    """Return the beats of a song.

    Args:
        onsets: float32 [columns], onset strength on the spectrum's grid.
        spectrum: the song's bands.
        harmony: its pitch classes.
    """
    hop_s = spectrum.hop_s
    if len(onsets) * hop_s < 1.0 or float(onsets.max(initial=0.0)) <= 1e-3:
        return Beats(np.empty(0), 0.0, 0.0, 0.0)
    tempo = find_tempo(onsets, spectrum, harmony)
    none = Beats(np.empty(0), 0.0, 0.0, tempo.pulse)
    if tempo.pulse < max(_LEAST_PULSE, _CHANCE / np.sqrt(len(onsets) * hop_s)):
        return none
    strength = _strength(onsets, spectrum, harmony)
    columns = _trim(_track(strength, 60.0 / tempo.bpm / hop_s), strength)
    if len(columns) < _LEAST_BEATS:
        return none
    times = (_refine(onsets, columns) + _EARLY_COLUMNS) * hop_s
    exact_bpm = 60.0 / _period(times)
    rival_bpm = tempo.rival_bpm * exact_bpm / tempo.bpm
    return _settle(Beats(times, exact_bpm, rival_bpm, tempo.pulse), onsets, spectrum, harmony)


def _strength(onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Times:
    """How well each column would do for a beat, float64 [columns] of unit spread."""
    bass, chords = bass_rise(spectrum), chord_curve(harmony)
    at = np.arange(len(onsets)) * spectrum.hop_s / harmony.hop_s
    change = np.interp(at, np.arange(len(chords)), chords)
    strength = onsets / (onsets.std() + 1e-9) + _BASS_SHARE * bass / (bass.std() + 1e-9)
    strength = strength * (1 + _CHORD_SHARE * change / (change.mean() + 1e-9))
    return np.asarray(strength / (strength.std() + 1e-9), np.float64)


def _track(strength: Times, beat: float) -> NDArray[np.int64]:
    """The columns, about `beat` apart, with the best sum of strength and of even steps.

    Source: D. Ellis, "Beat tracking by dynamic programming", JNMR 2007; here the period need not
    be a whole number of columns, and half a beat of columns is done at once.
    """
    count, least, most = len(strength), max(1, round(beat / 2)), max(2, round(2 * beat))
    reach = np.arange(-round(beat), round(beat) + 1)
    spread = np.exp(-0.5 * (reach * _SHARPNESS / beat) ** 2)
    here = np.convolve(strength, spread, mode="same")[:count]
    steps = np.arange(most, least - 1, -1)
    cost = -_TIGHTNESS * np.log(steps / beat) ** 2
    best = np.concatenate([np.zeros(most), here])  # `most` columns of silence lie before the song
    came_from = np.empty(count, np.int64)
    for first in range(0, count, least):
        last = min(first + least, count)
        before = best[first : last + most - least]
        sums = np.lib.stride_tricks.sliding_window_view(before, len(steps)) + cost
        chosen = sums.argmax(1)
        best[most + first : most + last] += sums[np.arange(last - first), chosen]
        came_from[first:last] = np.arange(first, last) - steps[chosen]
    start = max(0, count - round(beat))
    path = [start + int(best[most + start :].argmax())]
    while came_from[path[-1]] >= 0:
        path.append(int(came_from[path[-1]]))
    return np.array(path[::-1])


def _trim(columns: NDArray[np.int64], strength: Times) -> NDArray[np.int64]:
    """Beats without those before the first and after the last that are heard."""
    near = np.clip(columns[:, None] + np.arange(-1, 2), 0, len(strength) - 1)
    smooth = np.convolve(strength[near].max(1), np.hanning(5), mode="same")
    heard = np.flatnonzero(smooth > _WEAK_END * np.sqrt((smooth**2).mean()))
    return columns[heard[0] : heard[-1] + 1] if len(heard) else columns[:0]


def _settle(beats: Beats, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Beats:
    """Beats moved by half a beat where they were heard between the true ones.

    Off-beats are often louder than beats (open hats, strummed or skanking guitars), but the bass
    drum and new chords come on the beat.
    """
    times = beats.times_s
    if len(times) < 2 * _LEAST_BEATS:
        return beats
    between = (times[1:] + times[:-1]) / 2
    places = np.sort(np.concatenate([times, between]))
    beat_s = float(np.median(np.diff(times)))
    attack = [float(hits(onsets, spectrum, at).mean()) for at in (between, times)]
    if attack[0] < _BETWEEN_HEARD * attack[1]:
        return beats
    parts = [hits(bass_rise(spectrum), spectrum, places)]
    parts += [chord_change(harmony, places, count * beat_s) for count in (1, 2)]
    score = sum(
        weight * float(part[1::2].mean() - part[::2].mean()) / (float(part.std()) + 1e-9)
        for weight, part in zip(_BETWEEN_WEIGHTS, parts, strict=True)
    )
    if score <= _BETWEEN_LEAST:
        return beats
    columns = np.round(between / spectrum.hop_s - _EARLY_COLUMNS).astype(int)
    near = np.clip(columns[:, None] + np.arange(-2, 3), 0, len(onsets) - 1)
    peaks = near[np.arange(len(near)), onsets[near].argmax(1)]
    moved = (_refine(onsets, peaks) + _EARLY_COLUMNS) * spectrum.hop_s
    return replace(beats, times_s=moved)


def _refine(onsets: Array, columns: NDArray[np.int64]) -> Times:
    """Beat columns moved by under half a column to the top of the parabola through the peak."""
    inner = np.clip(columns, 1, len(onsets) - 2)
    left, middle, right = onsets[inner - 1], onsets[inner], onsets[inner + 1]
    bend = left - 2 * middle + right
    shift = np.where(bend < -1e-6, 0.5 * (left - right) / np.minimum(bend, -1e-6), 0.0)
    moved: Times = inner + np.clip(shift, -0.5, 0.5)
    return np.maximum.accumulate(moved)


def _period(times: Times) -> float:
    """Seconds a beat: the slope over the beats whose step is near the median step."""
    steps = np.diff(times)
    middle = float(np.median(steps))
    return float(steps[np.abs(steps - middle) <= 0.2 * middle].mean())
