"""Scores into sound: places the sampler's notes in time, balances the players, adds a room.

Own code instead of a synthesiser library's: the one of symusic 0.5.9 plays every interval twice as
wide as it is written, knows no velocity and cuts notes off without release.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from musivid.core.seeds import dice
from musivid.score.notes import Score, TrackNotes
from musivid.score.synthesis.sampler import Sampler, bundled_soundfont, sampler_for

__all__ = ["play", "render"]

# Every program is brought to this RMS at velocity 100, so that `volume` alone balances the mix.
_TRACK_RMS = 0.1
_BLOCK_S = 10.0  # of sound at once; bounds memory
_LOUDNESS_POWER = 1.7  # amplitude over velocity; a General MIDI synthesiser's is 2
_ROOM_S, _ROOM_DELAY_S, _ROOM_SEED = 1.6, 0.018, 20  # length and first answer of the room; by ear
_ROOM_LOW_HZ, _ROOM_HIGH_HZ = 180.0, 6000.0  # what the room answers; by ear


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
        sf_path: a SoundFont with the instruments of General MIDI; None takes the bundled one.
        tail_s: seconds that the last notes may ring after the last bar.
        channels: 2, or 1 for mono, which is faster.

    Raises:
        InputError: the SoundFont cannot be read.
    """
    blocks = play(score, rate_hz, sf_path, tail_s=tail_s, channels=channels)
    return np.concatenate([np.zeros((channels, 0), np.float32), *blocks], axis=1)


def play(
    score: Score,
    rate_hz: int = 44_100,
    sf_path: Path | None = None,
    *,
    tail_s: float = 2.0,
    channels: int = 2,
) -> Iterator[np.ndarray]:
    """Yield what `render` returns, ten seconds at a time: an hour takes no more than a minute.

    Raises:
        InputError: the SoundFont cannot be read.
    """
    sampler = sampler_for(sf_path or bundled_soundfont(), rate_hz, channels)
    samples, size = round((score.duration_s + tail_s) * rate_hz), round(_BLOCK_S * rate_hz)
    tracks = [track for track in score.tracks if track.notes]
    players = [_play_track(sampler, score, track, samples) for track in tracks]
    room = _Room(rate_hz, channels)
    for first in range(0, samples, size):
        part = np.zeros((channels, min(size, samples - first)), np.float32)
        sent = np.zeros_like(part)
        for track, player in zip(tracks, players, strict=True):
            sound = next(player)
            part += sound
            sent += np.float32(track.reverb) * sound
        if any(track.reverb > 0 for track in tracks):
            part += room.answer(sent)
        yield part


def _play_track(
    sampler: Sampler, score: Score, track: TrackNotes, samples: int
) -> Iterator[np.ndarray]:
    """Yield one player's sound, balanced and placed, block by block: float32 [channels, n]."""
    rate = sampler.rate_hz
    notes = sorted(track.notes, key=lambda note: note.start)
    starts_s = score.times_s([note.start for note in notes])
    ends_s = score.times_s([note.end for note in notes])
    starts = np.round(starts_s * rate).astype(np.int64)
    base = track.volume * _TRACK_RMS / sampler.level(track.program, is_drum=track.is_drum)
    # A balance control, as samples have places of their own.
    sides = np.array([[min(1.0, 1 - track.pan)], [min(1.0, 1 + track.pan)]], np.float32)
    place = 0
    ahead = np.zeros((sampler.channels, 0), np.float32)  # what began and goes on
    for first in range(0, samples, size := round(_BLOCK_S * rate)):
        ahead = _widened(ahead, size)
        while place < len(notes) and starts[place] < min(first + size, samples):
            note = notes[place]
            wave = sampler.note(
                track.program,
                note.pitch,
                note.velocity,
                float(ends_s[place] - starts_s[place]),
                is_drum=track.is_drum,
            )
            begin = int(starts[place]) - first
            ahead = _widened(ahead, begin + wave.shape[1])
            gain = np.float32(base * (note.velocity / 100) ** _LOUDNESS_POWER)
            ahead[:, begin : begin + wave.shape[1]] += gain * wave
            place += 1
        now = ahead[:, : min(size, samples - first)]
        yield now * (sides if sampler.channels == 2 else sides.mean())
        ahead = ahead[:, size:]


def _widened(sound: np.ndarray, samples: int) -> np.ndarray:
    """Return the sound with silence behind it where it is shorter than that."""
    missing = samples - sound.shape[1]
    return np.pad(sound, ((0, 0), (0, missing + sound.shape[1]))) if missing > 0 else sound


class _Room:
    """What a room answers to sound that comes block by block."""

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._response = _room(rate_hz)[:channels]
        self._ringing = np.zeros((channels, self._response.shape[1] - 1), np.float32)

    def answer(self, sound: np.ndarray) -> np.ndarray:
        """Return the answer to the next block: float32, same shape."""
        from scipy.signal import oaconvolve

        whole: np.ndarray = oaconvolve(sound, self._response, axes=1).astype(np.float32)
        whole[:, : self._ringing.shape[1]] += self._ringing
        size = sound.shape[1]
        self._ringing = whole[:, size:].copy()
        return whole[:, :size]


@functools.lru_cache(maxsize=4)
def _room(rate_hz: int) -> np.ndarray:
    """Return the impulse response of a room: float32 [2, samples]; energy 1 per side."""
    from scipy.signal import butter, sosfilt

    samples = round(_ROOM_S * rate_hz)
    noise = dice(_ROOM_SEED).standard_normal((2, samples))
    time_s = np.arange(samples) / rate_hz
    noise *= 10 ** (-3 * time_s / _ROOM_S) * np.clip(time_s / 0.01, 0, 1)
    band = (_ROOM_LOW_HZ, min(_ROOM_HIGH_HZ, 0.45 * rate_hz))
    noise = sosfilt(butter(1, band, "bandpass", fs=rate_hz, output="sos"), noise, axis=1)
    noise /= np.sqrt((noise**2).sum(1, keepdims=True))
    delay = np.zeros((2, round(_ROOM_DELAY_S * rate_hz)))
    return np.concatenate([delay, noise], axis=1).astype(np.float32)
