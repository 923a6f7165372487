"""A song's spectrum in a small fixed number of bands, made block by block so that hours fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.numba_cache import import_librosa

__all__ = ["Spectrum", "measure_spectrum"]

Array = NDArray[np.float32]

_HOP_S = 0.0232  # 512 samples at 22.05 kHz: half a frame at 25 fps is 20 ms
_BANDS = 64  # of the mel scale
_CHROMA = 12  # pitch classes
_LOWEST_HZ = 30.0  # of the mel scale
_BLOCK_FRAMES = 2048  # about 48 s: a block's complex spectrum takes 17 MB


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What is kept of the short-time spectrum.

    Attributes:
        hop_s: seconds from one column to the next; column i is centred on i * hop_s.
        mel: power [64, columns] of mel bands.
        chroma: energy [12, columns] of pitch classes, C first.
        centres_hz: centre frequency [64] of each mel band.
    """

    hop_s: float
    mel: Array
    chroma: Array
    centres_hz: Array

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self.mel.shape[1])

    def decibels(self) -> Array:
        """Mel power [64, columns] in dB under the song's loudest value, at least -80."""
        top = max(float(self.mel.max(initial=0.0)), 1e-10)
        return np.maximum(10.0 * np.log10(np.maximum(self.mel, 1e-10) / top), -80.0)


def measure_spectrum(samples: Array, rate_hz: int) -> Spectrum:
    """Return the spectrum of `samples`.

    Args:
        samples: float32 [time], mono, -1..1.
        rate_hz: samples a second; 22050 is enough.
    """
    librosa = import_librosa()

    hop = max(1, round(_HOP_S * rate_hz))
    size = 2 ** round(np.log2(4 * hop))
    top_hz = min(11025.0, rate_hz / 2)
    bank = librosa.filters.mel(
        sr=rate_hz, n_fft=size, n_mels=_BANDS, fmin=_LOWEST_HZ, fmax=top_hz, norm=None
    )
    pitches = librosa.filters.chroma(sr=rate_hz, n_fft=size, n_chroma=_CHROMA)
    columns = 1 + len(samples) // hop
    mel = np.empty((_BANDS, columns), np.float32)
    chroma = np.empty((_CHROMA, columns), np.float32)
    for first in range(0, columns, _BLOCK_FRAMES):
        last = min(first + _BLOCK_FRAMES, columns)
        block = _cut(samples, first * hop - size // 2, (last - first - 1) * hop + size)
        power = np.abs(librosa.stft(block, n_fft=size, hop_length=hop, center=False)) ** 2
        mel[:, first:last] = bank @ power / size
        chroma[:, first:last] = pitches @ power / size
    centres = librosa.mel_frequencies(n_mels=_BANDS + 2, fmin=_LOWEST_HZ, fmax=top_hz)[1:-1]
    return Spectrum(hop / rate_hz, mel, chroma, centres.astype(np.float32))


def _cut(samples: Array, start: int, length: int) -> Array:
    """Samples [length] from `start`; beyond its ends the song is mirrored.

    With silence there, a song that begins or ends at full sound would seem to be hit there.
    """
    begin, end = max(start, 0), min(start + length, len(samples))
    if begin == start and end == start + length:
        return samples[begin:end]
    if not len(samples):
        return np.zeros(length, np.float32)
    last = len(samples) - 1
    places = np.abs(np.arange(start, start + length))
    places = np.where(places > last, 2 * last - places, places)
    padded: Array = samples[np.clip(places, 0, last)]
    return padded
