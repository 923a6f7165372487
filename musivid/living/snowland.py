"""Land under snow: a range of mountains, rolling ground with pools of lamp light, smoke."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.living.kernels import kernel
from musivid.living.moment import Moment
from musivid.living.shade import clamp, expo, fbm3, fbm4, mix, noise, smooth
from musivid.living.terrain import Terrain, fly

__all__ = ["mountains", "paint_dome", "paint_snow", "smoke_rows"]

Rgb = tuple[float, float, float]


@kernel
def paint_dome(out, xs, ys, p, place, t):
    """A clear sky with thin cloud. p: [4, 3]: zenith, low, glow at the horizon, cloud.

    place: horizon, x of the glow, share of cloud.
    """
    n = len(xs)
    tmp = np.empty((2, n), np.float32)
    for j in range(out.shape[1]):
        up = max(place[0] - ys[j], 0.0)
        low, near = expo(-up * 3.4), expo(-up * 8.0)
        for i in range(n):
            dx = xs[i] - place[1]
            tmp[0, i] = near * (0.35 + 0.65 * expo(-min(dx * dx * 1.6, 12.0)))
            bend = fbm3(xs[i] * 0.9 + t * 0.02, ys[j] * 3.0)
            c = fbm4(xs[i] * 1.1 + bend + t * 0.03, ys[j] * 5.0 + bend * 1.2)
            tmp[1, i] = smooth(0.42, 0.80, c) * place[2] * smooth(0.0, 0.2, up)
        for c in range(3):
            row, glow, cloud = out[c, j], p[2, c], p[3, c]
            sky = mix(p[0, c], p[1, c], low)
            for i in range(n):
                row[i] = mix(sky, cloud, tmp[1, i]) + glow * tmp[0, i]


@kernel
def paint_snow(out, xs, ys, p, pools, top, aside, j0):
    """Rolling snow with pools of light.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        p: [4, 3]: snow in light, snow in shade, far haze, the lamps' light.
        pools: [n, 4]: x, y, reach and strength of lamps on the ground.
        top: where the ground begins.
        aside: how far the camera is aside.
        j0: first row.
    """
    n = len(xs)
    tmp = np.empty((3, n), np.float32)
    lit, warm, on = tmp[0], tmp[1], tmp[2]
    px = float32(out.shape[1])
    for j in range(j0, out.shape[1]):
        d = max(ys[j] - top, 0.001)
        z = 0.20 / (d + 0.06)
        far = expo(-d * 14.0)
        for i in range(n):
            wx = (xs[i] - xs[n // 2]) * z + aside
            swell = fbm3(wx * 0.7 + 3.0, z * 2.2)
            fine = fbm3(wx * 4.2, z * 11.0)
            lit[i] = clamp(0.30 + 1.5 * (swell - 0.42) + 0.55 * (fine - 0.5))
            on[i] = clamp(
                (ys[j] - top - 0.016 * (noise(xs[i] * 2.1 + aside * 2.0, 4.0) - 0.5)) * px
            )
            warm[i] = 0.0
        for k in range(len(pools)):
            r = 1.0 / (pools[k, 2] * pools[k, 2])
            dy = (ys[j] - pools[k, 1]) * 2.6
            if dy * dy * r < 9.0:
                for i in range(n):
                    dx = xs[i] - pools[k, 0]
                    q = (dx * dx + dy * dy) * r
                    warm[i] += pools[k, 3] * (0.55 + 0.9 * lit[i]) / (1.0 + 3.0 * q + 2.5 * q * q)
        for c in range(3):
            row, bright, dim, air, lamp = out[c, j], p[0, c], p[1, c], p[2, c], p[3, c]
            for i in range(n):
                own = mix(mix(dim, bright, lit[i]), air, far) + lamp * warm[i]
                row[i] = mix(row[i], own, on[i])


def mountains(
    size: tuple[int, int], seed: int, colours: Sequence[Rgb], horizon: float
) -> NDArray[np.float32]:
    """A range under snow, seen from a valley: float32 [4, h, w] of light and cover.

    Args:
        size: (width, height).
        seed: which.
        colours: rock, snow, the sun's light, the sky's light, haze.
        horizon: height of the eye.
    """
    rock, white, sun, sky, haze = colours
    land = Terrain(
        900, seed, palette=(rock, white, rock, sun, sky), sun=(-0.8, -0.3, 0.42), snow=0.16,
        tall=3.6, span=15.0, rough=0.9, ridged=0.45, cells=8.0,
    )  # fmt: skip
    row = land.n * 0.05
    column, clear = land.clear_way(row, wide=0.3, deep=0.35)
    # The valley is flat about the eye, so that no slope is nearer than its texels.
    away = (np.arange(land.n) - row - 150) / 260
    rise = smoothstep(away).astype(np.float32)[:, None]
    eye = np.array([column, row, clear * 0.62, 0.0, horizon, 0.95], np.float32)
    air = np.array([0.035, 0.30, 0.7, 0.3, 12.0, 3.2, 0.0], np.float32)
    fog = np.array([haze, haze, haze], np.float32)
    black, bright = (np.full((3, size[1], size[0]), v, np.float32) for v in (0.0, 1.0))
    for out in (black, bright):
        fly(out, land.height * rise, land.colour, eye, air, fog, land.tall, land.texel)
    cover = 1 - (bright - black).mean(0, keepdims=True)
    return np.concatenate([black, cover])


def smoke_rows(
    m: Moment, chimneys: Iterable[tuple[float, float]], size: float, tone: tuple[float, ...]
) -> NDArray[np.float32]:
    """Puffs of smoke over chimneys, rows for `splat` in picture heights: x, y, radius, light."""
    rows = []
    for number, (x, y) in enumerate(chimneys):
        u = (np.arange(16) / 16 + m.flow * 0.06 + number * 0.37) % 1
        bend = 0.5 * np.sin(m.flow * 0.25 + number) + 0.35
        px = x + size * (0.5 * bend * u + 1.4 * bend * u**2 + 0.16 * np.sin(u * 9 + number * 3))
        fade = np.sin(np.pi * u**0.6) * (1 - u) * 0.5
        shape = [px, y - size * 2.6 * u, size * (0.10 + 0.62 * u)]
        rows.append(np.stack([*shape, *(c * fade for c in tone)], 1))
    return np.concatenate(rows).astype(np.float32) if rows else np.zeros((0, 6), np.float32)
