"""Things that people have with them: logs, the wood of a fire, stones around it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.figures.body import Body, Ink, Point, draw

__all__ = ["draw_hearth", "timber"]

_BACK = ((-0.30, 0.03, 0.05, -0.30), (0.28, 0.02, -0.06, -0.27), (0.10, 0.0, -0.02, -0.31))
_FRONT = ((-0.20, 0.075, 0.06, -0.22), (0.22, 0.08, -0.05, -0.21), (0.02, 0.09, 0.01, -0.13))


@lru_cache(maxsize=16)
def timber(length: float, thick: float, seed: int) -> Body:
    """A felled log on the ground, its sawn end on the right; parts `end`, `rings`, `bark`."""
    b, rng = Body(), dice(seed)
    u, v = np.linspace(-0.5, 0.5, 15), np.linspace(-np.pi / 2, np.pi / 2, 9)[1:-1]
    rough = 0.10 * rng.random(15) + 0.10 * (0.5 - u)
    top = np.stack([u * length, thick * (rough - 2)], 1)
    low = np.stack([u[::-1] * length, 0.004 - thick * 0.10 * rng.random(15)], 1)
    half = 0.5 * length
    left = np.array([(-half - 0.028, -0.55), (-half - 0.034, -1.1), (-half - 0.020, -1.6)])
    left = left * (1, thick)
    middle, round_ = np.array([half, -thick]), np.array([0.38, 0.93]) * thick
    right = middle + np.stack([np.cos(v), np.sin(v)], 1) * (0.40 * thick, 0.97 * thick)
    b.outline(np.concatenate([top, right, low, left]), 0.003, rounded=1)
    way = np.linspace(0, 2 * np.pi, 25)
    circle = np.stack([np.cos(way), np.sin(way)], 1)
    b.parts["end"] = Body().outline((middle + circle * round_)[:-1], 0.002, rounded=1)
    rings = b.parts["rings"] = Body()
    for share in (0.72, 0.50, 0.28):
        rings.chain(middle + circle * round_ * share, 0.0022, 0.0022, 0.001)
    bark, q = Body(), np.linspace(0, 1, 5)
    for k in range(9):
        y, x = -thick * (0.25 + 1.5 * rng.random()), length * (rng.random() - 0.55)
        line = x + q * length * (0.12 + 0.22 * rng.random())
        bark.chain(np.stack([line, y + 0.004 * np.sin(q * 5 + k)], 1), 0.0030, 0.0010, 0.001)
    b.parts["bark"] = bark
    return b


def draw_hearth(
    planes: Planes, at: tuple[float, float], size: float, light: Point, *, back: bool
) -> None:
    """Wood and stones of a fire behind its flames or before them, lit by it."""
    lamp = at[0], at[1] - 0.1 * size
    ink = Ink((0.010, 0.006, 0.005), light, lamp, edge=0.9, width=0.010, reach=0.4 * size,
              broad=0.10)  # fmt: skip
    draw(planes, _hearth_wood(back), at, size, ink)
    stone = replace(ink, dark=(0.006, 0.005, 0.007), reach=0.65 * size)
    draw(planes, _hearth_stones(back), at, size, stone)


@lru_cache(maxsize=2)
def _hearth_wood(back: bool) -> Body:
    """Logs of a fire that lean together: those behind the flames or before them; 0.6 wide."""
    b, rng, u = Body(), dice(11 + back), np.linspace(0, 1, 7)
    for x0, y0, x1, y1 in _BACK if back else _FRONT:
        foot, way = np.array((x0, y0)), np.array((x1 - x0, y1 - y0))
        across = np.array((-way[1], way[0])) / np.hypot(*way)
        line = foot + u[:, None] * way
        half = (0.036 - 0.008 * u + 0.004 * rng.uniform(-1, 1, (2, 7)))[..., None] * across
        b.outline(np.concatenate([line + half[0], (line - half[1])[::-1]]), 0.003, rounded=1)
    return b


@lru_cache(maxsize=2)
def _hearth_stones(back: bool) -> Body:
    """Half a ring of stones round a fire."""
    b, rng = Body(), dice(3)
    for k in range(13):
        turn = np.pi * (k + 0.3) / 13
        x = -0.46 * float(np.cos(turn))
        y = (-0.035 if back else 0.115) * float(np.sin(turn)) + 0.035
        r, tilt, less = rng.uniform(0.026, 0.040), rng.uniform(-0.008, 0.008), rng.uniform(0.7, 1)
        b.limb((x - 0.012, y), (x + 0.014, y + tilt), r, r * less, 0.004)
    return b
