"""What marks a beat beside its attack: bass that comes in, chords that change."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.accents import bass_rise, chord_change, chord_curve, hits
from musivid.analysis.harmony import Harmony
from musivid.analysis.spectrum import Spectrum

HOP_S = 0.1


def spectrum(mel: np.ndarray) -> Spectrum:
    return Spectrum(HOP_S, mel, np.zeros((12, mel.shape[1]), np.float32), np.arange(64.0))


def harmony(*chords: tuple[int, ...], columns: int = 10) -> Harmony:
    """Chords one after the other, each for `columns` columns."""
    upper = np.zeros((12, columns * len(chords)), np.float32)
    for place, chord in enumerate(chords):
        upper[list(chord), place * columns : (place + 1) * columns] = 1.0
    return Harmony(HOP_S, upper, np.zeros_like(upper), 0.0)


def test_only_bass_that_comes_in_counts() -> None:
    mel = np.zeros((64, 20))
    mel[5, 10:15] = 4.0
    mel[6, 3:] = 100.0  # above the bass
    rise = bass_rise(spectrum(mel))
    assert rise.shape == (20,) and rise.max() == pytest.approx(2.0)
    assert np.flatnonzero(rise).tolist() == [9, 10, 11]


def test_a_hit_is_the_greatest_value_near_its_time() -> None:
    curve = np.zeros(20)
    curve[[7, 13]] = 1.0, 2.0
    near = hits(curve, spectrum(np.zeros((64, 20))), np.array([0.4, 0.5, 0.9, 1.0, 1.5, 1.6, 1.9]))
    assert near.tolist() == [1, 1, 1, 2, 2, 0, 0]


def test_chords_change_where_they_change() -> None:
    two = harmony((0, 4, 7), (5, 9, 0), (5, 9, 0))
    # Of three tones one stays: a cosine of a third.
    change = chord_change(two, np.array([0.45, 0.95, 1.95, 2.5]), 0.4)
    assert change == pytest.approx([0, 2 / 3, 0, 0], abs=1e-6)
    assert chord_change(harmony((0,), (6,)), np.array([0.95]), 0.4) == pytest.approx([1.0])
    assert chord_change(harmony((), ()), np.array([0.95]), 0.4).tolist() == [0.0]
    curve = chord_curve(two)
    assert curve.shape == (30,) and curve.argmax() in (9, 10)
    assert curve[:6].max() == pytest.approx(0, abs=1e-6)
