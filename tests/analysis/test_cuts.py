"""Shot cuts: sudden, clear of their surroundings, and not one behind the other."""

from __future__ import annotations

import numpy as np

from musivid.analysis.cuts import find_cuts, is_sudden

FPS = 25.0


def found(novelty: dict[int, float], recolouring: dict[int, float], calm: float = 0.0) -> list[int]:
    curves = np.full(60, calm), np.zeros(60)
    for curve, values in zip(curves, (novelty, recolouring), strict=True):
        curve[list(values)] = list(values.values())
    return find_cuts(*curves, FPS).tolist()


def test_one_step_is_sudden_by_both_or_by_clear_novelty() -> None:
    assert is_sudden(0.031, 0.21) and is_sudden(0.121, 0.0)
    assert not is_sudden(0.029, 0.9) and not is_sudden(0.119, 0.19)


def test_a_cut_stands_out_of_the_frames_around_it() -> None:
    assert found({20: 0.3}, {}) == [20]
    assert found({20: 0.3}, {}, calm=0.09) == [20]
    assert found({20: 0.3}, {}, calm=0.11) == []  # not three times as much
    assert found({20: 0.05}, {20: 0.5}) == [20]
    assert found({0: 0.3}, {}) == []  # nothing was before the first frame
    assert found({1: 0.3, 59: 0.3}, {}) == [1, 59]


def test_a_few_other_cuts_near_by_hide_none() -> None:
    assert found({20: 0.3, 26: 0.4, 32: 0.3}, {}) == [20, 26, 32]


def test_shots_shorter_than_a_fifth_of_a_second_are_flashes() -> None:
    assert found({20: 0.3, 24: 0.3}, {}) == [20]
    assert found({20: 0.3, 25: 0.3}, {}) == [20, 25]
    assert found({20: 0.3, 24: 0.3, 26: 0.3}, {}) == [20, 26]


def test_only_what_is_near_hides_a_cut() -> None:
    busy = {k: 0.11 for k in range(40, 60) if k != 50}
    assert found({50: 0.3, **busy}, {}) == []
    assert found({50: 0.34, **busy}, {}) == [50]
