"""Spectra of blocks of sound, and banks that gather their bins into mel bands and pitch classes.

The same numbers as librosa's to the last bit, without its import, which takes as long as torch's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["block_spectra", "chroma_bank", "mel_bank", "mel_edges_hz", "onset_strength"]

Array = NDArray[np.float32]

_COLUMNS = 64  # transformed at a time, so that they stay in the processor's cache

# Slaney's mel scale: linear below 1 kHz, 27 steps for each factor of 6.4 above.
# Source: M. Slaney, "Auditory Toolbox", Interval Research TR 1998-010.
_LINEAR_HZ = 200 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_LOG_STEP = np.log(6.4) / 27.0

# Pitch classes count most around the fifth octave. Source: D. Ellis, "Chroma feature analysis and
# synthesis", 2007.
_CENTRE_OCTAVE, _OCTAVES = 5.0, 2.0
_LOWEST_A_HZ = 440.0 / 16


def block_spectra(samples: Array, size: int, hop: int) -> NDArray[np.complex64]:
    """Spectra under a Hann window, complex64 [size // 2 + 1, columns], of whole windows only.

    Args:
        samples: float32 [time], at least `size` of them.
        size: samples of a window.
        hop: samples from one window to the next.
    """
    from scipy.fft import rfft

    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    window = 0.5 + 0.5 * np.cos(np.linspace(-np.pi, np.pi, size + 1))[:-1]
    # In the order of columns, on which products with a bank depend in their last bit.
    spectra = np.empty((len(frames), size // 2 + 1), np.complex64)
    for first in range(0, len(frames), _COLUMNS):
        spectra[first : first + _COLUMNS] = rfft(frames[first : first + _COLUMNS] * window)
    return spectra.T


def mel_edges_hz(bands: int, low_hz: float, high_hz: float) -> NDArray[np.float64]:
    """Where triangular mel bands begin, peak and end, float64 [bands + 2]; band k has k..k+2."""
    low, high = (
        _BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP if hz >= _BREAK_HZ else hz / _LINEAR_HZ
        for hz in (low_hz, high_hz)
    )
    mels = np.linspace(low, high, bands + 2)
    bent = _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL))
    edges: NDArray[np.float64] = np.where(mels >= _BREAK_MEL, bent, _LINEAR_HZ * mels)
    return edges


def mel_bank(
    rate_hz: int, size: int, bands: int, span_hz: tuple[float, float], *, by_width: bool
) -> Array:
    """Weights of bins in mel bands, float32 [bands, size // 2 + 1].

    Args:
        rate_hz: samples a second.
        size: samples of a window.
        bands: how many.
        span_hz: where the lowest begins and the highest ends.
        by_width: divide by the width of the band, so that noise is even; else peaks are 1.
    """
    edges = mel_edges_hz(bands, *span_hz)
    ramps = np.subtract.outer(edges, np.fft.rfftfreq(size, 1.0 / rate_hz))
    steps = np.diff(edges)[:, None]
    slopes = np.minimum(-ramps[:-2] / steps[:-1], ramps[2:] / steps[1:])
    bank: Array = np.maximum(0, slopes).astype(np.float32)
    if by_width:
        bank *= (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return bank


def chroma_bank(rate_hz: int, size: int) -> Array:
    """Weights of bins in the pitch classes from C on, float32 [12, size // 2 + 1]."""
    tones = 12 * np.log2(np.linspace(0, rate_hz, size, endpoint=False)[1:] / _LOWEST_A_HZ)
    tones = np.concatenate(([tones[0] - 1.5 * 12], tones))  # nothing is at 0 Hz; far below
    widths = np.concatenate((np.maximum(np.diff(tones), 1.0), [1]))
    away = np.subtract.outer(tones, np.arange(12.0)).T
    away = np.remainder(away + 6 + 10 * 12, 12) - 6
    bank = np.exp(-0.5 * (2 * away / widths) ** 2)
    bank = bank / np.sum(bank**2, axis=0, keepdims=True) ** (1 / 2)
    bank *= np.exp(-0.5 * (((tones / 12 - _CENTRE_OCTAVE) / _OCTAVES) ** 2))
    bank = np.roll(bank, -3, axis=0)  # from A to C
    return np.ascontiguousarray(bank[:, : size // 2 + 1], np.float32)


def onset_strength(decibels: Array, lag: int) -> Array:
    """How much bands rise over their neighbourhood `lag` columns ago, float32 [columns], in mean.

    Source: S. Boeck and G. Widmer, "Maximum filter vibrato suppression for onset detection",
    DAFx 2013.

    Args:
        decibels: float32 [bands, columns], more than `lag` columns.
        lag: columns.
    """
    from scipy.ndimage import maximum_filter1d

    before = maximum_filter1d(decibels, 3, axis=0)
    rise = np.maximum(0.0, decibels[:, lag:] - before[:, :-lag]).mean(0)
    return np.pad(rise, (lag, 0)).astype(np.float32)
