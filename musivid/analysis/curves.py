"""Curves of a song, 0..1 each, that pictures can follow: onsets, hits, harmony, bass, light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.spectrum import Spectrum
from musivid.core.numba_cache import import_librosa

__all__ = ["Curves", "measure_curves", "measure_onsets"]

Array = NDArray[np.float32]

_BASS_HZ = 150.0  # what lies below is bass
_HARMONIC_S = 0.7  # length of the median along time: notes are longer, hits are shorter
_PERCUSSIVE_BANDS = 11  # length of the median along frequency: hits are wider, notes are narrower
_BLOCK = 16_384  # columns of a block, a fifth of a second of work
_SILENT_POWER = 1e-8  # per band, about -80 dB of full scale: under this nothing is heard
_LOUDNESS_SPAN_DB = 24.0  # from silence to full in the curve
_PAIR = 2  # columns that an onset is compared over
_CLEAR_ONSET_DB = 3.0  # mean rise of a plain onset; noise stays under 1, played music is over 6


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves on one even grid, each float32 [columns] in 0..1; all zero where all is silent.

    Attributes:
        hop_s: seconds from one value to the next; value i belongs to i * hop_s.
        onset: how much begins at the moment.
        percussive: energy of hits.
        harmonic: energy of held notes.
        bass: energy under 150 Hz.
        loudness: how loud all is, even in decibels.
        brightness: where the middle of the spectrum lies, even in octaves.
    """

    hop_s: float
    onset: Array
    percussive: Array
    harmonic: Array
    bass: Array
    loudness: Array
    brightness: Array

    def at(self, name: str, times_s: Sequence[float] | NDArray[np.float64]) -> Array:
        """The curve `name` at `times_s`, float32 [times], linear between grid points."""
        curve: Array = getattr(self, name)
        grid = np.arange(len(curve)) * self.hop_s
        found: Array = np.interp(np.asarray(times_s, float), grid, curve).astype(np.float32)
        return found

    def peaks_at(self, name: str, times_s: Sequence[float] | NDArray[np.float64]) -> Array:
        """The greatest value of the curve `name` around each of ascending, even `times_s`.

        A hit lasts one or two grid points; a picture rate slower than the grid would miss it if it
        only looked at the exact moment.
        """
        times = np.asarray(times_s, float)
        curve: Array = getattr(self, name)
        step = float(times[1] - times[0]) if len(times) > 1 else self.hop_s
        reach = max(0, round(step / self.hop_s) // 2)
        if reach:
            from scipy.ndimage import maximum_filter1d

            curve = maximum_filter1d(curve, 2 * reach + 1, mode="nearest")
        grid = np.arange(len(curve)) * self.hop_s
        found: Array = np.interp(times, grid, curve).astype(np.float32)
        return found


def measure_onsets(spectrum: Spectrum) -> Array:
    """Onset strength, float32 [columns], in mean decibels risen over all bands."""
    librosa = import_librosa()

    if float(spectrum.mel.max(initial=0.0)) < _SILENT_POWER or spectrum.columns <= _PAIR:
        return np.zeros(spectrum.columns, np.float32)
    rise = librosa.onset.onset_strength(
        S=spectrum.decibels(), lag=_PAIR, max_size=3, center=False, sr=1, hop_length=1
    )
    onsets = np.array(rise, np.float32)
    onsets[-_PAIR:] = 0  # what the window sees there lies behind the end
    return onsets


def measure_curves(spectrum: Spectrum, onsets: Array) -> Curves:
    """Return all curves of a song.

    Args:
        spectrum: its bands.
        onsets: float32 [columns], from `measure_onsets`.
    """
    mel = spectrum.mel
    heard = mel.mean(0) > _SILENT_POWER
    harmonic, percussive = _split(mel, max(3, round(_HARMONIC_S / spectrum.hop_s) | 1))
    bass = mel[spectrum.centres_hz < _BASS_HZ].sum(0)
    return Curves(
        hop_s=spectrum.hop_s,
        onset=_scale(onsets, heard, _CLEAR_ONSET_DB),
        percussive=_scale(np.sqrt(percussive), heard),
        harmonic=_scale(np.sqrt(harmonic), heard),
        bass=_scale(np.sqrt(bass), heard),
        loudness=_even_decibels(mel.sum(0), heard),
        brightness=_brightness(mel, spectrum.centres_hz, heard),
    )


def _split(mel: Array, length: int) -> tuple[Array, Array]:
    """Harmonic and percussive energy, float32 [columns] each, by medians along time and pitch.

    Source: D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010;
    here on 64 mel bands, which is 16 times cheaper than on the full spectrum.
    """
    size = np.sqrt(mel)
    notes = _medians(size, (1, length)) ** 2
    hits = _medians(size, (_PERCUSSIVE_BANDS, 1)) ** 2
    share = notes / np.maximum(notes + hits, 1e-12)
    return (share * mel).sum(0), ((1 - share) * mel).sum(0)


def _medians(size: Array, shape: tuple[int, int]) -> Array:
    """Medians over bands and columns, float32 as `size`.

    In blocks of columns: Ctrl-C does not wait for an hour of sound.
    """
    from scipy.ndimage import median_filter

    # librosa has the same filters, but to ask it for them costs the import of scikit-learn.
    reach, out = shape[1] // 2, np.empty_like(size)
    for start in range(0, size.shape[1], _BLOCK):
        first = max(start - reach, 0)
        block = median_filter(size[:, first : start + _BLOCK + reach], shape, mode="reflect")
        out[:, start : start + _BLOCK] = block[:, start - first :][:, :_BLOCK]
    return out


def _scale(values: Array, heard: NDArray[np.bool_], least: float = 1e-6) -> Array:
    """Values over what 98 of 100 heard ones stay under (or `least`), cut to 0..1."""
    if not heard.any():
        return np.zeros(len(values), np.float32)
    top = max(float(np.quantile(values[heard], 0.98)), least)
    return np.where(heard, np.clip(values / top, 0, 1), 0).astype(np.float32)


def _even_decibels(power: Array, heard: NDArray[np.bool_]) -> Array:
    """Power as 0..1, even in decibels over the song's own range (at least 24 dB)."""
    if not heard.any():
        return np.zeros(len(power), np.float32)
    level = 10 * np.log10(np.maximum(power, 1e-12))
    top = float(np.quantile(level[heard], 0.98))
    bottom = min(float(np.quantile(level[heard], 0.05)), top - _LOUDNESS_SPAN_DB)
    return np.where(heard, np.clip((level - bottom) / (top - bottom), 0, 1), 0).astype(np.float32)


def _brightness(mel: Array, centres_hz: Array, heard: NDArray[np.bool_]) -> Array:
    """The middle of the spectrum as 0..1, even in octaves over the song's range (at least 2)."""
    if not heard.any():
        return np.zeros(mel.shape[1], np.float32)
    size = np.sqrt(mel)
    octave = np.log2(centres_hz) @ size / np.maximum(size.sum(0), 1e-9)
    low, high = np.quantile(octave[heard], (0.05, 0.95))
    spread = max(float(high - low), 2.0)
    middle = float(high + low) / 2
    even = np.clip((octave - middle) / spread + 0.5, 0, 1)
    return np.where(heard, even, 0).astype(np.float32)
