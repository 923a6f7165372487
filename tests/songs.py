"""Songs for the tests of pipelines, made on the spot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["RATE_HZ", "make_song", "write_song"]

RATE_HZ = 16000


def make_song(seconds: float, *, bpm: float = 120.0) -> NDArray[np.float32]:
    """Stereo hits over a note that changes halfway, float32 [time, 2]."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    beat = time % (60 / bpm)
    hits = 0.5 * np.exp(-40 * beat) * np.random.default_rng(0).standard_normal(len(time))
    pitch = np.where(time < seconds / 2, 220.0, 330.0)
    note = 0.2 * np.sin(2 * np.pi * np.cumsum(pitch) / RATE_HZ)
    return np.clip(np.stack([hits + note, note], 1), -1, 1).astype(np.float32)


def write_song(path: Path, seconds: float, **kwargs: float) -> Path:
    """Write `make_song` as a 16-bit WAV."""
    import soundfile

    soundfile.write(path, make_song(seconds, **kwargs), RATE_HZ, subtype="PCM_16")
    return path
