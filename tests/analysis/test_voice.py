"""Where somebody seems to sing: syllables over held chords are found, chords and hits are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.analysis.spectrum import measure_spectrum
from musivid.analysis.voice import sung_parts

RATE = 22050


def _band(seconds: float, *, hits: bool = True) -> NDArray[np.float32]:
    """Held chords, and noise on every half second."""
    times = np.arange(int(seconds * RATE)) / RATE
    held = sum(np.sin(2 * np.pi * hz * times) / 6 for hz in (110, 220, 277, 330, 440, 554))
    noise = np.random.default_rng(1).standard_normal(len(times)) * np.exp(-25 * (times % 0.5))
    return (0.3 * held + (0.15 * noise if hits else 0)).astype(np.float32)


def _voice(seconds: float) -> NDArray[np.float32]:
    """Syllables, each on a pitch and of a vowel of its own."""
    dice = np.random.default_rng(2)
    found: list[NDArray[np.float64]] = []
    while sum(map(len, found)) < seconds * RATE:
        length = int(RATE * dice.uniform(0.18, 0.34))
        times = np.arange(length) / RATE
        pitch = dice.uniform(150, 320) * (1 + 0.01 * np.sin(35 * times))
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        first, second = dice.uniform(300, 800), dice.uniform(900, 2500)
        tones = 220 * np.arange(1, 16)
        loud = np.exp(-(((tones - first) / 200) ** 2))
        loud += 0.6 * np.exp(-(((tones - second) / 300) ** 2))
        sung = sum(level * np.sin(n * phase) for n, level in enumerate(loud, 1))
        found.append(sung * np.sin(np.pi * np.arange(length) / length))
    return (0.25 * np.concatenate(found)[: int(seconds * RATE)]).astype(np.float32)


def _parts(samples: NDArray[np.float32]) -> list[tuple[float, float]]:
    return sung_parts(measure_spectrum(samples, RATE))


@pytest.mark.parametrize("hits", [True, False])
def test_syllables_over_a_band_are_found(hits: bool) -> None:
    song = _band(30.0, hits=hits)
    for start, end in ((8.0, 14.0), (20.0, 27.0)):
        song[int(start * RATE) : int(end * RATE)] += _voice(end - start)
    parts = _parts(song)
    assert len(parts) == 2
    assert np.allclose(parts, [(8.0, 14.0), (20.0, 27.0)], atol=1.3)


def test_where_nothing_stands_out_all_that_is_heard_is_one_part() -> None:
    quiet = np.zeros(3 * RATE, np.float32)
    ((start, end),) = _parts(np.concatenate([quiet, _band(12.0, hits=False), quiet]))
    assert start == pytest.approx(3.0, abs=0.6) and end == pytest.approx(15.0, abs=0.6)


def test_in_silence_nobody_sings() -> None:
    assert _parts(np.zeros(5 * RATE, np.float32)) == []
