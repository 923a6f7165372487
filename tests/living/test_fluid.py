"""Stirred water: it goes where it is pushed, swirls about, and has no sources."""

from __future__ import annotations

import numpy as np

from musivid.living.canvas import Planes, new_planes
from musivid.living.fluid import stir

SIZE = (32, 24)


def stirred(steps: int, push: Planes, curl: float = 0.0, keep: float = 1.0) -> Planes:
    speed, room = new_planes(SIZE, 2), new_planes(SIZE, 4)
    for k in range(steps):
        stir(speed, push if k == 0 else push * 0, room, keep, curl)
    return speed


def blow() -> Planes:
    push = new_planes(SIZE, 2)
    y, x = np.mgrid[: SIZE[1], : SIZE[0]]
    push[1] = np.exp(-((x - 16) ** 2 + (y - 10) ** 2) / 9)
    return push


def source(speed: Planes) -> float:
    u, v = speed
    across, down = np.gradient(u, axis=1), np.gradient(v, axis=0)
    return float(np.abs((across + down)[3:-3, 3:-3]).mean())


def test_water_goes_where_it_is_pushed_and_back_beside() -> None:
    speed = stirred(1, blow())
    assert speed[1, 10, 16] > 0.3
    assert speed[1, 10, 8] < 0 and speed[1, 10, 24] < 0, "what goes down comes up beside"


def test_it_has_no_sources() -> None:
    assert source(stirred(1, blow())) < 0.35 * source(blow())


def test_it_carries_itself_along() -> None:
    def middle(speed: Planes) -> float:
        energy = (speed**2).sum((0, 2))
        return float((energy * np.arange(SIZE[1])).sum() / energy.sum())

    assert middle(stirred(8, blow())) > middle(stirred(1, blow())) + 0.5


def test_curl_keeps_whirls_and_walls_hold() -> None:
    weak, strong = (stirred(12, blow(), curl, 0.97) for curl in (0.0, 0.2))
    assert (strong**2).sum() > 1.1 * (weak**2).sum()
    assert np.abs(strong[0, :, [0, -1]]).max() == 0 and np.abs(strong[1, [0, -1]]).max() == 0
