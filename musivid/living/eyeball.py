"""An eye between its lids: iris of fibres, pupil, white, wet lower rim, skin in low light."""

from __future__ import annotations

import numpy as np

from musivid.living.kernels import fn, kernel
from musivid.living.shade import clamp, fbm4, mix, noise, smooth

__all__ = ["paint_eye"]


@fn
def _iris(outer, middle, inner, d, f, pupil, down):
    """The iris at d of its radius: fibres of strength f, darker at its border and its pupil."""
    ring = mix(inner, middle, smooth(pupil + 0.04, pupil + 0.34 + 0.25 * f, d))
    ring = mix(ring, outer, smooth(0.62, 0.98, d + 0.12 * f))
    ring = ring * (0.30 + 1.45 * f * f + 0.35 * f)
    # Light that falls in from above gathers below, opposite to it.
    ring = ring * (0.75 + 0.75 * smooth(-0.6, 0.7, down))
    ring = ring * (1.0 - 0.75 * smooth(0.80, 1.0, d))
    return ring * smooth(pupil - 0.015, pupil + 0.05, d + 0.03 * f)


@kernel
def paint_eye(out, xs, ys, at, inks, lids):
    """Paint an eye.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        at: middle x and y; size; gaze x and y of it; pupil as a share of the iris; how far the lid
            is down; light; a number that eyes differ in.
        inks: [7, 3]: iris outside, in the middle, round the pupil; white; skin in light, in shade;
            the light.
        lids: half width, height above, height below, times size.
    """
    w = len(xs)
    cx, cy, size, gx, gy = at[0], at[1], at[2], at[3], at[4]
    pupil, shut, lamp, own = at[5], at[6], at[7], at[8]
    half, above, below = lids[0], lids[1], lids[2]
    tmp = np.empty((8, w), np.float32)
    fibre, rad, ball, open_, skin, wet, dark, warm = (
        tmp[0], tmp[1], tmp[2], tmp[3], tmp[4], tmp[5], tmp[6], tmp[7],
    )  # fmt: skip
    pixel = (ys[1] - ys[0]) / size
    for j in range(out.shape[1]):
        y = (ys[j] - cy) / size
        for i in range(w):
            x = (xs[i] - cx) / size
            e = abs(x) / half
            arch = max(1.0 - e * e * (0.85 + 0.15 * e), -1.5)
            tilt = -0.035 * x
            low = below * arch * (1.0 + 0.22 * x) + tilt
            top = mix(-above * arch * (1.0 - 0.16 * x) + tilt, low, shut)
            edge = min(y - top, low - y)
            open_[i] = smooth(-1.5 * pixel, 1.5 * pixel, edge)
            # The lid throws its shade on the ball; both lids curve away from the light.
            dark[i] = smooth(-0.03, 0.20, y - top) * (0.45 + 0.55 * smooth(0.0, 0.13, low - y))
            wet[i] = smooth(0.020, 0.004, abs(low - y - 0.010)) * smooth(1.05, 0.6, e)
            fold = y + above * 1.28 * (1.0 - 0.80 * e * e)
            crease = smooth(0.055, 0.0, abs(fold)) * smooth(1.25, 0.5, e)
            grain = noise(x * 95.0 + own, y * 95.0) * 0.10 + noise(x * 31.0, y * 31.0 + own) * 0.10
            slope = smooth(-0.9, -0.1, -y * 0.9 - x * 0.35 + 0.1) * smooth(1.5, 0.2, e)
            rim = smooth(0.060, 0.0, -edge)
            s = (0.10 + 0.75 * slope) * (0.85 + grain) * (1.0 - 0.62 * crease)
            line = smooth(0.030, 0.004, abs(top - y)) * smooth(1.06, 0.9, e)  # where lashes root
            skin[i] = clamp(s + 0.12 * rim * smooth(0.0, 0.02, -edge)) * (1.0 - 0.85 * line)
            far = (x + half * 0.97) * (x + half * 0.97) + (y - 0.02) * (y - 0.02)
            warm[i] = rim * 0.6 + smooth(0.030, 0.0, far) * 0.8
        for i in range(w):
            x = (xs[i] - cx) / size
            dx, dy = x - gx, y - gy
            d = np.sqrt(dx * dx + dy * dy) * 3.25  # the iris has a radius of 0.31
            # Fibres are noise of the direction alone, on a circle, so that no seam is seen.
            away = max(d, 1e-3) * 0.3077
            ux, uy = dx / away, dy / away
            rad[i] = d
            n = fbm4(ux * 8.0 + own + d * 0.8, uy * 8.0 - d * 0.6)
            f = noise(ux * 25.0 + n * 2.5 + own, uy * 25.0 + d * 1.2)
            fibre[i] = 0.45 * n + 0.55 * f
            r2 = (x * x + y * y) / (half * half)
            vein = smooth(0.06, 0.0, abs(noise(x * 9.0 + n * 0.5, y * 13.0 + own) - 0.5))
            ball[i] = (1.0 - 0.95 * r2) * (1.0 - 0.16 * vein * smooth(0.2, 0.8, abs(x) / half))
        for c in range(3):
            row, white, light = out[c, j], inks[3, c], inks[6, c]
            o0, o1, o2, k0, k1 = inks[0, c], inks[1, c], inks[2, c], inks[4, c], inks[5, c]
            red = 0.22 if c == 0 else -0.10
            for i in range(w):
                d, f = rad[i], fibre[i]
                ring = _iris(o0, o1, o2, d, f, pupil, (y - gy) * 3.25) * lamp
                eye = mix(
                    ring,
                    white * max(ball[i], 0.05) * (1.0 + red * (1.0 - ball[i])),
                    smooth(0.97, 1.06, d),
                )
                eye = eye * dark[i] + light * wet[i] * 0.12 * (0.3 + f)
                body = mix(k1, k0, skin[i])
                body = body * (1.0 + red * 1.4 * warm[i])
                row[i] = mix(body, eye, open_[i])
