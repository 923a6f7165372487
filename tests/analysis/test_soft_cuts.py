"""Soft transitions: fades through black, dissolves and wipes are one moment each."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from musivid.analysis.soft_cuts import SoftCutFinder, apart_from

Floats = NDArray[np.float32]

FPS, STILL = 25, 40


def shot(seed: int) -> Floats:
    """A small picture of soft shapes, float32 [18, 32], 0..255."""
    noise = np.random.default_rng(seed).uniform(0, 255, (6, 9)).astype(np.float32)
    return np.asarray(cv2.resize(noise, (32, 18), interpolation=cv2.INTER_CUBIC), np.float32)


def film(kind: str, length: int, first: Floats, second: Floats) -> list[Floats]:
    """Two shots with a transition of so many frames between them."""
    across = np.linspace(0, 1, 32)[None].repeat(18, 0)
    frames = [first] * STILL
    for k in range(length):
        share = (k + 1) / (length + 1)
        between = {
            "dissolve": first * (1 - share) + second * share,
            "fade": first * (1 - 2 * share) if share < 0.5 else second * (2 * share - 1),
            "wipe": np.where(across < share, second, first),
            "light": first * (1 - 0.5 * share),
            "flash": first + 200.0 * (k == length // 2),
        }[kind]
        frames.append(np.asarray(between, np.float32))
    last = {"light": first * 0.5, "flash": first}.get(kind, second)
    return frames + [last] * STILL


def found(frames: list[Floats], cuts: tuple[int, ...] = ()) -> list[int]:
    finder, rng = SoftCutFinder(FPS), np.random.default_rng(1)
    for frame in frames:
        finder.see(frame + rng.normal(0, 0.3, frame.shape).astype(np.float32))
    places: list[int] = finder.find(np.array(cuts, np.int64)).tolist()
    return places


@pytest.mark.parametrize("kind", ["dissolve", "fade", "wipe"])
@pytest.mark.parametrize("length", [12, 40])
def test_each_transition_is_one_moment_in_its_middle(kind: str, length: int) -> None:
    places = found(film(kind, length, shot(1), shot(2)))
    assert len(places) == 1
    assert places[0] == pytest.approx(STILL + length / 2, abs=3)


@pytest.mark.parametrize("kind", ["light", "flash"])
def test_light_that_changes_and_flashes_are_none(kind: str) -> None:
    assert found(film(kind, 30, shot(1), shot(1))) == []


def test_cuts_and_black_at_the_ends_are_none() -> None:
    black = np.zeros((18, 32), np.float32)
    assert found([shot(1)] * STILL + [shot(2)] * STILL) == []
    assert found([black] * 20 + [shot(1)] * STILL + [black] * 20) == []


def test_what_was_found_as_a_cut_is_not_found_again() -> None:
    frames = film("dissolve", 12, shot(1), shot(2))
    assert found(frames, cuts=(STILL + 6,)) == []


def test_moments_within_a_transition_are_part_of_it() -> None:
    moments = np.array([1.0, 2.1, 3.0])
    assert apart_from(moments, np.array([2.0])).tolist() == [True, False, True]
    assert apart_from(moments, np.array([])).tolist() == [True, True, True]
