"""Motion between two frames: how far, where to, what is new and what has another colour."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from musivid.analysis.flow import ANGLES, FlowMeter, _directions, _histogram


def textured(shift: tuple[int, int] = (0, 0), size: tuple[int, int] = (320, 180)) -> np.ndarray:
    """Blots that were moved by whole pixels: uint8 [h, w, 3]."""
    lots = np.random.default_rng(5).random((size[1] // 12, size[0] // 12)).astype(np.float32)
    wide = cv2.resize(lots, size, interpolation=cv2.INTER_CUBIC)
    grey = np.roll(np.clip(wide * 255, 0, 255), shift[::-1], (0, 1))
    return np.repeat(grey[..., None], 3, 2).astype(np.uint8)


def test_motion_is_told_in_pixels_of_one_size_and_rate() -> None:
    size, fps = (320, 180), 15.0
    meter = FlowMeter(size, fps)
    nothing = meter.see(textured())
    assert (nothing.flow, nothing.change, nothing.novelty, nothing.recolouring) == (0, 0, 0, 0)
    assert nothing.brightness == pytest.approx(textured().mean() / 255, abs=0.01)
    moved = meter.see(textured((4, 0)))
    again = FlowMeter(size, fps)
    again.see(textured())
    slower = again.see(textured((4, 0)), steps=2)
    assert slower.flow == pytest.approx(moved.flow / 2, rel=1e-5)
    twice = FlowMeter(size, 2 * fps)
    twice.see(textured())
    assert twice.see(textured((4, 0))).flow == pytest.approx(2 * moved.flow, rel=1e-5)
    assert moved.directions.argmax() in (0, ANGLES - 1)
    assert moved.novelty < moved.change / 2
    # A change of place is none of colours; the same frame again is none of anything.
    assert moved.recolouring < 0.05
    assert meter.see(textured((4, 0))).flow == 0
    red = textured((4, 0)) * np.array([1, 0, 0], np.uint8)
    assert meter.see(red).recolouring > 0.8


@pytest.mark.parametrize("size", [(320, 180), (640, 360)])
def test_a_pattern_that_moves_is_seen_to_go_as_far(size: tuple[int, int]) -> None:
    meter = FlowMeter(size, 30.0)
    first, second = (cv2.resize(textured(shift), size) for shift in ((0, 0), (4, 0)))
    meter.see(first)
    # Eight of 640 pixels across and none down, less where a flat place hides it.
    assert 2.8 < meter.see(second).flow < 4.2


def test_directions_share_the_circle() -> None:
    field = np.zeros((2, 4, 2), np.float32)
    field[0, 0] = 3, 0.01
    field[0, 1] = 0.01, 2
    field[1, 0] = -1, -0.01
    found = _directions(field)
    assert found.shape == (ANGLES,) and found.sum() == pytest.approx(6 / 8, abs=0.01)
    assert found[0] == pytest.approx(3 / 8, abs=1e-3)
    assert found[ANGLES // 2] == pytest.approx(1 / 8, abs=1e-3)
    quarter = [k for k in range(ANGLES) if found[k] == pytest.approx(2 / 8, abs=1e-3)]
    assert quarter == [(ANGLES - 1) // 4]


def test_colours_are_counted_in_eight_steps_each() -> None:
    small = np.array([[[0, 0, 0], [255, 0, 0]], [[31, 31, 64], [0, 32, 255]]], np.uint8)
    found = _histogram(small)
    assert found.shape == (512,) and found.sum() == 1
    assert np.flatnonzero(found).tolist() == [0, 2, 8 + 7, 7 * 64]
