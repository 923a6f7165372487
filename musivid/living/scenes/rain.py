"""Rain over a city: someone under an umbrella on a roof; near, a cat at the wet window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge, grid, new_planes, resized
from musivid.living.figures.animals import cat
from musivid.living.figures.body import Body, Ink, contact, draw
from musivid.living.figures.clothes import daylight, draw_dressed
from musivid.living.figures.umbrella import in_the_rain, umbrella
from musivid.living.houses import paint_haze, paint_row
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Zone, ease, ramp
from musivid.living.weather import rain
from musivid.living.wet import paint_drops, paint_puddles

__all__ = ["Rain"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]
Row = tuple[float, float, float, int, float, float]

_EDGE, _WALL = 0.848, 0.790  # where the roof and its wall begin, in heights
# Cells a height, least and most tall, windows a cell, haze and light of each row, from far to near.
_TOWN: tuple[Row, ...] = (
    (7.4, 0.26, 0.74, 10, 0.88, 0.75), (5.0, 0.18, 0.62, 11, 0.66, 1.2),
    (3.4, 0.12, 0.50, 13, 0.38, 1.9), (2.3, 0.06, 0.32, 16, 0.15, 2.3),
)  # fmt: skip
# Far out of focus fewer and larger windows make rounder lights.
_BOKEH: tuple[Row, ...] = (
    (8.2, 0.30, 0.72, 8, 0.88, 0.75), (5.2, 0.20, 0.62, 9, 0.66, 1.25),
    (3.4, 0.12, 0.50, 11, 0.38, 2.0), (2.1, 0.05, 0.34, 12, 0.15, 2.7),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, haze of each row, windows, mist, rim of figures.

    Attributes:
        lights: share of the windows' light as the section begins and as it ends.
        dark: figures and walls.
        red: the umbrella.
        much: share of places that have a drop.
    """

    sky: tuple[Rgb, Rgb]
    hazes: tuple[Rgb, Rgb, Rgb, Rgb]
    warm: Rgb
    cold: Rgb
    mist: Rgb
    glow: Rgb
    lights: tuple[float, float]
    dark: Rgb
    red: Rgb
    much: float
    grade: Grade


class Rain(Scene):
    """The lights of a city go on, or out, while it rains."""

    shots: ClassVar = ("roof", "window")
    closing: ClassVar = "roof"
    zones: ClassVar = {"roof": Zone("left"), "window": Zone("left")}
    looks: ClassVar[Mapping[str, _Look]] = {
        "night": _Look(
            ((0.007, 0.010, 0.040), (0.18, 0.050, 0.150)),
            ((0.165, 0.060, 0.165), (0.105, 0.042, 0.130), (0.055, 0.024, 0.082),
             (0.020, 0.013, 0.044)),
            (1.0, 0.55, 0.20), (0.30, 0.70, 1.0), (0.30, 0.105, 0.24), (0.95, 0.42, 0.70),
            (0.35, 1.0), (0.008, 0.006, 0.016), (0.30, 0.008, 0.018), 0.16,
            Grade(exposure=1.12, bloom=0.55, shadows=(0.012, 0.0, 0.030), lights=(1.0, 0.98, 0.98),
                  saturation=1.10, vignette=0.40),
        ),
        "dusk": _Look(
            ((0.020, 0.060, 0.130), (0.130, 0.230, 0.300)),
            ((0.110, 0.200, 0.270), (0.070, 0.135, 0.190), (0.036, 0.074, 0.112),
             (0.014, 0.030, 0.050)),
            (1.0, 0.62, 0.26), (0.80, 0.86, 1.0), (0.12, 0.20, 0.25), (0.50, 0.75, 0.95),
            (0.15, 0.9), (0.008, 0.012, 0.018), (0.34, 0.012, 0.014), 0.09,
            Grade(exposure=1.1, bloom=0.50, shadows=(0.0, 0.008, 0.022), saturation=1.06,
                  vignette=0.38),
        ),
        "morning": _Look(
            ((0.34, 0.37, 0.40), (0.66, 0.64, 0.60)),
            ((0.54, 0.54, 0.52), (0.40, 0.41, 0.41), (0.24, 0.26, 0.28), (0.110, 0.125, 0.145)),
            (1.0, 0.66, 0.34), (0.85, 0.88, 0.92), (0.60, 0.59, 0.56), (0.80, 0.80, 0.78),
            (0.55, 0.10), (0.026, 0.028, 0.034), (0.46, 0.022, 0.022), 0.20,
            Grade(exposure=0.92, bloom=0.38, shadows=(0.006, 0.008, 0.014), saturation=1.0,
                  vignette=0.30),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.warm
        moon = (0.0, 0.0, 0.0)
        self._sky = np.array([*own.sky, moon, (0.0, -9.0, 0.05)], np.float32)
        dark = tuple(0.16 * c for c in own.hazes[-1])
        self._tones = [np.array([dark, haze, own.warm, own.cold], np.float32) for haze in own.hazes]
        self.light = self.aspect * 0.30, 0.60
        self._quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)
        self._town, self._far = new_planes(self.half), new_planes(self._quarter)
        rng = dice(seed)
        self._splash, self._beads = rng.random((4, 60)), rng.random((5, 520))
        self._runs = rng.random((6, 24))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        now = self.now(moment)
        return self._window(moment, now) if now.shot == "window" else self._roof(moment, now)

    def _houses(self, out: Planes, m: Moment, rows: tuple[Row, ...], ground: float) -> None:
        """The town, from far to near."""
        now, own = self.now(m), self._look
        full = out is self.out
        small, xy = (self.small, self.full) if full else (self._far, self.mid)
        height, width = small.shape[1:]
        less = grid((width, height))
        paint_haze(small, *less, self._sky, m.flow, 0.0)
        bands = np.ascontiguousarray(m.bands)
        lit = own.lights[0] + (own.lights[1] - own.lights[0]) * ease(now.act)
        hazy = 2 if full else 0  # rows that stand in the haze are drawn smaller
        for k, (cells, low, high, many, haze, gain) in enumerate(rows):
            if k == hazy:
                enlarge(small, out)
            to, at = (small, less) if k < hazy else (out, xy)
            shift = 0.05 * now.move * (k + 1) * cells / 4 + 17 * k + self.seed * 3 + 0.4
            light = gain * lit * (0.86 + 0.16 * m.beat) * (1.0 if full else 1.5)
            p = np.array([cells, shift, low, high, many, haze, light, 40 * k + self.seed])
            below = int(ground * to.shape[1]) + 1
            paint_row(to, *at, bands, self._tones[k], p.astype(np.float32), ground, below)

    def _roof(self, m: Moment, now: Now) -> Planes:
        """Someone under an umbrella, a cat on the wall, the town behind."""
        out, own, pixel = self.out, self._look, self.size[1] / 720
        self._houses(out, m, _TOWN, _EDGE)
        rows = slice(int(0.50 * self.size[1]), int(_EDGE * self.size[1]))
        fog = np.exp(-(((self.full[1][rows, None] - 0.775) / 0.095) ** 2)) * (0.44 + 0.12 * m.bass)
        for plane, mist in zip(out, own.mist, strict=True):
            plane[rows] += fog.astype(np.float32) * (np.float32(mist) - plane[rows])
        ink = Ink(own.dark, np.array(own.glow) * 1.1, self.light, reach=1.0)
        self._parapet(m, now, replace(ink, light=(self.aspect * 0.52, 0.45), edge=0.4, width=0.004))
        tone = np.array([np.array(own.dark) * 1.4, own.glow], np.float32)
        size, foot = 0.46 * self.fit, 0.965
        x = self.aspect * 0.60 - 0.03 * now.move
        breath, seat = self.breath(m), x - 0.40 * self.fit
        contact(out, (seat, _WALL + 0.003), 0.055, 0.12, 0.6)
        look = 0.75 * ramp(0.3, 0.6, now.share)
        pet = cat(m.time_s, look=look, ear=float(m.beat > 0.8), breath=breath)
        draw(out, pet, (seat, _WALL + 0.004), 0.165, ink)
        first = int(_EDGE * self.size[1])
        paint_puddles(out, *self.full, _EDGE, m.time_s, m.hits, first, tone)
        body = in_the_rain(m.time_s, breath)
        top = umbrella(-0.10 + 0.03 * float(np.sin(m.time_s * 1.1)) + 0.02 * m.beat)
        mirrored = replace(ink, mirror=foot + 0.002, alpha=0.75, soft_px=2.4 * pixel, edge=0.0,
                           ripple=(1.8 * pixel, m.time_s * 5), coarse=3)  # fmt: skip
        draw(out, body, (x, foot), size, mirrored)
        contact(out, (x, foot - 0.002), 0.13 * size, 0.20, 0.75)
        draw(out, top.parts["shaft"], (x, foot), size, replace(ink, dark=(0.05, 0.030, 0.035)))
        day = daylight(out, (x, foot), size, self.light)
        draw_dressed(out, body, (x, foot), size, ink, day=day)
        red = self.accented(own.red)
        cover = replace(ink, dark=red * 0.55, high=red * 1.25, rim=red * 4, edge=0.7, broad=0.12)
        draw(out, top, (x, foot), size, cover)
        draw(out, top.parts["ribs"], (x, foot), size, replace(ink, dark=red * 0.35, edge=0.0))
        drops = np.array(own.glow, np.float32) * np.float32(0.14) + np.float32(0.05)
        rain(out, *self.full, m.time_s, own.much * (0.8 + 1.2 * m.loud), 0.10, drops)
        self._splashes(m, x, foot, size)
        return out

    def _parapet(self, m: Moment, now: Now, ink: Ink) -> None:
        """The wall of the roof; behind it a water tower, an aerial and wires."""
        b, a = Body(), self.aspect
        b.outline([(-0.1, _WALL), (a + 0.1, _WALL), (a + 0.1, 0.858), (-0.1, 0.858)], 0.001, 1)
        x = a * 0.905 + 0.10 * now.move
        tank = [(x - 0.095, 0.40), (x - 0.092, 0.56), (x + 0.092, 0.56), (x + 0.095, 0.40)]
        b.outline(tank, 0.001, 1)
        b.outline([(x - 0.105, 0.405), (x, 0.325), (x + 0.105, 0.405)], 0.001, 1)
        for q in (-0.078, -0.026, 0.026, 0.078):
            b.limb((x + q, 0.56), (x + q * 1.2, 0.80), 0.006, 0.006, 0.001)
        b.limb((x - 0.085, 0.66), (x + 0.085, 0.60), 0.003, 0.003, 0.001)
        b.limb((x - 0.085, 0.60), (x + 0.085, 0.70), 0.003, 0.003, 0.001)
        mast = a * 0.16 + 0.08 * now.move
        b.limb((mast, 0.80), (mast, 0.47), 0.0042, 0.003, 0.001)
        for k, y in enumerate((0.50, 0.535, 0.57)):
            half = 0.05 - 0.008 * k
            b.limb((mast - half, y), (mast + half, y), 0.0022, 0.0022, 0.001)
        u = np.linspace(0, 1, 16)
        for y0, y1, sag in ((0.505, 0.40, 0.055), (0.53, 0.43, 0.075)):
            swing = 1 + 0.05 * float(np.sin(m.time_s * 0.9))
            wire = y0 + (y1 - y0) * u + sag * swing * 4 * u * (1 - u)
            b.chain(np.stack([mast + (x - mast) * u, wire], 1), 0.0014, 0.0014, 0.001)
        draw(self.out, b, (0.0, 0.0), 1.0, ink)

    def _splashes(self, m: Moment, x: float, foot: float, size: float) -> None:
        """Drops burst on the umbrella and on the wall."""
        s, height = self._splash, self.size[1]
        age = (m.time_s * (2.2 + s[0]) + s[1]) % 1
        side, over = s[3] - 0.5, s[2] < 0.35
        dome = np.sqrt(np.maximum(1 - (1.9 * side) ** 2, 0))
        at = np.where(over, x + size * (0.075 + 0.76 * side), s[3] * self.aspect)
        high = np.where(over, foot - size * (0.955 + 0.265 * dome), _WALL)
        light = (1 - age) ** 2 * 0.30
        radius = (1.2 + 2.6 * age) * height / 720
        rows = [at * height, (high - 0.008 * age) * height, radius, light * 0.9, light * 0.8, light]
        splat(self.out, np.stack(rows, 1).astype(np.float32))

    def _window(self, m: Moment, now: Now) -> Planes:
        """A cat on the sill, the town out of focus behind drops."""
        out, own, height, a = self.out, self._look, self.size[1], self.aspect
        self._houses(self._town, m, _BOKEH, 0.95)
        quarter = resized(self._town, self._quarter, cv2.INTER_AREA)
        disc = _disc(max(3, int(19 * self._quarter[1] / 180) | 1))
        day = float(np.mean(own.sky[1]))  # by day there is more light than lamps
        sigma = 3.0 * self._quarter[1] / 180
        for plane, into in zip(quarter, self._far, strict=True):
            soft = cv2.GaussianBlur(np.minimum(plane, np.float32(0.25 + day)), (0, 0), sigma)
            lit = np.maximum(plane - np.float32(0.22 + day), 0)
            into[:] = soft + np.float32(2.6) * cv2.filter2D(lit, -1, disc)
        enlarge(self._far, out)
        clear = np.stack([cv2.GaussianBlur(plane, (0, 0), 0.8) for plane in quarter])
        paint_drops(out, clear, self._drops(m))
        self._frame(m)
        size, foot = 0.60 * (1 + 0.05 * now.share) * self.fit, 0.930
        look = ramp(0.35, 0.55, now.share) * 0.95 - 0.15
        ear = float(np.clip(m.beat * 1.4 - 0.5, 0, 1))
        pet = cat(m.time_s, look=look, ear=ear, breath=self.breath(m))
        ink = Ink(own.dark, np.array(own.glow), (a * 0.95, 0.15), reach=1.2, width=0.012,
                  soft_px=0.8 * height / 720, coarse=2)  # fmt: skip
        x = a * 0.665
        contact(out, (x + 0.04, foot - 0.002), 0.27 * size, 0.10, 0.8)
        draw(out, pet, (x, foot), size, ink)
        return out

    def _frame(self, m: Moment) -> None:
        """The window's frame and sill, a lamp inside at the left."""
        a, b = self.aspect, Body()
        for x, wide in ((a * 0.025, 0.075), (a * 0.985, 0.085)):
            right = x + wide * 0.6
            b.outline([(x - wide, -0.1), (right, -0.1), (right, 1.1), (x - wide, 1.1)], 0.001, 1)
        b.outline([(-0.1, -0.1), (a + 0.1, -0.1), (a + 0.1, 0.035), (-0.1, 0.035)], 0.001, 1)
        b.outline([(-0.1, 0.885), (a + 0.1, 0.885), (a + 0.1, 1.1), (-0.1, 1.1)], 0.001, 1)
        dark = np.array(self._look.dark) * (1.6, 1.3, 1.1)
        draw(self.out, b, (0.0, 0.0), 1.0, Ink(dark, edge=0.0))
        first = int(0.885 * self.size[1])
        fall = np.exp(-(self.full[1][first:, None] - 0.885) * 7)
        warm = np.exp(-(((self.full[0][None] - 0.16 * a) / 0.42) ** 2)) * fall
        light = (warm * (0.9 + 0.12 * m.beat) * 0.16).astype(np.float32)
        for plane, value in zip(self.out, (1.0, 0.50, 0.18), strict=True):
            plane[first:] += light * np.float32(value)

    def _drops(self, m: Moment) -> Array:
        """Drops on the window: fine ones that stay and grow, others that run in starts."""
        height, b, q = self.size[1], self._beads, self._runs
        grow = 0.85 + 0.15 * ((m.time_s * 0.1 + b[3]) % 1)
        r = (0.0016 + 0.0085 * b[2] ** 5) * grow * height
        x, y = b[0] * self.size[0], b[1] * 0.9 * height
        still = np.stack([x, y, r * (0.85 + 0.15 * b[4]), r * (1.0 + 0.35 * b[4]), 0 * r], 1)
        u = m.time_s * (0.05 + 0.10 * q[0]) + q[1] * 9
        v = u % 1
        x = (q[2] + 0.618 * np.floor(u)) % 1 + 0.004 * np.sin(v * 14 + q[3] * 30)
        y = (v + 0.045 * np.sin(v * 20 + q[3] * 6)) * 1.35 - 0.15
        r, trail = (0.0075 + 0.0065 * q[4]) * height, (0.16 + 0.22 * q[5]) * height
        run = np.stack([x * self.size[0], y * height, r * 0.8, r * 1.15, trail], 1)
        return np.concatenate([still, run]).astype(np.float32)


def _disc(size: int) -> Array:
    """What a point of light becomes out of focus: a disc, brighter at its rim; it sums to 1."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    far = np.hypot(x, y) / (size / 2 - 0.3)
    disc = np.clip((1.02 - far) * size / 2, 0, 1) * (0.75 + 0.5 * np.clip(far, 0, 1) ** 4)
    return np.asarray(disc / disc.sum(), np.float32)
