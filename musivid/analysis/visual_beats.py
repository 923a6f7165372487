"""Visual beats and visual tempo: the maths of visbeat (A. Davis, M. Agrawala 2018), in seconds.

Motion that is slowed down suddenly looks like a hit. The published constants are frames of films at
about 30 per second; here they are times, so that any rate gives the same beats.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.flow import ANGLES

__all__ = [
    "ImpactMeter",
    "choose_beats",
    "find_peaks",
    "fold_tempo",
    "shape_envelope",
    "visual_tempo",
]

Floats = NDArray[np.float64]

_ANGLE_SIGMA = 5.0  # bins
_TIME_SIGMA_S = 0.1  # 3 frames
_CHUNK = 512  # frames at once; bounds memory
_HIGH_PASS_HZ = 1 / 0.8  # slower motion is no hit
_LEAST_IMPACT = 0.002  # reference pixels; a still picture's noise stays below (measured: 0.0005)
_PEAK_DELTA = 0.015  # of the envelope, above the mean around a peak
_NEAR_S, _WIDE_S = 2 / 30, 5 / 30  # 2 and 5 frames at 30 a second, as published
# Usual gaps of beats, and how far back one is sought.
_LEAST_GAP_S, _MOST_GAP_S, _SEARCH_S = 0.25, 3.75, 200.0
# Of the tempogram: window, likeliest tempo, fastest.
_TEMPO_WINDOW_S, _START_BPM, _MOST_BPM = 8.0, 120.0, 320.0
_TEMPO_COLUMNS = 4000  # of the tempogram that are averaged; more change nothing
_PUBLISHED_BEATS = 2  # a sequence needs more


class ImpactMeter:
    """Turns columns of the directogram into raw impact, a chunk at a time; memory is constant."""

    def __init__(self, fps: float) -> None:
        self._sigma = max(0.5, _TIME_SIGMA_S * fps)
        self._context = math.ceil(4 * self._sigma) + 3
        self._columns: list[NDArray[np.float32]] = []
        self._skip = 0  # columns at the front that are context only
        self._impact: list[Floats] = []

    def see(self, directions: NDArray[np.float32]) -> None:
        """Take the next column: float32 [ANGLES]."""
        self._columns.append(directions)
        if len(self._columns) >= self._skip + _CHUNK + self._context:
            self._emit(len(self._columns) - self._context)
            keep = len(self._columns) - self._context
            first = max(0, keep - self._context)
            self._skip = keep - first
            self._columns = self._columns[first:]

    def finish(self) -> Floats:
        """Return the raw impact of all frames, >= 0: float64 [frames]."""
        if len(self._columns) > self._skip:
            self._emit(len(self._columns))
        self._columns = []
        return np.concatenate(self._impact) if self._impact else np.zeros(0)

    def _emit(self, stop: int) -> None:
        picture = np.stack(self._columns, axis=1).astype(np.float64)
        self._impact.append(_deceleration(picture, self._sigma)[self._skip : stop])


def _deceleration(directogram: Floats, sigma: float) -> Floats:
    """Mean over the directions of how much motion falls: [ANGLES, n] -> [n]."""
    from scipy.ndimage import gaussian_filter, median_filter

    smooth = gaussian_filter(directogram, (_ANGLE_SIGMA, sigma))
    smooth = median_filter(smooth, 3, mode="constant")
    falls = np.maximum(0.0, -np.diff(smooth, axis=1, prepend=smooth[:, :1]))
    mean: Floats = falls.sum(0) / ANGLES
    return mean


def shape_envelope(impact: Floats, fps: float) -> Floats:
    """Return the impact envelope, -1..1: high-passed, its highest peaks evened out.

    All zero where the film is too short, too slow in frames, or does not move.
    """
    from scipy.signal import butter, filtfilt

    # Per second, so that a film of twice the rate has the same impact.
    per_frame = impact * ANGLES * fps / 30
    if len(impact) <= 18 or fps <= 2 * _HIGH_PASS_HZ or per_frame.max() < _LEAST_IMPACT:
        return np.zeros(len(impact))
    b, a = butter(5, _HIGH_PASS_HZ / (fps / 2), "high")
    envelope = filtfilt(b, a, impact)
    high, highest = np.percentile(np.abs(envelope), (98, 99))
    if highest <= 0:
        return np.zeros(len(impact))
    shaped: Floats = np.clip(envelope, -high, high) / highest
    return shaped


def find_peaks(envelope: Floats, fps: float) -> NDArray[np.int64]:
    """Return the frames in which the envelope stands out (librosa's `peak_pick`)."""
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    near, wide = max(1, round(_NEAR_S * fps)), max(2, round(_WIDE_S * fps))
    highest = maximum_filter1d(envelope, 2 * near, mode="constant", cval=-np.inf)
    mean = uniform_filter1d(envelope, 2 * wide, mode="nearest")
    candidates = np.flatnonzero(
        (envelope == highest) & (envelope >= mean + _PEAK_DELTA) & (envelope > 0)
    )
    found: list[int] = []
    for frame in candidates:
        if not found or frame - found[-1] > near:
            found.append(int(frame))
    return np.array(found, np.int64)


def choose_beats(times_s: Floats, weights: Floats) -> NDArray[np.int64]:
    """Return which peaks are beats: the heaviest chain without gaps under 0.25 s or over 3.75 s.

    Longer gaps are paid for, not forbidden, as published.
    """
    count = len(times_s)
    score, before = weights.astype(np.float64).copy(), np.full(count, -1)
    for i in range(1, count):
        first = int(np.searchsorted(times_s, times_s[i] - _SEARCH_S))
        if first == i:
            continue
        gaps = times_s[i] - times_s[first:i]
        paid = score[first:i] - ((gaps < _LEAST_GAP_S) | (gaps > _MOST_GAP_S))
        best = i - 1 - int(np.argmax(paid[::-1]))  # of equals the nearest
        score[i] += paid[best - first]
        before[i] = best
    chain: list[int] = []
    node = int(np.argmax(score)) if count else -1
    while node >= 0:
        chain.append(node)
        node = int(before[node])
    chosen = np.array(chain[::-1], np.int64)
    return chosen if len(chosen) > _PUBLISHED_BEATS else np.zeros(0, np.int64)


def visual_tempo(
    envelope: Floats, fps: float, tempo_range: tuple[float, float] | None = (60.0, 160.0)
) -> float | None:
    """Return the tempo of an impact envelope in beats a minute, None where there is no pulse.

    The rule of librosa 0.6.2 that the published system was made with: the mean of local
    autocorrelations times a log-normal prior around 120; later rules give 480 and more, as the
    envelope is partly negative. The lag is refined by a parabola.

    Args:
        envelope: float64 [frames].
        fps: frames a second.
        tempo_range: octaves are folded into it; None: published, without folding.
    """
    if not np.any(envelope):
        return None
    strength = _mean_autocorrelation(envelope, fps)
    lags = np.arange(len(strength))
    with np.errstate(divide="ignore"):
        bpm = 60 * fps / lags
        prior = np.exp(-0.5 * np.log2(bpm / _START_BPM) ** 2)
    prior[(bpm >= _MOST_BPM) | (lags == 0)] = 0.0
    likely = strength * prior
    lag = int(np.argmax(likely))
    if lag == 0 or likely[lag] <= 0:
        return None
    tempo = 60 * fps / (lag + _parabola(likely, lag))
    return fold_tempo(tempo, tempo_range) if tempo_range else tempo


def fold_tempo(bpm: float, tempo_range: tuple[float, float]) -> float:
    """Return the tempo doubled or halved until it lies in the range, if that can be."""
    low, high = tempo_range
    while bpm < low and bpm * 2 <= high:
        bpm *= 2
    while bpm > high and bpm / 2 >= low:
        bpm /= 2
    return bpm


def _mean_autocorrelation(envelope: Floats, fps: float) -> Floats:
    """Mean of the normalised autocorrelations of windows of 8 s: float64 [lags]."""
    from scipy.signal import get_window

    window = max(4, math.floor(_TEMPO_WINDOW_S * fps))
    half = window // 2
    padded = np.pad(envelope, half, mode="linear_ramp", end_values=0)
    shape = get_window("hann", window)
    starts = np.arange(0, len(padded) - window + 1)
    starts = starts[:: max(1, math.ceil(len(starts) / _TEMPO_COLUMNS))]
    total = np.zeros(window)
    for start in starts:
        spectrum = np.fft.rfft(padded[start : start + window] * shape, 2 * window)
        lags = np.fft.irfft(np.abs(spectrum) ** 2)[:window]
        peak = np.abs(lags).max()
        if peak > 0:
            total += lags / peak
    mean: Floats = total / max(1, len(starts))
    return mean


def _parabola(values: Floats, at: int) -> float:
    """Where between -0.5 and 0.5 the parabola through a peak and its neighbours is highest."""
    if not 0 < at < len(values) - 1:
        return 0.0
    left, middle, right = values[at - 1], values[at], values[at + 1]
    bend = left - 2 * middle + right
    return float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0
