"""A song for the benches, made on the spot: drums, bass and chords that change every eight bars."""

from __future__ import annotations

from pathlib import Path

import numpy as np

RATE_HZ = 44100


def write_song(path: Path, seconds: float, *, bpm: float = 118.0, seed: int = 0) -> Path:
    """Write a 16-bit stereo WAV of a song; a minute at a time, so that length costs no memory."""
    import soundfile

    random = np.random.default_rng(seed)
    with soundfile.SoundFile(path, "w", RATE_HZ, 2, "PCM_16") as file:
        for start in np.arange(0, seconds, 60):
            time = start + np.arange(round(min(60, seconds - start) * RATE_HZ)) / RATE_HZ
            file.write(_minute(time, bpm, random))
    return path


def _minute(time: np.ndarray, bpm: float, random: np.random.Generator) -> np.ndarray:
    beat = time * bpm / 60
    section = (beat // 32).astype(int)
    root = 110 * 2.0 ** (np.array([0, 5, -4, 3])[section % 4] / 12)
    chord = sum(np.sin(2 * np.pi * root * ratio * time) for ratio in (1, 1.26, 1.5)) / 6
    kick = np.sin(2 * np.pi * 55 * time) * np.exp(-8 * (beat % 1))
    noise = random.standard_normal(len(time))
    snare = 0.4 * noise * np.exp(-14 * ((beat + 1) % 2))
    hat = 0.15 * noise * np.exp(-40 * ((2 * beat) % 1)) * (section % 2)
    left = 0.4 * chord + 0.5 * kick + 0.5 * snare + hat
    right = 0.4 * chord + 0.5 * kick + 0.4 * snare - hat
    return np.clip(np.stack([left, right], 1) * 0.6, -1, 1)
