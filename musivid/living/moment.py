"""What the music does at each frame: smoothed curves, clocks that run with it, events, a spectrum.

A `Moment` is all that a scene may know of the music, so a frame is a function of its number.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.analysis.spectrum import Spectrum
from musivid.core.timeline import Timeline

__all__ = ["Event", "Moment", "Music", "find_events", "lay_music"]

Array = NDArray[np.float32]

_BANDS = 32
_MEMORY_S = 4.0  # how long a scene remembers an event
_LEAST_ONSET, _LEAST_RISE, _APART_S = 0.12, 0.08, 0.07  # of onsets that count as events
_BEAT_FALL_S, _BAR_FALL_S = 0.22, 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """A note or hit that began.

    Attributes:
        age_s: seconds ago.
        strength: 0..1.
        pitch: 0 dark to 1 bright.
        key: a number of its own, to draw its chances from.
    """

    age_s: float
    strength: float
    pitch: float
    key: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The music at one frame; values are 0..1, clocks are seconds.

    Attributes:
        time_s: seconds in the film.
        flow: a clock that runs faster where it is loud.
        swell: a clock that runs with the bass.
        bass: energy under 150 Hz.
        loud: loudness, slow.
        bright: where the middle of the spectrum lies.
        hits: energy of hits, fast.
        notes: energy of held notes.
        beat: 1 on each beat, falling off after it.
        bar: 1 on each bar, falling off after it.
        phase: how far the bar is.
        bands: float32 [32], the spectrum from low to high.
        events: what began in the last four seconds, newest first.
    """

    time_s: float
    flow: float
    swell: float
    bass: float
    loud: float
    bright: float
    hits: float
    notes: float
    beat: float
    bar: float
    phase: float
    bands: Array
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Music:
    """A heard song on the frames of a film.

    Attributes:
        timeline: the film's clock.
        beats_s: where beats fall.
        bars_s: where bars begin.
        curves: float64 [frames] each, by the names of `Moment`.
        bands: float32 [frames, 32].
        events: float64 [n, 3]: second, strength, pitch; ascending.
    """

    timeline: Timeline
    beats_s: NDArray[np.float64]
    bars_s: NDArray[np.float64]
    curves: dict[str, NDArray[np.float64]]
    bands: Array
    events: NDArray[np.float64]

    def at(self, frame: int) -> Moment:
        """The moment of a frame; beyond the ends that of the first or last."""
        frame = min(max(frame, 0), self.timeline.frames - 1)
        time_s = self.timeline.time_s(frame)
        first, last = np.searchsorted(self.events[:, 0], (time_s - _MEMORY_S, time_s + 1e-6))
        events = tuple(
            Event(time_s - s, strength, pitch, zlib.crc32(b"%.3f" % s) & 0xFFFFFF)
            for s, strength, pitch in self.events[first:last][::-1].tolist()
        )
        row = {name: float(values[frame]) for name, values in self.curves.items()}
        return Moment(time_s=time_s, bands=self.bands[frame], events=events, **row)


def lay_music(facts: SoundFacts, spectrum: Spectrum, timeline: Timeline) -> Music:
    """Lay a heard song on the frames of a film."""
    fps = float(timeline.fps)
    times = np.arange(timeline.frames) / fps
    curves = facts.curves
    fast = {name: curves.peaks_at(name, times) for name in ("bass", "percussive")}
    slow = {name: curves.at(name, times) for name in ("loudness", "brightness", "harmonic")}
    bass = _follow(fast["bass"], fps, 0.03, 0.35)
    loud = _follow(slow["loudness"], fps, 0.15, 0.6)
    rows = {
        "flow": np.cumsum(0.35 + 1.1 * loud**1.5) / fps,
        "swell": np.cumsum(0.3 + 1.4 * bass) / fps,
        "bass": bass,
        "loud": loud,
        "bright": _follow(slow["brightness"], fps, 0.3, 0.5),
        "hits": _follow(fast["percussive"], fps, 0.01, 0.18),
        "notes": _follow(slow["harmonic"], fps, 0.1, 0.5),
        "beat": _since(facts.beats_s, times, _BEAT_FALL_S),
        "bar": _since(facts.downbeats_s, times, _BAR_FALL_S),
        "phase": _phases(facts.downbeats_s, times),
    }
    return Music(
        timeline=timeline,
        beats_s=facts.beats_s,
        bars_s=facts.downbeats_s,
        curves={name: np.asarray(row, np.float64) for name, row in rows.items()},
        bands=_lay_bands(spectrum, times, fps),
        events=find_events(facts),
    )


def _follow(values: Array, fps: float, rise_s: float, fall_s: float) -> NDArray[np.float64]:
    """The curve followed fast up and slowly down, as lamps and eyes do."""
    up, down = 1 - np.exp(-1 / (fps * rise_s)), 1 - np.exp(-1 / (fps * fall_s))
    out, level = np.empty(len(values)), 0.0
    for index, value in enumerate(values.tolist()):
        level += (value - level) * (up if value > level else down)
        out[index] = level
    return out


def _since(
    moments_s: NDArray[np.float64], times: NDArray[np.float64], fall_s: float
) -> NDArray[np.float64]:
    """1 at each moment, falling to 1/e in `fall_s`; 0 before the first."""
    if not len(moments_s):
        return np.zeros(len(times))
    last = np.searchsorted(moments_s, times + 1e-6) - 1
    ago = np.where(last >= 0, times - moments_s[np.maximum(last, 0)], np.inf)
    return np.asarray(np.exp(-ago / fall_s))


def _phases(bars_s: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the bar is, 0..1; bars go on at their usual length before the first and after."""
    if len(bars_s) < 2:
        return np.asarray(times / 2 % 1)
    length = float(np.median(np.diff(bars_s)))
    before = np.arange(bars_s[0] - length, -length, -length)[::-1]
    after = np.arange(bars_s[-1] + length, times[-1] + 2 * length, length)
    bars = np.concatenate([before, bars_s, after])
    at = np.clip(np.searchsorted(bars, times + 1e-6) - 1, 0, len(bars) - 2)
    return np.asarray(np.clip((times - bars[at]) / (bars[at + 1] - bars[at]), 0, 1), np.float64)


def _lay_bands(spectrum: Spectrum, times: NDArray[np.float64], fps: float) -> Array:
    """The spectrum in 32 bands, float32 [frames, 32]: each over its own range, with slow fall."""
    decibels = spectrum.decibels()
    rows = decibels.reshape(_BANDS, -1, decibels.shape[1]).mean(1)
    top = np.quantile(rows, 0.985, axis=1, keepdims=True)
    low = np.quantile(rows, 0.2, axis=1, keepdims=True)
    even = np.clip((rows - low) / np.maximum(top - low, 12), 0, 1) ** 1.5
    grid = np.arange(rows.shape[1]) * spectrum.hop_s
    laid = [_follow(np.interp(times, grid, row), fps, 0.03, 0.3) for row in even]
    return np.stack(laid, 1).astype(np.float32)


def find_events(facts: SoundFacts) -> NDArray[np.float64]:
    """Onsets that stand out: float64 [n, 3] of second, strength, brightness just after."""
    from scipy.signal import find_peaks

    curves = facts.curves
    apart = max(1, round(_APART_S / curves.hop_s))
    at, _ = find_peaks(curves.onset, height=_LEAST_ONSET, distance=apart, prominence=_LEAST_RISE)
    after = np.minimum(at + 2, len(curves.brightness) - 1)
    found = np.stack([at * curves.hop_s, curves.onset[at], curves.brightness[after]], 1)
    return np.asarray(found, np.float64)
