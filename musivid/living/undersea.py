"""Under water: rays that waves let through, and sand on which they draw caustics."""

from __future__ import annotations

import numpy as np
from numba import float32

from musivid.living.kernels import kernel
from musivid.living.shade import clamp, cosine, expo, fbm3, fbm4, mix, noise, sine, smooth

__all__ = ["paint_depth", "paint_sand"]


@kernel
def paint_depth(out, xs, ys, p, place, t, lift):
    """Water with rays from the surface; p: [4, 3] above, middle, below, rays.

    place: x and y of the sun over the water, strength of the rays, y of the surface.
    """
    w = len(xs)
    tmp = np.empty((3, w), np.float32)
    ray, top, haze = tmp[0], tmp[1], tmp[2]
    lx, ly, much, edge = place[0], place[1], place[2], place[3]
    for j in range(out.shape[1]):
        y = ys[j]
        a, b = smooth(-0.05, 0.55, y), smooth(0.35, 1.05, y)
        down = 1.0 / (y - ly)
        fade = expo(-max(y, 0.0) * 1.9)
        near = 0.10 / max(y - edge + 0.10, 0.02)
        for i in range(w):
            dx = xs[i] - lx
            ang = dx * down
            n = noise(ang * 9.0 + 0.25 * t, 0.50 * t) * noise(ang * 21.0 - 0.31 * t, 0.7 * t + 9.0)
            n += 0.35 * noise(ang * 47.0 + 0.2 * t, 1.1 * t)
            soft = 1.0 / (1.0 + 2.2 * ang * ang)
            ray[i] = smooth(0.22, 0.75, n) * fade * soft * much
            wave = fbm3(dx * near * 3.0 + 0.15 * t, near * 7.0 + 0.35 * t)
            s = smooth(0.50, 0.80, wave) * smooth(0.22, 0.0, y - edge)
            top[i] = s * (0.4 + 1.1 / (1.0 + 6.0 * dx * dx)) * lift
            haze[i] = 0.88 + 0.24 * fbm3(xs[i] * 1.4 + 0.06 * t, y * 1.8)
        for c in range(3):
            row, light = out[c, j], p[3, c]
            base = mix(mix(p[0, c], p[1, c], a), p[2, c], b)
            for i in range(w):
                row[i] = base * haze[i] + light * (ray[i] + top[i])


@kernel
def paint_sand(out, xs, ys, p, edge, t, shift, much):
    """Sand with its ripples and caustics, in perspective, lost in the water far off.

    p: [3, 3] sand, water behind, light of the caustics. Caustics: lines where waves bring light
    together, by warping a place thrice with waves of its own.
    """
    middle = xs[len(xs) // 2]
    tmp = np.empty((2, len(xs)), np.float32)
    lit, sand = tmp[0], tmp[1]
    for j in range(out.shape[1]):
        d = ys[j] - edge
        if d <= 0.0:
            continue
        z = 0.16 / (d + 0.035)
        fog = 1.0 - expo(-z * 0.42)
        for i in range(len(xs)):
            x, y = (xs[i] - middle) * z * 3.0 + shift, z * 4.2
            hill = fbm4(x * 0.5, y * 0.5)
            dune = 0.5 + 0.5 * sine(y * 7.0 + 4.0 * fbm3(x * 0.8, y * 0.6) + x * 1.2)
            sand[i] = 0.55 + 0.45 * hill + 0.18 * (dune - 0.5) * (1.0 - fog)
            u, v = x * 1.5, y * 1.5
            c = float32(0.0)
            px, py = u, v
            for k in range(3):
                q = t * (0.9 - 0.22 * k)
                nx = u + cosine(q - px) + sine(q + py)
                py = v + sine(q - py) + cosine(q + px)
                px = nx
                a, b = sine(px + q), cosine(py + q)
                c += 1.0 / np.sqrt(a * a * 18.0 + b * b * 18.0 + 0.16)
            lit[i] = clamp(c * 0.62 - 0.34) * (1.0 - 0.8 * fog) * much * 1.25
        for k in range(3):
            row, s, far, lamp = out[k, j], p[0, k], p[1, k], p[2, k]
            for i in range(len(xs)):
                v = s * sand[i] * (0.75 + 0.25 * sand[i]) + lamp * lit[i] * lit[i]
                row[i] = mix(v, row[i] * 0.6 + far * 0.4, fog)
