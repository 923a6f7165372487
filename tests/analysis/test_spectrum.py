"""The spectrum: where a tone stands in time, bands and pitch classes, and how loud."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis import spectrum as module
from musivid.analysis.spectrum import Spectrum, _cut, measure_spectrum

RATE = 22_050


def test_a_tone_stands_in_its_band_and_pitch_class_while_it_lasts() -> None:
    time_s = np.arange(2 * RATE) / RATE
    wave = (np.sin(2 * np.pi * 440 * time_s) * (time_s >= 1)).astype(np.float32)
    found = measure_spectrum(wave, RATE)
    assert found.columns == 1 + len(wave) // round(found.hop_s * RATE)
    begins = round(1 / found.hop_s)
    power = found.mel.sum(0)
    assert power[: begins - 4].max() < 1e-6 * power.max()
    assert power[begins + 4 : -2] == pytest.approx(power.max(), rel=0.01)
    assert power[begins] == pytest.approx(power.max() / 2, rel=0.1)  # half a window
    assert (found.chroma[:, begins + 4 : -2].argmax(0) == 9).all()
    band = int(found.mel[:, -20].argmax())
    assert abs(found.centres_hz[band] - 440) < 30
    assert found.centres_hz.shape == (64,) and (np.diff(found.centres_hz) > 0).all()


def test_blocks_join_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    whole = measure_spectrum(wave, RATE)
    monkeypatch.setattr(module, "_BLOCK_FRAMES", 7)
    parts = measure_spectrum(wave, RATE)
    np.testing.assert_allclose(parts.mel, whole.mel, rtol=1e-5)
    np.testing.assert_allclose(parts.chroma, whole.chroma, rtol=1e-5)


def test_beyond_its_ends_the_song_is_mirrored() -> None:
    samples = np.arange(1, 6, dtype=np.float32)
    assert _cut(samples, 1, 3).tolist() == [2, 3, 4]
    assert _cut(samples, -2, 4).tolist() == [3, 2, 1, 2]
    assert _cut(samples, 3, 4).tolist() == [4, 5, 4, 3]
    assert _cut(samples, 0, 5).tolist() == samples.tolist()
    assert _cut(samples, -20, 3).tolist() == [1, 1, 1]  # farther than a mirror shows
    assert _cut(samples[:0], -2, 4).tolist() == [0, 0, 0, 0]


def test_decibels_count_from_the_loudest_and_end_at_eighty() -> None:
    mel = np.array([[4.0, 0.4, 4e-9, 0.0]], np.float32)
    found = Spectrum(0.02, mel, np.zeros((12, 4), np.float32), np.ones(1, np.float32))
    assert found.decibels()[0].tolist() == pytest.approx([0, -10, -80, -80])
    assert Spectrum(0.02, 0 * mel, mel, mel).decibels().tolist() == [[0, 0, 0, 0]]
