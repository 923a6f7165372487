"""Small things at a window: drops on the glass, steam over a cup, a plant in its pot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.figures.body import Body
from musivid.living.moment import Moment

__all__ = ["drop_rows", "plant", "steam_rows"]

Array = NDArray[np.float32]


def drop_rows(m: Moment, size: tuple[int, int], much: float, big: float, *, seed: int = 1) -> Array:
    """Drops on a window, rows for `paint_drops`: fine ones that stay, others that run in starts.

    Args:
        m: the moment; they run with the music.
        size: (width, height) of the picture.
        much: how many, 0..1.
        big: how large, 1 from some steps away.
        seed: which.
    """
    rng, (width, height) = dice(seed + 12), size
    b, q = rng.random((5, int(much * 340))), rng.random((6, int(much * 20)))
    grown = 0.85 + 0.15 * ((m.time_s * 0.1 + b[3]) % 1)
    r = (0.0013 + 0.0072 * b[2] ** 5) * big * grown * height
    still = np.stack([b[0] * width, b[1] * height, r, r * (1.0 + 0.35 * b[4]), 0 * r], 1)
    u = m.flow * (0.05 + 0.12 * q[0]) + q[1] * 9
    v = u % 1
    x = (q[2] + 0.618 * np.floor(u)) % 1 + 0.004 * np.sin(v * 14 + q[3] * 30)
    y = (v + 0.045 * np.sin(v * 20 + q[3] * 6)) * 1.35 - 0.15
    r, trail = (0.0050 + 0.0050 * q[4]) * big * height, (0.14 + 0.22 * q[5]) * height
    run = np.stack([x * width, y * height, r * 0.8, r * 1.15, trail], 1)
    return np.concatenate([still, run]).astype(np.float32)


def steam_rows(m: Moment, cup: tuple[float, float, float], tint: NDArray[np.float64]) -> Array:
    """Steam over a cup (x and y of its foot, width), rows for `splat` in picture heights."""
    x, y, w = cup
    u = (np.arange(18) / 18 + m.flow * 0.11) % 1
    curl = 0.20 * np.sin(u * 7 + m.flow * 0.5) + 0.10 * np.sin(u * 13 - m.flow)
    fade = np.sin(np.pi * u**0.7) * (1 - u) * 0.055 * (0.7 + 0.5 * m.notes)
    place = [x + w * curl * (0.4 + u), y - w * (1.10 + 2.0 * u), w * (0.14 + 0.34 * u)]
    return np.stack([*place, *(fade * c for c in tint)], 1).astype(np.float32)


def plant(time_s: float, nod: float) -> Body:
    """A plant with narrow leaves in its pot, height 1; `nod` moves its leaves on the beat."""
    b, u = Body(), np.linspace(0, 1, 9)
    radii = 0.030 * np.sin(np.pi * np.clip(u * 0.93 + 0.05, 0, 1)) ** 0.8 + 0.002
    for k in range(13):
        way = (k / 12 - 0.5) * 2
        long = 0.62 + 0.30 * np.cos(way * 1.4) + 0.08 * np.sin(k * 5)
        bend = way * 0.75 + 0.02 * np.sin(time_s * 0.9 + k) + nod * np.sin(k * 2.1)
        x = long * bend * u**1.3
        line = np.stack([x, -0.24 - long * (u - 0.42 * abs(way) * u**2.2)], 1)
        for n in range(len(line) - 1):
            b.limb(line[n], line[n + 1], float(radii[n]), float(radii[n + 1]), 0.003)
    pot = [(-0.17, -0.28), (0.17, -0.28), (0.13, 0.0), (-0.13, 0.0)]
    return b.outline(pot, 0.002, rounded=1)
