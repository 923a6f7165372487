"""Visual beats: which peaks are chosen, and where between frames they are."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.visual_beats import (
    ImpactMeter,
    _parabola,
    choose_beats,
    find_peaks,
    fold_tempo,
)


def chosen(*peaks: tuple[float, float]) -> list[int]:
    times, weights = np.array(peaks).T
    return choose_beats(times, weights).tolist()


def test_of_peaks_that_crowd_the_heavier_chain_is_taken() -> None:
    even = [(0.5 * k, 0.5) for k in range(6)]
    assert chosen(*even) == [0, 1, 2, 3, 4, 5]
    # A second one 0.1 s later costs more than it brings.
    assert chosen(*even[:3], (1.1, 0.4), *even[3:]) == [0, 1, 2, 4, 5, 6]
    assert chosen(*even[:3], (1.1, 0.9), *even[3:]) == [0, 1, 3, 4, 5, 6]


def test_gaps_from_a_quarter_of_a_second_to_nearly_four_are_free() -> None:
    assert chosen((0.0, 0.5), (0.26, 0.5), (0.52, 0.5)) == [0, 1, 2]
    assert chosen((0.0, 0.5), (3.7, 0.5), (7.4, 0.5)) == [0, 1, 2]
    # Through a light beat the way is free; past it, it would be paid for.
    assert chosen((0.0, 0.5), (3.0, 0.1), (6.0, 0.5)) == [0, 1, 2]


def test_two_are_no_sequence() -> None:
    assert chosen((0.0, 1.0), (0.5, 1.0)) == []
    assert choose_beats(np.zeros(0), np.zeros(0)).tolist() == []


def test_the_top_of_a_parabola_is_found_between_its_values() -> None:
    for top in (-0.4, 0.0, 0.3):
        values = 5 - (np.arange(5) - 2 - top) ** 2
        assert _parabola(values, 2) == pytest.approx(top)
    for at in (0, 4):
        assert _parabola(np.arange(5.0), at) == 0.0
    assert _parabola(np.array([0.0, 1.0, 2.0]), 1) == 0.0


def test_peaks_stand_out_of_what_is_around_them() -> None:
    envelope = np.zeros(60)
    envelope[[10, 30, 33]] = 0.5, 0.5, 0.4
    envelope[50] = 0.01  # too small
    assert find_peaks(envelope, 30.0).tolist()[:2] == [10, 30]
    assert 50 not in find_peaks(envelope, 30.0)


def test_impact_is_the_same_however_it_is_cut() -> None:
    columns = np.random.default_rng(0).random((1300, 128)).astype(np.float32)
    whole = ImpactMeter(30.0)
    for column in columns:
        whole.see(column)
    found = whole.finish()
    assert found.shape == (1300,) and found.min() >= 0
    part = ImpactMeter(30.0)
    for column in columns[:500]:
        part.see(column)
    np.testing.assert_allclose(part.finish()[:400], found[:400], atol=1e-9)
    assert ImpactMeter(30.0).finish().shape == (0,)


def test_tempi_are_folded_into_the_range() -> None:
    assert fold_tempo(200.0, (72, 160)) == pytest.approx(100)
    assert fold_tempo(50.0, (72, 160)) == pytest.approx(100)
    assert fold_tempo(100.0, (72, 160)) == pytest.approx(100)


def test_slow_films_are_looked_at_a_frame_and_two_around() -> None:
    """At 6 frames a second, a fifteenth and a sixth of a second would be none and one."""
    envelope = np.zeros(40)
    envelope[[10, 12]] = 0.5
    assert find_peaks(envelope, 6.0).tolist() == [10, 12]
    envelope[[27, 30]] = 1.0, 0.15
    assert find_peaks(envelope, 6.0).tolist() == [10, 12, 27, 30]
    assert find_peaks(envelope, 18.0).tolist() == [10, 12, 27]
