"""One recording played: its envelopes and vibrato, on recordings made for it."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.score.synthesis.soundfont import Zone
from musivid.score.synthesis.voice import RecordingStore, play_zone

RATE = 8000
STEADY = np.full(64, 16384, np.int16)
WAVE = np.round(16384 * np.sin(2 * np.pi * np.arange(80) / 40)).astype(np.int16)  # 200 Hz


def play(
    settings: dict[int, int], recording: np.ndarray = STEADY, seconds: float = 3
) -> np.ndarray:
    """A loop held at its own pitch, struck as hard as can be: a steady one shows its envelope."""
    zone = Zone(recording, RATE, 60, 0.0, (0, len(recording)), 0.0, 0.0, 100, settings)
    return play_zone(RecordingStore(), zone, (60, 127), RATE, round(seconds * RATE))


def test_a_volume_waits_rises_holds_falls_and_stays() -> None:
    # Delay 0.25 s, attack 0.5 s, hold 0.5 s; 100 dB in 2 s, down to -40 dB.
    wave = play({33: -2400, 34: -1200, 35: -1200, 36: 1200, 37: 400}) / 0.5
    at = {s: float(wave[round(s * RATE)]) for s in (0.2, 0.5, 0.7, 0.8, 1.2, 1.5, 1.9, 2.5, 2.9)}
    assert at[0.2] == 0
    # In the middle of rising; two clocks, for the hold counts from the end of the delay.
    assert at[0.5] == pytest.approx(0.5, abs=0.01)
    assert at[0.7] == pytest.approx(0.9, abs=0.01)
    assert at[0.8] == at[1.2] == pytest.approx(1, abs=1e-3)
    assert 20 * np.log10(at[1.5]) == pytest.approx(-12.5, abs=0.05)
    assert 20 * np.log10(at[1.9]) == pytest.approx(-32.5, abs=0.05)
    assert 20 * np.log10(at[2.5]) == pytest.approx(-40, abs=0.05)
    assert at[2.9] == at[2.5]


@pytest.mark.parametrize(("depth", "delay", "rate"), [(5, 21, 22), (6, 23, 24)])
def test_vibrato_begins_after_its_delay(depth: int, delay: int, rate: int) -> None:
    plain = play({}, WAVE)
    at_once = play({depth: 50, rate: -1200}, WAVE)
    assert np.abs(at_once - plain)[: RATE // 4].max() > 0.1
    later = play({depth: 50, rate: -1200, delay: 0}, WAVE)
    assert np.abs(later - plain)[:RATE].max() < 1e-4
    # From then on it is the same vibrato, a second later: 200 waves.
    assert np.abs(later[RATE : 2 * RATE] - at_once[:RATE])[8:].max() < 0.02  # both have risen


def test_a_vibrato_turns_as_often_and_as_far_as_it_says() -> None:
    wave = play({6: 100, 24: -1200}, WAVE, 2)  # a semitone up and down, 4.088 times a second
    rising = np.flatnonzero((wave[:-1] < 0) & (wave[1:] >= 0))
    parts = wave[rising] / (wave[rising] - wave[rising + 1])
    hertz = RATE / np.diff(rising + parts)
    assert hertz.max() == pytest.approx(200 * 2 ** (1 / 12), rel=2e-3)
    assert hertz.min() == pytest.approx(200 * 2 ** (-1 / 12), rel=2e-3)
    above = hertz > 200
    assert (above[1:] & ~above[:-1]).sum() == 8  # begins in the middle, upwards
    assert hertz[5] > hertz[1]


def test_a_key_above_the_middle_holds_and_falls_shorter() -> None:
    def held(pitch: int) -> float:
        settings = {39: 100, 40: 100, 35: -1200, 36: 1200, 37: 1000}
        zone = Zone(STEADY, RATE, pitch, 0.0, (0, 64), 0.0, 0.0, 100, settings)
        wave = play_zone(RecordingStore(), zone, (pitch, 127), RATE, 3 * RATE) / 0.5
        return float(np.flatnonzero(wave > 0.1)[-1]) / RATE

    # -20 dB are a fifth of the fall: 0.5 s + 0.4 s, and half of both an octave above.
    assert held(60) == pytest.approx(0.9, abs=0.01)
    assert held(72) == pytest.approx(0.45, abs=0.01)


def test_a_recording_without_a_loop_ends_where_two_samples_are_left_to_lead_out() -> None:
    zone = Zone(STEADY, RATE, 60, 0.0, None, 0.0, 0.0, 100, {})
    assert len(play_zone(RecordingStore(), zone, (60, 127), RATE, RATE)) == len(STEADY) - 2
    assert len(play_zone(RecordingStore(), zone, (72, 127), RATE, RATE)) == len(STEADY) // 2 - 1
