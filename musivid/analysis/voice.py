"""Where in a song somebody seems to sing: a guess from what voices do to its spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.spectrum import Spectrum

__all__ = ["sung_parts"]

Array = NDArray[np.float32]

_LOW_HZ, _HIGH_HZ = 250.0, 4000.0  # where voices have most of their sound
_SYLLABLE_S = (0.08, 0.6)  # how fast loudness goes up and down as syllables come
_HIT_S = 0.25  # over which what is short falls out
_CALM_S = 2.0  # over which it is looked at
_LEAST_PART_S, _LEAST_GAP_S = 1.6, 1.0  # shorter ones are none
_CLEAR = 1.5  # how much livelier sung parts are than the others, at least
_SILENT_DB = -50.0  # below the loudest moment of a song: nobody sings
_SILENT_POWER = 1e-8  # of the loudest band of a song in which nothing is heard


def sung_parts(spectrum: Spectrum) -> list[tuple[float, float]]:
    """Start and end in seconds of the parts where somebody seems to sing.

    Within the range of voices the strength of bands goes up and down as syllables come: more so
    than that of held notes, and for longer than a hit sounds. Where no part is livelier than the
    others, all that is heard is one part.
    """
    lively, heard = _liveliness(spectrum)
    if not heard.any():
        return []
    border = _border(lively[heard])
    sung = heard if border is None else heard & (lively > border)
    parts = _parts(sung, spectrum.hop_s)
    if not parts:
        parts = _parts(heard, spectrum.hop_s, least_s=0.0)
    return parts


def _liveliness(spectrum: Spectrum) -> tuple[Array, NDArray[np.bool_]]:
    """How much the bands of voices move, float32 [columns]; and where there is sound."""
    from scipy.ndimage import median_filter, uniform_filter1d

    def calm(values: Array, seconds: float) -> Array:
        length = max(1, round(seconds / spectrum.hop_s))
        found: Array = uniform_filter1d(values, length, axis=-1, mode="nearest")
        return found

    decibels = spectrum.decibels()
    voices = (spectrum.centres_hz > _LOW_HZ) & (spectrum.centres_hz < _HIGH_HZ)
    steady = max(3, round(_HIT_S / spectrum.hop_s)) | 1
    # Strength, not decibels: in these the dying away of a hit would be long.
    bands = median_filter(np.sqrt(spectrum.mel[voices]), (1, steady), mode="nearest")
    moved = calm(bands, _SYLLABLE_S[0]) - calm(bands, _SYLLABLE_S[1])
    lively = np.sqrt((moved**2).sum(0))
    heard = calm(decibels.max(0), 0.5) > _SILENT_DB
    heard &= bool(spectrum.mel.max(initial=0.0) > _SILENT_POWER)
    return calm(lively.astype(np.float32), _CALM_S), heard


def _border(lively: Array) -> float | None:
    """What parts lively from calm: the middle of two groups; None where there is one only."""
    low, high = (float(np.quantile(lively, share)) for share in (0.1, 0.9))
    for _ in range(20):
        middle = (low + high) / 2
        below, above = lively[lively <= middle], lively[lively > middle]
        if not len(below) or not len(above):
            return None
        low, high = float(below.mean()), float(above.mean())
    return (low + high) / 2 if high > _CLEAR * low else None


def _parts(
    sung: NDArray[np.bool_], hop_s: float, least_s: float = _LEAST_PART_S
) -> list[tuple[float, float]]:
    """Runs of columns as seconds: short gaps are closed, and short runs left out."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], sung.astype(np.int8), [0]])))
    parts: list[tuple[float, float]] = []
    for start, end in (edges.reshape(-1, 2) * hop_s).tolist():
        if parts and start - parts[-1][1] < _LEAST_GAP_S:
            parts[-1] = parts[-1][0], end
        else:
            parts.append((start, end))
    return [(start, end) for start, end in parts if end - start >= least_s]
