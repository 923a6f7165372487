"""A beach: headlands in the haze, waves that break, wet sand that mirrors the sky."""

from __future__ import annotations

import numpy as np
from numba import float32, int32

from musivid.living.kernels import kernel
from musivid.living.shade import clamp, expo, fbm3, fbm4, fract, mix, noise, smooth

__all__ = ["paint_beach", "paint_breakers", "paint_headlands"]


@kernel
def paint_headlands(out, xs, ys, p, bank, seed):
    """Two far headlands over the horizon; p as for `paint_sky`, bank: how high they are."""
    horizon, sx, sy = p[5, 0], p[5, 1], p[5, 2]
    tops = np.empty(len(xs), np.float32)
    lit = np.empty(len(xs), np.float32)
    px = float32(out.shape[1])
    for q in range(2):
        small = 0.62 if q else 1.0
        high = bank * small
        for i in range(len(xs)):
            bx = xs[i] * (2.3 if q else 1.7) + seed + float32(q) * 37.0
            hump = smooth(0.38, 0.80, noise(bx * 0.62 + 5.0, seed + float32(q)))
            hump *= smooth(0.30, 0.75, abs(xs[i] - sx))
            tops[i] = high * hump * (0.55 + 0.75 * fbm4(bx * 2.4, 3.0 + float32(q))) - 0.002
        for j in range(out.shape[1]):
            up = horizon - ys[j]
            if up < 0.0 or up > bank * 1.4:
                continue
            fade = (expo(-up * 24.0) * 0.80 + 0.02) if q else (expo(-up * 16.0) * 0.80 + 0.16)
            for i in range(len(xs)):
                dx, dy = xs[i] - sx, ys[j] - sy
                near = 1.0 / (1.0 + (dx * dx * 0.6 + dy * dy) * 7.0)
                lit[i] = expo(-min(max(tops[i] - up, 0.0) * 240.0, 12.0)) * near * 0.35
                lit[i] += 0.07 * near * near
            for c in range(3):
                row, dark, low, lamp = out[c, j], p[4, c] * 1.6, p[2, c] * 0.7, p[3, c]
                own = mix(dark, low, fade)
                for i in range(len(xs)):
                    row[i] = mix(row[i], own + lamp * lit[i], clamp((tops[i] - up) * px))


@kernel
def paint_breakers(out, xs, waves, colours, place, t):
    """Waves that rise, run in and break.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        waves: [n, 3]: distance, height, how far broken (0..1); farthest first.
        colours: [4, 3]: the light, what shines through, the deep, foam.
        place: horizon, x of the light.
        t: clock of the water, seconds.
    """
    h = out.shape[1]
    fh = float32(h)
    horizon, sx = place[0], place[1]
    for n in range(len(waves)):
        z0, high, broken = waves[n, 0], waves[n, 1], waves[n, 2]
        for i in range(len(xs)):
            wx = (xs[i] - xs[len(xs) // 2]) * z0
            a = fbm3(wx * 1.1 + float32(n) * 17.3, t * 0.12 + float32(n))
            z = z0 + 0.30 * (fbm3(wx * 0.7 + 41.0, float32(n) * 3.1) - 0.5) * z0
            base = horizon + 0.34 / z
            amp = high * (0.22 + 0.78 * smooth(0.28, 0.66, a)) / z * 1.02
            if amp * fh < 0.7:
                continue
            top = base - amp
            j0, j1 = max(int32(top * fh), int32(0)), min(int32(base * fh) + int32(1), int32(h))
            gx = (xs[i] - sx) / (0.20 + 0.10 * z)
            near = 0.22 + 1.1 * np.exp(-gx * gx)
            curl = smooth(0.30, 0.54, a) * broken
            for j in range(j0, j1):
                v = (base - (float32(j) + 0.5) / fh) / amp
                cover = smooth(0.0, 0.75, v) * min(max(float32(j) + 1.0 - top * fh, 0.0), 1.0)
                n1 = fbm3(wx * 11.0 + float32(n) * 7.0, v * 2.6 - t * 2.4)
                n2 = 0.45 * noise(wx * 34.0 - float32(n) * 5.0, v * 4.0 - t * 4.0)
                n2 += 0.35 * noise(wx * 83.0, v * 6.0 - t * 5.0)
                n2 += 0.20 * noise(wx * 190.0, v * 9.0 - t * 6.0)
                ragged = v * 0.55 + 0.45 * n1 + 0.30 * n2
                foam = smooth(1.0 - curl * 1.1, 1.15 - curl * 0.9, ragged)
                foam = foam if curl > 0.02 else 0.0
                rim = smooth(0.80, 1.0, v) * (0.35 + 0.9 * n1) * near * 0.65
                for c in range(3):
                    lamp = colours[0, c]
                    own = colours[2, c] * (1.6 - 0.6 * v) + lamp * rim
                    own += colours[1, c] * (0.12 + v * v * near)
                    froth = colours[3, c] * (0.30 + 0.35 * v + 0.60 * n2)
                    froth += lamp * 0.34 * near * n1 * v
                    out[c, j, i] = mix(out[c, j, i], mix(own, froth, foam), cover)


@kernel
def paint_beach(out, sky, xs, ys, lines, colours, place, t, light, j0):
    """Sand from row j0 down, wet where the water was.

    Args:
        out: the picture float32 [3, h, w].
        sky: what is mirrored, of any size with the same shape.
        xs: places of columns in heights.
        ys: places of rows.
        lines: [2, w]: y where the water ends now, and where it last reached.
        colours: [3, 3]: dry sand, the light, foam.
        place: horizon, x of the light.
        t: clock of the foam, seconds.
        light: strength of the light on wet sand.
        j0: first row.
    """
    h, w = sky.shape[1], sky.shape[2]
    scale, horizon, sx, n = float32(h), place[0], place[1], len(xs)
    tmp, at = np.empty((7, n), np.float32), np.empty(n, np.int32)
    tone, mirror, glare, dim = tmp[0], tmp[1], tmp[2], tmp[3]
    land, white, lace_ = tmp[4], tmp[5], tmp[6]
    edge, last = lines[0], lines[1]
    middle = xs[n // 2]
    for j in range(j0, out.shape[1]):
        y = ys[j]
        d = y - horizon
        z = 0.34 / d
        jj = min(max(int32((horizon - d * 0.92) * scale), int32(0)), int32(h - 1))
        wide = 1.0 / (0.12 + 0.35 * d)
        for i in range(n):
            wx = (xs[i] - middle) * z
            e = y - edge[i]
            grain = noise(wx * 12.0, z * 38.0)
            grain = 0.70 * grain + 0.30 * fract(grain * 6.1 + wx * 3.0)
            ripple = noise(wx * 5.0 + 3.0, z * 46.0)
            wet = smooth(0.14, -0.02, y - last[i] + 0.05 * (grain - 0.5))
            side = int32((xs[i] + 0.012 * (ripple - 0.5)) * scale)
            at[i] = min(max(side, int32(0)), int32(w - 1))
            gx = (xs[i] - sx) * wide
            glow = expo(-min(gx * gx, 12.0)) * (0.55 + 0.9 * ripple)
            glare[i] = glow * wet * light * 0.30
            mirror[i] = wet * (0.62 - 0.28 * ripple)
            tone[i] = (0.55 + 0.9 * grain) * (1.0 - 0.45 * wet)
            land[i] = smooth(-0.002, 0.002, e)
            dim[i] = 1.0 - expo(-max(e, 0.0) * 90.0) * 0.5
            lace = noise(wx * 15.0 + 0.35 * ripple, z * 44.0 + t * 0.15)
            fine = noise(wx * 41.0, z * 118.0 + t * 0.2)
            lace2 = 0.55 * fine + 0.45 * fract(fine * 5.3 + grain * 3.7)
            patch = noise(wx * 3.1 + 7.0, z * 9.0 + t * 0.10)
            line = expo(-min(abs(e) * (150.0 + 330.0 * patch), 14.0)) * (0.35 + 0.75 * patch)
            back = abs(e + 0.012 + 0.010 * (patch - 0.5))
            line += 0.45 * expo(-min(back * 170.0, 14.0)) * lace
            web = smooth(0.20, 0.03, abs(lace * 2.0 - 1.0))
            web = max(web, 0.75 * smooth(0.20, 0.02, abs(fine * 2.0 - 1.0)))
            net = web * smooth(0.34, 0.66, patch)
            net *= smooth(-0.11, -0.004, e) * smooth(0.004, -0.004, e)
            white[i] = line * (0.40 + 0.75 * lace2) + 0.75 * net * (0.45 + 0.6 * lace2)
            white[i] = clamp(white[i])
            lace_[i] = 0.72 + 0.5 * lace2
        for c in range(3):
            o, above = out[c, j], sky[c, jj]
            own, lamp, froth = colours[0, c], colours[1, c], colours[2, c]
            for i in range(n):
                s = mix(own * tone[i], above[at[i]] * 0.85, mirror[i]) + lamp * glare[i]
                o[i] = mix(mix(o[i], s * dim[i], land[i]), froth * lace_[i], white[i])
