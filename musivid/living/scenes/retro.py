"""A synthwave road: the spectrum raises hills, beats light the grid, a banded sun sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.flora import palm
from musivid.living.kernels import kernel
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand, Zone
from musivid.living.shade import clamp, fbm4, fract, mix, smooth
from musivid.living.stars import Stars

__all__ = ["Retro"]

Rgb = tuple[float, float, float]

_ROWS, _COLUMNS = 34, 41
_FOCAL = 0.62  # picture heights
_SPEED = 3.2  # rows a second of the song's clock


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, sun top and bottom; near and far lines; the ground."""

    sky: tuple[Rgb, Rgb]
    sun: tuple[Rgb, Rgb]
    lines: tuple[Rgb, Rgb]
    ground: Rgb
    rim: Rgb


@kernel
def _backdrop(out, xs, ys, p, horizon, sx, sy, size, t, shine):
    """p: sky high, sky low, sun top, sun bottom."""
    tmp = np.empty((3, len(xs)), np.float32)
    cloud, halo, disc = tmp[0], tmp[1], tmp[2]
    for j in range(out.shape[1]):
        low = clamp(ys[j] / horizon)
        low = low * low * low
        v = (ys[j] - sy) / size
        gap = fract(v * 7.0 - t * 0.35)
        cut = smooth(0.0, 0.04, gap - (v + 0.15) * 0.55) if v > -0.15 else float32(1.0)
        tone = clamp(v * 0.5 + 0.5)
        for i in range(len(xs)):
            dx, dy = xs[i] - sx, ys[j] - sy
            d = np.sqrt(dx * dx + dy * dy)
            disc[i] = smooth(size, size - 0.004, d) * cut * 1.6
            halo[i] = shine * 0.05 / (0.05 + max(d - size, 0.0) * 1.5)
            cloud[i] = smooth(0.45, 0.85, fbm4(xs[i] * 1.5 + t * 0.015, ys[j] * 6.0)) * low * 0.6
        for c in range(3):
            row, base = out[c, j], mix(p[0, c], p[1, c], low)
            sun, glow = mix(p[2, c], p[3, c], tone), p[3, c]
            for i in range(len(xs)):
                row[i] = base * (1.0 + cloud[i]) + halo[i] * glow + disc[i] * sun


class Retro(Scene):
    """Over the grid towards the sun."""

    shots: ClassVar = ("road", "low", "high")
    zones: ClassVar = {"road": Zone("middle", 0.07), "low": Zone("middle", 0.07)}
    stands: ClassVar = {
        "road": Stand(0.5, 0.865, 0.27, bank=False, wet=0.25, away=True),
        "low": Stand(0.44, 0.935, 0.34, bank=False, wet=0.25, away=True),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "sunset": _Look(
            ((0.012, 0.004, 0.05), (0.42, 0.03, 0.24)), ((0.95, 0.52, 0.06), (0.95, 0.05, 0.26)),
            ((0.12, 0.50, 1.0), (0.95, 0.16, 0.90)), (0.010, 0.002, 0.030), (0.5, 0.03, 0.3),
        ),
        "cyber": _Look(
            ((0.002, 0.010, 0.030), (0.02, 0.20, 0.28)), ((0.75, 0.95, 0.80), (0.05, 0.55, 0.85)),
            ((0.10, 1.0, 0.80), (0.10, 0.45, 1.0)), (0.002, 0.008, 0.018), (0.03, 0.3, 0.34),
        ),
        "blood": _Look(
            ((0.014, 0.003, 0.010), (0.42, 0.03, 0.03)), ((1.0, 0.62, 0.16), (0.95, 0.06, 0.05)),
            ((1.0, 0.30, 0.12), (0.80, 0.06, 0.20)), (0.016, 0.002, 0.006), (0.5, 0.05, 0.05),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.glow = own.sun[1]
        self.grade = Grade(exposure=1.1, bloom=0.7, shadows=(0.02, 0.0, 0.045), saturation=1.15,
                           grain=0.01)  # fmt: skip
        self._colours = np.array([*own.sky, *own.sun], np.float32)
        self._stars = Stars(size, seed, count=420, depth=0.5)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, out = moment, self.now(moment), self.out
        horizon = {"road": 0.60, "low": 0.66, "high": 0.48}[now.shot]
        radius = {"road": 0.235, "low": 0.29, "high": 0.20}[now.shot]
        sink = 0.05 * now.act
        self.light = self.aspect / 2, horizon - 0.17 + sink
        shine = 0.32 + 0.4 * m.bass + 0.2 * m.beat
        _backdrop(out, *self.full, self._colours, horizon, *self.light, radius, m.flow, shine)
        self._stars.paint(out, m, 1.1)
        self._land(m, horizon, 0.42 if now.shot != "high" else 0.75)
        if now.shot != "high":
            self._palms(m, 0.5 * now.section_s)
        return out

    def _palms(self, m: Moment, gone: float) -> None:
        """Two palms at the sides; they grow as the road goes on."""
        rim = self._look.rim
        for side, x, height in ((-1, 0.16, 0.62), (1, self.aspect - 0.13, 0.50)):
            lean = 0.10 * -side + 0.012 * float(np.sin(m.flow + side))
            grown = height * (1 + 0.02 * gone)
            foot = x + 0.01 * side * gone, 1.03
            palm(self.out, foot, grown, lean=lean, dark=(0.006, 0.0, 0.02), rim=rim)

    def _land(self, m: Moment, horizon: float, eye: float) -> None:
        """Rows of the spectrum's past run towards the viewer."""
        points, depths = self._rows(m, horizon, eye)
        size = (self.size[1], self.size[0])
        layer, cover = np.zeros((*size, 3), np.uint8), np.zeros(size, np.uint8)
        thick = max(1, round(self.size[1] / 480))
        near, far = (np.array(c) for c in self._look.lines)
        ground, pulse = np.array(self._look.ground), 0.55 + 0.45 * m.beat
        for q in range(len(depths) - 1):
            fade = float(np.exp(-depths[q + 1] * 0.17))
            ribbon = np.concatenate([points[q], points[q + 1][::-1]])
            fill = np.sqrt(ground * (1 + 6 * (1 - fade)) / 2.4) * 255
            cv2.fillPoly(layer, [ribbon], fill.tolist(), cv2.LINE_8, 4)
            cv2.fillPoly(cover, [ribbon], 255, cv2.LINE_AA, 4)
            share = q / len(depths)
            light = np.sqrt((far + (near - far) * share) * min(1.0, fade * pulse * 1.15))
            colour = (light * 255).tolist()
            cv2.polylines(layer, [points[q + 1]], False, colour, thick, cv2.LINE_AA, 4)
            for a, b in zip(points[q].tolist(), points[q + 1].tolist(), strict=True):
                cv2.line(layer, a, b, colour, thick, cv2.LINE_AA, 4)
        lit = layer.astype(np.float32) * np.float32(1 / 255)
        lit *= lit * np.float32(2.4)
        mask = cover.astype(np.float32) * np.float32(1 / 255)
        for channel in range(3):
            self.out[channel] += (lit[..., channel] - self.out[channel]) * mask

    def _rows(
        self, m: Moment, horizon: float, eye: float
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Points int32 [rows, columns, 2] in sixteenths of pixels, from far to near; depths."""
        gone = m.flow * _SPEED
        first, part = int(gone), gone % 1.0
        xs = np.linspace(-1, 1, _COLUMNS)
        valley = np.clip((abs(xs) - 0.10) / 0.5, 0, 1) ** 1.2
        band = np.interp(np.clip(34 - abs(xs) * 34, 0, 31), np.arange(32), m.bands)
        numbers = np.arange(_ROWS, 0, -1)
        depths = (numbers - part + 0.35) * 0.36
        chances = [dice(first + q).random(_COLUMNS) for q in numbers.tolist()]
        heights = 0.85 * (0.22 + 0.6 * band) * (0.55 + 0.45 * np.stack(chances)) * valley
        x = self.aspect / 2 + xs[None] * 4.25 * _FOCAL / depths[:, None]
        y = horizon + (eye - heights) * _FOCAL / depths[:, None]
        points = np.stack([x, y], -1) * self.size[1] * 16
        return np.clip(np.round(points), -1e6, 1e6).astype(np.int32), np.asarray(depths, float)
