"""Northern lights over a lake: curtains that the spectrum lights, stars, snowy peaks, dark firs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.living.canvas import Planes, camera, enlarge, new_planes, resized
from musivid.living.flora import firs, shade_with
from musivid.living.kernels import kernel
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand
from musivid.living.shade import clamp, expo, mix, noise, smooth
from musivid.living.stars import Stars
from musivid.living.terrain import Terrain, fly
from musivid.living.water import paint_water

__all__ = ["Aurora"]

Rgb = tuple[float, float, float]

_RAYS = 2600
# Height of the foot, reach, light and speed of each curtain.
_CURTAINS = ((0.40, 0.42, 0.55, 0.7), (0.47, 0.34, 0.8, 1.0), (0.54, 0.24, 0.5, 1.3))


@kernel
def _night(out, xs, ys, high, low, horizon):
    """The sky behind: two colours and a breath of noise."""
    for j in range(out.shape[1]):
        near = expo(-clamp((horizon - ys[j]) / horizon) * 4.0)
        for c in range(3):
            row = out[c, j]
            v = mix(high[c], low[c], near)
            for i in range(len(xs)):
                row[i] = v * (0.8 + 0.4 * noise(xs[i] * 2.0, ys[j] * 3.0))


@kernel
def _curtains(out, path, inks):
    """Rays upwards: path float32 [n, 5] of x, y (pixels), reach, light, tone; inks foot, top."""
    _, h, w = out.shape
    for k in range(len(path)):
        x, y, tall, light, tone = path[k, 0], path[k, 1], path[k, 2], path[k, 3], path[k, 4]
        i = int32(x)
        if i < 0 or i >= w - 1:
            continue
        u = x - float32(i)
        for j in range(max(int32(y - tall), int32(0)), min(int32(y + tall * 0.07), int32(h))):
            v = (y - float32(j)) / tall
            fall = smooth(-0.07, 0.015, v) * expo(-v * 3.4) * light * (1.0 - smooth(0.75, 1.0, v))
            up = smooth(0.16, 0.75, v)
            rim = expo(-abs(v + 0.005) * 40.0) * 0.55
            for c in range(3):
                ink = mix(inks[0, c], inks[1, c] * (0.6 + tone), up) + inks[1, c] * rim
                out[c, j, i] += fall * ink * (1.0 - u)
                out[c, j, i + 1] += fall * ink * u


class Aurora(Scene):
    """Curtains of light over water that mirrors them."""

    shots: ClassVar = ("lake", "sky", "far")
    stands: ClassVar = {
        "lake": Stand(0.30, 0.93, 0.25, water=0.80),
        "far": Stand(0.64, 0.93, 0.24, water=0.80),
    }
    looks: ClassVar[Mapping[str, tuple[Rgb, Rgb]]] = {
        "green": ((0.05, 1.0, 0.34), (0.80, 0.22, 0.95)),
        "violet": ((0.42, 0.28, 1.0), (0.95, 0.20, 0.55)),
        "ember": ((1.0, 0.30, 0.16), (0.85, 0.12, 0.40)),
        "teal": ((0.05, 0.75, 0.90), (0.20, 0.35, 1.0)),
    }

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        self.grade = Grade(exposure=1.2, shadows=(0.0, 0.008, 0.022), saturation=1.1, vignette=0.4)
        foot, top = self.looks[look]
        self.glow, self._inks = foot, np.array([foot, top], np.float32)
        self._horizon = 0.66
        self._dark = new_planes(self.half)
        high, low = np.array((0.004, 0.010, 0.035), np.float32), np.array(foot, np.float32)
        low = low * np.float32(0.045) + np.array((0.008, 0.014, 0.030), np.float32)
        _night(self._dark, *self.mid, high, low, self._horizon)
        self._land, self._cover = self._mountains(seed)
        self._trees = firs(size, seed, tall=(0.16, 0.42), count=44)
        self._stars = Stars(size, seed, count=700, depth=0.62)

    def _mountains(self, seed: int) -> tuple[Planes, NDArray[np.float32]]:
        """The far shore, drawn once, and where it covers the sky."""
        palette = [(0.03, 0.035, 0.05), (0.30, 0.38, 0.50), (0.012, 0.02, 0.02),
                   (0.42, 0.50, 0.58), (0.05, 0.09, 0.13)]  # fmt: skip
        land = Terrain(768, seed + 4, sun=(-0.5, 0.1, 0.5), palette=palette, tall=1.7, snow=0.22,
                       span=13.0, ridged=0.3, cells=5.0)  # fmt: skip
        drawn = np.full_like(self.out, -9)
        row = land.n * 0.04
        x, top = land.clear_way(row, wide=0.2, deep=0.22)
        eye = np.array([x, row, top * 0.9 + 0.12, 0.0, 0.615, 1.15], np.float32)
        air = np.array([0.05, 0.3, 0.7, 0, 11, 1.1, 0], np.float32)
        fog = np.array([(0.03, 0.07, 0.12)] * 2 + [(0.05, 0.10, 0.14)], np.float32)
        fly(drawn, land.height, land.colour, eye, air, fog, land.tall, land.texel)
        cover = np.clip(drawn[0] > -1, 0, 1).astype(np.float32)
        return np.maximum(drawn, 0), np.asarray(cv2.GaussianBlur(cover, (0, 0), 0.6), np.float32)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, out = moment, self.out
        self.light = self.aspect / 2, 0.40
        self.small[:] = self._dark
        for k, curtain in enumerate(_CURTAINS):
            _curtains(self.small, self._rays(m, k + self.seed, curtain), self._inks)
        self._soften_rays()
        enlarge(self.small, out)
        self._stars.paint(out, m)
        lit = np.float32(0.28 + 0.4 * m.loud)
        for channel in range(3):
            out[channel] += (self._land[channel] * lit - out[channel]) * self._cover
        mirror = resized(out, self.half, cv2.INTER_AREA)
        colours = np.array([(0.002, 0.008, 0.014), (0.05, 0.12, 0.15), (0, 0, 0)], np.float32)
        place = np.array([self._horizon, -5.0], np.float32)
        first = int(self._horizon * self.size[1])
        chop = 0.085 + 0.09 * m.bass
        paint_water(out, mirror, *self.full, place, colours, m.flow * 0.35, chop, 0.0, first)
        shade_with(out, self._trees, (0.002, 0.005, 0.008))
        return self._framed(m)

    def _framed(self, m: Moment) -> Planes:
        """The shot: all of it, closer to the lights, or slowly across the far shore."""
        now = self.now(m)
        if now.shot == "sky":
            return camera(self.out, 1.30 + 0.06 * now.share, (0.0, 0.04 * now.share), (0.5, 0.20))
        if now.shot == "far":
            return camera(self.out, 1.45, (-0.12 * now.move, 0.0), (0.5, 0.62))
        return camera(self.out, 1.0 + 0.05 * now.share, at=(0.5, 0.6))

    def _soften_rays(self) -> None:
        """The glow of air around the curtains."""
        width, height = self.half
        eighth = max(width // 8, 2), max(height // 8, 2)
        for plane in self.small:
            plane[:] = cv2.GaussianBlur(plane, (5, 1), 1.0)
            wide = cv2.GaussianBlur(
                cv2.resize(plane, eighth, interpolation=cv2.INTER_AREA), (0, 0), 5
            )
            plane += np.float32(0.55) * cv2.resize(wide, self.half)

    def _rays(
        self, m: Moment, k: int, curtain: tuple[float, float, float, float]
    ) -> NDArray[np.float32]:
        """Rays of one curtain: it folds and sways, bands of the spectrum light it."""
        foot, reach, gain, speed = curtain
        width, height = self.half
        s = np.linspace(-0.25, 1.25, _RAYS)
        t = m.flow * 0.16 * speed + k * 7.1
        fold = 0.075 * np.sin(s * 7 + t * 1.3 + k) + 0.045 * np.sin(s * 17 - t * 2.1)
        fold += 0.02 * np.sin(s * 41 + t * 3)
        sway = 0.07 * np.sin(s * 3.1 + t + k * 2) + 0.035 * np.sin(s * 9.3 - t * 1.7)
        sway += 0.016 * np.cos(s * 21 + t * 2.6)
        band = np.interp(np.clip(s, 0, 1) * 31, np.arange(32), m.bands)
        fine = np.sin(s * 210 + 5 * np.sin(s * 23 + t * 3) + t * 6) * np.sin(s * 131 - t * 4)
        rays = (0.55 + 0.45 * fine) * (0.6 + 0.4 * np.sin(s * 37 + t * 2) ** 2)
        lit = 0.35 + 0.65 * np.sin(s * 5 + t * 0.9 + k) ** 2
        light = gain * (0.22 + 0.75 * band + 0.12 * m.beat) * rays * lit
        high = reach * (0.55 + 0.55 * band + 0.12 * np.sin(s * 29 + t * 2)) * height
        brightness = light * width / _RAYS * 2.6
        tone = np.full_like(s, m.bright)
        rows = [(s + fold) * width, (foot + sway) * height, high, brightness, tone]
        return np.stack(rows, 1).astype(np.float32)
