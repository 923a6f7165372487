"""Plays single notes of a SoundFont: pitch, loops, envelopes, filter; remembers what it played.

Envelopes, filter and vibrato follow the synthesis model of the SoundFont Technical Specification
2.04, section 9. Used by `synthesis.py`.
"""

from __future__ import annotations

import functools
import itertools
from collections import OrderedDict
from pathlib import Path

import numpy as np

from musivid.score.soundfont import SoundFont, Zone

__all__ = ["Sampler", "bundled_soundfont", "sampler_for"]

_MEMORY_BYTES = 192 << 20
_MIN_RELEASE_S, _MAX_RELEASE_S = 0.04, 1.5
_SILENCE_DB = -80.0
_FILTER_BLOCK_S = 0.012
_OPEN_HZ = 16_000.0  # a cutoff above this leaves everything
_SOFT_CENTS = 1800  # how far the softest touch closes the filter; specification 8.4.2 says 2400
_OPEN_HAT, _DRUM_S = 46, 2.0  # a foot closes the open hi-hat; other drums ring
_LAYER = 16  # velocities that share one sound
_LEVEL_WINDOW_S = 0.2
_REFERENCE_PITCHES = (48, 60, 67)
# Below about 30 kHz samples would fold back; they are played at a multiple and decimated.
_LOWEST_RATE_HZ = 30_000


def bundled_soundfont() -> Path:
    """Return the General MIDI SoundFont that comes with pretty_midi (TimGM6mb, GPL-2.0)."""
    import importlib.util

    spec = importlib.util.find_spec("pretty_midi")
    assert spec is not None and spec.origin is not None, "pretty_midi is a dependency"
    return Path(spec.origin).parent / "TimGM6mb.sf2"


@functools.lru_cache(maxsize=3)
def sampler_for(sf_path: Path, rate_hz: int) -> Sampler:
    """Return the one sampler of a file and rate; it keeps what it has played."""
    return Sampler(sf_path, rate_hz)


class Sampler:
    """A SoundFont that plays notes at one rate."""

    def __init__(self, sf_path: Path, rate_hz: int) -> None:
        """Open the SoundFont.

        Raises:
            InputError: not a SoundFont 2 file.
        """
        self.rate_hz = rate_hz
        self._font = SoundFont(sf_path)
        self._times = -(-_LOWEST_RATE_HZ // rate_hz)
        self._kept: OrderedDict[tuple[int, bool, int, int], tuple[np.ndarray, float, bool]] = (
            OrderedDict()
        )
        self._bytes = 0
        self._levels: dict[tuple[int, bool], float] = {}

    def note(
        self, program: int, pitch: int, velocity: int, duration_s: float, *, is_drum: bool = False
    ) -> np.ndarray:
        """Return one note with its release: float32 [2, n]; its own level, whatever the touch.

        Velocity decides which samples sound and how bright, not how loud: the mixer does that.
        Drums but the open hi-hat ring out, however short they are written.
        """
        layer = min(velocity // _LAYER * _LAYER + _LAYER // 2, 127)
        if is_drum and pitch != _OPEN_HAT:
            duration_s = max(duration_s, _DRUM_S)
        wave, release_s, _ = self._held((program, is_drum, pitch, layer), duration_s)
        held = round(duration_s * self.rate_hz)
        tail = min(round(release_s * self.rate_hz), wave.shape[1] - held)
        if tail <= 0:
            return wave[:, :held]
        return np.concatenate([wave[:, :held], wave[:, held : held + tail] * _fall(tail)], axis=1)

    def level(self, program: int, *, is_drum: bool = False) -> float:
        """Return how loud a program is: RMS of the loudest 0.2 s of notes in the middle."""
        key = (program, is_drum)
        if key not in self._levels:
            pitches = (36, 38) if is_drum else _REFERENCE_PITCHES
            waves = [self.note(program, p, 100, 0.8, is_drum=is_drum) for p in pitches]
            self._levels[key] = float(np.mean([self._loudest(w) for w in waves])) or 1.0
        return self._levels[key]

    def _loudest(self, wave: np.ndarray) -> float:
        power = np.cumsum(np.concatenate([[0.0], (wave.astype(np.float64) ** 2).mean(0)]))
        window = min(round(_LEVEL_WINDOW_S * self.rate_hz), len(power) - 1)
        if window < 1:
            return 0.0
        # A short sound is as loud as if it were spread over the window.
        return float(
            np.sqrt((power[window:] - power[:-window]).max() / (_LEVEL_WINDOW_S * self.rate_hz))
        )

    def _held(
        self, key: tuple[int, bool, int, int], duration_s: float
    ) -> tuple[np.ndarray, float, bool]:
        """Return a note held at least `duration_s` plus release, from memory where it is there."""
        kept = self._kept.get(key)
        if kept is not None:
            need = round((duration_s + kept[1]) * self.rate_hz)
            if kept[2] or kept[0].shape[1] >= need:
                self._kept.move_to_end(key)
                return kept
            self._bytes -= self._kept.pop(key)[0].nbytes
        played = self._play(key, 2.0 ** np.ceil(np.log2(max(duration_s + 0.25, 0.5))) + 0.5)
        self._kept[key] = played
        self._bytes += played[0].nbytes
        while self._bytes > _MEMORY_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][0].nbytes
        return played

    def _play(
        self, key: tuple[int, bool, int, int], seconds: float
    ) -> tuple[np.ndarray, float, bool]:
        program, is_drum, pitch, velocity = key
        zones = self._font.zones(program, pitch, velocity, is_drum=is_drum)
        releases = [_release_s(zone) for zone in zones]
        seconds += max(releases, default=0.0)
        rate = self.rate_hz * self._times
        out = np.zeros((2, round(seconds * rate)), np.float32)
        longest = 0
        for zone in zones:
            wave = _play_zone(zone, pitch, velocity, rate, out.shape[1])
            angle = (zone.pan + 1) * np.pi / 4
            gain = 10 ** (-zone.attenuation_db / 20) * np.sqrt(2)
            out[0, : len(wave)] += wave * np.float32(gain * np.cos(angle))
            out[1, : len(wave)] += wave * np.float32(gain * np.sin(angle))
            longest = max(longest, len(wave))
        ended = longest < out.shape[1]
        out = out[:, :longest]
        if self._times > 1 and longest:
            from scipy.signal import resample_poly

            out = resample_poly(out, 1, self._times, axis=1).astype(np.float32)
        return out, max(releases, default=0.0), ended


def _fall(samples: int) -> np.ndarray:
    """Return a release from 1 to nothing: float32 [n]; a straight line in dB, eased at the end."""
    line = np.arange(1, samples + 1, dtype=np.float32) / samples
    return 10 ** (-2.5 * line) * (1 - line)


def _seconds(timecents: int) -> float:
    return 0.0 if timecents <= -12000 else 2.0 ** (timecents / 1200)


def _hertz(cents: float) -> float:
    return float(8.176 * 2.0 ** (cents / 1200))


def _release_s(zone: Zone) -> float:
    # The file's release falls by 100 dB; `_fall` falls by 50 and then fades.
    return min(max(0.5 * _seconds(zone.get(38)), _MIN_RELEASE_S), _MAX_RELEASE_S)


def _play_zone(zone: Zone, pitch: int, velocity: int, rate_hz: int, samples: int) -> np.ndarray:
    """Return one sample of a note, held: float32 [n], n less than `samples` where it ends."""
    filter_envelope = _linear_envelope(zone, pitch, rate_hz, samples)
    positions = _positions(zone, pitch, rate_hz, filter_envelope, samples)
    recording = zone.samples
    if zone.loop is None:
        positions = positions[: int(np.searchsorted(positions, len(recording) - 2))]
    else:
        start, end = zone.loop
        beyond = positions >= end
        positions[beyond] = start + (positions[beyond] - start) % (end - start)
        # Interpolation reads past the loop's end; there the loop begins again.
        recording = np.concatenate([recording[:end], recording[start : start + 4]])
    wave = _interpolate(recording, positions)
    wave *= _volume_envelope(zone, pitch, rate_hz, len(wave))
    loud = np.flatnonzero(np.abs(wave) > 10 ** (_SILENCE_DB / 20))
    wave = wave[: loud[-1] + 1] if len(loud) else wave[:0]
    return _filtered(wave, zone, velocity, rate_hz, filter_envelope)


def _positions(
    zone: Zone, pitch: int, rate_hz: int, envelope: np.ndarray, samples: int
) -> np.ndarray:
    """Return where in the recording each output sample lies: float64 [n], ascending."""
    cents = (pitch - zone.root) * zone.cents_per_key + zone.tune_cents
    step = zone.rate_hz / rate_hz * 2 ** (cents / 1200)
    bend: np.ndarray | float = 0.0
    for depth, delay, rate in ((5, 21, 22), (6, 23, 24)):
        if zone.get(depth):
            time_s = np.arange(samples) / rate_hz - _seconds(zone.get(delay))
            turns = np.maximum(time_s, 0) * _hertz(zone.get(rate))
            bend = bend + zone.get(depth) * (2 * np.abs(2 * ((turns - 0.25) % 1) - 1) - 1)
    if zone.get(7):
        bend = bend + zone.get(7) * envelope
    if isinstance(bend, float):
        return np.arange(samples) * step
    moved = np.cumsum(2 ** (bend / 1200)) * step
    return moved - moved[0]


def _interpolate(recording: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Read between samples by third-order Hermite interpolation: float32 [n], -1..1."""
    padded = np.concatenate([recording[:1], recording, np.zeros(3, np.int16)]).astype(np.float32)
    padded /= 32768
    index = positions.astype(np.intp)
    part = (positions - index).astype(np.float32)
    before, here, after, beyond = (padded[index + shift] for shift in range(4))
    slope = 0.5 * (after - before)
    third, second = _hermite(before, here, after, beyond)
    return ((third * part + second) * part + slope) * part + here


def _hermite(
    before: np.ndarray, here: np.ndarray, after: np.ndarray, beyond: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the cubic and square coefficients of the Catmull-Rom curve from here to after."""
    third = 0.5 * (beyond - before) + 1.5 * (here - after)
    second = before - 2.5 * here + 2 * after - 0.5 * beyond
    return third, second


def _stages(zone: Zone, pitch: int, first: int, scaling: int) -> tuple[float, float, float, float]:
    """Return delay, attack, hold and decay in seconds; generators lie in this order."""
    delay, attack, hold, decay = (zone.get(first + i) for i in range(4))
    above = 60 - pitch
    hold, decay = hold + above * zone.get(scaling), decay + above * zone.get(scaling + 1)
    return _seconds(delay), _seconds(attack), _seconds(hold), max(_seconds(decay), 1e-3)


def _linear_envelope(zone: Zone, pitch: int, rate_hz: int, samples: int) -> np.ndarray:
    """Return the modulation envelope of a held note: float64 [n], 0..1."""
    if not zone.get(7) and not zone.get(11):
        return np.zeros(samples)
    delay, attack, hold, decay = _stages(zone, pitch, 25, 31)
    sustain = 1 - min(max(zone.get(29), 0), 1000) / 1000
    corners = np.cumsum([0.0, delay, max(attack, 1e-4), hold, decay * (1 - sustain) + 1e-4])
    time_s = np.arange(samples) / rate_hz
    return np.interp(time_s, corners, [0.0, 0.0, 1.0, 1.0, sustain])


def _volume_envelope(zone: Zone, pitch: int, rate_hz: int, samples: int) -> np.ndarray:
    """Return the gain of a held note: float32 [n], 0..1."""
    delay, attack, hold, decay = _stages(zone, pitch, 33, 39)
    sustain_db = min(max(zone.get(37), 0), 1000) / 10
    time_s = np.arange(samples, dtype=np.float32) / rate_hz - delay
    fallen = np.clip((time_s - attack - hold) * (100 / decay), 0, sustain_db)
    rise = np.clip(time_s / max(attack, 5e-4), 0, 1)
    return (rise * 10 ** (-fallen / 20)).astype(np.float32)


def _filtered(
    wave: np.ndarray, zone: Zone, velocity: int, rate_hz: int, envelope: np.ndarray
) -> np.ndarray:
    """Apply the low-pass filter, whose cutoff follows the envelope, block by block."""
    from scipy.signal import lfilter

    base = zone.get(8) - _SOFT_CENTS * (1 - velocity / 127)
    block = round(_FILTER_BLOCK_S * rate_hz)
    cutoffs = np.array([_hertz(base + zone.get(11) * e) for e in envelope[: len(wave) : block]])
    if not len(cutoffs) or cutoffs.min() > _OPEN_HZ:
        return wave
    changes = np.flatnonzero(np.abs(np.diff(np.log2(cutoffs))) > 1e-3) + 1
    starts = [0, *(changes * block).tolist(), len(wave)]
    state, parts = np.zeros(2), []
    for start, end in itertools.pairwise(starts):
        b, a = _low_pass(cutoffs[start // block], zone.get(9) / 10, rate_hz)
        part, state = lfilter(b, a, wave[start:end], zi=state)
        parts.append(part)
    return np.concatenate(parts).astype(np.float32)


def _low_pass(cutoff_hz: float, resonance_db: float, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a two-pole low-pass (Bristow-Johnson's cookbook) without gain at its resonance."""
    turn = 2 * np.pi * min(cutoff_hz, 0.45 * rate_hz) / rate_hz
    q = max(10 ** ((resonance_db - 3.01) / 20), 0.5)
    alpha, cos = np.sin(turn) / (2 * q), np.cos(turn)
    b = np.array([(1 - cos) / 2, 1 - cos, (1 - cos) / 2]) * 10 ** (-max(resonance_db, 0) / 40)
    return b / (1 + alpha), np.array([1, -2 * cos / (1 + alpha), (1 - alpha) / (1 + alpha)])
