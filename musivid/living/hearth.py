"""A campfire: flames in tongues that noise tears, ground and trees in its light, embers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.kernels import kernel
from musivid.living.moment import Event, Moment
from musivid.living.shade import clamp, fbm3, fbm4, mix, noise, sine, smooth

__all__ = ["ember_rows", "paint_earth", "paint_grove", "paint_tongues", "tongue_rows"]


@kernel
def paint_tongues(out, xs, ys, tongues, p):
    """Flames, added to the picture; hot is yellow, never white.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        tongues: [n, 4]: place, width, height, phase, in sizes of the fire.
        p: [9]: x, y and size of the fire, clock, gust, glow of the air (strength, then RGB).
    """
    cx, base, size, t, gust, lamp = p[0], p[1], p[2], p[3], p[4], p[5]
    n, w = len(tongues), len(xs)
    tmp = np.empty((3, w), np.float32)
    for j in range(out.shape[1]):
        r, g, b = out[0, j], out[1, j], out[2, j]
        v = (base - ys[j]) / size
        vv = max(v, 0.0)
        for i in range(w):
            x = (xs[i] - cx) / size
            n1 = fbm3(x * 2.2 + 7.0, vv * 1.5 - t * 1.25)
            n2 = fbm3(x * 5.5 + 3.0, vv * 3.4 - t * 2.4) * 0.72
            n2 += 0.28 * noise(x * 17.0 + n1 * 3.0, vv * 9.0 - t * 4.6)
            tmp[0, i] = 0.0
            bend = (n1 - 0.5) * (0.16 + 0.55 * vv) + (n2 - 0.5) * 0.14 * (0.3 + vv)
            tmp[1, i] = x + bend + gust * vv * vv
            tmp[2, i] = n2
        if v > -0.08:
            for q in range(n):
                c, wide, high, ph = tongues[q, 0], tongues[q, 1], tongues[q, 2], tongues[q, 3]
                u = vv / high
                if u < 1.3:
                    less = max(1.0 - u, 0.0)
                    body = 0.30 + 0.95 * np.sqrt(max(u, 0.0)) * less + 0.55 * less * less
                    ib = 1.0 / (wide * body + 0.004)
                    mid = c * (1.0 - 0.75 * smooth(0.0, 0.9, u))
                    mid += 0.045 * sine(ph * 6.0 + u * 5.0 - t * 4.0) * u
                    fade = smooth(1.28, 0.55, u) * smooth(-0.06, 0.05, v) * 0.62
                    for i in range(w):
                        d = (tmp[1, i] - mid) * ib
                        k = max(1.0 - d * d, 0.0)
                        tmp[0, i] += k * k * fade
        lift = smooth(0.05, 0.45, vv + 0.2)
        for i in range(w):
            tear = tmp[2, i]
            f = tmp[0, i] * (0.22 + 1.22 * smooth(0.30, 0.72, tear))
            f -= 0.55 * vv * (1.0 - tear) + 0.07
            f = clamp(f * (0.95 - 0.30 * smooth(0.55, 0.95, f)))
            hole = fbm3((xs[i] - cx) / size * 7.5 + 9.0, vv * 4.2 - t * 3.1)
            f *= 1.0 - 0.38 * smooth(0.46, 0.66, hole) * lift
            edge, heat = smooth(0.0, 0.34, f), smooth(0.26, 1.05, f)
            dx, dy = xs[i] - cx, ys[j] - (base - size * 0.32)
            air = lamp / (dx * dx + dy * dy + 0.26) * 0.008
            r[i] += edge * 1.05 + heat * 1.05 + air * p[6]
            g[i] += edge * edge * 0.20 + heat * (0.34 + 0.42 * heat) + air * p[7]
            b[i] += edge * edge * 0.010 + heat * heat * heat * 0.20 + air * p[8]


@kernel
def paint_earth(out, xs, ys, place, colours, j0):
    """Ground lit by a fire, from row j0 down.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        place: where the ground begins, x and y of the fire, its strength.
        colours: [2, 3]: the fire's light, the ground without it.
        j0: first row.
    """
    top, cx, base, lamp = place[0], place[1], place[2], place[3]
    tmp = np.empty((2, len(xs)), np.float32)
    for j in range(j0, out.shape[1]):
        d = ys[j] - top
        on = smooth(0.0, 0.012, d)
        z = 0.14 / (d + 0.05)
        for i in range(len(xs)):
            wx = (xs[i] - cx) * z
            bump, grain = fbm4(wx * 13.0 + 4.0, z * 7.0), noise(wx * 95.0, z * 62.0)
            dx, dy = xs[i] - cx, (ys[j] - base) * 2.6
            lit = lamp * (0.030 / (dx * dx + dy * dy + 0.035)) * (0.25 + bump)
            tmp[0, i], tmp[1, i] = 0.5 + bump, lit * (0.6 + 0.8 * grain)
        for c in range(3):
            row, glow, dark = out[c, j], colours[0, c], colours[1, c]
            for i in range(len(xs)):
                row[i] = mix(row[i], dark * tmp[0, i] + glow * tmp[1, i], on)


@kernel
def paint_grove(out, xs, ys, cover, edge, place, colours):
    """Trees at night: their edges towards the fire are lit.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        cover: [h, w] where trees are.
        edge: [h, w] where their lit edges are.
        place: x of the fire, how far its light goes, its strength.
        colours: [2, 3]: the fire's light, the trees without it.
    """
    cx, wide, lamp = place[0], place[1], place[2]
    glow = np.empty(len(xs), np.float32)
    for j in range(out.shape[1]):
        tall = clamp((ys[j] - 0.22) * 1.9) * lamp
        for i in range(len(xs)):
            d = (xs[i] - cx) / wide
            far = 1.0 + d * d * d * d + d * d
            glow[i] = (edge[j, i] * 0.22 + 0.006) * tall / far
        for c in range(3):
            row, warm, dark = out[c, j], colours[0, c], colours[1, c]
            for i in range(len(xs)):
                row[i] += (dark + glow[i] * warm - row[i]) * cover[j, i]


def tongue_rows(m: Moment, high: float, seed: int = 2) -> NDArray[np.float32]:
    """Nine tongues at a moment, for `paint_tongues`; `high` is how tall the middle one is."""
    u = dice(seed).random((9, 4))
    k = np.linspace(-1, 1, len(u))
    sway = np.sin(m.time_s * (2.2 + 1.6 * u[:, 0]) + u[:, 1] * 40)
    tall = 0.55 + 0.45 * sway * np.sin(m.time_s * (1.1 + u[:, 2]) + u[:, 3] * 9)
    tall = np.maximum(tall * (1.05 - 0.62 * abs(k) ** 1.3) * high * 1.15, 0.12)
    return np.column_stack([k * 0.26, 0.10 + 0.07 * u[:, 1], tall, u[:, 3] * 6]).astype(np.float32)


def ember_rows(m: Moment, at: tuple[float, float], size: float, high: float) -> NDArray[np.float64]:
    """Embers: x, y, light, size 0..1; a steady few and a burst for each onset; [n, 4]."""
    s = dice(7).random((6, 150))
    t = (m.flow * (0.10 + 0.13 * s[0]) + s[1]) % 1
    x = at[0] + (s[2] - 0.5) * (0.3 * size + 0.7 * t) + 0.03 * np.sin(t * 9 + s[3] * 40)
    y = at[1] - 0.05 - t * (0.55 + 0.45 * s[4])
    rows = [np.stack([x, y, (1 - t) ** 2 * 0.6 * (s[5] > 0.4), s[4]], 1)]
    rows += [_burst(event, at, size, high) for event in m.events]
    every = np.concatenate(rows)
    return every[every[:, 2] > 0.01]


def _burst(event: Event, at: tuple[float, float], size: float, high: float) -> NDArray[np.float64]:
    age, u = event.age_s, dice(event.key).random((5, int(6 + 24 * event.strength**2)))
    rise = (0.14 + 0.36 * u[1]) * age * (1 - 0.10 * age) * (0.6 + size)
    x = at[0] + (u[2] - 0.5) * 0.30 * size + (u[3] - 0.5) * 0.34 * age
    x = x + 0.022 * np.sin(age * 5 + u[4] * 40) * age
    y = at[1] - size * (0.25 + 0.5 * high * u[4]) - rise
    fade = np.maximum(1 - age / (1.0 + 2.2 * u[0]), 0) ** 1.5
    return np.stack([x, y, fade * (0.45 + event.strength), u[1]], 1)
