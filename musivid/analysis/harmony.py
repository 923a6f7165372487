"""Which pitch classes sound in a song, above and in the bass, from the peaks of its spectrum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Harmony", "measure_harmony"]

Array = NDArray[np.float32]

_WINDOW_S = 0.37  # a semitone is 5 Hz apart at 90 Hz
_BASS_HZ, _MIDDLE_HZ, _TOP_HZ = 40.0, 200.0, 2000.0  # borders of the bass and of what is above it
_BLOCK = 512  # columns at once: about 95 s
_AROUND_HZ = 120.0  # a peak is compared with the spectrum this far around it
_A4_HZ, _A_CLASS = 440.0, 9  # concert pitch (ISO 16), and its pitch class counted from C


@dataclass(frozen=True, slots=True)
class Harmony:
    """How much each pitch class sounds.

    Attributes:
        hop_s: seconds from one column to the next; column i is centred on i * hop_s.
        upper: float32 [12, columns], C first, 200 Hz to 2 kHz; each peak counts by the square
            root of its amplitude, so that overtones and loud players do not drown the rest.
        bass: float32 [12, columns], under 200 Hz, likewise.
        tuning: how many semitones A4 lies above 440 Hz, -0.5..0.5.
    """

    hop_s: float
    upper: Array
    bass: Array
    tuning: float

    def between(self, start_s: float, end_s: float) -> slice:
        """The columns from `start_s` to `end_s`, at least one."""
        first = min(max(round(start_s / self.hop_s), 0), self.upper.shape[1] - 1)
        return slice(first, max(first + 1, round(end_s / self.hop_s)))


def measure_harmony(samples: Array, rate_hz: int) -> Harmony:
    """Return the pitch classes of a sound.

    Args:
        samples: float32 [time], mono, -1..1.
        rate_hz: samples a second; 22050 is enough.
    """
    size = 2 ** round(np.log2(_WINDOW_S * rate_hz))
    hop = size // 2
    columns = 1 + len(samples) // hop
    peaks = [*_peaks(np.asarray(samples, np.float32), rate_hz, size, columns)]
    column, hertz, strength = (np.concatenate(part) for part in zip(*peaks, strict=True))
    pitch = 12 * np.log2(np.maximum(hertz, 1.0) / _A4_HZ) + _A_CLASS
    turn = (strength * np.exp(2j * np.pi * pitch)).sum()
    tuning = float(np.angle(turn) / (2 * np.pi)) if abs(turn) > 0 else 0.0
    classes = np.round(pitch - tuning).astype(int) % 12
    parts = []
    for chosen in (hertz >= _MIDDLE_HZ, hertz < _MIDDLE_HZ):
        place = classes[chosen] * columns + column[chosen]
        counted = np.bincount(place, strength[chosen], 12 * columns)
        parts.append(counted.reshape(12, columns).astype(np.float32))
    return Harmony(hop / rate_hz, parts[0], parts[1], tuning)


def _peaks(
    samples: Array, rate_hz: int, size: int, columns: int
) -> Iterator[tuple[NDArray[np.int64], Array, Array]]:
    """Column, frequency and strength of every spectral peak, block by block."""
    from scipy.ndimage import uniform_filter1d

    hop, bin_hz = size // 2, rate_hz / size
    low, top = round(_BASS_HZ / bin_hz), round(min(_TOP_HZ, rate_hz / 2.2) / bin_hz)
    padded = np.pad(samples, (hop, size))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    around = max(3, round(2 * _AROUND_HZ / bin_hz))
    for first in range(0, columns, _BLOCK):
        count = min(_BLOCK, columns - first)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[
            first * hop : (first + count - 1) * hop + 1 : hop
        ]
        size_of = np.abs(np.fft.rfft(frames * window, axis=1)[:, : top + 2]).astype(np.float32)
        floor = uniform_filter1d(size_of, around, axis=1)
        inner, before, after = size_of[:, 1:-1], size_of[:, :-2], size_of[:, 2:]
        clear = (inner > before) & (inner >= after) & (inner > 1.5 * floor[:, 1:-1])
        clear[:, : low - 1] = False
        rows, bins = np.nonzero(clear & (inner > 1e-3))
        left, middle, right = (part[rows, bins] for part in (before, inner, after))
        shift = 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -1e-9)
        hertz = (bins + 1 + np.clip(shift, -0.5, 0.5)) * bin_hz
        yield rows + first, hertz.astype(np.float32), np.sqrt(middle)
