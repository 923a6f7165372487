"""Water that mirrors the picture above it: waves in perspective, glitter under the light."""

from __future__ import annotations

import numpy as np
from numba import int32

from musivid.living.kernels import kernel
from musivid.living.shade import clamp, expo, mix, noise, smooth

__all__ = ["paint_water"]


@kernel
def paint_water(out, above, xs, ys, place, colours, t, chop, shine, j0):
    """Water from row j0 down.

    Args:
        out: the picture float32 [3, h, w].
        above: what is mirrored, of any size with the same shape.
        xs: places of columns in heights.
        ys: places of rows.
        place: horizon, x of the light.
        colours: [3, 3]: the deep, far haze, the light.
        t: clock of the waves in seconds.
        chop: how rough it is, about 0.1 to 1.
        shine: strength of the glitter.
        j0: first row.
    """
    horizon, sun_x, cx = place[0], place[1], xs[len(xs) // 2]
    h, w = above.shape[1], above.shape[2]
    tmp = np.empty((2, len(xs)), np.float32)
    at = np.empty((2, len(xs)), np.int32)
    mirror, glitter = tmp[0], tmp[1]
    scale = float(h)
    for j in range(j0, out.shape[1]):
        d = max(ys[j] - horizon, 0.0005)
        z = 0.34 / d
        w1, w2, w3 = min(1.0, d * 14.0), min(1.0, d * 7.0), min(1.0, d * 4.0)
        for i in range(len(xs)):
            wx = (xs[i] - cx) * z
            a = noise(wx * 1.3 + t * 0.25, z * 4.1 + t * 0.95)
            a += 0.6 * noise(wx * 2.1 - t * 0.3, z * 6.7 + t * 1.2) - 0.8
            b = noise(wx * 5.3 + t * 0.6, z * 15.0 + t * 1.9) - 0.5
            c = noise(wx * 13.0 - t * 0.8, z * 37.0 + t * 2.9) - 0.5
            e = noise(wx * 7.0 + 31.7, z * 19.0 + t * 2.2) - 0.5
            slope = (a * w1 + 0.75 * b * w2 + 0.5 * c * w3) * chop
            side = (e * w2 + 0.4 * b * w1) * chop
            lx = xs[i] + side * (0.03 + 0.10 * d)
            ly = horizon - d * (1.0 - 0.2 * d) - (slope + 0.1) * (0.035 + 0.75 * d)
            at[0, i] = min(max(int32(ly * scale), int32(0)), int32(h - 1))
            at[1, i] = min(max(int32(lx * scale), int32(0)), int32(w - 1))
            gx = (xs[i] + side * 0.22 - sun_x) / (0.035 + 0.20 * d)
            spark = smooth(0.10, 0.5, slope + 0.45 * c) * expo(-min(gx * gx, 12.0))
            glitter[i] = spark * (1.0 - 0.9 * d) * shine
            mirror[i] = clamp(0.86 - d * 0.9 + slope * (0.35 + 0.9 * d)) * 0.93
        far = expo(-min(d * 55.0, 12.0)) * 0.15
        for k in range(3):
            row, seen = out[k, j], above[k]
            deep, haze, lamp = colours[0, k], colours[1, k] * far, colours[2, k]
            for i in range(len(xs)):
                row[i] = mix(deep, seen[at[0, i], at[1, i]], mirror[i]) + haze + glitter[i] * lamp
