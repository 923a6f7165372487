"""The name of a song over the first image: it comes, stands, and is gone before the first line."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import Planes, new_planes
from musivid.living.lettering.opening import Opening
from musivid.living.scene import Backdrop, Zone

MUSIC = made_music()
SIZE = (320, 180)


def drawn(opening: Opening, time_s: float, size: tuple[int, int] = SIZE) -> Planes:
    planes = new_planes(size)
    opening(planes, MUSIC.at(round(25 * time_s)), Backdrop(Zone(), (1.0, 0.9, 0.8)))
    return planes


def test_it_fades_in_stands_and_goes() -> None:
    opening = Opening("Night Train", "The Walkers", SIZE, None)
    light = [float(drawn(opening, time_s).sum()) for time_s in (0.2, 0.8, 2.0, 4.2, 4.8)]
    assert light[0] == light[4] == 0
    assert 0 < light[1] < light[2] and 0 < light[3] < light[2]


@pytest.mark.parametrize(("first_line_s", "gone_s"), [(3.0, 2.9), (0.5, 2.16), (99.0, 4.6)])
def test_it_is_gone_before_the_first_line_but_never_flashes_by(
    first_line_s: float, gone_s: float
) -> None:
    opening = Opening("Night Train", "", SIZE, first_line_s)
    assert drawn(opening, gone_s - 0.2).max() > 0
    assert drawn(opening, gone_s + 0.04).max() == 0


@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
def test_title_and_artist_stand_in_the_middle_and_inside(size: tuple[int, int]) -> None:
    both = drawn(Opening("Night Train", "The Walkers", size, None), 2.0, size).max(0)
    alone = drawn(Opening("Night Train", "", size, None), 2.0, size).max(0)
    assert both.sum() > 1.1 * alone.sum()
    lit = np.flatnonzero(both.max(0) > 0.2)
    assert lit[0] > 0 and lit[-1] < size[0] - 1
    assert abs((lit[0] + lit[-1]) / 2 - size[0] / 2) < 0.06 * size[0]
