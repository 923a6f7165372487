"""Weather that any scene may take: rain, falling snow, more where the music is loud."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.light import splat
from musivid.living.moment import Moment
from musivid.living.shade import hash2, smooth, whole

__all__ = ["Weather", "rain", "snow", "weather_falls"]

Weather = Literal["", "rain", "snow"]
"""What falls; empty: nothing."""
_DROPS, _SLANT = 0.30, 0.16  # share of places with a drop at half loudness; how far rain leans
_FLAKES, _CALM = 640, 0.6  # flakes; share of their pace that loudness does not change


@kernel
def rain(out, xs, ys, t, much, slant, rgb):
    """Streaks of rain in two depths.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        t: seconds.
        much: share of places that have a drop, 0..1.
        slant: heights aside for a height down.
        rgb: float32 [3], light of a drop.
    """
    for j in range(out.shape[1]):
        r, g, b = out[0, j], out[1, j], out[2, j]
        for i in range(len(xs)):
            total = float32(0.0)
            for k in range(2):
                near = k == 1
                x = (xs[i] + ys[j] * slant) * (32.0 if near else 70.0)
                c = whole(x)
                h = hash2(c, int32(k + 3))
                y = ys[j] * (1.3 if near else 2.2) - t * (2.6 + 1.6 * h) + h * 91.0
                d = whole(y)
                v = y - float32(d)
                on = 1.0 if hash2(d, c + int32(911)) < much else 0.0
                line = smooth(0.06 if near else 0.10, 0.0, abs(x - float32(c) - 0.5))
                total += on * line * v * v * smooth(1.0, 0.95, v) * (0.8 if near else 0.5)
            r[i] += rgb[0] * total
            g[i] += rgb[1] * total
            b[i] += rgb[2] * total


def snow(planes: Planes, time_s: float, count: int, light: float, seed: int = 3) -> None:
    """Flakes in depth that sink and sway."""
    height, width = planes.shape[1:]
    u: NDArray[np.float64] = dice(seed).random((5, count))
    near = 0.25 + 0.75 * u[2] ** 3
    y = (u[1] + time_s * (0.05 + 0.11 * near)) % 1.1 - 0.05
    sway = 0.02 * np.sin(time_s * (0.6 + u[3]) + u[4] * 40) + 0.03 * time_s * near
    x = (u[0] + sway) % 1.1 - 0.05
    radius = (0.9 + 4.2 * near**2) * height / 720
    value = light * (0.35 + 0.65 * u[3]) / (0.6 + 2.0 * near**2)
    rows = np.stack([x * width, y * height, radius, value * 0.95, value, value * 1.05], 1)
    splat(planes, rows.astype(np.float32))


def weather_falls(
    planes: Planes,
    full: tuple[NDArray[np.float32], NDArray[np.float32]],
    weather: Weather,
    m: Moment,
    seed: int,
) -> None:
    """Let weather fall over a picture, in the picture's own light.

    Args:
        planes: the picture float32 [3, h, w].
        full: places of its columns and rows, in heights.
        weather: what falls.
        m: the moment.
        seed: another one, other flakes.
    """
    if not weather:
        return
    mean = planes[:, ::16, ::16].mean((1, 2))
    if weather == "rain":
        drops = (mean * (0.55, 0.61, 0.69) + 0.035).astype(np.float32)
        rain(planes, *full, m.time_s, _DROPS * (0.5 + m.loud), _SLANT, drops)
    else:
        # As many flakes in every frame, else each would have other places.
        light = (0.55 + 2.6 * float(mean @ (0.3, 0.59, 0.11))) * (0.8 + 0.4 * m.loud)
        snow(planes, _CALM * m.time_s + (1 - _CALM) * m.flow, _FLAKES, light, seed)
