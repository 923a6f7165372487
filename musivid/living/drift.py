"""What drifts through the air: leaves and petals that sink, fireflies and seeds that notes wake."""

from __future__ import annotations

import numpy as np

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.light import splat
from musivid.living.moment import Moment
from musivid.living.sprites import Colour, shape

__all__ = ["falling_leaves", "fireflies", "floating_seeds"]


def falling_leaves(
    planes: Planes,
    m: Moment,
    light: tuple[float, float],
    tint: Colour,
    count: int,
    *,
    seed: int = 4,
) -> None:
    """Leaves or petals that sink, turn and are lit from behind.

    Args:
        planes: the picture.
        m: the moment; they sink with the music.
        light: where the light stands, in picture heights.
        tint: their colour in full light.
        count: how many.
        seed: which.
    """
    height, width = planes.shape[1:]
    f, a = dice(seed).random((7, count)), width / height
    near = 0.3 + 0.7 * f[2] ** 2.5
    gone = m.flow * (0.045 + 0.075 * near) + f[1] * 9
    y = (gone % 1.15) - 0.08
    x = (f[0] + 0.35 * gone + 0.05 * np.sin(gone * 9 + f[3] * 40)) % 1.1 * a - 0.05 * a
    turn, tilt = gone * 22 * (0.4 + f[4]) + f[5] * 6, np.sin(gone * 31 * (0.3 + f[6]) + f[3] * 9)
    long = (0.0040 + 0.0105 * near) * (0.8 + 0.2 * m.beat)
    glow = 0.16 + 0.75 / (1.0 + ((x - light[0]) ** 2 + (y - light[1]) ** 2) * 5)
    along = np.stack([np.cos(turn), np.sin(turn)], 1) * long[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], 1) * (0.10 + 0.55 * np.abs(tilt))[:, None]
    at = np.stack([x, y], 1)
    leaves = np.stack([at - along, at + across, at + along * 0.8, at - across], 1)
    for leaf, shine in zip(leaves, glow, strict=True):
        shape(planes, [leaf], np.asarray(tint, np.float32) * np.float32(shine), 0.85)


def fireflies(planes: Planes, m: Moment, tint: Colour, seed: int, count: int = 60) -> None:
    """Sparks over the ground; each note wakes a few."""
    height, width = planes.shape[1:]
    a, b, c, d, e, f = dice(seed).random((6, count))
    x = a + 0.035 * np.sin(m.flow * (0.3 + c) + d * 40) + 0.02 * np.sin(m.flow * 1.3 + e * 30)
    y = 0.52 + 0.44 * b + 0.035 * np.sin(m.flow * (0.4 + e) + f * 50)
    glow = 0.20 * np.clip(np.sin(m.time_s * (0.8 + c) + d * 60), 0, 1) ** 3
    for event in m.events:
        woken = [(event.key * (q + 3) // 7) % count for q in range(4)]
        glow[woken] += event.strength * np.exp(-event.age_s * 1.5) * min(1, event.age_s * 12)
    rgb = np.asarray(tint)[:, None] * np.minimum(glow, 1.6) * 3.0
    near = (0.6 + 1.6 * b**2) * height / 720
    for radius, share in ((3.0, 1.0), (24.0, 0.07)):
        rows = np.stack([x * width, y * height, radius * near, *(rgb * share)], 1)
        splat(planes, rows.astype(np.float32))


def floating_seeds(planes: Planes, m: Moment, tint: Colour, seed: int, count: int = 70) -> None:
    """Seeds of dandelions that the wind carries over the grass; notes loosen some."""
    height, width = planes.shape[1:]
    a, b, c, d, e, f = dice(seed).random((6, count))
    wind = m.flow * (0.04 + 0.05 * c)
    x = (a + wind + 0.02 * np.sin(m.flow * 1.1 + d * 40)) % 1.1 - 0.05
    y = 0.42 + 0.55 * b + 0.04 * np.sin(m.flow * (0.4 + e) + f * 50) - 0.02 * m.loud
    glow = 0.10 + 0.10 * np.sin(m.time_s * (0.8 + c) + d * 60)
    for event in m.events:
        woken = [(event.key * (q + 3) // 7) % count for q in range(4)]
        glow[woken] += event.strength * np.exp(-event.age_s * 1.3) * min(1, event.age_s * 12)
    rgb = np.asarray(tint)[:, None] * np.minimum(glow, 1.2)
    near = (0.5 + 1.5 * b**2) * height / 720
    for radius, share in ((2.6, 1.0), (11.0, 0.07)):
        rows = np.stack([x * width, y * height, radius * near, *(rgb * share)], 1)
        splat(planes, rows.astype(np.float32))
