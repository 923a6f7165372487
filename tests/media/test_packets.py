"""The clock of what is shown: rates found in stamps, last pictures that are held, even grids."""

from __future__ import annotations

from fractions import Fraction

import pytest

from musivid.media.packets import FrameGrid, PacketTimes, _packet_times

TICKS = 15360  # a second


def times(*places_s: float, last_s: float = 0.0, stated: Fraction = Fraction(7, 2)) -> PacketTimes:
    packets = [(round(TICKS * place), 512) for place in places_s]
    packets[-1] = (packets[-1][0], round(TICKS * last_s))
    return _packet_times(packets, 0, 1 / TICKS, stated)


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(30), Fraction(30000, 1001), Fraction(24)])
def test_the_rate_is_the_one_that_all_stamps_are_multiples_of(fps: Fraction) -> None:
    frames = [0, 1, 2, 3, 30, 31, 33, 160, 161, 290, 291, 292, 300, 311, 312, 325, 326, 380]
    found = times(*(float(k / fps) for k in frames), last_s=float(1 / fps))
    assert found.grid_fps == fps and not found.is_uniform
    assert found.length_s == pytest.approx(381 / float(fps), abs=1e-3)


def test_cameras_whose_clock_strays_get_their_usual_rate() -> None:
    stray = (0.0, 0.004, -0.006, 0.007, -0.003, 0.005, -0.007, 0.002)
    found = times(*(k / 30 + stray[k % 8] for k in range(1, 200)))
    assert float(found.grid_fps) == pytest.approx(30, abs=0.1)


def test_even_films_keep_the_rate_that_they_state() -> None:
    found = times(*(k / 14 for k in range(20)), last_s=1 / 14, stated=Fraction(14))
    assert found.grid_fps == 14 and found.is_uniform
    assert found.length_s == pytest.approx(20 / 14, abs=1e-4)


def test_a_last_picture_is_held_as_long_as_it_says() -> None:
    found = times(0.0, 0.04, 0.08, last_s=3.0, stated=Fraction(25))
    assert found.length_s == pytest.approx(3.08, abs=1e-4) and not found.is_uniform
    still = times(0.0, last_s=8.0)
    assert still.length_s == 8.0 and still.grid_fps == Fraction(7, 2)


def test_frames_fall_on_steps_of_the_grid() -> None:
    grid = FrameGrid(30.0)
    assert [grid.steps_to(time_s) for time_s in (0.0, 1 / 30, 0.04, 0.2)] == [1, 1, 0, 5]
    assert grid.steps_until(1.0) == 23
