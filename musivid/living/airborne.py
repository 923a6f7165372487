"""What the air carries: leaves and petals that tumble, lanterns that rise, bubbles."""

from __future__ import annotations

import numpy as np
from numba import float32, int32

from musivid.living.kernels import kernel
from musivid.living.shade import clamp, smooth

__all__ = ["bubbles", "lanterns", "leaves"]


@kernel
def leaves(planes, rows):
    """Lay leaves on a picture.

    rows float32 [n, 11]: x, y, half length in pixels; half width over half length, 0..1; cosine
    and sine of the turn; pixels of the soft edge; a colour; how much it covers.
    """
    _, h, w = planes.shape
    for k in range(len(rows)):
        x, y, long, flat = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3]
        c, s, soft, alpha = rows[k, 4], rows[k, 5], rows[k, 6], rows[k, 10]
        r = long + soft + 1.0
        x0, x1 = max(int32(x - r), int32(0)), min(int32(x + r) + int32(2), int32(w))
        y0, y1 = max(int32(y - r), int32(0)), min(int32(y + r) + int32(2), int32(h))
        wide = long * flat
        for j in range(y0, y1):
            dy = float32(j) + 0.5 - y
            for i in range(x0, x1):
                dx = float32(i) + 0.5 - x
                u, v = (dx * c + dy * s) / long, dy * c - dx * s
                # pointed in front, round behind, a stem
                belly = max(1.0 - u * u, 0.0) * (1.0 - 0.28 * u)
                d = max(abs(v) - wide * belly, (abs(u) - 1.0) * long)
                cover = smooth(soft, -soft, d) * alpha
                side = 1.16 if v > 0.0 else 0.80
                rib = 1.0 - 0.22 * smooth(1.2, 0.2, abs(v))
                for q in range(3):
                    planes[q, j, i] += (rows[k, 7 + q] * side * rib - planes[q, j, i]) * cover


@kernel
def lanterns(planes, rows):
    """Lay paper lanterns with a flame in them on a picture.

    rows float32 [n, 5]: x, y, half width in pixels, pixels of the soft edge, light.
    """
    _, h, w = planes.shape
    for k in range(len(rows)):
        x, y, wide, soft, light = rows[k, 0], rows[k, 1], rows[k, 2], rows[k, 3], rows[k, 4]
        tall = wide * 1.35
        x0, x1 = max(int32(x - wide - soft), int32(0)), min(int32(x + wide + soft) + 2, int32(w))
        y0, y1 = max(int32(y - tall - soft), int32(0)), min(int32(y + tall + soft) + 2, int32(h))
        for j in range(y0, y1):
            v = (float32(j) + 0.5 - y) / tall
            round_ = max(1.0 - max(-v - 0.45, 0.0) * max(-v - 0.45, 0.0) * 3.2, 0.0)
            half = wide * (0.80 - 0.16 * v) * np.sqrt(round_)
            for i in range(x0, x1):
                dx = float32(i) + 0.5 - x
                d = max(abs(dx) - half, (abs(v) - 1.0) * tall)
                cover = smooth(soft, -soft, d)
                u = dx / max(half, 1.0)
                glow = (0.34 + 0.66 * smooth(-1.0, 0.9, v)) * (1.0 - 0.45 * u * u)
                flame = smooth(0.75, 0.0, np.sqrt(u * u * 1.8 + (v - 0.62) * (v - 0.62) * 3.0))
                warm = glow + 1.6 * flame
                fade = cover * clamp(light)
                planes[0, j, i] += (1.55 * warm - planes[0, j, i]) * fade
                planes[1, j, i] += ((0.50 + 0.16 * flame) * warm - planes[1, j, i]) * fade
                planes[2, j, i] += ((0.11 + 0.14 * flame) * warm - planes[2, j, i]) * fade


@kernel
def bubbles(planes, rows):
    """Add bubbles: rows float32 [n, 6] of x, y, radius in pixels and the colour of their light."""
    _, h, w = planes.shape
    for k in range(len(rows)):
        x, y, r = rows[k, 0], rows[k, 1], rows[k, 2]
        x0, x1 = max(int32(x - r - 2.0), int32(0)), min(int32(x + r) + int32(3), int32(w))
        y0, y1 = max(int32(y - r - 2.0), int32(0)), min(int32(y + r) + int32(3), int32(h))
        for j in range(y0, y1):
            dy = float32(j) + 0.5 - y
            for i in range(x0, x1):
                dx = float32(i) + 0.5 - x
                d = np.sqrt(dx * dx + dy * dy)
                ring = smooth(1.1 + 0.10 * r, 0.0, abs(d - r + 0.10 * r))
                lx, ly = dx + 0.38 * r, dy + 0.42 * r
                spot = smooth(0.26 * r + 0.6, 0.0, np.sqrt(lx * lx + ly * ly))
                s = ring * (0.35 - 0.30 * dy / r) + 1.5 * spot
                for q in range(3):
                    planes[q, j, i] += s * rows[k, 3 + q]
