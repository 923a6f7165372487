"""Where motion stops, turns and bounces, as `evaluate` sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from musivid.metrics.events import find_rises
from musivid.metrics.turns import motion_parts, rise_with_turns

FPS = 25.0


def moved(speeds: Any, amount: float = 0.01) -> tuple[Any, Any]:
    """Change and parts of a thing that moves to the right (or left, below 0) at these speeds."""
    parts = np.zeros((len(speeds), 4))
    parts[:, 0], parts[:, 1] = np.maximum(speeds, 0), np.maximum(-np.asarray(speeds), 0)
    return amount * np.abs(speeds), parts


def events(speeds: Any) -> list[int]:
    change, parts = moved(np.array(speeds, float))
    return find_rises(rise_with_turns(change, parts, FPS), FPS).tolist()


def test_a_move_is_felt_where_it_comes_to_its_end() -> None:
    assert events([0.0] * 10 + [1.0] * 8 + [0.0] * 20) == [17]


def test_a_bounce_is_where_it_turns() -> None:
    fall = list(np.linspace(0.2, 1.2, 12))
    assert events([*fall, *(-np.array(fall[::-1]))]) == [11]


def test_a_jump_is_one_moment() -> None:
    assert events([0.0] * 10 + [4.0] + [0.0] * 20) == [10]


def test_what_goes_on_moving_begins() -> None:
    assert events([0.0] * 10 + [1.0] * 60) == [10]


def test_parts_say_where_the_motion_goes() -> None:
    field = np.zeros((4, 4, 2), np.float32)
    field[:2, :, 0], field[2:, :, 1] = 2.0, -4.0
    assert motion_parts(field) == pytest.approx((1.0, 0.0, 0.0, 2.0))
