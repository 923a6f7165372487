from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import resample_poly

from musivid.analysis.loudness import (
    _high_pass,
    _PeakMeter,
    _shelf,
    loudness_lufs,
    normalise,
    true_peak_dbtp,
)


def tone(level_db: float, rate_hz: int, seconds: float, frequency_hz: float = 997.0) -> np.ndarray:
    wave = np.sin(2 * np.pi * frequency_hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return (np.stack([wave, wave]) * 10 ** (level_db / 20)).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_stereo_tone_has_the_level_that_tech_3341_demands(level: float, rate_hz: int) -> None:
    # Cases 1 and 2 of EBU Tech 3341, to be met within 0.1 LU.
    assert loudness_lufs(tone(level, rate_hz, 5.0), rate_hz) == pytest.approx(level, abs=0.1)


def test_quiet_parts_do_not_count() -> None:
    # Case 3 of EBU Tech 3341: -36, -23, -36 dB.
    parts = [tone(-36, 48_000, 5.0), tone(-23, 48_000, 30.0), tone(-36, 48_000, 5.0)]
    assert loudness_lufs(np.concatenate(parts, 1), 48_000) == pytest.approx(-23.0, abs=0.1)


def test_silence_has_no_loudness_and_stays_silent() -> None:
    silence = np.zeros((2, 48_000), np.float32)
    assert loudness_lufs(silence, 48_000) == -np.inf
    assert true_peak_dbtp(silence) == -np.inf
    assert not normalise(silence, 48_000).any()


def test_peaks_between_samples_are_found() -> None:
    # A quarter-rate tone, sampled at 45 degrees, peaks 3 dB above its samples.
    wave = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4)
    assert true_peak_dbtp(wave[None]) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0])
def test_noise_with_hits_reaches_the_target_under_the_peak(target: float) -> None:
    rng = np.random.default_rng(1)
    sound = rng.normal(size=(2, 44_100 * 4)).astype(np.float32) * 0.05
    sound[:, ::22_050] *= 30
    loud = normalise(sound, 44_100, lufs=target, peak_dbtp=-1.0)
    assert loud.shape == sound.shape
    assert loud.dtype == np.float32
    assert loudness_lufs(loud, 44_100) == pytest.approx(target, abs=0.2)
    assert true_peak_dbtp(loud) <= -0.99


def test_a_short_sound_is_measured_too() -> None:
    assert np.isfinite(loudness_lufs(tone(-20, 44_100, 0.1), 44_100))


def test_peaks_are_those_of_the_sound_however_it_comes() -> None:
    rng = np.random.default_rng(4)
    sound = 0.2 * rng.standard_normal((2, 20_000)).astype(np.float32)  # as loud in every block
    meter = _PeakMeter(2)
    for first in range(0, 20_000, 2_018):  # a block ends in the margin that waits
        meter.see(sound[:, first : first + 2_018])
    exact = float(np.abs(resample_poly(sound.astype(float), 4, 1, axis=1)).max())
    assert meter.finish() == pytest.approx(exact, rel=1e-4)
    assert true_peak_dbtp(sound) == pytest.approx(20 * np.log10(exact), abs=1e-3)


def test_long_sounds_are_made_louder_piece_by_piece_without_seams() -> None:
    sound = tone(-30, 8_000, 21.0)  # three pieces of ten seconds at most
    loud = normalise(sound.copy(), 8_000, lufs=-20.0)
    np.testing.assert_allclose(loud, sound * (loud.max() / sound.max()), atol=1e-6)
    assert loudness_lufs(loud, 8_000) == pytest.approx(-20.0, abs=0.1)


def test_the_limiter_gives_no_more_room_than_peaks_need() -> None:
    rng = np.random.default_rng(2)
    sound = rng.normal(size=(1, 16_000 * 3)).astype(np.float32) * 0.02
    sound[:, ::4_000] = 0.9
    loud = normalise(sound, 16_000, lufs=-12.0, peak_dbtp=-1.0)
    assert -1.5 < true_peak_dbtp(loud) <= -0.99


def test_peaks_in_the_first_samples_are_found_in_crumbs_too() -> None:
    sound = np.zeros((1, 700), np.float32)
    sound[0, :2] = 0.9, 0.8
    meter = _PeakMeter(1)
    for first in range(0, 700, 7):
        meter.see(sound[:, first : first + 7])
    exact = float(np.abs(resample_poly(sound.astype(float), 4, 1, axis=1)).max())
    assert meter.finish() == pytest.approx(exact, rel=1e-4)


def test_filters_at_48_khz_are_those_of_the_standard() -> None:
    """ITU-R BS.1770-5, annex 1, tables 1 and 2."""
    b, a = _shelf(48_000)
    assert b == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-12)
    assert a == pytest.approx([1.0, -1.69065929318241, 0.73248077421585], abs=1e-12)
    b, a = _high_pass(48_000)
    assert b.tolist() == [1, -2, 1]
    assert a == pytest.approx([1.0, -1.99004745483398, 0.99007225036621], abs=1e-12)


def test_peaks_stay_below_even_where_the_rounds_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musivid.analysis.loudness._ROUNDS", 1)
    rng = np.random.default_rng(0)
    sound = (rng.normal(size=(1, 48_000)) * 0.02).astype(np.float32)
    sound[:, ::4_000] = 0.9
    loud = normalise(sound, 16_000, lufs=-3.0, peak_dbtp=-1.0)
    assert true_peak_dbtp(loud) == pytest.approx(-1.0, abs=0.01)
