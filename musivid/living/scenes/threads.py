"""Threads of light: veils of fine lines that twist and sway, as a long exposure sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid, new_planes, resized
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat, streaks
from musivid.living.memory import Memory, carry
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand, Zone
from musivid.living.shade import expo, fbm3, mix, smooth
from musivid.living.stars import spots

__all__ = ["Threads"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float64]

_STATE = 180  # rows of what the exposure keeps
_KEPT = 0.30  # of the light of each frame
_VEILS, _LINES, _POINTS = 5, 46, 110
_PULSE_S = 3.2  # how long light runs along a veil


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: the ground above and below, three hues; on paper they take light away."""

    ground: tuple[Rgb, Rgb]
    inks: tuple[Rgb, Rgb, Rgb]
    paper: bool
    grade: Grade


@kernel
def _haze(out, xs, ys, t):
    """Slow mist about 1, float32 [h, w]."""
    for j in range(out.shape[0]):
        for i in range(len(xs)):
            out[j, i] = 0.55 + 0.9 * fbm3(xs[i] * 1.1 + 0.05 * t, ys[j] * 1.4 - 0.03 * t)


@kernel
def _ground(out, light, glow, mist, ys, p, paper, much):
    """The ground, the exposure's glow and the threads; p: [2, 3] above and below."""
    for j in range(out.shape[1]):
        v, haze = smooth(0.0, 1.0, ys[j]), mist[j]
        for c in range(3):
            row, line, wide, base = out[c, j], light[c, j], glow[c, j], mix(p[0, c], p[1, c], v)
            if paper > 0.5:
                for i in range(len(row)):
                    s = min(line[i] + wide[i] * much, 12.0)
                    row[i] = base * (0.96 + 0.05 * haze[i]) * expo(-s)
            else:
                for i in range(len(row)):
                    row[i] = base * haze[i] + line[i] + wide[i] * much


class Threads(Scene):
    """Veils of light."""

    shots: ClassVar = ("wide", "near", "along")
    zones: ClassVar = {"wide": Zone("left", 0.115), "near": Zone("left", 0.115)}
    stands: ClassVar = {"wide": Stand(0.32, 0.94, 0.22), "along": Stand(0.62, 0.945, 0.26)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "silver": _Look(
            ((0.004, 0.012, 0.040), (0.001, 0.003, 0.012)),
            ((0.20, 0.55, 1.0), (0.75, 0.88, 1.0), (0.16, 0.24, 0.85)), False,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.0, 0.004, 0.022), saturation=1.05,
                  vignette=0.42),
        ),
        "rose": _Look(
            ((0.024, 0.004, 0.030), (0.006, 0.001, 0.012)),
            ((1.0, 0.16, 0.42), (1.0, 0.50, 0.20), (0.42, 0.12, 0.95)), False,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.010, 0.0, 0.022), saturation=1.1,
                  vignette=0.42),
        ),
        "gold": _Look(
            ((0.016, 0.008, 0.004), (0.004, 0.002, 0.002)),
            ((1.0, 0.56, 0.16), (1.0, 0.80, 0.50), (0.75, 0.22, 0.06)), False,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.012, 0.004, 0.006), saturation=1.0,
                  vignette=0.45),
        ),
        "paper": _Look(
            ((0.86, 0.82, 0.78), (0.74, 0.70, 0.70)),
            ((3.8, 1.5, 0.6), (0.7, 3.3, 2.2), (2.8, 2.6, 0.7)), True,
            Grade(exposure=0.9, bloom=0.25, shadows=(0.010, 0.008, 0.020), saturation=1.06,
                  vignette=0.22),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.inks[0]
        self._low = self.carried(_STATE)
        rows = self._low[1]
        x, y = (line.astype(np.float64) for line in grid(self._low))
        self._away = np.stack([np.broadcast_to(x - self.aspect / 2, (rows, len(x))),
                               np.broadcast_to(y[:, None] - 0.5, (rows, len(x)))])  # fmt: skip
        quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)
        self._quarter, self._mist = grid(quarter), new_planes(quarter, 1)[0]
        self._spare, self._lines = new_planes(self._low), new_planes(size)
        self._memory = Memory((3, rows, self._low[0]), 4.0)
        self._u = dice(seed + 23).random((6, _VEILS))

    def _step(self, planes: Planes, m: Moment, pace: float) -> None:
        """What was seen fades and drifts outwards; today's threads are added."""
        push = (-0.010 - 0.014 * m.bass) * pace * self._low[1] * self._away
        push[1] += 0.25 * pace * np.sin(6 * self._away[0] + m.flow) * (0.4 + m.loud)
        carry(self._spare, planes, push.astype(np.float32), 0.945**pace, 0.0)
        planes[:] = self._spare
        rows = self._rows(m, self._low[1], (1.0, self.aspect / 2, 0.5), slice(None, None, 4))
        rows[:, 4] = 0.9
        rows[:, 5:] *= _KEPT * pace
        streaks(planes, rows)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        view = {
            "wide": (1.0 + 0.05 * now.share, self.aspect / 2, 0.5),
            "near": (2.0 + 0.2 * now.share, self.aspect * (0.60 + 0.10 * now.move), 0.5),
            "along": (1.4, self.aspect * (0.5 + 0.22 * now.move), 0.52),
        }[now.shot]
        self._lines[:] = 0
        streaks(self._lines, self._rows(m, self.size[1], view, slice(None)))
        if not look.paper:
            self._dust(m, view)
        glow = self._framed(self._memory.at(self.section.music, m, self._step), view)
        self.light = self.aspect / 2, 0.5
        ground = np.array(look.ground, np.float32)
        _haze(self._mist, *self._quarter, m.flow)
        mist = cv2.resize(self._mist, self.size)
        paper = 1.0 if look.paper else 0.0
        _ground(self.out, self._lines, glow, mist, self.full[1], ground, paper, 0.6)
        return self.out

    def _framed(self, planes: Planes, view: tuple[float, float, float]) -> Planes:
        zoom, x, y = view
        scale = self.half[1] / self._low[1] * zoom
        left, top = self.half[0] / 2 - x * self._low[1] * scale, self.half[1] * (0.5 - y * zoom)
        matrix = np.array([[scale, 0, left], [0, scale, top]])
        seen = new_planes(self.half)
        for into, plane in zip(seen, planes, strict=True):
            cv2.warpAffine(plane, matrix, self.half, dst=into, flags=cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
        return resized(seen, self.size)

    def _rows(
        self, m: Moment, height: int, view: tuple[float, float, float], which: slice
    ) -> NDArray[np.float32]:
        """Lines for `streaks` in a picture `height` high, every thread that is chosen."""
        s = np.linspace(0, 1, _POINTS if which.step is None else _POINTS // 3)
        strand = np.linspace(0, 1, _LINES)[which][:, None]
        zoom, cx, cy = view
        rows = []
        for k in range(_VEILS):
            x, y, light, wide = self._veil(m, k, s, strand)
            px = ((x - cx) * zoom + self.aspect / 2) * height
            py = ((y - cy) * zoom + 0.5) * height
            true = wide * zoom**0.5 * height / 720
            half = max(true, 0.8)
            tone = (0.5 + 0.5 * np.sin(3.0 * strand + 2.5 * s + 0.5 * k))[..., None]
            first, second = (np.array(self._look.inks[(k + d) % 3]) for d in (0, 1))
            ink = (first + (second - first) * tone) * (light[..., None] * min(true / 0.8, 1.0))
            places = [px[:, :-1], py[:, :-1], px[:, 1:], py[:, 1:], np.full_like(px[:, 1:], half)]
            part = np.concatenate([np.stack(places, -1), ink[:, :-1]], -1)
            rows.append(part.reshape(-1, 8))
        return np.concatenate(rows).astype(np.float32)

    def _veil(
        self, m: Moment, k: int, s: Array, strand: Array
    ) -> tuple[Array, Array, Array, float]:
        """One veil: x, y [strands, points] in heights, their light, half the width of a line."""
        u, t = self._u[:, k], m.flow * (0.30 + 0.12 * k / _VEILS) + 7.0 * self._u[0, k]
        x = (s * 1.24 - 0.12) * self.aspect + 0 * strand
        even = cv2.GaussianBlur(m.bands[None], (0, 0), 1.3)[0]
        band = np.interp(np.abs(s * 2 - 1) * 26 + k, np.arange(32), even)
        spread = len(s) / 24  # no corners where two bands meet
        band = cv2.GaussianBlur(band[None], (0, 0), spread, borderType=cv2.BORDER_REPLICATE)[0]
        middle = 0.5 + (u[1] - 0.5) * 0.34 + 0.15 * np.sin(2.2 * s * (1 + u[2]) * np.pi + 0.8 * t)
        middle = middle + 0.06 * np.sin(9.0 * s - 1.7 * t + 6 * u[3])
        wide = (0.075 + 0.17 * u[4]) * (0.35 + 0.65 * np.sin(np.pi * s) ** 0.8)
        wide = wide * (0.55 + 0.55 * m.loud + 0.9 * band)
        turn = 3.6 * s * (1 + u[5]) + 1.1 * t + 0.5 * np.sin(5 * s + 1.3 * t)
        veil = np.sin(2.4 * strand + turn) + 0.32 * np.sin(5.1 * strand - 1.6 * turn + 4 * s)
        ripple = 0.010 * band * np.sin(60 * s - 9 * t + 8 * strand)
        y = middle + wide * veil * 0.62 + ripple
        deep = 0.5 + 0.5 * np.cos(2.4 * strand + turn)  # the side that is turned to the eye
        light = (0.04 + 0.20 * deep**2) * (0.45 + 0.70 * band + 0.25 * m.beat)
        for event in m.events:
            if event.age_s < _PULSE_S and event.key % _VEILS == k and event.strength > 0.4:
                at = event.age_s * 0.42 - 0.06
                near = np.exp(-(((s - at) / 0.035) ** 2)) + 0.35 * np.exp(
                    -(((s - at + 0.06) / 0.09) ** 2)
                )
                light = light + near * deep * 1.3 * event.strength * (1 - event.age_s / _PULSE_S)
        ends = np.clip(np.minimum(s, 1 - s) * 12, 0, 1)
        return x, y, light * ends * (0.85 if k else 1.25), 1.15 + 0.35 * u[3]

    def _dust(self, m: Moment, view: tuple[float, float, float]) -> None:
        """Specks that float about and catch light on hits; a few are near and out of focus."""
        u, height = dice(self.seed + 5).random((5, 150)), self.size[1]
        zoom, cx, cy = view
        near = u[2] ** 6
        x = ((u[0] * 1.3 + 0.012 * m.flow * (0.4 + u[3])) % 1.3 - 0.15) * self.aspect
        y = (u[1] * 1.2 - 0.02 * m.flow * (0.3 + u[4])) % 1.2 - 0.1
        x, y = (x - cx) * (zoom + near) + self.aspect / 2, (y - cy) * (zoom + near) + 0.5
        blink = 0.35 + 0.65 * np.sin(m.time_s * (0.8 + 2 * u[3]) + 40 * u[4]) ** 2
        light = (0.30 + 0.9 * m.hits * (u[4] > 0.6)) * blink / (1 + 30 * near**1.5)
        radius = (1.2 + 1.2 * u[3] + 26 * near**1.5) * height / 720
        splat(self._lines, spots(x * height, y * height, radius, self._look.inks[1], light))
