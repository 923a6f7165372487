"""How far the walk from one picture to the next has gone: the energy of a section, summed up.

Three forms: `progress` on true frame times; and two published ones, of the visualiser by Pina and
Li (arXiv 2412.05694) and of stable-diffusion-videos, kept to the number for comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.numba_cache import import_librosa

__all__ = ["EnergyCurve", "progress", "visualiser_curve", "walk_curve"]

Samples = NDArray[np.float32]
Curve = NDArray[np.float64]

_VISUALISER_MELS = 512  # bands, as published
_SILENT = 1e-10  # power under which a section counts as silent


@dataclass(frozen=True, slots=True)
class EnergyCurve:
    """One energy of a song that moves the walk.

    Attributes:
        energy: float [columns], power at i * hop_s.
        hop_s: seconds from one value to the next.
        weight: how strongly it moves the walk.
    """

    energy: NDArray[np.floating]
    hop_s: float
    weight: float = 1.0


def progress(
    energies: list[EnergyCurve],
    times_s: Curve,
    span_s: tuple[float, float],
    *,
    smooth: float = 0.0,
    gamma: float = 1.0,
    attack_s: float = 0.0,
    release_s: float = 0.0,
) -> Curve:
    """How far the walk has gone at `times_s`, float64 [times]: monotone, 0 at the start, 1 at end.

    Each curve is scaled to 0..1 over the span, raised to gamma and weighted; their sum, which runs
    straight from one column to the next, is integrated exactly, so that no frame rate rounds it.
    Where nothing sounds the walk goes by the clock.

    Args:
        energies: energies of the song.
        times_s: ascending, within the span.
        span_s: start and end of the section.
        smooth: share of the walk that goes by the clock.
        gamma: exponent on each energy.
        attack_s: time constant with which the pace rises.
        release_s: time constant with which it falls.
    """
    start, end = span_s
    clock = np.clip((np.asarray(times_s, float) - start) / max(end - start, 1e-9), 0, 1)
    moments, pace = _pace(energies, span_s, gamma)
    if attack_s or release_s:
        from musivid.analysis.smooth import follow

        rate = (len(moments) - 1) / max(end - start, 1e-9)
        pace = follow(pace, rate, attack_s, release_s)
    steps = (pace[1:] + pace[:-1]) / 2 * np.diff(moments)
    passed = np.concatenate([[0.0], np.cumsum(steps)])
    if passed[-1] <= 0:
        return clock
    walked = _integral_at(np.clip(times_s, start, end), moments, pace, passed) / passed[-1]
    share: Curve = np.clip((1 - smooth) * walked + smooth * clock, 0, 1)
    return share


def _pace(
    energies: list[EnergyCurve], span_s: tuple[float, float], gamma: float
) -> tuple[Curve, Curve]:
    """Even moments of the span, its ends among them, and the weighted energy at each."""
    start, end = span_s
    hop = min((curve.hop_s for curve in energies), default=end - start)
    moments = np.linspace(start, end, max(2, 1 + round((end - start) / hop)))
    pace = np.zeros(len(moments))
    for curve in energies:
        grid = np.arange(len(curve.energy)) * curve.hop_s
        energy = np.interp(moments, grid, np.asarray(curve.energy, float))
        low, high = energy.min(), energy.max()
        if curve.weight and high > _SILENT and high > low:
            pace += curve.weight * ((energy - low) / (high - low)) ** gamma
    return moments, pace


def _integral_at(times_s: Curve, moments: Curve, pace: Curve, passed: Curve) -> Curve:
    """The integral at `times_s` of the pace that runs straight between its moments."""
    left = np.clip(np.searchsorted(moments, times_s, side="right") - 1, 0, len(moments) - 2)
    into = times_s - moments[left]
    slope = (pace[left + 1] - pace[left]) / (moments[left + 1] - moments[left])
    area: Curve = passed[left] + pace[left] * into + slope * into**2 / 2
    return area


def visualiser_curve(
    samples: Samples,
    rate_hz: int,
    fps: float,
    *,
    percussive: float = 1.0,
    harmonic: float = 0.0,
    margin: float = 5.0,
) -> Curve:
    """The curve of the published visualiser over one section, float64 [int(seconds * fps)].

    Its faults are kept: the hop is cut to whole samples, and a series that is too short begins
    again instead of being stretched. A silent section, which it divided by zero, goes by the clock.

    Args:
        samples: float32 [time], mono, of the section alone.
        rate_hz: samples a second (22050 as published).
        fps: frames a second.
        percussive: weight of hits.
        harmonic: weight of notes.
        margin: of the separation, for both parts.
    """
    librosa = import_librosa()

    count = int(len(samples) / rate_hz * fps)
    parts = librosa.effects.hpss(np.asarray(samples, np.float32), margin=(margin, margin))
    mixed: Curve = np.zeros(1)
    for part, weight in zip(parts, (harmonic, percussive), strict=True):
        if weight:
            mel = librosa.feature.melspectrogram(
                y=part, sr=rate_hz, n_mels=_VISUALISER_MELS, hop_length=int(rate_hz / fps)
            )
            mixed = mixed + weight * _scaled(mel.max(0))
    return _summed(np.resize(mixed, max(count, 1)))


def walk_curve(
    samples: Samples,
    rate_hz: int,
    fps: float,
    *,
    percussive: float = 1.0,
    harmonic: float = 0.0,
    margin: float = 1.0,
) -> Curve:
    """The curve of stable-diffusion-videos over one leg, float64 [int(seconds * fps)].

    Args:
        samples: float32 [time], mono, of the leg alone.
        rate_hz: samples a second (22050 as published).
        fps: frames a second.
        percussive: weight of hits.
        harmonic: weight of notes (0 as published).
        margin: of the separation, for both parts.
    """
    librosa = import_librosa()

    count = max(int(len(samples) / rate_hz * fps), 1)
    spectrum = librosa.stft(np.asarray(samples, np.float32), n_fft=2048, hop_length=512)
    parts = librosa.decompose.hpss(spectrum, margin=margin)
    mixed: Curve = np.zeros(1)
    for part, weight in zip(parts, (harmonic, percussive), strict=True):
        if weight:
            sound = librosa.istft(part, hop_length=512, length=len(samples))
            mel = librosa.feature.melspectrogram(y=sound, sr=rate_hz)
            mixed = mixed + weight * _scaled(mel.max(0))
    summed = np.cumsum(mixed, dtype=float)
    if summed[-1] <= 0:
        return np.linspace(0, 1, count)
    length = len(summed)
    grid, frames = np.linspace(0, length, length), np.linspace(0, length, count)
    share: Curve = np.interp(frames, grid, summed / summed[-1])
    return share


def _scaled(values: NDArray[np.floating]) -> Curve:
    """Values from 0 to 1; all zero where they do not differ."""
    low, high = float(values.min()), float(values.max())
    if high <= _SILENT or high <= low:
        return np.zeros(len(values))
    return (values.astype(float) - low) / (high - low)


def _summed(values: Curve) -> Curve:
    """Running sum over its last value, its first value 0; by the clock where nothing sounds."""
    summed = np.cumsum(values, dtype=float)
    if summed[-1] <= 0:
        return np.linspace(0, 1, len(values))
    summed /= summed[-1]
    summed[0] = 0.0
    return summed
