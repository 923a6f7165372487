"""Houses by night: a sky with haze and a moon, rows of houses whose windows notes light."""

from __future__ import annotations

import numpy as np
from numba import float32, int32

from musivid.living.kernels import kernel
from musivid.living.shade import fbm3, fbm5, fract, hash2, mix, smooth, whole

__all__ = ["paint_haze", "paint_row"]


@kernel
def paint_haze(out, xs, ys, p, t, flash):
    """The sky: p is high, low (both colours), moon light; then moon x, y, size."""
    for j in range(out.shape[1]):
        r, g, b = out[0, j], out[1, j], out[2, j]
        low = smooth(0.0, 0.72, ys[j])
        for i in range(len(xs)):
            bend = 0.5 * fbm3(xs[i] * 1.3, ys[j] * 2.0 + t * 0.02)
            n = fbm5(xs[i] * 1.6 + t * 0.02 + bend, ys[j] * 3.2 + 9.0)
            cloud = smooth(0.35, 0.85, n)
            dx, dy = xs[i] - p[3, 0], ys[j] - p[3, 1]
            d = dx * dx + dy * dy
            moon = smooth(p[3, 2], p[3, 2] * 0.9, np.sqrt(d)) * (1.0 - 0.7 * cloud)
            moon *= 0.75 + 0.5 * fbm3(dx * 30.0, dy * 30.0)
            ring = 0.012 / (d + 0.02) * (0.4 + cloud)
            k = cloud * (0.35 + 0.65 * low) + flash * cloud
            r[i] = mix(p[0, 0], p[1, 0], low) * (0.55 + k) + p[2, 0] * (moon + ring * 0.35)
            g[i] = mix(p[0, 1], p[1, 1], low) * (0.55 + k) + p[2, 1] * (moon + ring * 0.35)
            b[i] = mix(p[0, 2], p[1, 2], low) * (0.55 + k) + p[2, 2] * (moon + ring * 0.35)


@kernel
def paint_row(out, xs, ys, bands, tone, p, ground, j1):
    """One row of houses.

    p: cells a height, shift, least and most tall, windows a cell, haze, light, seed.
    """
    f, shift, low, high, many, haze, gain, seed = (
        p[0],
        p[1],
        p[2],
        p[3],
        p[4],
        p[5],
        p[6],
        int32(p[7]),
    )
    px = float32(1.0) / float32(out.shape[1])
    n = len(xs)
    tmp = np.empty((10, n), np.float32)
    for i in range(n):  # what holds for a whole column of the picture
        c = xs[i] * f + shift
        k = whole(c)
        u = c - float32(k)
        wide = 0.62 + 0.36 * hash2(k, seed)
        left = (1.0 - wide) * hash2(k, seed + int32(1))
        inside = smooth(left, left + px * f, u) * (
            1.0 - smooth(left + wide - px * f, left + wide, u)
        )
        tall = low + (high - low) * hash2(k, seed + int32(2)) * hash2(k, seed + int32(3))
        v = (u - left) / wide
        step = hash2(k, seed + int32(4))
        inner = smooth(0.22, 0.22 + px * f, v) * (1.0 - smooth(0.78 - px * f, 0.78, v))
        mast = (1.0 - smooth(0.0, px * f * 1.2, abs(v - 0.5))) * (1.0 if step > 0.62 else 0.0)
        tmp[0, i], tmp[1, i] = float32(k), inside
        tmp[2, i] = tall + (0.05 if step > 0.45 else 0.0) * inner
        tmp[3, i] = tmp[2, i] + 0.07 * mast
        cols = np.floor(many * (0.6 + 0.8 * hash2(k, seed + int32(5))) * wide) + 2.0
        q = v * cols
        tmp[4, i] = float32(whole(q) * int32(57) + k * int32(1013) + seed * int32(7))
        a = abs(q - np.floor(q) - 0.5)
        soft = px * f * cols / wide
        tmp[5, i] = (1.0 - smooth(0.30 - soft * 0.5, 0.30 + soft * 0.5, a)) * inside
        tmp[6, i] = f * cols / wide * (0.45 + 0.35 * hash2(k, seed + int32(6)))  # floors a height
        tmp[7, i] = hash2(k, seed + int32(7))
        corner = 0.22 + 0.5 * hash2(k, seed + int32(8))
        tmp[8, i] = mix(1.7, 0.75, smooth(corner - px * f, corner + px * f, v))
    work = np.empty((3, n), np.float32)
    body, light, tint = work[0], work[1], work[2]
    inside, roof, mast, colx = tmp[1], tmp[2], tmp[3], tmp[4]
    panex, floors, kind, side = tmp[5], tmp[6], tmp[7], tmp[8]
    for j in range(max(int32((ground - high - 0.13) * float32(out.shape[1])), int32(0)), j1):
        y = ground - ys[j]
        air = haze * (0.55 + 0.45 * smooth(0.45, 0.0, y))
        foot = smooth(0.012, 0.014, y)
        for i in range(n):
            body[i] = inside[i] * smooth(0.0, px, max(roof[i], mast[i]) - y)
        for i in range(n):
            light[i] = (roof[i] - y) * floors[i]
        for i in range(n):
            q = light[i]
            row = whole(q)
            soft = px * floors[i]
            pane = (
                1.0 - smooth(0.27 - soft * 0.5, 0.27 + soft * 0.5, abs(q - float32(row) - 0.5))
            ) * (1.0 if q > 1.0 else 0.0)
            one = hash2(int32(colx[i]), int32(row))
            light[i] = pane * foot
            tint[i] = one
        for i in range(n):
            two = fract(tint[i] * 57.0 + 0.31)
            band = bands[int32(two * 31.99)]
            on = smooth(0.66, 0.74, tint[i] + 0.30 * band) * (0.12 + 0.75 * band + 0.6 * two * two)
            light[i] = light[i] * panex[i] * on * gain * (1.0 - 0.55 * air)
        for i in range(n):
            tint[i] = 1.0 if kind[i] + 0.35 * tint[i] > 0.42 else 0.0
        for c in range(3):
            o, dark, fog, cool, warm = out[c, j], tone[0, c], tone[1, c], tone[3, c], tone[2, c]
            for i in range(n):
                base = mix(dark * side[i], fog, air * (0.85 + 0.15 * side[i]))
                o[i] = mix(o[i], base + mix(cool, warm, tint[i]) * light[i], body[i])
