"""The spectra and banks that librosa has too: the same to the last bit."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from musivid.analysis.bands import (
    block_spectra,
    chroma_bank,
    mel_bank,
    mel_edges_hz,
    onset_strength,
)

RATE_HZ = 22050


@pytest.mark.parametrize(("size", "hop"), [(2048, 512), (1024, 256), (2048, 220), (512, 512)])
@pytest.mark.parametrize("more", [0, 1, 40_000])
def test_spectra(size: int, hop: int, more: int) -> None:
    samples = np.random.default_rng(size + more).standard_normal(size + more).astype(np.float32)
    mine = block_spectra(samples, size, hop)
    theirs = librosa.stft(samples, n_fft=size, hop_length=hop, center=False)
    np.testing.assert_array_equal(mine, theirs)
    assert mine.dtype == theirs.dtype
    assert mine.flags.f_contiguous == theirs.flags.f_contiguous


@pytest.mark.parametrize("rate_hz", [RATE_HZ, 16000, 8000])
@pytest.mark.parametrize("bands", [64, 128])
def test_mel_bands(rate_hz: int, bands: int) -> None:
    for low_hz, high_hz in ((0.0, rate_hz / 2), (30.0, min(11025.0, rate_hz / 2)), (20.0, 900.0)):
        span = {"fmin": low_hz, "fmax": high_hz}
        edges = librosa.mel_frequencies(n_mels=bands + 2, **span)
        np.testing.assert_array_equal(mel_edges_hz(bands, low_hz, high_hz), edges)
        for norm, by_width in ((None, False), ("slaney", True)):
            theirs = librosa.filters.mel(sr=rate_hz, n_fft=8192, n_mels=bands, norm=norm, **span)
            mine = mel_bank(rate_hz, 8192, bands, (low_hz, high_hz), by_width=by_width)
            np.testing.assert_array_equal(mine, theirs)
            assert mine.flags.c_contiguous == theirs.flags.c_contiguous


@pytest.mark.parametrize(("rate_hz", "size"), [(RATE_HZ, 2048), (16000, 1024), (44100, 4096)])
def test_pitch_classes(rate_hz: int, size: int) -> None:
    theirs = librosa.filters.chroma(sr=rate_hz, n_fft=size, n_chroma=12)
    np.testing.assert_array_equal(chroma_bank(rate_hz, size), theirs)
    a4 = np.argmin(np.abs(np.fft.rfftfreq(size, 1 / rate_hz) - 440))
    assert chroma_bank(rate_hz, size)[:, a4].argmax() == 9


def test_onsets() -> None:
    rng = np.random.default_rng(0)
    decibels = -80 * rng.random((64, 300), np.float32)
    mine = onset_strength(decibels, 2)
    theirs = librosa.onset.onset_strength(
        S=decibels, lag=2, max_size=3, center=False, sr=1, hop_length=1
    )
    np.testing.assert_array_equal(mine, theirs)
    assert mine.dtype == theirs.dtype
    assert np.array_equal(mine[:2], [0, 0])
