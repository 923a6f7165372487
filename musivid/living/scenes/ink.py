"""Ink let fall into water or onto paper: it sinks, curls and spreads while the music goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numba import float32

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid, new_planes, resized
from musivid.living.fluid import stir
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.memory import Memory, carry
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Zone
from musivid.living.shade import clamp, expo, fbm3, fbm4, mix, smooth

__all__ = ["Ink"]

Rgb = tuple[float, float, float]

_STATE = 288  # rows that are carried on
_CELL = 3  # rows of the water's cells
_THREADS = 0.11, 0.075, 0.06  # of ink a step, of each of three


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light.

    ground: above and below. inks: what each of three takes away (or gives, where `shines`).
    sinks: how fast it falls; 0 spreads on paper. fibres: how much of the paper is seen.
    """

    ground: tuple[Rgb, Rgb]
    inks: tuple[Rgb, Rgb, Rgb]
    shines: bool
    sinks: float
    fibres: float
    grade: Grade


@kernel
def _pushes(out, xs, ys, dye, t, swirl, sinks):
    """What moves the water, in cells a step: a slow noise, and ink that is heavier than it."""
    e = 0.02
    for j in range(out.shape[1]):
        for i in range(len(xs)):
            x, y = xs[i] * 2.4, ys[j] * 2.4
            a, b = fbm3(x, y + e - 0.12 * t), fbm3(x, y - e - 0.12 * t)
            c, d = fbm3(x + e, y - 0.12 * t), fbm3(x - e, y - 0.12 * t)
            heavy = min(dye[0, j, i] + dye[1, j, i] + dye[2, j, i], 1.2)
            out[0, j, i] = (a - b) * 25.0 * swirl
            out[1, j, i] = (d - c) * 25.0 * swirl + heavy * sinks


@kernel
def _disc(plane, place):
    """A round of ink; place: x, y, radius in pixels."""
    for j in range(plane.shape[0]):
        dy = float32(j) - place[1]
        for i in range(plane.shape[1]):
            dx = float32(i) - place[0]
            d = np.sqrt(dx * dx + dy * dy) / place[2]
            plane[j, i] += smooth(0.54, 0.47, d) * 0.95


@kernel
def _fibres(out, xs, ys):
    """The grain of paper about 0: fibres that lie all ways, and clouds of pulp."""
    for j in range(out.shape[0]):
        for i in range(len(xs)):
            x, y = xs[i], ys[j]
            n = fbm4(x * 9.0, y * 9.0)
            bend = fbm3(x * 14.0, y * 14.0 + 3.0) * 5.0
            m = fbm3(x * 44.0 + bend, y * 120.0 + bend * 2.0)
            out[j, i] = (n - 0.5) * 0.10 + (m - 0.5) * 0.10


@kernel
def _seen(out, dye, ys, p, sheet, shines, fibres, relief):
    """Ink before its ground; p: [5, 3] ground above and below, three inks."""
    _, h, w = out.shape
    tmp = np.empty((7, w), np.float32)
    a, b, c, rim, paper, lift = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4], tmp[5]
    for j in range(h):
        up, down = max(j - 1, 0), min(j + 1, h - 1)
        for i in range(w):
            i0, i1 = max(i - 1, 0), min(i + 1, w - 1)
            a[i], b[i], c[i] = (
                max(dye[0, j, i], 0.0),
                max(dye[1, j, i], 0.0),
                max(dye[2, j, i], 0.0),
            )
            gx = (dye[0, j, i1] + dye[1, j, i1] + dye[2, j, i1]
                  - dye[0, j, i0] - dye[1, j, i0] - dye[2, j, i0]) * relief  # fmt: skip
            gy = (dye[0, down, i] + dye[1, down, i] + dye[2, down, i]
                  - dye[0, up, i] - dye[1, up, i] - dye[2, up, i]) * relief  # fmt: skip
            steep = gx * gx + gy * gy
            rim[i] = steep / (1.0 + steep)
            lift[i] = clamp(0.5 + (gx + gy) * 0.35)
            paper[i] = 1.0 + fibres * sheet[j, i]
        v = ys[j]
        for k in range(3):
            row, ground = out[k, j], mix(p[0, k], p[1, k], smooth(0.0, 1.0, v))
            ka, kb, kc = p[2, k], p[3, k], p[4, k]
            for i in range(w):
                much = ka * a[i] + kb * b[i] + kc * c[i]
                if shines > 0.5:
                    body = 1.0 - expo(-min((a[i] + b[i] + c[i]) * 1.1, 12.0))
                    row[i] = ground * (1.0 - 0.7 * body) + much * (0.30 + 1.3 * lift[i] * lift[i]
                                                                   + 1.1 * rim[i])  # fmt: skip
                else:
                    grainy = 1.0 + fibres * (paper[i] - 1.0) * 4.0
                    thick = much * (0.75 + 0.9 * rim[i] * fibres + 0.55 * (1.0 - fibres) * lift[i])
                    row[i] = ground * paper[i] * expo(-min(thick * grainy, 12.0))


class Ink(Scene):
    """Ink that hits let fall."""

    shots: ClassVar = ("wide", "near", "glide")
    zones: ClassVar = {"wide": Zone("left", 0.115), "near": Zone("left", 0.115)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "sumi": _Look(
            ((0.80, 0.74, 0.64), (0.74, 0.67, 0.57)),
            ((2.6, 2.6, 2.5), (1.5, 1.5, 1.6), (0.20, 3.2, 3.4)), False, 0.0, 1.0,
            Grade(exposure=0.88, bloom=0.25, shadows=(0.012, 0.008, 0.010), saturation=1.05,
                  vignette=0.28),
        ),
        "water": _Look(
            ((0.86, 0.90, 0.94), (0.50, 0.66, 0.80)),
            ((3.0, 1.5, 0.30), (0.30, 2.6, 1.5), (1.9, 2.5, 0.35)), False, 1.0, 0.0,
            Grade(exposure=0.9, bloom=0.35, shadows=(0.006, 0.008, 0.026), saturation=1.06,
                  vignette=0.22),
        ),
        "night": _Look(
            ((0.004, 0.010, 0.034), (0.001, 0.003, 0.012)),
            ((0.10, 0.32, 0.95), (0.80, 0.14, 0.55), (1.0, 0.60, 0.22)), True, 1.0, 0.0,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.0, 0.004, 0.022), saturation=1.1,
                  vignette=0.42),
        ),
        "ember": _Look(
            ((0.020, 0.006, 0.004), (0.004, 0.002, 0.003)),
            ((0.95, 0.16, 0.04), (1.0, 0.48, 0.12), (0.50, 0.05, 0.12)), True, -0.8, 0.0,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.014, 0.0, 0.006), saturation=1.05,
                  vignette=0.45),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.inks[2] if own.shines else own.ground[0]
        self._low = self.carried(_STATE)
        rows = self._low[1]
        coarse = max(self._low[0] // _CELL, 6), max(rows // _CELL, 6)
        self._coarse, self._push = grid(coarse), new_planes(coarse, 2)
        self._room, self._spare = new_planes(coarse, 4), new_planes(self._low)
        self._sheet = new_planes(size, 1)[0]
        if own.fibres:
            _fibres(self._sheet, *self.full)
        # Three inks, and the water's speed in the corner of two planes more.
        self._memory = Memory((5, rows, self._low[0]), 5.0)

    def _step(self, planes: Planes, m: Moment, pace: float) -> None:
        """Stir the water, carry the ink; then what begins lets a drop fall."""
        look, dye = self._look, planes[:3]
        down, across = self._push.shape[1:]
        speed = planes[3:, :down, :across]
        swirl = (0.0009 + 0.0022 * m.bass) * down * pace * (1.0 if look.sinks else 3.0)
        sinks = look.sinks * (0.0011 + 0.0009 * m.loud) * down * pace
        small = resized(dye, (across, down), cv2.INTER_AREA)
        _pushes(self._push, *self._coarse, small, m.flow + self.seed, swirl * 0.12, sinks)
        stir(speed, self._push, self._room, (0.985 if look.sinks else 0.93) ** pace, 0.16)
        push = resized(speed, self._low) * np.float32(-_CELL * pace)
        carry(self._spare, dye, push, (0.9935 if look.sinks else 0.9965) ** pace, 0.0)
        dye[:] = self._spare
        if not look.sinks:  # wet paper draws ink outwards
            for plane in dye:
                plane[:] = cv2.GaussianBlur(plane, (0, 0), 0.40 * pace**0.5)
        self._fall(dye, m, pace)

    def _fall(self, dye: Planes, m: Moment, pace: float) -> None:
        look, rows, height = self._look, [], self._low[1]
        for event in m.events:
            if event.age_s < 0.30 and event.strength > 0.3:
                rng = dice(event.key + self.seed)
                x, y = rng.uniform(0.10, 0.90) * self.aspect, rng.uniform(0.12, 0.88)
                if look.sinks:
                    y = 0.10 * rng.random() + (0.02 if look.sinks > 0 else 0.88)
                which = (
                    (0, 0, 1, 2)[int(rng.integers(4))] if not look.shines else int(rng.integers(3))
                )
                ink = [0.0, 0.0, 0.0]
                ink[which] = (0.34 if look.sinks else 0.42) * event.strength * pace
                size = (0.045 + 0.085 * event.strength * rng.random()) * height
                rows.append([x * height, y * height, size, *ink])
                for _ in range(5 if not look.sinks else 2):  # what splashes about
                    away = rng.normal(0, 0.075, 2)
                    part = size * rng.uniform(0.10, 0.40)
                    rows.append([(x + away[0]) * height, (y + away[1]) * height, part, *ink])
        if look.sinks:  # threads that never end, so that quiet songs and openings have ink
            y = (0.03 if look.sinks > 0 else 0.97) * height
            for k, amount in enumerate(_THREADS):
                sway = float(np.sin((0.5 + 0.13 * k) * m.flow + 2.1 * k + self.seed % 7))
                x = self.aspect * ((0.5, 0.21, 0.80)[k] + 0.13 * sway) * height
                ink = [0.0, 0.0, 0.0]
                ink[k] = amount * pace
                rows.append([x, y, (0.065 - 0.012 * k) * height, *ink])
        else:
            turn = 0.55 * m.flow
            x = self.aspect * (0.5 + 0.33 * float(np.sin(turn))) * height
            y = (0.5 + 0.30 * float(np.sin(1.7 * turn))) * height
            wide = (0.016 + 0.050 * m.bass) * height + 1
            rows.append([x, y, wide, 0.55 * pace, 0.0, 0.0])  # a brush that draws
        splat(dye, np.array(rows, np.float32))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        dye = self._memory.at(self.section.music, m, self._step)[:3]
        zoom, x, y = {
            "wide": (1.02 + 0.06 * now.share, 0.5, 0.5),
            "near": (1.9 + 0.2 * now.share, 0.5 + 0.10 * now.move, 0.42),
            "glide": (1.4, 0.5 + 0.22 * now.move, 0.45 + 0.10 * now.move),
        }[now.shot]
        height, width = dye.shape[1:]
        scale = self.half[1] / height * zoom
        left = self.half[0] / 2 - x * width * scale
        matrix = np.array([[scale, 0, left], [0, scale, self.half[1] / 2 - y * height * scale]])
        seen = new_planes(self.half)
        for into, plane in zip(seen, dye, strict=True):
            cv2.warpAffine(plane, matrix, self.half, dst=into, flags=cv2.INTER_CUBIC,
                           borderMode=cv2.BORDER_REFLECT)  # fmt: skip
        if self.look == "sumi":  # the sun
            at = [
                ((0.70 - x) * zoom + 0.5) * self.half[0],
                ((0.30 - y) * zoom + 0.5) * self.half[1],
            ]
            _disc(seen[2], np.array([*at, 0.30 * zoom * self.half[1] * self.fit], np.float32))
        full = resized(seen, self.size, cv2.INTER_CUBIC)
        p = np.array([*look.ground, *look.inks], np.float32)
        p[2:] *= 1 + 0.15 * m.beat if look.shines else 1.0
        self.light = self.aspect / 2, 0.3
        shines = 1.0 if look.shines else 0.0
        relief = 7.0 * self.size[1] / 720
        _seen(self.out, full, self.full[1], p, self._sheet, shines, look.fibres, relief)
        return self.out
