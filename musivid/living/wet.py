"""What rain does: puddles that mirror the picture, drops on a window that turn it over."""

from __future__ import annotations

import numpy as np
from numba import float32, int32

from musivid.living.kernels import kernel
from musivid.living.shade import expo, fbm4, fract, hash2, mix, noise, smooth, whole

__all__ = ["paint_drops", "paint_puddles"]


@kernel
def paint_puddles(out, xs, ys, edge, t, hits, j0, tone):
    """A flat roof from row j0 down; puddles mirror what is above, drops make rings.

    tone: [2, 3] concrete, light of the city; edge: y where the roof begins.
    """
    h, w = out.shape[1], out.shape[2]
    px = float32(h)
    for j in range(j0, h):
        d = ys[j] - edge
        z = 0.16 / (d + 0.07)
        far = expo(-d * 9.0)
        for i in range(len(xs)):
            wx, wz = (xs[i] - xs[len(xs) // 2]) * z * 3.0, z * 9.0
            lay = fbm4(wx * 0.9 + 3.0, wz * 0.55)
            pool = smooth(0.43, 0.53, lay)
            grain = noise(wx * 24.0, wz * 14.0)
            ring, shine = float32(0.0), float32(0.0)
            for q in range(2):
                gx, gz = wx * 2.6 + float32(q) * 0.5, wz * 1.5 + float32(q) * 0.37
                cx, cz = whole(gx), whole(gz)
                one = hash2(cx + int32(q) * int32(71), cz)
                age = fract(t * 1.5 + one * 7.0)
                ux = gx - float32(cx) - 0.5 - 0.2 * (one - 0.5)
                uz = gz - float32(cz) - 0.5
                r = np.sqrt(ux * ux + uz * uz)
                v = (r - age * 0.48) * 13.0
                k = expo(-min(v * v, 12.0)) * (1.0 - age) * smooth(0.5, 0.4, r)
                ring += k * (1.0 if v > 0.0 else -0.6)
                shine += k
            rough = (grain - 0.5) * (0.006 * pool + 0.03 * (1.0 - pool))
            up = edge - d * 1.25 - 0.004 + ring * 0.020 * pool + rough
            jj = min(max(int32(up * px), int32(0)), int32(j0 - 1))
            side = xs[i] + ring * 0.012 * pool + (lay - 0.5) * 0.02
            ii = min(max(int32(side * px), int32(0)), int32(w - 1))
            f = 0.16 + 0.74 * pool
            for c in range(3):
                dry = tone[0, c] * (0.5 + 0.8 * grain) + tone[1, c] * far * 0.12 * (0.4 + grain)
                wet = shine * tone[1, c] * (0.10 + 0.22 * hits) * pool
                out[c, j, i] = mix(dry, out[c, jj, ii] * 1.05, f) + wet


@kernel
def paint_drops(out, clear, rows):
    """Drops on a window show the picture upside down.

    out: the picture; clear: it sharper, at any size; rows [n, 5]: x, y, half width, half height in
    pixels, length of the wet trail above.
    """
    h, w = out.shape[1], out.shape[2]
    bh, bw = clear.shape[1], clear.shape[2]
    s = float32(bh) / float32(h)
    for n in range(len(rows)):
        cx, cy, rx, ry, trail = rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4]
        if trail > 0.0:
            for j in range(max(int32(cy - trail), int32(0)), min(int32(cy), int32(h))):
                v = (cy - float32(j)) / trail
                mid = cx + rx * 0.35 * np.sin(float32(j) * 0.031 + float32(n))
                half = rx * (0.55 - 0.35 * v)
                i0, i1 = max(int32(mid - half) - 1, 0), min(int32(mid + half) + 2, int32(w))
                for i in range(i0, i1):
                    k = min(max(half - abs(float32(i) - mid) + 0.5, 0.0), 1.0) * (1.0 - v) * 0.75
                    jj = min(int32(float32(j) * s), bh - 1)
                    ii = min(int32((float32(i) + (float32(i) - mid) * 3.0) * s), bw - 1)
                    for c in range(3):
                        out[c, j, i] += (clear[c, jj, max(ii, 0)] * 1.05 - out[c, j, i]) * k
        for j in range(max(int32(cy - ry) - 1, 0), min(int32(cy + ry) + 2, int32(h))):
            oy = (float32(j) + 0.5 - cy) / ry
            for i in range(max(int32(cx - rx) - 1, 0), min(int32(cx + rx) + 2, int32(w))):
                ox = (float32(i) + 0.5 - cx) / (rx * (1.0 + 0.18 * oy))
                d2 = ox * ox + oy * oy
                if d2 > 1.0:
                    continue
                k, bead = smooth(1.0, 0.78, d2), smooth(0.45, 1.0, d2)
                jj = int32((float32(j) - oy * (0.10 + 0.16 * d2) * float32(h)) * s)
                ii = int32((float32(i) - ox * (0.08 + 0.14 * d2) * float32(h)) * s)
                jj = min(max(jj, int32(0)), int32(bh - 1))
                ii = min(max(ii, int32(0)), int32(bw - 1))
                glint = smooth(0.16, 0.0, (ox + 0.35) * (ox + 0.35) + (oy + 0.45) * (oy + 0.45))
                for c in range(3):
                    v = clear[c, jj, ii] * (1.15 - 0.75 * bead) * (0.85 + 0.35 * oy) + glint * 0.3
                    out[c, j, i] += (v - out[c, j, i]) * k
