"""Which pitch classes sound: their place in time, and their tuning."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.harmony import Harmony, measure_harmony

RATE = 22_050


def tones(*pitches: float, seconds: float = 3.0) -> np.ndarray:
    """Sines at MIDI pitches, each as loud as the others."""
    time_s = np.arange(int(seconds * RATE)) / RATE
    waves = [np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * time_s) for p in pitches]
    return (np.sum(waves, axis=0) / len(waves)).astype(np.float32)


def test_columns_between_two_times() -> None:
    shape = (12, 40)
    harmony = Harmony(0.25, np.zeros(shape, np.float32), np.zeros(shape, np.float32), 0.0)
    assert harmony.between(1.0, 2.0) == slice(4, 8)
    assert harmony.between(1.1, 1.1) == slice(4, 5)  # at least one
    assert harmony.between(-3.0, 0.5) == slice(0, 2)
    assert harmony.between(99.0, 100.0).start == 39


def test_each_tone_is_found_at_its_pitch_class_above_or_in_the_bass() -> None:
    found = measure_harmony(tones(45, 64, 67), RATE)  # A in the bass, E and G above
    inside = found.between(0.5, 2.5)
    upper, bass = (part[:, inside].mean(1) for part in (found.upper, found.bass))
    assert set(np.argsort(upper)[-2:]) == {4, 7}
    assert bass.argmax() == 9 and bass[9] > 5 * np.delete(bass, 9).max()


@pytest.mark.parametrize("shift", [-0.3, 0.0, 0.2])
def test_tuning_is_told_and_made_good(shift: float) -> None:
    found = measure_harmony(tones(60 + shift, 64 + shift, 67 + shift), RATE)
    assert found.tuning == pytest.approx(shift, abs=0.06)
    upper = found.upper[:, found.between(0.5, 2.5)].mean(1)
    assert set(np.argsort(upper)[-3:]) == {0, 4, 7}
