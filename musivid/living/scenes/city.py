"""A city by the water at night: windows that notes light, rain, a moon, flashes on hard hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numba import float32, int32

from musivid.living.canvas import Planes, camera, enlarge, resized
from musivid.living.kernels import kernel
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene
from musivid.living.shade import fbm3, fbm5, fract, hash2, mix, smooth, whole
from musivid.living.water import paint_water
from musivid.living.weather import rain

__all__ = ["City"]

Rgb = tuple[float, float, float]

_GROUND = 0.70  # where the water begins, in heights
# Cells a height, least and most tall, windows a cell, haze and light of each row, from far to near.
_ROWS = ((9.0, 0.30, 0.54, 7, 0.85, 0.8), (6.0, 0.18, 0.48, 8, 0.62, 1.4),
         (4.0, 0.09, 0.40, 10, 0.36, 2.2), (2.6, 0.03, 0.25, 12, 0.14, 3.0))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, moon, haze of each row, warm and cold windows; rain 0..1."""

    sky: tuple[Rgb, Rgb]
    moon: Rgb
    hazes: tuple[Rgb, Rgb, Rgb, Rgb]
    warm: Rgb
    cold: Rgb
    wet: float
    grade: Grade


@kernel
def _haze(out, xs, ys, p, t, flash):
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
def _row(out, xs, ys, bands, tone, p, ground, j1):
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
    work = np.empty((3, n), np.float32)
    body, light, tint = work[0], work[1], work[2]
    inside, roof, mast, colx = tmp[1], tmp[2], tmp[3], tmp[4]
    panex, floors, kind = tmp[5], tmp[6], tmp[7]
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
            on = smooth(0.60, 0.68, tint[i] + 0.30 * band) * (0.22 + 0.75 * band + 0.3 * two)
            light[i] = light[i] * panex[i] * on * gain * (1.0 - 0.55 * air)
        for i in range(n):
            tint[i] = 1.0 if kind[i] + 0.35 * tint[i] > 0.42 else 0.0
        for c in range(3):
            o, dark, fog, cool, warm = out[c, j], tone[0, c], tone[1, c], tone[3, c], tone[2, c]
            base = mix(dark, fog, air)
            for i in range(n):
                o[i] = mix(o[i], base + mix(cool, warm, tint[i]) * light[i], body[i])


class City(Scene):
    """Houses in four rows over a river."""

    shots: ClassVar = ("wide", "near", "river")
    looks: ClassVar[Mapping[str, _Look]] = {
        "rain": _Look(
            ((0.008, 0.012, 0.045), (0.16, 0.045, 0.13)), (0.9, 0.85, 0.8),
            ((0.13, 0.05, 0.14), (0.085, 0.035, 0.11), (0.05, 0.022, 0.075), (0.018, 0.012, 0.04)),
            (1.0, 0.56, 0.20), (0.35, 0.75, 1.0), 1.0,
            Grade(exposure=1.15, bloom=0.62, shadows=(0.012, 0.0, 0.03), lights=(1.0, 0.98, 0.98),
                  saturation=1.12, vignette=0.4),
        ),
        "neon": _Look(
            ((0.010, 0.004, 0.040), (0.26, 0.02, 0.20)), (0.9, 0.35, 0.75),
            ((0.20, 0.02, 0.18), (0.10, 0.02, 0.17), (0.035, 0.02, 0.13), (0.010, 0.012, 0.06)),
            (1.0, 0.16, 0.60), (0.10, 0.90, 1.0), 0.0,
            Grade(exposure=1.15, bloom=0.72, shadows=(0.016, 0.0, 0.036), saturation=1.2,
                  vignette=0.4),
        ),
        "dawn": _Look(
            ((0.16, 0.24, 0.42), (0.95, 0.46, 0.28)), (1.0, 0.80, 0.60),
            ((0.62, 0.34, 0.28), (0.40, 0.24, 0.25), (0.22, 0.15, 0.20), (0.075, 0.060, 0.10)),
            (1.0, 0.60, 0.25), (0.80, 0.80, 0.85), 0.0,
            Grade(exposure=0.9, bloom=0.45, shadows=(0.008, 0.004, 0.02), lights=(1.0, 0.98, 0.95),
                  saturation=1.08, vignette=0.28),
        ),
        "blue": _Look(
            ((0.004, 0.012, 0.040), (0.030, 0.085, 0.17)), (0.75, 0.85, 1.0),
            ((0.030, 0.075, 0.14), (0.020, 0.050, 0.10), (0.012, 0.030, 0.065),
             (0.006, 0.014, 0.034)),
            (1.0, 0.66, 0.32), (0.55, 0.80, 1.0), 0.25,
            Grade(exposure=1.15, bloom=0.55, shadows=(0.0, 0.006, 0.024), saturation=1.05,
                  vignette=0.42),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.warm
        self.light = self.aspect * 0.70, 0.20
        self._sky = np.array([*own.sky, own.moon, (*self.light, 0.068)], np.float32)
        dark = tuple(0.16 * c for c in own.hazes[-1])
        self._tones = [np.array([dark, haze, own.warm, own.cold], np.float32) for haze in own.hazes]

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, out, look = moment, self.out, self._look
        hard = [e for e in m.events if e.strength > 0.97 and e.key % 5 == 0]
        flash = max((float(np.exp(-e.age_s * 5)) for e in hard), default=0.0) * 1.1 * look.wet
        _haze(self.small, *self.mid, self._sky, m.flow, flash)
        enlarge(self.small, out)
        below = int(_GROUND * self.size[1]) + 1
        bands, drift = np.ascontiguousarray(m.bands), self.now(m).section_s
        for k, (cells, low, high, many, haze, gain) in enumerate(_ROWS):
            shift = 0.012 * drift * (k + 1) * cells / 6 + 17 * k + self.seed * 3
            lit = gain * (0.8 + 0.3 * m.beat)
            p = np.array([cells, shift, low, high, many, haze, lit, 40 * k + self.seed], np.float32)
            _row(out, *self.full, bands, self._tones[k], p, _GROUND, below)
        mirror = resized(out, self.half)
        colours = np.array([(0.004, 0.004, 0.012), look.hazes[1], (0, 0, 0)], np.float32)
        place = np.array([_GROUND, -9.0], np.float32)
        chop = 0.34 + 0.25 * m.loud
        paint_water(out, mirror, *self.full, place, colours, m.flow * 0.9, chop, 0.0, below - 1)
        if look.wet:
            drops = np.array((0.16, 0.17, 0.24), np.float32)
            much = look.wet * (0.16 + 0.22 * m.loud)
            rain(out, *self.full, m.time_s, much, 0.10, drops)
        return self._framed(m)

    def _framed(self, m: Moment) -> Planes:
        """The shot: the skyline, closer to its windows, or low over the river."""
        now = self.now(m)
        if now.shot == "near":
            return camera(self.out, 1.55 + 0.10 * now.share, (0.0, 0.0), (0.40, 0.62))
        if now.shot == "river":
            return camera(self.out, 1.30, (-0.10 * now.move, 0.0), (0.6, 0.86))
        return camera(self.out, 1.0 + 0.06 * now.share, at=(0.55, 0.55))
