"""How alike a recording is to itself at other times: chroma, and the enhanced self-similarity.

The settings are those of "The Jazz Transformer on the Front Line" (Wu and Yang, ISMIR 2020, MusDr);
the steps are of Müller, "Fundamentals of Music Processing" (2015), sections 4.2.2 to 4.2.4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.numba_cache import import_librosa

__all__ = ["FRAME_RATE_HZ", "RATE_HZ", "hear_chroma", "self_likeness"]

Floats = NDArray[np.float64]

RATE_HZ = 22_050  # samples a second
_HOP = 2205  # ten chroma a second
_SMOOTH, _THIN = 21, 5  # chroma averaged over 2.1 s, every fifth kept
FRAME_RATE_HZ = RATE_HZ / _HOP / _THIN  # 2 a second
_SILENT = 0.001  # a chroma shorter than this says nothing
_PATH = 16  # frames averaged along a diagonal, 8 s
_TEMPI = np.exp(np.linspace(np.log(0.5), np.log(2.0), 7))  # at which pieces return
_KEPT, _PENALTY = 0.25, -2.0  # share of cells that stay, and what the others become


def hear_chroma(samples: NDArray[np.float32]) -> Floats:
    """Return what pitch classes sound, two frames a second: [12, frames], unit length.

    Args:
        samples: float32 [samples] at `RATE_HZ`.
    """
    librosa = import_librosa()

    chroma = librosa.feature.chroma_stft(
        y=samples, sr=RATE_HZ, tuning=0, norm=2, hop_length=_HOP, n_fft=2 * _HOP
    )
    kernel = np.ones(_SMOOTH) / _SMOOTH
    padded = np.pad(chroma, ((0, 0), (_SMOOTH // 2, _SMOOTH // 2)))
    smooth = np.stack([np.convolve(row, kernel, mode="valid") for row in padded])[:, ::_THIN]
    length = np.linalg.norm(smooth, axis=0)
    even = np.full(smooth.shape, 12**-0.5)
    return np.where(length > _SILENT, smooth / np.maximum(length, _SILENT), even)


def self_likeness(chroma: Floats) -> Floats:
    """Return how alike each two moments are: [frames, frames], 1 on the diagonal, at most 1.

    Averaged forwards and backwards along diagonals in seven tempi, the best of the twelve
    transpositions; the highest quarter of the cells is stretched to 0..1, the rest is -2.
    """
    best: Floats = np.zeros((chroma.shape[1],) * 2)
    for shift in range(12):
        likeness = np.roll(chroma, shift, axis=0).T @ chroma
        for backwards in (False, True):
            np.maximum(best, _along_paths(likeness, backwards), out=best)
    kept = _highest(best)
    np.fill_diagonal(kept, 1.0)
    return kept


def _along_paths(likeness: Floats, backwards: bool) -> Floats:
    """Return the mean along diagonals of seven slopes, the best of them, in one direction.

    A slope is made by reading the columns faster or slower, and undone afterwards.
    """
    frames = len(likeness)
    best: Floats = np.zeros_like(likeness)
    for tempo in _TEMPI:
        columns = int(np.ceil(frames / tempo))
        read = likeness[:, _indices(columns, frames)]
        total = np.zeros_like(read)
        for step in range(min(_PATH, frames, columns)):
            rest_rows, rest = frames - step, columns - step
            if backwards:
                total[step:, step:] += read[:rest_rows, :rest]
            else:
                total[:rest_rows, :rest] += read[step:, step:]
        np.maximum(best, (total / _PATH)[:, _indices(frames, columns)], out=best)
    return best


def _indices(count: int, of: int) -> NDArray[np.int64]:
    """Return which of `of` columns stand for `count` evenly spread ones."""
    places = np.rint(np.arange(1, count + 1) / count * of) - 1
    inside: NDArray[np.int64] = np.maximum(places, 0).astype(np.int64)
    return inside


def _highest(likeness: Floats) -> Floats:
    below = round(likeness.size * (1 - _KEPT))
    ordered = np.sort(likeness, axis=None)
    kept = np.where(likeness < ordered[min(below, likeness.size - 1)], 0.0, likeness)
    above = kept[kept > 0]
    low, high = (above.min(), above.max()) if len(above) else (0.0, 0.0)
    if high <= low:
        return np.zeros_like(kept)
    return np.where(kept == 0, _PENALTY, (kept - low) / (high - low))
