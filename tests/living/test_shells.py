"""Shells of fireworks: they rise, burst, fly apart, fall and go out."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.living.canvas import Planes, new_planes
from musivid.living.shells import KINDS, RISE_S, Shell, draw_burst, flash, rocket

INKS = ((1.0, 0.2, 0.1), (0.1, 0.3, 1.0))


def shell(age_s: float, kind: str = "peony", key: int = 5) -> Shell:
    return Shell(age_s, (0.5, 0.4), 0.3, kind, INKS, key)


def drawn(age_s: float, kind: str = "peony", key: int = 5) -> Planes:
    planes = new_planes((100, 100))
    draw_burst(planes, shell(age_s, kind, key))
    return planes


def spread(planes: Planes) -> float:
    """How far the light lies from its middle, in pixels."""
    light = planes.sum(0)
    y, x = np.mgrid[:100, :100]
    return float(np.sqrt((light * ((x - 50) ** 2 + (y - 40) ** 2)).sum() / light.sum()))


@pytest.mark.parametrize("kind", list(KINDS))
def test_stars_fly_apart_and_go_out(kind: str) -> None:
    life = KINDS[kind].life_s
    assert spread(drawn(0.05, kind)) < spread(drawn(0.3 * life, kind))
    assert drawn(0.1 * life, kind).sum() > drawn(0.9 * life, kind).sum() > 0
    for outside in (-0.1, life + 0.1):
        assert drawn(outside, kind).max() == 0


def test_stars_fall() -> None:
    def height(age_s: float) -> float:
        light = drawn(age_s, "willow").sum((0, 2))
        return float((light * np.arange(100)).sum() / light.sum())

    assert height(3.0) > height(0.3) + 5


def test_each_key_has_its_own_chances() -> None:
    assert np.array_equal(drawn(0.5), drawn(0.5))
    assert not np.array_equal(drawn(0.5), drawn(0.5, key=6))


def test_a_rocket_climbs_to_where_it_bursts() -> None:
    low, high = (rocket(shell(age), 0.9, 100)[0] for age in (-RISE_S + 0.1, -0.01))
    assert low[1] > 70 and high[1] == pytest.approx(40, abs=2) and high[0] == pytest.approx(50, 1)
    assert len(rocket(shell(0.1), 0.9, 100)) == 0


def test_a_burst_lights_what_is_around_it_for_a_moment() -> None:
    assert flash(shell(-0.1)).max() == 0
    assert flash(shell(0.1)).max() > 4 * flash(shell(1.2)).max() > 0
