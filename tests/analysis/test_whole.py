"""All that is heard in one small song, held to what it is: the sum of many fitted numbers."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.curves import measure_onsets
from musivid.analysis.harmony import Harmony, measure_harmony
from musivid.analysis.key import _chances
from musivid.analysis.sound import SoundFacts, analyse
from musivid.analysis.spectrum import Spectrum, measure_spectrum
from musivid.analysis.tempo import _WEIGHTS, list_counts

RATE = 22_050
BEAT_S = 60 / 104
CHORDS = ((0, 4, 7), (9, 0, 4), (5, 9, 0), (7, 11, 2))  # C, Am, F, G
PULSE = (0.94065, 1.00000, 0.000, 93)  # two confidences, rival, number of beats
BEATS_S = (0.2520, 23.3277, 53.3322)
DOWNBEATS_S = (0.2520, 23.3277, 53.3322)
SECTIONS_S = (0.000, 18.718, 37.182)
# Mean of each third, and spread.
CURVES = {
    "onset": (0.1603, 0.1161, 0.0087, 0.2411),
    "percussive": (0.2078, 0.3589, 0.2152, 0.2365),
    "harmonic": (0.1810, 0.5808, 0.5405, 0.2872),
    "bass": (0.2116, 0.2123, 0.0022, 0.2549),
    "loudness": (0.4404, 0.7969, 0.7454, 0.2793),
    "brightness": (0.4212, 0.4467, 0.4150, 0.2719),
}
# The four likeliest: beats a minute, odds, pulse.
TEMPI = (
    (104.40, 52.20, 206.72, 69.37),
    (13.960, 9.060, 8.601, 6.312),
    (0.9407, 0.9256, 0.9244, 0.9083),
)
# The four likeliest: tonic and mode as one number, log of their probability.
KEYS = ([0, 64, 5, 35], (-0.090, -3.252, -3.652, -4.172))


@pytest.fixture(scope="module")
def song() -> np.ndarray:
    """Twenty-four bars: eight of drums and bass, eight with chords, eight of chords alone."""
    dice = np.random.default_rng(0)
    samples = np.zeros(int((24 * 4 * BEAT_S + 0.5) * RATE))
    click = dice.standard_normal(3000) * np.exp(-np.arange(3000) / 400)

    def add(start_s: float, wave: np.ndarray) -> None:
        first = round(start_s * RATE)
        samples[first : first + len(wave)] += wave[: len(samples) - first]

    def tone(pitch: float, seconds: float, fall_s: float) -> np.ndarray:
        time_s = np.arange(int(seconds * RATE)) / RATE
        turns = 2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time_s
        wave = np.sin(turns) + 0.5 * np.sin(2 * turns) + 0.25 * np.sin(3 * turns)
        return 0.1 * wave * np.exp(-time_s / fall_s)

    for bar in range(24):
        chord = CHORDS[bar % 4]
        for beat in range(4):
            start_s = 0.25 + (4 * bar + beat) * BEAT_S
            if bar < 16:
                add(start_s, (0.3 if beat % 2 else 0.15) * click)
                add(start_s + BEAT_S / 2, 0.05 * click)
                if beat in (0, 2):
                    add(start_s, 2.5 * tone(36 + chord[0] % 12, BEAT_S, 0.2))
        if bar >= 8:
            for pitch in chord:
                add(0.25 + 4 * bar * BEAT_S, tone(60 + pitch, 4 * BEAT_S, 1.5))
    return (samples / np.abs(samples).max() * 0.9).astype(np.float32)


@pytest.fixture(scope="module")
def facts(song: np.ndarray) -> SoundFacts:
    return analyse(song, RATE)


@pytest.fixture(scope="module")
def spectrum(song: np.ndarray) -> Spectrum:
    return measure_spectrum(song, RATE)


@pytest.fixture(scope="module")
def harmony(song: np.ndarray) -> Harmony:
    return measure_harmony(song, RATE)


def test_the_pulse(facts: SoundFacts) -> None:
    assert facts.tempo_bpm == pytest.approx(104, rel=2e-3)
    found = (facts.beat_confidence, facts.bar_confidence, facts.rival_bpm, len(facts.beats_s))
    assert found == pytest.approx(PULSE, rel=1e-3)
    assert facts.beats_s[[0, 40, -1]] == pytest.approx(BEATS_S, abs=2e-3)
    assert facts.downbeats_s[[0, 10, -1]] == pytest.approx(DOWNBEATS_S, abs=2e-3)


def test_the_form(facts: SoundFacts) -> None:
    assert facts.sections_s == pytest.approx(SECTIONS_S, abs=5e-3)


def test_the_curves(facts: SoundFacts) -> None:
    names = ("onset", "percussive", "harmonic", "bass", "loudness", "brightness")
    third = len(facts.curves.onset) // 3
    for name in names:
        curve = getattr(facts.curves, name)
        parts = [float(curve[k * third : (k + 1) * third].mean()) for k in range(3)]
        assert [*parts, float(curve.std())] == pytest.approx(CURVES[name], abs=2e-3), name


def test_what_speaks_for_each_tempo(spectrum: Spectrum, harmony: Harmony) -> None:
    counts = list_counts(measure_onsets(spectrum), spectrum, harmony)
    odds = counts.signs @ np.array(_WEIGHTS)
    order = np.argsort(-odds)[:4]
    assert counts.bpm[order] == pytest.approx(TEMPI[0], rel=2e-3)
    assert odds[order] == pytest.approx(TEMPI[1], abs=0.02)
    assert counts.pulse[order] == pytest.approx(TEMPI[2], abs=2e-3)


def test_what_speaks_for_each_key(harmony: Harmony) -> None:
    chances = _chances(harmony, 18.5, 55.4)
    assert chances is not None
    order = np.argsort(-chances.ravel())[:4]
    assert order.tolist() == KEYS[0]
    assert np.log(chances.ravel()[order]) == pytest.approx(KEYS[1], abs=0.02)
