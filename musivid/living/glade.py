"""Light in a wood: the air, layers of trees in mist, a path with shadows, shafts between crowns."""

from __future__ import annotations

import numpy as np
from numba import float32, uint8

from musivid.living.kernels import fn, kernel
from musivid.living.shade import expo, fbm3, fbm4, mix, noise, smooth

__all__ = ["paint_beams", "paint_glade", "paint_path", "paint_trees"]

_PIECE = 64  # columns that are passed over together where nothing grows


@kernel
def paint_glade(out, xs, ys, p, t, lx, ly, lamp):
    """The air behind all trees: a glow in mist. p: light, air, low mist."""
    n = len(xs)
    tmp = np.empty((2, n), np.float32)
    for j in range(out.shape[1]):
        y = ys[j]
        low = smooth(0.30, 0.66, y)
        for i in range(n):
            dx, dy = xs[i] - lx, y - ly
            near = 1.0 / (1.0 + (dx * dx + dy * dy * 1.1) * 9.0)
            haze = fbm4(xs[i] * 1.7 - t * 0.05, y * 3.0 + t * 0.015)
            k = near * near
            tmp[0, i] = (k * (0.50 + 0.55 * haze) + k * k * k * 0.85) * lamp
            tmp[1, i] = low * (0.45 + 0.8 * haze) * (0.30 + 0.7 * near)
        for c in range(3):
            row, shine, air, fog = out[c, j], p[0, c], p[1, c], p[2, c]
            for i in range(n):
                row[i] = air + shine * tmp[0, i] + fog * tmp[1, i]


@kernel
def paint_trees(out, xs, ys, layer, p, place, lamp, t):
    """One layer over the picture.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        layer: uint8 [h, w, 4] of wood, leaves, lit edges and leaves' tone.
        p: [6, 3]: light, mist, wood, leaves, light through leaves, grass.
        place: x and y of the light, far (0 near to 1), base of the trunks, how high grass is.
        lamp: strength of the light.
        t: clock of the mist.
    """
    tmp = np.empty((6, _PIECE), np.float32)
    for j in range(out.shape[1]):
        for first in range(0, len(xs), _PIECE):
            last = min(first + _PIECE, len(xs))
            found = uint8(0)
            for i in range(first, last):
                found |= layer[j, i, 0] | layer[j, i, 1]
            if found:
                piece = out[:, j, first:last]
                _trees(piece, xs[first:last], ys[j], layer[j, first:last], p, place, lamp, t, tmp)


@fn
def _trees(out, xs, y, layer, p, place, lamp, t, tmp):
    """A piece of a row of trees: `paint_trees`."""
    n = len(xs)
    wood, leaf, edge, near, fog, tone = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4], tmp[5]
    lx, ly, far, base, grass = place[0], place[1], place[2], place[3], place[4]
    down = smooth(base - grass, base - 0.6 * grass, y)
    low = smooth(base - 0.50, base - 0.02, y) * (0.20 + 0.8 * far)
    for i in range(n):
        dx, dy = xs[i] - lx, y - ly
        near[i] = 1.0 / (1.0 + (dx * dx + dy * dy * 1.1) * 9.0)
        fog[i] = far * 0.30
    if low > 0.01:
        for i in range(n):
            fog[i] += low * smooth(0.25, 0.80, fbm3(xs[i] * 1.9 - t * 0.07, y * 4.2)) * 0.55
    for i in range(n):
        k = near[i] * near[i]
        w, v = float32(layer[i, 0]) * 0.003921569, float32(layer[i, 1]) * 0.003921569
        wood[i] = w * (1.0 - 0.45 * k * k * far)  # light eats thin things before it
        leaf[i] = v * (1.0 - 0.30 * k * k * far)
        edge[i] = float32(layer[i, 2]) * 0.003921569 * k * (1.5 - 0.5 * far) * lamp
        tone[i] = 0.35 + 1.1 * float32(layer[i, 3]) * 0.003921569
        near[i] = k * lamp
    for c in range(3):
        row, shine, mist = out[c], p[0, c], p[1, c]
        dark, blade = p[2, c], mix(p[3, c], p[5, c], down)
        through = mix(p[4, c], p[5, c] * 2.5, down)
        for i in range(n):
            f = min(fog[i], 0.9)
            misty = mist + shine * near[i] * 0.55
            bark = mix(dark + shine * edge[i], misty, f)
            green = (blade + through * (0.10 + 1.5 * near[i] + 0.8 * edge[i])) * tone[i]
            green = mix(green, misty, f * 0.8)
            row[i] = mix(mix(row[i], bark, wood[i]), green, leaf[i])


@kernel
def paint_path(out, xs, ys, place, p, lamp, j0):
    """The ground: a path towards the light, striped by the trunks' shadows.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        place: horizon, x of the light, forward, aside, how much of the ground is path.
        p: [4, 3]: light, path, verge, mist.
        lamp: strength of the light.
        j0: first row.
    """
    horizon, lx, ahead, aside, much = place[0], place[1], place[2], place[3], place[4]
    n = len(xs)
    tmp = np.empty((4, n), np.float32)
    tone, way, lit, on = tmp[0], tmp[1], tmp[2], tmp[3]
    middle = xs[n // 2]
    for j in range(j0, out.shape[1]):
        d = max(ys[j] - horizon, 0.002)
        z = 0.46 / d
        wz = z + ahead
        far = expo(-d * 9.0)
        bend = 0.9 * (noise(wz * 0.42, 3.0) - 0.5) * min(z, 5.0) * 0.55
        fine = min(d * 5.0, 1.0)
        for i in range(n):
            wx = (xs[i] - middle) * z + aside
            bump = fbm3(wx * 1.9, wz * 1.9)
            litter = noise(wx * 21.0, wz * 15.0) * fine + 0.5 * (1.0 - fine)
            crumb = noise(wx * 57.0, wz * 41.0) * fine * fine + 0.5 * (1.0 - fine * fine)
            blade = noise(wx * 70.0, wz * 44.0) * noise(wx * 31.0, wz * 17.0 + 3.0) * fine
            side = (wx - bend) + 0.10 * (bump - 0.5)
            path = expo(-min(side * side * 16.0, 12.0)) * much
            ruts = expo(-min((abs(side) - 0.13) * (abs(side) - 0.13) * 220.0, 12.0)) * path
            # shadows of trunks run away from the light
            a = (xs[i] - lx) / (d + 0.05)
            bar = smooth(
                0.40,
                0.62,
                noise(a * 2.6 + 40.0, 0.15 * wz) * 0.65 + noise(a * 7.0 + 9.0, 0.3 * wz) * 0.35,
            )
            gx = (xs[i] - lx) / (0.42 + 0.9 * d)
            ray = expo(-min(gx * gx, 12.0)) * (0.25 + 0.75 * bar) * lamp
            grit = 0.45 + 0.75 * litter + 0.5 * (crumb - 0.5)
            way[i] = path
            tone[i] = grit * (0.55 + 0.8 * bump) * (1.0 - 0.35 * ruts)
            lit[i] = ray * (
                0.10 + 0.26 * path * grit + (1.0 - path) * (0.9 * blade + 0.2 * litter * bump)
            )
            on[i] = smooth(0.0, 0.06, ys[j] - horizon - 0.005 - 0.03 * (bump - 0.5))
        for c in range(3):
            row, shine, own, verge, mist = out[c, j], p[0, c], p[1, c], p[2, c], p[3, c]
            for i in range(n):
                ground = mix(verge, own, way[i]) * tone[i] + shine * lit[i]
                ground = mix(ground, mist + shine * lamp * 0.16, far)
                row[i] = mix(row[i], ground, on[i])


@kernel
def paint_beams(out, xs, ys, lx, ly, t, gain):
    """Shafts between the crowns, fanning from a point: narrow and broad ones that drift.

    out: float32 [h, w], a quarter of the size.
    """
    for j in range(out.shape[0]):
        dy = ys[j] - ly
        for i in range(out.shape[1]):
            dx = xs[i] - lx
            r = np.sqrt(dx * dx + dy * dy) + 0.001
            a = np.arctan2(dx, dy + 0.02)
            n = 0.60 * noise(a * 7.0 + 20.0, t * 0.16) + 0.40 * noise(a * 19.0 + 51.0, t * 0.22)
            dust = 0.7 + 0.6 * (fbm3(xs[i] * 2.3 - t * 0.08, ys[j] * 3.0 + t * 0.05) - 0.3)
            down = smooth(-0.25, 0.15, dy)
            shine = smooth(0.42, 0.84, n) * dust * down * expo(-r * 1.9)
            out[j, i] = shine * smooth(0.02, 0.26, r) * gain
