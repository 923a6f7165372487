"""Plays one recording of a SoundFont zone at a pitch: loop, envelopes, filter, vibrato.

The model is that of the SoundFont Technical Specification 2.04, section 9. Used by `sampler.py`.
"""

from __future__ import annotations

import numpy as np

from musivid.score.synthesis.soundfont import Zone

__all__ = ["RecordingStore", "play_zone", "release_s"]

_MIN_RELEASE_S, _MAX_RELEASE_S = 0.04, 1.5  # shorter clicks, longer blurs
_SILENCE_DB = -80.0  # below which a voice ends
_SOFT_CENTS = 1800  # how far the softest touch closes the filter; specification 8.4.2 says 2400
_ANCHOR_OCTAVES = 1.0  # a moving filter is a blend of fixed ones not further apart than this
_CONTROL_STEP = 64  # samples between two values of the filter's envelope
_TAPS = 47  # of the interpolating filter
_CENTS_OF_8_HZ = 8.176  # absolute cents count from here
_LEVELS_PER_OCTAVE = 2  # of recordings without what would fold back


class RecordingStore:
    """Recordings as floats, low-passed for the speeds at which they are played.

    Played faster, a recording would fold back what lies above half the output rate; it is filtered
    once for each half octave of speed.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int, int], np.ndarray] = {}

    def get(self, zone: Zone, step: float) -> np.ndarray:
        """Return a recording for a speed: float32 [n + 4], one sample of lead-in, then as is.

        Args:
            zone: whose recording.
            step: samples of the recording for each one of output.
        """
        level = max(0, int(np.ceil(np.log2(step) * _LEVELS_PER_OCTAVE))) if step > 0 else 0
        start, end = zone.loop or (0, 0)
        key = (zone.samples.__array_interface__["data"][0], len(zone.samples), end, level)
        if key not in self._kept:
            self._kept[key] = _prepared(zone.samples, start, end, level)
        return self._kept[key]


def release_s(zone: Zone) -> float:
    """Return how long a note of the zone rings after its end, in seconds."""
    # The file's release falls by 100 dB; ours by 50, and then fades.
    return min(max(0.5 * _seconds(zone.get(38)), _MIN_RELEASE_S), _MAX_RELEASE_S)


def play_zone(
    store: RecordingStore, zone: Zone, note: tuple[int, int], rate_hz: int, samples: int
) -> np.ndarray:
    """Return one recording as a held note: float32 [n], n less than `samples` where it ends.

    Args:
        store: of recordings.
        zone: what to play.
        note: MIDI pitch and velocity.
        rate_hz: samples a second of output.
        samples: longest output.
    """
    pitch, velocity = note
    cents = (pitch - zone.root) * zone.cents_per_key + zone.tune_cents
    step = zone.rate_hz / rate_hz * 2 ** (cents / 1200)
    if zone.loop is None:
        samples = min(samples, int(len(zone.samples) / step / 2 ** (min(zone.get(7), 0) / 1200)))
    envelope = _modulation(zone, pitch, rate_hz, samples)
    positions = _positions(zone, step, rate_hz, envelope, samples)
    if zone.loop is None:
        positions = positions[: int(np.searchsorted(positions, len(zone.samples) - 2))]
    else:
        start, end = zone.loop
        beyond = int(np.searchsorted(positions, end))
        positions[beyond:] = start + (positions[beyond:] - start) % (end - start)
    wave = _interpolate(store.get(zone, step), positions)
    wave *= _volume(zone, pitch, rate_hz, len(wave))
    loud = np.flatnonzero(np.abs(wave) > 10 ** (_SILENCE_DB / 20))
    wave = wave[: loud[-1] + 1] if len(loud) else wave[:0]
    return _filtered(wave, zone, velocity, rate_hz, envelope)


def _prepared(samples: np.ndarray, start: int, end: int, level: int) -> np.ndarray:
    """Return a recording with its loop closed, low-passed for a level of speed."""
    sound = samples.astype(np.float32) / 32768
    if end:
        turn = sound[start:end]
        sound = np.concatenate([sound[:end], np.resize(turn, _TAPS + 4)])
    if level:
        from scipy.signal import firwin

        taps = firwin(_TAPS, min(0.95, 2 ** ((0.5 - level) / _LEVELS_PER_OCTAVE)))
        if end:
            # The loop is filtered as the endless wave that it is, or its seam would click.
            round_turn = np.concatenate([np.resize(turn[::-1], _TAPS)[::-1], turn,
                                         np.resize(turn, _TAPS)])  # fmt: skip
            closed = np.convolve(round_turn, taps, "same")[_TAPS : _TAPS + len(turn)]
            head = np.convolve(sound, taps, "same")[:start]
            sound = np.concatenate([head, closed, np.resize(closed, 4)])
        else:
            sound = np.convolve(sound, taps, "same")
    whole = sound[: end + 4] if end else np.concatenate([sound, np.zeros(3)])
    return np.concatenate([whole[:1], whole]).astype(np.float32)


def _seconds(timecents: int) -> float:
    return 0.0 if timecents <= -12000 else float(2.0 ** (timecents / 1200))


def _hertz(cents: float) -> float:
    return float(_CENTS_OF_8_HZ * 2.0 ** (cents / 1200))


def _positions(
    zone: Zone, step: float, rate_hz: int, envelope: np.ndarray, samples: int
) -> np.ndarray:
    """Return where in the recording each output sample lies: float64 [n], ascending."""
    bend: np.ndarray | None = None
    for depth, delay, rate in ((5, 21, 22), (6, 23, 24)):
        if zone.get(depth):
            time_s = np.arange(samples) / rate_hz - _seconds(zone.get(delay))
            turns = np.maximum(time_s, 0) * _hertz(zone.get(rate))
            wave = 2 * np.abs(2 * ((turns - 0.25) % 1) - 1) - 1
            bend = zone.get(depth) * wave + (0.0 if bend is None else bend)
    if zone.get(7):
        bend = zone.get(7) * _spread(envelope, samples) + (0.0 if bend is None else bend)
    if bend is None:
        return np.arange(samples) * step
    moved = np.cumsum(2 ** (bend / 1200)) * step
    return np.asarray(moved - moved[0]) if samples else moved


def _interpolate(recording: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Read between samples by third-order Hermite interpolation: float32 [n]."""
    index = positions.astype(np.int32)
    part = (positions - index).astype(np.float32)
    before, here, after, beyond = (recording[index + shift] for shift in range(4))
    slope = 0.5 * (after - before)
    second = before - 2.5 * here + 2 * after - 0.5 * beyond
    third = 0.5 * (beyond - before) + 1.5 * (here - after)
    return np.asarray(((third * part + second) * part + slope) * part + here, np.float32)


def _stages(zone: Zone, pitch: int, first: int, scaling: int) -> tuple[float, float, float, float]:
    """Return delay, attack, hold and decay in seconds; generators lie in this order."""
    delay, attack, hold, decay = (zone.get(first + i) for i in range(4))
    above = 60 - pitch
    hold, decay = hold + above * zone.get(scaling), decay + above * zone.get(scaling + 1)
    return _seconds(delay), _seconds(attack), _seconds(hold), max(_seconds(decay), 1e-3)


def _modulation(zone: Zone, pitch: int, rate_hz: int, samples: int) -> np.ndarray:
    """Return the modulation envelope of a held note, 0..1: one value per `_CONTROL_STEP`."""
    times_s = np.arange(0, samples + _CONTROL_STEP, _CONTROL_STEP) / rate_hz
    if not zone.get(7) and not zone.get(11):
        return np.zeros(len(times_s))
    delay, attack, hold, decay = _stages(zone, pitch, 25, 31)
    sustain = 1 - min(max(zone.get(29), 0), 1000) / 1000
    corners = np.cumsum([0.0, delay, max(attack, 1e-4), hold, decay * (1 - sustain) + 1e-4])
    return np.interp(times_s, corners, [0.0, 0.0, 1.0, 1.0, sustain])


def _spread(envelope: np.ndarray, samples: int) -> np.ndarray:
    """Return an envelope with one value per sample: float32 [n]."""
    places = np.arange(samples, dtype=np.float32) / _CONTROL_STEP
    smooth = np.interp(places, np.arange(len(envelope)), envelope)
    return np.asarray(smooth, np.float32)


def _volume(zone: Zone, pitch: int, rate_hz: int, samples: int) -> np.ndarray:
    """Return the gain of a held note: float32 [n], 0..1."""
    delay, attack, hold, decay = _stages(zone, pitch, 33, 39)
    sustain_db = min(max(zone.get(37), 0), 1000) / 10
    time_s = np.arange(samples, dtype=np.float32) / np.float32(rate_hz) - np.float32(delay)
    fallen = np.clip((time_s - np.float32(attack + hold)) * np.float32(100 / decay), 0, sustain_db)
    gain: np.ndarray = np.exp(fallen * np.float32(-np.log(10) / 20))
    rising = min(samples, int((delay + max(attack, 5e-4)) * rate_hz) + 1)
    gain[:rising] *= np.clip(time_s[:rising] / np.float32(max(attack, 5e-4)), 0, 1)
    return gain


def _filtered(
    wave: np.ndarray, zone: Zone, velocity: int, rate_hz: int, envelope: np.ndarray
) -> np.ndarray:
    """Apply the low-pass filter whose cutoff follows the envelope, blended from fixed filters."""
    from scipy.signal import lfilter

    used = envelope[: len(wave) // _CONTROL_STEP + 2]
    base = zone.get(8) - _SOFT_CENTS * (1 - velocity / 127)
    octaves = (base + zone.get(11) * used) / 1200
    open_octaves = float(np.log2(0.42 * rate_hz / _CENTS_OF_8_HZ))
    octaves = np.minimum(octaves, open_octaves)
    low, high = float(octaves.min()), float(octaves.max())
    if not len(wave) or low >= open_octaves:
        return wave
    count = int(np.ceil((high - low) / _ANCHOR_OCTAVES)) + 1 if high - low > 0.02 else 1
    place = _spread((octaves - low) / max(high - low, 1e-9) * (count - 1), len(wave))
    mixed = np.zeros_like(wave)
    for index in range(count):
        share = np.maximum(1 - np.abs(place - index), 0) if count > 1 else np.float32(1)
        cutoff_hz = _hertz(1200 * (low + (high - low) * index / max(count - 1, 1)))
        b, a = _low_pass(cutoff_hz, zone.get(9) / 10, rate_hz)
        mixed += share * lfilter(b, a, wave)
    return mixed


def _low_pass(cutoff_hz: float, resonance_db: float, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a two-pole low-pass (Bristow-Johnson's cookbook) as float32, resonance tamed."""
    turn = 2 * np.pi * min(cutoff_hz, 0.45 * rate_hz) / rate_hz
    q = max(10 ** ((resonance_db - 3.01) / 20), 0.5)
    alpha, cos = np.sin(turn) / (2 * q), np.cos(turn)
    b = np.array([(1 - cos) / 2, 1 - cos, (1 - cos) / 2]) * 10 ** (-max(resonance_db, 0) / 40)
    return b / (1 + alpha), np.array([1, -2 * cos / (1 + alpha), (1 - alpha) / (1 + alpha)])
