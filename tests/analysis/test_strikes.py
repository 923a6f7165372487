"""Strikes: jumps and flashes where they are first seen, stops and bounces where they happen."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from musivid.analysis.motion import Motion, MotionMeter
from musivid.analysis.strikes import find_strikes

FPS, SIZE = 30.0, (160, 90)
TRUE = (24, 48, 69, 102, 129)


def seen(place: Callable[[int], float], zoom: Callable[[int], float] = lambda _: 1.0) -> Motion:
    """What is seen of a disc on textured ground."""
    noise = np.random.default_rng(0).random((9, 16, 3))
    ground = cv2.resize((40 + 120 * noise).astype(np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
    meter = MotionMeter(FPS, SIZE)
    for k in range(150):
        frame = ground.copy()
        cv2.circle(frame, (round(place(k)), 45), 12, (240, 230, 220), -1)
        scale = zoom(k)
        move = np.array([[scale, 0, 80 * (1 - scale)], [0, scale, 45 * (1 - scale)]], np.float32)
        meter.see(np.asarray(cv2.warpAffine(frame, move, SIZE), np.uint8))
    return meter.finish()


def met(motion: Motion) -> list[int]:
    """The frames of strikes that are no faint ones."""
    return [round(t * FPS) for t in motion.strikes_s[motion.strike_weights >= 0.25]]


def test_jumps_and_punches_strike_where_they_are_first_seen() -> None:
    turns = np.cumsum(np.isin(np.arange(150), TRUE))
    assert met(seen(lambda k: 50.0 + 50 * (turns[k] % 2))) == list(TRUE)
    punched = seen(lambda _: 80.0, lambda k: 1.0 + 0.12 * (turns[k] % 2))
    assert met(punched) == list(TRUE) and len(punched.cuts_s) == 0


def test_a_bounce_strikes_where_it_turns() -> None:
    def place(k: int) -> float:
        phase = k % 60
        return 30.0 + 3.0 * min(phase, 60 - phase)

    assert met(seen(place)) == pytest.approx([30, 60, 90, 120], abs=1)


def test_smooth_motion_and_stillness_do_not_strike() -> None:
    assert met(seen(lambda k: 80 + 30 * np.sin(k / 12))) == []
    assert len(seen(lambda _: 80.0).strikes_s) == 0


def test_a_faint_jump_in_even_grain_strikes_and_a_start_weighs_little() -> None:
    change = 0.0019 + 0.0001 * np.random.default_rng(1).random(100)
    change[50] = 0.008
    still = np.zeros(100)
    found = find_strikes(change, still, still, np.empty(0, np.int64), FPS)
    assert found.frames.tolist() == [50] and found.weights[0] > 0.02
    begun = np.where((np.arange(100) >= 50) & (np.arange(100) < 58), 0.03, 0.0)
    jump = np.where(np.arange(100) == 50, 0.03, 0.0)
    weights = [
        find_strikes(curve, still, still, np.empty(0, np.int64), FPS).weights.max()
        for curve in (begun, jump)
    ]
    assert weights[0] < 0.35 * weights[1]
