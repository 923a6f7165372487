"""Beats and bars of a song, and how sure they are; a song without a pulse has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum

__all__ = ["Bars", "Beats", "chord_change", "find_bars", "find_beats", "settle_beats"]

Array = NDArray[np.float32]
Times = NDArray[np.float64]

_LEAST_BEATS = 4
_EARLY_COLUMNS = 0.6  # the spectrum's window hears a hit this much before it is there (measured)
_LEAST_PULSE = 0.12  # measured: noise and drones stay under 0.08, played music is over 0.2
_METRES = (4, 3)
# A wrong count is often 3:2 or 4:3 of the true one. What repeats after bars tells them apart; a
# pulse that was not found at first is sought over all tempos. Margins measured on composed songs.
_RECOUNTS = (3 / 2, 3 / 4, 4 / 3, 2 / 3)
_RECOUNT_MARGIN = 1.05
_SAME_COUNT = 0.8  # share of the best's score from which a count nearer to the usual is taken
_USUAL_BPM = 115.0
_TEMPOS_BPM = (56.0, 200.0)
_LEAST_COMB = 0.2
_BAR_COMBS = ((1, 2, 4, 8), (1, 3, 6))
_BASS_BANDS = 6  # of the spectrum's, up to about 150 Hz
# How much the bass, a change of chord over 1 and over 2 beats each way tell beats from the places
# between them. Fitted on composed songs with known beats.
_BETWEEN_WEIGHTS = (0.7, 4.0, 2.0)
_BETWEEN_LEAST = 0.05
_BETWEEN_HEARD = 0.1  # share of the beats' attack that there must be between them at all
# Chords change at bars: beats compared each way, and how much that counts beside the bass.
_CHORD_SHARES = ((1, 0.8), (2, 0.8), (4, 0.6))
_OTHER_METRE_MARGIN = 1.3  # how much better a metre of three must fit before it is believed


@dataclass(frozen=True, slots=True)
class Beats:
    """The pulse.

    Attributes:
        times_s: float64 [beats], ascending; empty where there is no pulse.
        tempo_bpm: beats a minute; 0 where there is no pulse.
        confidence: 0..1, how alike the song is to itself one beat later.
    """

    times_s: Times
    tempo_bpm: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The metre.

    Attributes:
        downbeats_s: float64 [bars], first beats of bars; empty where there are no beats.
        beats_per_bar: 3 or 4.
        confidence: 0..1, how much first beats stand out.
    """

    downbeats_s: Times
    beats_per_bar: int
    confidence: float


def find_beats(onsets: Array, hop_s: float) -> Beats:
    """Return the beats of onset strength `onsets`, float32 [columns] on a grid of `hop_s`."""
    nothing = Beats(np.empty(0), 0.0, 0.0)
    if len(onsets) * hop_s < 1.0 or float(onsets.max(initial=0.0)) <= 1e-3:
        return nothing
    columns = _track(onsets, hop_s)
    if len(columns) < _LEAST_BEATS:
        return nothing
    bpm = _recount(onsets, hop_s, columns)
    columns = _track(onsets, hop_s, bpm) if bpm else columns
    if len(columns) < _LEAST_BEATS:
        return nothing
    pulse = _self_likeness(onsets, float(np.median(np.diff(columns))))
    if pulse < _LEAST_PULSE:
        return Beats(np.empty(0), 0.0, pulse)
    times = (_refine(onsets, columns) + _EARLY_COLUMNS) * hop_s
    return Beats(times, 60.0 / _period(times), pulse)


def _track(onsets: Array, hop_s: float, bpm: float | None = None) -> NDArray[np.int64]:
    """Columns of beats at a tempo, or at the one that is likeliest."""
    import librosa

    # librosa wants a rate and a hop; only their quotient matters here.
    _, columns = librosa.beat.beat_track(
        onset_envelope=onsets, sr=1.0 / hop_s, hop_length=1, trim=True, bpm=bpm
    )
    found: NDArray[np.int64] = columns
    return found


def _recount(onsets: Array, hop_s: float, columns: NDArray[np.int64]) -> float | None:
    """A tempo that the song repeats itself at more plainly than at that of `columns`, or None."""
    alike = _likeness_curve(onsets)
    pulse = _self_likeness(onsets, float(np.median(np.diff(columns))))
    if pulse < _LEAST_PULSE:
        tempos = np.geomspace(*_TEMPOS_BPM, 128)
        least = _LEAST_COMB
    else:
        lag = _period(columns.astype(float))
        tempos = 60.0 / (lag * hop_s) * np.array(_RECOUNTS)
        least = _RECOUNT_MARGIN * _comb(alike, lag)
    tempos = tempos[(tempos >= _TEMPOS_BPM[0]) & (tempos <= _TEMPOS_BPM[1])]
    scores = np.array([_comb(alike, 60.0 / bpm / hop_s) for bpm in tempos])
    best = float(scores.max(initial=0.0))
    if best <= least:
        return None
    if pulse < _LEAST_PULSE:
        return float(tempos[scores.argmax()])
    alike_well = tempos[scores >= _SAME_COUNT * best]
    return float(alike_well[np.abs(np.log2(alike_well / _USUAL_BPM)).argmin()])


def _likeness_curve(onsets: Array) -> Times:
    """Correlation of the onsets with themselves at every lag, float64 [columns]; 1 at none."""
    smooth = np.convolve(onsets - onsets.mean(), np.hanning(5) / 2.0, mode="same")
    count = len(smooth)
    turned = np.fft.rfft(smooth, 2 * count)
    alike = np.fft.irfft(np.abs(turned) ** 2)[:count]
    even: Times = alike / (alike[0] + 1e-12) * count / (count - np.arange(count))
    return even


def _comb(alike: Times, lag: float) -> float:
    """Mean likeness one beat of `lag` columns, half a bar, a bar and two bars later."""
    return max(float(np.mean([_near(alike, beats * lag) for beats in comb])) for comb in _BAR_COMBS)


def _near(alike: Times, lag: float) -> float:
    """The greatest likeness about a lag; 0 where less than half the song is left."""
    low, high = max(1, int(np.floor(0.985 * lag))), int(np.ceil(1.015 * lag))
    return float(alike[low : high + 1].max()) if high < len(alike) // 2 else 0.0


def settle_beats(beats: Beats, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Beats:
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
    attack = [float(_hits(onsets, spectrum, at).mean()) for at in (between, times)]
    if attack[0] < _BETWEEN_HEARD * attack[1]:
        return beats
    parts = [_bass_hits(spectrum, places)]
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
    return Beats(moved, beats.tempo_bpm, beats.confidence)


def _bass_hits(spectrum: Spectrum, times_s: Times) -> Times:
    """How much the bass rises at each time."""
    level = np.sqrt(spectrum.mel[:_BASS_BANDS].sum(0))
    rise = np.zeros_like(level)
    rise[2:-1] = np.maximum(level[3:] - level[:-3], 0)
    return _hits(rise, spectrum, times_s)


def _hits(curve: Array, spectrum: Spectrum, times_s: Times) -> Times:
    """The greatest value of a curve near each time."""
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


def _self_likeness(onsets: Array, lag: float) -> float:
    """Correlation 0..1 of the onsets with themselves one, two or four beats later, the best."""
    smooth = np.convolve(onsets - onsets.mean(), np.hanning(5) / 2.0, mode="same")
    power = float(smooth @ smooth) + 1e-12
    best = 0.0
    for beats in (1, 2, 4):
        around = range(round(beats * lag) - 1, round(beats * lag) + 2)
        for shift in around:
            if 0 < shift < len(smooth) // 2:
                match = float(smooth[:-shift] @ smooth[shift:]) / power
                best = max(best, match * len(smooth) / (len(smooth) - shift))
    return min(best, 1.0)


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


def find_bars(beats: Beats, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Bars:
    """Return where bars begin: the phase of 4 (or 3) beats that bass, attack and chords stress."""
    if len(beats.times_s) < 2 * max(_METRES):
        return Bars(beats.times_s[:1].copy(), _METRES[0], 0.0)
    weight = _accent(beats.times_s, onsets, spectrum, harmony)
    fits = {metre: _phase_scores(weight, metre) for metre in _METRES}
    four, three = (float(fits[metre].max()) for metre in _METRES)
    metre = 3 if three > _OTHER_METRE_MARGIN * max(four, 0.0) + 0.05 else 4
    scores = np.sort(fits[metre])
    phase = int(fits[metre].argmax())
    confidence = float(np.clip((scores[-1] - scores[-2]) / 2.0, 0.0, 1.0))
    return Bars(beats.times_s[phase::metre].copy(), metre, confidence)


def _accent(times_s: Times, onsets: Array, spectrum: Spectrum, harmony: Harmony) -> Times:
    """How much each beat stands out: attack, bass and change of chord, each of unit spread."""
    columns = np.round(times_s / spectrum.hop_s).astype(int)
    near = np.clip(columns[:, None] + np.arange(-2, 4), 0, spectrum.columns - 1)
    bass = np.sqrt(spectrum.mel[:8]).sum(0)
    beat_s = float(np.median(np.diff(times_s)))
    parts = (
        0.3 * _unit_spread(onsets[near].max(1)),
        0.7 * _unit_spread(bass[near].max(1)),
        *(
            share * _unit_spread(chord_change(harmony, times_s, count * beat_s))
            for count, share in _CHORD_SHARES
        ),
    )
    return sum(parts, np.zeros(len(times_s)))


def _unit_spread(values: NDArray[np.floating]) -> Times:
    """Values less their mean, over their spread."""
    return (values - values.mean()) / (values.std() + 1e-9)


def _phase_scores(weight: Times, metre: int) -> Times:
    """How much the beats of each phase stand out over the rest, [metre]."""
    return np.array(
        [
            weight[phase::metre].mean() - np.delete(weight, np.s_[phase::metre]).mean()
            for phase in range(metre)
        ]
    )
