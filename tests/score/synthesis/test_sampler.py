"""Notes of the shipped SoundFont stay what they are: length, level over time, colour."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from musivid.score.synthesis.sampler import Sampler, bundled_soundfont
from musivid.score.synthesis.soundfont import Zone

RATE = 22_050
TENTH = RATE // 10
# Program, pitch, velocity of notes of 0.6 s; samples; level (thousandths) in the 1st, 2nd, 5th and
# 8th tenth of a second; dB of all in the bands under 500 Hz, under 2 kHz and above.
NOTES = [
    (0, 60, 90, 24743, (147.6, 144.0, 92.6, 9.6), (-4.26, -2.05, -29.08)),
    (0, 36, 40, 24743, (119.8, 103.4, 64.6, 5.4), (-1.13, -6.42, -29.64)),
    (11, 72, 90, 27396, (372.8, 338.5, 203.5, 28.8), (-30.19, -0.05, -19.87)),
    (16, 48, 100, 15909, (257.4, 225.4, 208.8, 0.1), (-0.34, -11.24, -49.56)),
    (33, 40, 100, 15028, (264.9, 259.9, 196.8, 0.0), (-0.25, -12.53, -31.48)),
    (48, 67, 80, 46305, (77.9, 126.7, 112.4, 49.3), (-3.06, -3.65, -11.28)),
    (24, 64, 110, 19954, (248.8, 242.4, 168.4, 5.8), (-1.38, -5.69, -25.42)),
    (56, 60, 70, 19207, (146.7, 156.5, 162.5, 4.6), (-14.19, -1.38, -6.31)),
    (73, 72, 90, 20111, (208.4, 307.3, 221.6, 8.2), (-34.92, -0.03, -21.44)),
    (81, 60, 100, 17476, (309.5, 194.0, 296.3, 1.6), (-1.54, -5.60, -16.21)),
    (89, 55, 80, 40111, (15.6, 51.0, 200.4, 98.7), (-0.12, -15.57, -49.62)),
]


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(bundled_soundfont(), RATE, 1)


@pytest.mark.parametrize(("program", "pitch", "velocity", "length", "levels", "bands"), NOTES)
def test_a_note_stays_what_it_is(
    sampler: Sampler, program: int, pitch: int, velocity: int,
    length: int, levels: tuple[float, ...], bands: tuple[float, ...],
) -> None:  # fmt: skip
    wave = sampler.note(program, pitch, velocity, 0.6)[0].astype(float)
    assert len(wave) == length
    parts = (wave[k * TENTH : (k + 1) * TENTH] for k in (0, 1, 4, 7))
    found = [1000 * np.sqrt((part**2).sum() / TENTH) for part in parts]
    np.testing.assert_allclose(found, levels, rtol=2e-3, atol=0.1)
    power, hertz = np.abs(np.fft.rfft(wave, 1 << 16)) ** 2, np.fft.rfftfreq(1 << 16, 1 / RATE)
    edges = ((0, 500), (500, 2000), (2000, RATE / 2))
    shares = [
        power[(hertz >= low) & (hertz < high)].sum() / power[:-1].sum() for low, high in edges
    ]
    np.testing.assert_allclose(10 * np.log10(shares), bands, atol=0.02)


def test_a_recording_is_played_as_it_is_not_upside_down() -> None:
    sampler = Sampler(bundled_soundfont(), RATE, 2)
    steady = Zone(np.full(64, 16384, np.int16), RATE, 60, 0.0, (0, 64), 1.0, 0.0, 100, {})
    font: Any = SimpleNamespace(zones=lambda *_, **__: [steady, steady])
    sampler._font = font
    left, right = sampler.note(0, 60, 127, 0.3)
    assert right[100] == pytest.approx(2 * 0.5 * 2**0.5, rel=1e-3)  # two, all to the right
    assert abs(left[100]) < 1e-6
