"""Energies of a sound: power in bands, hits apart from notes."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.energies import band_energy, separated_energies, sound_energy

RATE = 22_050


def tone(hz: float, level: float) -> np.ndarray:
    time_s = np.arange(2 * RATE) / RATE
    return (level * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


@pytest.mark.parametrize("measure", [sound_energy, lambda s, r: band_energy(s, r, 300, 600)])
def test_energy_is_power(measure: object) -> None:
    soft, loud = (measure(tone(440, level), RATE) for level in (0.1, 0.3))  # type: ignore[operator]
    middle = slice(10, len(soft) - 10)
    assert soft[middle].min() > 0
    np.testing.assert_allclose(loud[middle] / soft[middle], 9.0, rtol=1e-3)


def test_a_band_hears_what_lies_in_it() -> None:
    inside, outside = (band_energy(tone(hz, 0.3), RATE, 300, 600) for hz in (440, 1500))
    assert inside[20] > 1e4 * outside[20]
    edge = band_energy(tone(440, 0.3), RATE, 500, 600)
    assert inside[20] > 100 * edge[20]


def test_hits_and_notes_are_told_apart() -> None:
    clicks = np.zeros(2 * RATE, np.float32)
    clicks[:: RATE // 4] = 0.9
    for sound, is_hit in ((clicks, True), (tone(440, 0.3), False)):
        percussive, harmonic = separated_energies(sound, RATE, 1.0)[:2]
        assert (percussive.sum() > 5 * harmonic.sum()) == is_hit
        assert (harmonic.sum() > 5 * percussive.sum()) != is_hit
