"""Scores into sound: places the sampler's notes in time, balances the players, adds a room.

Own code instead of a synthesiser library's: the one of symusic 0.5.9 plays every interval twice as
wide as it is written, knows no velocity and cuts notes off without release.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np

from musivid.score.notes import Score, TrackNotes
from musivid.score.sampler import Sampler, bundled_soundfont, sampler_for

__all__ = ["render"]

# Every program is brought to this RMS at velocity 100, so that `volume` alone balances the mix.
_TRACK_RMS = 0.1
_LOUDNESS_POWER = 1.7  # amplitude over velocity; a General MIDI synthesiser's is 2
_ROOM_S, _ROOM_DELAY_S, _ROOM_SEED = 1.6, 0.018, 20
_ROOM_LOW_HZ, _ROOM_HIGH_HZ = 180.0, 6000.0


def render(
    score: Score,
    rate_hz: int = 44_100,
    sf_path: Path | None = None,
    *,
    tail_s: float = 2.0,
    channels: int = 2,
) -> np.ndarray:
    """Return the score as sound: float32 [channels, samples], not yet normalised.

    Args:
        score: what to play.
        rate_hz: samples a second.
        sf_path: a General MIDI SoundFont 2; None takes the bundled one.
        tail_s: seconds that the last notes may ring after the last bar.
        channels: 2, or 1 for mono, which is faster.

    Raises:
        InputError: the SoundFont cannot be read.
    """
    sampler = sampler_for(sf_path or bundled_soundfont(), rate_hz, channels)
    samples = round((score.duration_s + tail_s) * rate_hz)
    mix = np.zeros((channels, samples), np.float32)
    room = np.zeros_like(mix)
    for track in score.tracks:
        if not track.notes:
            continue
        sound = _play_track(sampler, score, track, samples)
        mix += sound
        if track.reverb > 0:
            room += np.float32(track.reverb) * sound
    if room.any():
        mix += _in_room(room, rate_hz)
    return mix


def _play_track(sampler: Sampler, score: Score, track: TrackNotes, samples: int) -> np.ndarray:
    """Return one player's sound, balanced and placed: float32 [channels, samples]."""
    sound = np.zeros((sampler.channels, samples), np.float32)
    rate = sampler.rate_hz
    base = track.volume * _TRACK_RMS / sampler.level(track.program, is_drum=track.is_drum)
    for note in track.notes:
        start_s = score.time_s(note.start)
        start = round(start_s * rate)
        if start >= samples:
            continue
        wave = sampler.note(
            track.program,
            note.pitch,
            note.velocity,
            score.time_s(note.end) - start_s,
            is_drum=track.is_drum,
        )[:, : samples - start]
        gain = np.float32(base * (note.velocity / 100) ** _LOUDNESS_POWER)
        sound[:, start : start + wave.shape[1]] += gain * wave
    # A balance control, as samples have places of their own.
    sides = np.array([[min(1.0, 1 - track.pan)], [min(1.0, 1 + track.pan)]], np.float32)
    sound *= sides if sampler.channels == 2 else sides.mean()
    return sound


def _in_room(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """Return what a room answers: float32, same shape."""
    from scipy.signal import oaconvolve

    answer = oaconvolve(sound, _room(rate_hz)[: len(sound)], axes=1)[:, : sound.shape[1]]
    return answer.astype(np.float32)


@functools.lru_cache(maxsize=4)
def _room(rate_hz: int) -> np.ndarray:
    """Return the impulse response of a room: float32 [2, samples]; energy 1 per side."""
    from scipy.signal import butter, sosfilt

    samples = round(_ROOM_S * rate_hz)
    noise = np.random.default_rng(_ROOM_SEED).standard_normal((2, samples))
    time_s = np.arange(samples) / rate_hz
    noise *= 10 ** (-3 * time_s / _ROOM_S) * np.clip(time_s / 0.01, 0, 1)
    band = (_ROOM_LOW_HZ, min(_ROOM_HIGH_HZ, 0.45 * rate_hz))
    noise = sosfilt(butter(1, band, "bandpass", fs=rate_hz, output="sos"), noise, axis=1)
    noise /= np.sqrt((noise**2).sum(1, keepdims=True))
    delay = np.zeros((2, round(_ROOM_DELAY_S * rate_hz)))
    return np.concatenate([delay, noise], axis=1).astype(np.float32)
