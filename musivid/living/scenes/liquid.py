"""Liquid colour: paints poured into each other flow on and fold, stirred by the bass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numba import float32, int32

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid, new_planes, resized
from musivid.living.kernels import kernel
from musivid.living.light import Grade
from musivid.living.memory import Memory, carry
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Zone
from musivid.living.shade import clamp, expo, fbm3, mix, smooth, whole
from musivid.living.wet import paint_drops

__all__ = ["Liquid"]

Rgb = tuple[float, float, float]

_STATE = 216  # rows that are carried on
_SLOPE = 8  # times coarser is what moves them


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: ground, three paints, the light that glances off; how glossy it is."""

    paints: tuple[Rgb, Rgb, Rgb, Rgb]
    lamp: Rgb
    gloss: float
    grade: Grade


@kernel
def _stream(out, xs, ys, t, swirl):
    """A flow without sources: the curl of a noise; float32 [2, h, w], heights a second or so."""
    e = 0.02
    for j in range(out.shape[1]):
        for i in range(len(xs)):
            x, y = xs[i] * 1.7, ys[j] * 1.7
            u, v = x + 0.10 * t, y - 0.06 * t
            bend = fbm3(u * 0.7 + 5.0, v * 0.7 - 0.11 * t) * 1.6
            a = fbm3(u + bend, v + e)
            b = fbm3(u + bend, v - e)
            c = fbm3(u + bend + e, v)
            d = fbm3(u + bend - e, v)
            out[0, j, i] = (a - b) * 25.0 * swirl
            out[1, j, i] = (d - c) * 25.0 * swirl


@kernel
def _drop(moved, x0, y0, radius, much):
    """A drop falls in: all around it is pushed aside (marbling), and it leaves its own colour.

    moved: float32 [3, h, w]: where each place came from, across and down in pixels; fresh colour.
    """
    _, h, w = moved.shape
    inv = 1.0 / (radius * radius)
    for j in range(h):
        dy = float32(j) - y0
        for i in range(w):
            dx = float32(i) - x0
            d = dx * dx + dy * dy + 1.0
            near = expo(-min(d * inv * 0.07, 12.0)) / (d * inv + 1.0)
            s = 1.0 - np.sqrt(max(1.0 - near, 0.0))
            moved[0, j, i] -= dx * s * much
            moved[1, j, i] -= dy * s * much
            moved[2, j, i] += much * smooth(1.1, 0.6, np.sqrt(d * inv))


@kernel
def _phases(out, xs, ys, moved, view, t):
    """Which band lies where, by what came there: float32 [2, h, w] of phase and depth.

    view: x, y of the middle in heights, one over zoom.
    """
    n, m = moved.shape[1], moved.shape[2]
    scale = float32(n)
    cx, cy, inv = view[0], view[1], view[2]
    mx, my = xs[len(xs) - 1] * 0.5, ys[len(ys) - 1] * 0.5
    tmp = np.empty((3, len(xs)), np.float32)
    ax, ay, new = tmp[0], tmp[1], tmp[2]
    for j in range(out.shape[1]):
        y = (ys[j] - my) * inv + cy
        for i in range(len(xs)):
            x = (xs[i] - mx) * inv + cx
            px = min(max(x * scale - 0.5, 0.0), float32(m) - 1.01)
            py = min(max(y * scale - 0.5, 0.0), float32(n) - 1.01)
            ix, iy = int32(px), int32(py)
            u, v = px - float32(ix), py - float32(iy)
            dx = mix(mix(moved[0, iy, ix], moved[0, iy, ix + 1], u),
                     mix(moved[0, iy + 1, ix], moved[0, iy + 1, ix + 1], u), v)  # fmt: skip
            dy = mix(mix(moved[1, iy, ix], moved[1, iy, ix + 1], u),
                     mix(moved[1, iy + 1, ix], moved[1, iy + 1, ix + 1], u), v)  # fmt: skip
            fresh = mix(mix(moved[2, iy, ix], moved[2, iy, ix + 1], u),
                        mix(moved[2, iy + 1, ix], moved[2, iy + 1, ix + 1], u), v)  # fmt: skip
            ax[i], ay[i], new[i] = x + dx / scale, y + dy / scale, fresh
        first, second = out[0, j], out[1, j]
        for i in range(len(xs)):  # apart, so that noise is made for eight pixels at once
            qx, qy = ax[i], ay[i]
            bend = fbm3(qx * 0.9 + 0.03 * t, qy * 1.1 + 3.0)
            deep = fbm3(qx * 1.3 + bend * 1.5, qy * 1.2 + bend - 0.04 * t)
            first[i] = (bend * 7.0 + deep * 15.0 + qy * 2.0) + new[i] * 2.0
            second[i] = bend * 0.6 + deep * 0.4


@kernel
def _gloss(out, field, p, lamp, place, shine):
    """Bands of paint that bulge, shade and glance; p: [6, 3] their colours in turn.

    field: float32 [2, h, w] of `_phases`; place: direction of the light, relief.
    """
    _, h, w = out.shape
    tmp = np.empty((6, w), np.float32)
    at = np.empty((3, w), np.int32)
    across = tmp[5]
    spec, shade, part, edge, tone = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4]
    ka, kb, kc = at[0], at[1], at[2]
    for j in range(h):
        up, down = field[0, max(j - 1, 0)], field[0, min(j + 1, h - 1)]
        row, deep = field[0, j], field[1, j]
        across[0], across[w - 1] = (row[1] - row[0]) * 0.5, (row[w - 1] - row[w - 2]) * 0.5
        for i in range(1, w - 1):
            across[i] = (row[i + 1] - row[i - 1]) * 0.5
        for i in range(w):
            gx, gy = across[i], (down[i] - up[i]) * 0.5
            q = row[i]
            k = whole(q)
            f = q - float32(k) - 0.5
            slope = -8.0 * f * (0.35 + 0.65 * min(abs(f) * 2.0, 1.0))  # of a band's round back
            bx, by = gx * slope * place[2], gy * slope * place[2]
            inv = 1.0 / np.sqrt(1.0 + bx * bx + by * by)
            lit = (-bx * place[0] - by * place[1] + 0.66) * inv
            s = clamp(lit)
            s = s * s
            s = s * s
            s = s * s
            spec[i] = s * s * shine * smooth(0.0, 0.02, abs(gx) + abs(gy))
            aa = min((abs(gx) + abs(gy)) * 0.9 + 0.015, 0.5)
            part[i] = smooth(0.5 - aa, 0.5 + aa * 0.2, f)
            edge[i] = 1.0 - 0.55 * smooth(0.10, 0.0, 0.5 - abs(f))
            shade[i] = (0.30 + 0.80 * clamp(lit)) * (0.25 + 1.3 * smooth(0.25, 0.75, deep[i]))
            tone[i] = smooth(0.46, 0.70, deep[i] + 0.10 * f) * 0.75
            kc[i] = k
        for i in range(w):
            n = kc[i] % int32(6)
            ka[i] = n + int32(6) if n < int32(0) else n
            kb[i] = int32(0) if ka[i] == int32(5) else ka[i] + int32(1)
            kc[i] = ka[i] + int32(2) if ka[i] < int32(4) else ka[i] - int32(4)
        for c in range(3):
            to, light = out[c, j], lamp[c]
            for i in range(w):
                ink = mix(mix(p[ka[i], c], p[kc[i], c], tone[i]), p[kb[i], c], part[i])
                to[i] = ink * shade[i] * edge[i] + light * spec[i]


class Liquid(Scene):
    """Paint that flows."""

    shots: ClassVar = ("wide", "near", "glide")
    zones: ClassVar = {"near": Zone("left", 0.115)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "petrol": _Look(
            ((0.004, 0.006, 0.020), (0.02, 0.20, 0.30), (0.55, 0.05, 0.34), (0.95, 0.36, 0.06)),
            (0.75, 0.85, 1.0), 1.0,
            Grade(exposure=1.1, bloom=0.5, shadows=(0.004, 0.0, 0.022), saturation=1.12,
                  vignette=0.42),
        ),
        "lava": _Look(
            ((0.006, 0.003, 0.004), (0.10, 0.008, 0.010), (0.85, 0.10, 0.02), (1.5, 0.62, 0.12)),
            (1.0, 0.75, 0.5), 0.6,
            Grade(exposure=1.1, bloom=0.6, shadows=(0.016, 0.0, 0.006), saturation=1.08,
                  vignette=0.45),
        ),
        "pearl": _Look(
            ((0.62, 0.55, 0.56), (0.86, 0.44, 0.46), (0.42, 0.56, 0.80), (0.98, 0.84, 0.66)),
            (1.0, 0.98, 0.95), 0.9,
            Grade(exposure=0.92, bloom=0.35, shadows=(0.012, 0.008, 0.03), saturation=1.05,
                  vignette=0.20),
        ),
        "abyss": _Look(
            ((0.001, 0.006, 0.014), (0.01, 0.10, 0.20), (0.04, 0.42, 0.44), (0.30, 0.85, 0.70)),
            (0.75, 1.0, 0.95), 0.9,
            Grade(exposure=1.15, bloom=0.5, shadows=(0.0, 0.008, 0.020), saturation=1.05,
                  vignette=0.42),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.paints[3]
        self._low = self.carried(_STATE)
        rows = self._low[1]
        coarse = max(self._low[0] // _SLOPE, 3), max(rows // _SLOPE, 3)
        self._coarse, self._slope = grid(coarse), new_planes(coarse, 2)
        self._spare, self._field = new_planes(self._low), new_planes(self.half, 2)
        self._memory = Memory((3, rows, self._low[0]), 4.0)

    def _step(self, moved: Planes, m: Moment, pace: float) -> None:
        """Flow on; then drops fall where something begins."""
        height = self._low[1]
        swirl = (0.0012 + 0.0060 * m.bass) * pace * height
        _stream(self._slope, *self._coarse, m.flow * 0.8 + self.seed, swirl)
        push = resized(self._slope, self._low, cv2.INTER_CUBIC)
        carry(self._spare, moved, push, 0.988**pace, -1e9)
        moved[:] = self._spare
        moved[:2] += push
        moved[2] *= np.float32(0.985**pace)
        for event in m.events:
            if event.age_s < 0.25 and event.strength > 0.35:
                rng = dice(event.key)
                x, y = rng.uniform(0.08, 0.92, 2) * (self.aspect, 1.0) * height
                size = (0.05 + 0.11 * event.strength * rng.random()) * height
                _drop(moved, x, y, size, 0.22 * event.strength * pace)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        moved = self._memory.at(self.section.music, m, self._step)
        zoom, x, y = {
            "wide": (1.02 + 0.10 * now.share, 0.5, 0.5),
            "near": (2.1 - 0.2 * now.share, 0.42 + 0.08 * now.move, 0.55),
            "glide": (1.5, 0.5 + 0.26 * now.move, 0.5 - 0.12 * now.move),
        }[now.shot]
        view = np.array([x * self.aspect, y, 1 / zoom], np.float32)
        _phases(self._field, *self.mid, moved, view, m.flow + 3.0 * self.seed)
        field = resized(self._field, self.size, cv2.INTER_CUBIC)
        turn = 2.4 + 0.25 * float(np.sin(m.flow * 0.3))
        bump = 14.0 * self.size[1] / 720 * zoom**0.5
        place = np.array([np.cos(turn) * 0.75, -np.sin(turn) * 0.75, bump], np.float32)
        shine = self._look.gloss * (0.6 + 0.35 * m.beat + 0.3 * m.hits)
        self.light = self.aspect / 2, 0.4
        ground, *paints = self._look.paints
        bands = np.array([ground, paints[0], np.array(ground) * 0.6, paints[1], ground, paints[2]])
        _gloss(self.out, field, bands.astype(np.float32), np.array(self._look.lamp, np.float32),
               place, shine)  # fmt: skip
        if now.shot == "near":
            self._drops(m)
        return self.out

    def _drops(self, m: Moment) -> None:
        """Drops of water that roll over the paint and turn the picture over."""
        u, height = dice(self.seed + 7).random((5, 9)), self.size[1]
        x = (u[0] * 1.3 - 0.15 + 0.04 * m.flow * (0.3 + u[1])) % 1.3 - 0.15
        y = u[2] + 0.05 * np.sin(m.flow * 0.4 + 6 * u[3])
        r = (0.018 + 0.085 * u[4] ** 2.2) * (1 + 0.05 * m.beat) * self.fit
        rows = [x * self.size[0], y * height, r * height, r * height * 0.97, np.zeros(9)]
        clear = np.stack([cv2.resize(p, self.half, interpolation=cv2.INTER_AREA) for p in self.out])
        paint_drops(self.out, clear, np.stack(rows, 1).astype(np.float32))
