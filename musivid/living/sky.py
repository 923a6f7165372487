"""Skies with one light: its glow, clouds lit from below and behind, the haze over the horizon."""

from __future__ import annotations

import numpy as np
from numba import int32

from musivid.living.kernels import fn, kernel
from musivid.living.shade import clamp, expo, fbm3, fbm6, mix, smooth

__all__ = ["paint_sky"]


@kernel
def paint_sky(out, xs, ys, p, t, drift, glow):
    """A sky with a sun or a moon.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        p: [7, 3]: colours of zenith, middle, low, light, dark of clouds; then horizon, x and y of
            the light; then the share of clouds (less is more of them), the light's radius, and 1
            for a moon, with its dark plains and without a sun's glare.
        t: clock of what boils in the clouds, seconds.
        drift: how far the clouds have gone.
        glow: strength of the light's halo.
    """
    horizon, sx, sy, cover, radius = p[5, 0], p[5, 1], p[5, 2], p[6, 0], p[6, 1]
    moon = p[6, 2]
    glare, lamp = glow * (1.0 - 0.58 * moon), 1.0 - 0.62 * moon
    inner, outer = radius * radius * 0.842, radius * radius
    z0, z1, z2, m0, m1, m2 = p[0, 0], p[0, 1], p[0, 2], p[1, 0], p[1, 1], p[1, 2]
    l0, l1, l2, s0, s1, s2 = p[2, 0], p[2, 1], p[2, 2], p[3, 0], p[3, 1], p[3, 2]
    c0, c1, c2 = p[4, 0], p[4, 1], p[4, 2]
    for j in range(out.shape[1]):
        r, g, b = out[0, j], out[1, j], out[2, j]
        up = max(horizon - ys[j], 0.0)
        lift = up / horizon
        v = 0.22 / (up + 0.085)
        low, mid = expo(-lift * 5.5), expo(-(lift - 0.25) * (lift - 0.25) * 9.0)
        thick = smooth(0.0, 0.16, up) * (1.0 - 0.35 * smooth(0.5, 1.0, lift))
        for i in range(len(xs)):
            dx, dy = xs[i] - sx, ys[j] - sy
            d = dx * dx * 0.7 + dy * dy
            near = 1.0 / (1.0 + d * 9.0)
            haze = low * (0.45 + 0.55 * near)
            cr, cg, cb = z0 + m0 * mid, z1 + m1 * mid, z2 + m2 * mid
            cr, cg, cb = mix(cr, l0, haze), mix(cg, l1, haze), mix(cb, l2, haze)
            halo = 0.30 * near * near + 0.010 / (d + 0.010)
            wx, wy = dx * v * 1.25 + drift, v * 2.6
            bend = fbm3(wx * 0.7, wy * 0.9 + t * 0.02)
            n = fbm6(wx + bend * 0.9, wy * 1.5 + bend * 0.6)
            n2 = fbm3(wx + bend * 0.9 - dx * v * 0.16, wy * 1.5 + bend * 0.6 + 0.22)
            body = smooth(cover, cover + 0.27, n) * thick
            lit = clamp(0.42 + (n2 - n) * 2.6) * (0.3 + 1.5 * near)
            warm = lit * 1.15 + body * (1.0 - body) * 4.0 * near * 0.75
            kr, kg, kb = c0 + s0 * warm * 0.62, c1 + s1 * warm * 0.52, c2 + s2 * warm * 0.5
            kr, kg, kb = mix(kr, l0, low * 0.6), mix(kg, l1, low * 0.6), mix(kb, l2, low * 0.6)
            edge = dx * dx + dy * dy
            disc = smooth(outer, inner, edge) * (3.0 + 2.0 * smooth(-radius, radius, -dy))
            disc = disc * lamp
            a = body * 0.93
            shine = halo * glare
            r[i] = mix(cr + s0 * (shine + disc), kr + s0 * shine * 0.45, a)
            g[i] = mix(cg + s1 * (shine * 0.85 + disc), kg + s1 * shine * 0.35, a)
            b[i] = mix(cb + s2 * (shine * 0.8 + disc * 0.8), kb + s2 * shine * 0.3, a)
        across = outer - (ys[j] - sy) * (ys[j] - sy)
        if moon > 0.0 and across > 0.0:
            _plains(out, xs, j, (ys[j] - sy) / radius, np.sqrt(across), sx, radius)


@fn
def _plains(out, xs, j, y, half, sx, radius):
    """The dark plains of a moon and its darker rim, on row j, `y` radii below its middle."""
    step = xs[1] - xs[0]
    first = max(int32((sx - half - xs[0]) / step) + int32(1), int32(0))
    for i in range(first, min(int32((sx + half - xs[0]) / step) + int32(1), len(xs))):
        x = (xs[i] - sx) / radius
        rim = x * x + y * y
        n = fbm3(x * 1.15 + 4.6, y * 1.15 + 9.4) + 0.22 * fbm3(x * 4.0 + 1.0, y * 4.0)
        keep = 1.0 - 0.60 * smooth(0.50, 0.72, n) * smooth(1.0, 0.75, rim)
        keep = keep * (1.0 - 0.30 * rim * rim)
        for c in range(3):
            out[c, j, i] *= keep
