"""What is heard: pulse, bars, sections and curves of synthesised sounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.analysis.sound import ANALYSIS_RATE_HZ, SoundFacts, analyse
from musivid.analysis.spectrum import measure_spectrum

RATE = ANALYSIS_RATE_HZ
Sound = NDArray[np.float32]


def clicks(bpm: float, seconds: float, *, accent: int = 4, start_s: float = 0.5) -> Sound:
    """Hits at a tempo; every `accent`-th has bass and is louder."""
    sound = np.zeros(int(seconds * RATE), np.float32)
    noise = np.random.default_rng(0).standard_normal(2000)
    for beat, time in enumerate(np.arange(start_s, seconds - 0.1, 60 / bpm)):
        first = round(time * RATE)
        shape = np.exp(-np.arange(2000) / 250)
        hit = (0.5 if beat % accent == 0 else 0.2) * noise * shape
        if beat % accent == 0:
            hit += 0.8 * np.sin(2 * np.pi * 60 * np.arange(2000) / RATE) * shape
        sound[first : first + 2000] += hit[: len(sound) - first]
    return np.clip(sound, -1, 1)


def tone(pitch_hz: float, seconds: float) -> Sound:
    """A steady note with a few overtones."""
    time = np.arange(int(seconds * RATE)) / RATE
    return (0.1 * sum(np.sin(2 * np.pi * pitch_hz * k * time) / k for k in (1, 2, 3))).astype("f4")


def noise(seconds: float) -> Sound:
    """Hiss."""
    return (0.1 * np.random.default_rng(1).standard_normal(int(seconds * RATE))).astype(np.float32)


def curves_of(facts: SoundFacts) -> dict[str, NDArray[np.float32]]:
    """All curves by name."""
    names = ("onset", "percussive", "harmonic", "bass", "loudness", "brightness")
    return {name: getattr(facts.curves, name) for name in names}


@pytest.mark.parametrize("bpm", [90.0, 120.0, 140.0])
def test_beats_of_clicks_are_where_the_clicks_are(bpm: float) -> None:
    facts = analyse(clicks(bpm, 16), RATE)
    assert facts.tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert facts.beat_confidence > 0.5
    phase = (facts.beats_s - 0.5) / (60 / bpm)
    off_s = np.abs(phase - np.round(phase)) * 60 / bpm
    assert off_s.max() < 0.02


@pytest.mark.parametrize("accent", [3, 4])
def test_bars_begin_at_accents(accent: int) -> None:
    facts = analyse(clicks(120, 20, accent=accent), RATE)
    assert facts.beats_per_bar == accent
    assert facts.bar_confidence > 0.3
    phase = (facts.downbeats_s - 0.5) / (accent * 0.5)
    assert np.abs(phase - np.round(phase)).max() < 0.05


@pytest.mark.parametrize("sound", [noise(8), tone(220, 8), np.zeros(8 * RATE, np.float32)])
def test_sounds_without_a_pulse_have_no_beats(sound: Sound) -> None:
    facts = analyse(sound, RATE)
    assert facts.tempo_bpm == 0
    assert len(facts.beats_s) == len(facts.downbeats_s) == 0
    assert facts.sections_s[0] == 0


@pytest.mark.parametrize("samples", [0, 1, 100, 1102, 23_000, 30_000])
def test_very_short_sounds_are_no_error(samples: int) -> None:
    facts = analyse(np.full(samples, 0.3, np.float32), RATE)
    assert facts.duration_s == pytest.approx(samples / RATE)
    for curve in curves_of(facts).values():
        assert np.isfinite(curve).all()


def test_curves_lie_in_0_to_1_and_silence_is_zero() -> None:
    for name, curve in curves_of(analyse(np.zeros(3 * RATE, np.float32), RATE)).items():
        assert (curve == 0).all(), name
    mixed = np.concatenate([clicks(120, 4), tone(110, 4), np.zeros(RATE, np.float32), noise(2)])
    for name, curve in curves_of(analyse(mixed, RATE)).items():
        assert curve.dtype == np.float32
        assert curve.min() >= 0 and curve.max() <= 1, name
        assert curve.max() > 0.5, name


def test_curves_tell_hits_from_notes_and_dark_from_bright() -> None:
    hits, note = analyse(clicks(120, 6), RATE), analyse(tone(220, 6), RATE)
    assert hits.curves.onset.max() > 0.9
    assert note.curves.onset[20:].max() < 0.2
    both = analyse(np.concatenate([tone(80, 4), noise(4)]), RATE)
    half = len(both.curves.brightness) // 2
    assert both.curves.brightness[half + 10 :].mean() > both.curves.brightness[: half - 10].mean()
    assert both.curves.bass[: half - 10].mean() > both.curves.bass[half + 10 :].mean()


def test_sections_are_found_where_the_music_changes() -> None:
    first = clicks(120, 16) + tone(220, 16)
    second = 0.3 * noise(16) + tone(330, 16) + clicks(120, 16)
    facts = analyse(np.concatenate([first, second, first]), RATE)
    assert len(facts.sections_s) == 3
    assert np.abs(facts.sections_s - [0, 16, 32]).max() < 1.1


def test_curves_are_read_between_grid_points_and_peaks_are_not_missed() -> None:
    facts = analyse(clicks(60, 6, start_s=0.51), RATE)
    curves = facts.curves
    middle = curves.at("onset", [0.5 * curves.hop_s])[0]
    assert middle == pytest.approx(float(curves.onset[:2].mean()))
    slow = np.arange(0, 6, 0.1)
    assert (curves.peaks_at("onset", slow) > 0.8).sum() >= 5


def test_blocks_do_not_show() -> None:
    sound = clicks(120, 60) + 0.1 * noise(60)
    whole = measure_spectrum(sound, RATE)
    later = measure_spectrum(sound[512 * 2000 :], RATE)
    np.testing.assert_allclose(whole.mel[:, 2010:2200], later.mel[:, 10:200], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_other_rates_find_the_same_tempo(rate_hz: int) -> None:
    import soxr

    sound = soxr.resample(clicks(110, 16), RATE, rate_hz)
    assert analyse(sound, rate_hz).tempo_bpm == pytest.approx(110, rel=0.01)


@pytest.mark.parametrize("bpm", [64.0, 120.0])
def test_a_drum_beat_is_counted_as_written_and_stated_plainly(bpm: float) -> None:
    facts = analyse(_drums(bpm, 30), RATE)
    assert facts.tempo_bpm == pytest.approx(bpm, rel=0.01)
    assert facts.rival_bpm == 0


def test_beats_follow_a_band_that_drifts() -> None:
    """The tempo sways by 4 % up and down."""
    beat = np.arange(0, 60.0)
    times = beat * 0.5 + 0.15 * np.sin(beat / 8)
    sound = np.zeros(int(31 * RATE), np.float32)
    noise = np.random.default_rng(0).standard_normal(2000) * np.exp(-np.arange(2000) / 250)
    for time in times + 0.5:
        sound[round(time * RATE) : round(time * RATE) + 2000] += 0.4 * noise
    found = analyse(np.clip(sound, -1, 1), RATE).beats_s
    near = np.abs(found[:, None] - (times + 0.5)).min(1)
    assert len(found) >= 56 and near.max() < 0.03


def _drums(bpm: float, seconds: float) -> Sound:
    """Bass drum on 1 and 3, snare on 2 and 4, hats on eighths, a bass note a bar."""
    time = np.arange(int(seconds * RATE)) / RATE
    beat = time * bpm / 60
    hiss = np.random.default_rng(2).standard_normal(len(time))
    kick = np.sin(2 * np.pi * 55 * time) * np.exp(-10 * (beat % 2))
    snare = 0.4 * hiss * np.exp(-12 * ((beat + 1) % 2))
    hat = 0.08 * hiss * np.exp(-30 * ((2 * beat) % 1))
    root = 110 * 2.0 ** (np.array([0, 5, 7, 3])[(beat // 4).astype(int) % 4] / 12)
    chord = sum(np.sin(2 * np.pi * root * ratio * time) for ratio in (1, 2, 3)) / 12
    return np.clip(0.6 * (kick + snare + hat + chord), -1, 1).astype(np.float32)
