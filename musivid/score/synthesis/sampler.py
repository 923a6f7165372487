"""Plays notes of a SoundFont and remembers them: recordings of a program together, with release.

Used by `synthesis.py`, which places and balances what this plays.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from pathlib import Path

import numpy as np

from musivid.core.errors import MissingError
from musivid.score.synthesis.soundfont import SoundFont
from musivid.score.synthesis.voice import RecordingStore, play_zone, release_s
from musivid.weights.names import BUNDLED
from musivid.weights.registry import find_spec, locate_model

__all__ = ["Sampler", "bundled_soundfont", "sampler_for"]

_MEMORY_BYTES = 320 << 20  # of recordings that are kept decoded
_OPEN_HAT, _DRUM_S = 46, 1.5  # a foot closes the open hi-hat; other drums ring
_LAYER = 32  # velocities that share one sound
_LEVEL_WINDOW_S = 0.2  # over which a program's level is measured
_REFERENCE_PITCHES = (48, 60, 67)  # MIDI pitches at which it is measured
_SHORTEST_S = 0.25  # of a recording that is measured


def bundled_soundfont() -> Path:
    """Return the General MIDI SoundFont that comes with pretty_midi (TimGM6mb, GPL-2.0).

    Raises:
        MissingError: pretty_midi is not installed.
    """
    path = locate_model(find_spec(BUNDLED))
    if path is None:
        raise MissingError(
            "there is no SoundFont, as pretty_midi is not installed",
            command="pip install pretty_midi",
        )
    return path


@functools.lru_cache(maxsize=3)
def sampler_for(sf_path: Path, rate_hz: int, channels: int) -> Sampler:
    """Return the one sampler of a file and rate; it keeps what it has played."""
    return Sampler(sf_path, rate_hz, channels)


class Sampler:
    """A SoundFont that plays notes at one rate, in stereo or mono."""

    def __init__(self, sf_path: Path, rate_hz: int, channels: int = 2) -> None:
        """Open the SoundFont.

        Raises:
            InputError: not a SoundFont, or a damaged one.
        """
        self.rate_hz, self.channels = rate_hz, channels
        self._font = SoundFont(sf_path)
        self._store = RecordingStore()
        # held note, seconds of release, whether it ended by itself
        self._kept: OrderedDict[tuple[int, bool, int, int], tuple[np.ndarray, float, bool]] = (
            OrderedDict()
        )
        self._bytes = 0
        self._levels: dict[tuple[int, bool], float] = {}

    def note(
        self, program: int, pitch: int, velocity: int, duration_s: float, *, is_drum: bool = False
    ) -> np.ndarray:
        """Return one note with its release: float32 [channels, n], at its own level.

        Velocity decides which recordings sound and how bright, not how loud: the mixer does that.
        Drums but the open hi-hat ring out, however short they are written.
        """
        layer = min(velocity // _LAYER * _LAYER + _LAYER // 2, 127)
        if is_drum and pitch != _OPEN_HAT:
            duration_s = max(duration_s, _DRUM_S)
        wave, after_s, _ = self._held((program, is_drum, pitch, layer), duration_s)
        held = round(duration_s * self.rate_hz)
        tail = min(round(after_s * self.rate_hz), wave.shape[1] - held)
        if tail <= 0:
            return wave[:, :held]
        note = wave[:, : held + tail].copy()
        note[:, held:] *= _fall(tail)
        return note

    def level(self, program: int, *, is_drum: bool = False) -> float:
        """Return how loud a program is: RMS of the loudest 0.2 s of notes in the middle."""
        key = (program, is_drum)
        if key not in self._levels:
            pitches = (36, 38) if is_drum else _REFERENCE_PITCHES
            waves = [self.note(program, p, 100, 0.8, is_drum=is_drum) for p in pitches]
            self._levels[key] = float(np.mean([self._loudest(w) for w in waves])) or 1.0
        return self._levels[key]

    def _loudest(self, wave: np.ndarray) -> float:
        window = round(_LEVEL_WINDOW_S * self.rate_hz)
        power = (wave.astype(np.float64) ** 2).mean(0)
        sums = np.cumsum(np.concatenate([[0.0], power, np.zeros(window)]))
        return float(np.sqrt((sums[window:] - sums[:-window]).max() / window))

    def _held(
        self, key: tuple[int, bool, int, int], duration_s: float
    ) -> tuple[np.ndarray, float, bool]:
        """Return a note held at least `duration_s` plus release, from memory where it is there."""
        kept = self._kept.get(key)
        if kept is not None:
            if kept[2] or kept[0].shape[1] >= round((duration_s + kept[1]) * self.rate_hz):
                self._kept.move_to_end(key)
                return kept
            self._bytes -= self._kept.pop(key)[0].nbytes
        # In growing lengths, so that a note that comes longer and longer is not played each time.
        seconds = _SHORTEST_S
        while seconds < duration_s:
            seconds *= 1.5
        played = self._play(key, seconds)
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
        after_s = max((release_s(zone) for zone in zones), default=0.0)
        samples = round((seconds + after_s) * self.rate_hz)
        out = np.zeros((self.channels, samples), np.float32)
        longest = 0
        for zone in zones:
            wave = play_zone(self._store, zone, (pitch, velocity), self.rate_hz, samples)
            angle = (zone.pan + 1) * np.pi / 4
            gain = 10 ** (-zone.attenuation_db / 20) * np.sqrt(2)
            sides = np.array([np.cos(angle), np.sin(angle)]) * gain
            if self.channels == 1:
                sides = sides.mean(keepdims=True)
            for channel, side in zip(out, sides, strict=True):
                channel[: len(wave)] += wave * np.float32(side)
            longest = max(longest, len(wave))
        return out[:, :longest].copy(), after_s, longest < samples


@functools.lru_cache(maxsize=512)
def _fall(samples: int) -> np.ndarray:
    """Return a release from 1 to nothing: float32 [n]; a straight line in dB, eased at the end."""
    line = np.arange(1, samples + 1, dtype=np.float32) / np.float32(samples)
    return np.asarray(np.exp(line * np.float32(-2.5 * np.log(10))) * (1 - line))
