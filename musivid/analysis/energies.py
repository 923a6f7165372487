"""Energies of a song for the walk: hits, notes, bass, bands, made block by block so hours fit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from musivid.core.numba_cache import import_librosa

__all__ = ["HOP_SAMPLES", "band_energy", "separated_energies", "sound_energy"]

Samples = NDArray[np.float32]
Energy = NDArray[np.float32]

HOP_SAMPLES = 512
"""From one value to the next; at 22050 Hz 23 ms."""

_FFT = 2048  # samples
_BANDS = 128  # of the mel scale
_KERNEL = 31  # columns of the median along time, 0.7 s: notes are longer, hits shorter
_WIDTH = 17  # bands of the median along pitch: hits are wider, notes narrower
_BLOCK = 1024  # columns; about 24 s and 60 MB
_CONTEXT = _KERNEL // 2  # columns to either side that a median filter sees


def separated_energies(
    samples: Samples, rate_hz: int, margin: float = 1.0
) -> tuple[Energy, Energy]:
    """Energy of hits and of notes, float32 [columns] each: the loudest mel band of each part.

    Source: D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010, and
    for the margin Driedger, Mueller and Disch, ISMIR 2014; here on mel bands, which is eight times
    cheaper than on the full spectrum.

    Args:
        samples: float32 [time], mono.
        rate_hz: samples a second.
        margin: how clearly one must stand out from the other.
    """
    librosa = import_librosa()
    from scipy.ndimage import median_filter

    bank = librosa.filters.mel(sr=rate_hz, n_fft=_FFT, n_mels=_BANDS)
    hits, notes = [], []
    for block, inner in _blocks(samples):
        mel = np.sqrt(bank @ block**2)
        still = median_filter(mel, (1, _KERNEL), mode="reflect")[:, inner]
        sharp = median_filter(mel, (_WIDTH, 1), mode="reflect")[:, inner]
        power = mel[:, inner] ** 2
        hits.append((power * _share(sharp, margin * still) ** 2).max(0))
        notes.append((power * _share(still, margin * sharp) ** 2).max(0))
    return np.concatenate(hits), np.concatenate(notes)


def _share(part: Energy, rest: Energy) -> Energy:
    """The mask 0..1 of a part against the rest, by power."""
    share: Energy = part**2 / np.maximum(part**2 + rest**2, 1e-20)
    return share


def band_energy(samples: Samples, rate_hz: int, low_hz: float, high_hz: float) -> Energy:
    """Power between two pitches, float32 [columns].

    Args:
        samples: float32 [time], mono.
        rate_hz: samples a second.
        low_hz: lower end.
        high_hz: upper end; the nearest bin counts where no other lies between.
    """
    pitches = np.arange(_FFT // 2 + 1) * rate_hz / _FFT
    inside = (pitches >= low_hz) & (pitches < high_hz)
    if not inside.any():
        inside[int(np.argmin(np.abs(pitches - (low_hz + high_hz) / 2)))] = True
    return np.concatenate([(block[inside][:, inner] ** 2).sum(0) for block, inner in
                           _blocks(samples)])  # fmt: skip


def sound_energy(samples: Samples, rate_hz: int) -> Energy:
    """Power of the loudest mel band, float32 [columns], of a stem as it is."""
    librosa = import_librosa()

    bank = librosa.filters.mel(sr=rate_hz, n_fft=_FFT, n_mels=_BANDS)
    return np.concatenate(
        [(bank @ block[:, inner] ** 2).max(0) for block, inner in _blocks(samples)]
    )


def _blocks(samples: Samples) -> Iterator[tuple[Energy, slice]]:
    """Magnitudes float32 [bins, columns] of a block and its context; which columns are its own.

    With the context that the medians look at, blocks give what the whole song would.
    """
    librosa = import_librosa()

    columns = 1 + len(samples) // HOP_SAMPLES
    padded = np.pad(np.asarray(samples, np.float32), _FFT // 2)
    for first in range(0, columns, _BLOCK):
        last = min(first + _BLOCK, columns)
        begin, end = max(first - _CONTEXT, 0), min(last + _CONTEXT, columns)
        piece = padded[begin * HOP_SAMPLES : (end - 1) * HOP_SAMPLES + _FFT]
        spectrum = librosa.stft(piece, n_fft=_FFT, hop_length=HOP_SAMPLES, center=False)
        yield np.abs(spectrum), slice(first - begin, last - begin)
