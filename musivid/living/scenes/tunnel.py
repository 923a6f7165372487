"""A tunnel of light: each ring bears the spectrum of the moment in which it was made."""

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
from musivid.living.shade import expo
from musivid.living.stars import spots

__all__ = ["Tunnel"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float64]
View = tuple[float, float, float, float]

_STATE = 216  # rows of the trails
_SPAN_S = 2.2  # of the trails, which fade by a tenth a frame: in half of it to a twentieth
_RINGS, _POINTS, _RAILS = 46, 96, 12
_APART, _RATE = 0.24, 4.6  # depth from ring to ring; rings a second of the song's clock
_NEAREST = 0.22


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: the dark between, three hues, the light at the end; corners of a ring."""

    dark: Rgb
    inks: tuple[Rgb, Rgb, Rgb]
    end: Rgb
    corners: int
    paper: bool
    grade: Grade


@kernel
def _walls(out, light, trail, xs, ys, p, place, paper):
    """Walls in mist, trails and lines; p: [2, 3] dark, end. place: x, y of the end, its light."""
    cx, cy, shine = place[0], place[1], place[2]
    tmp = np.empty((2, len(xs)), np.float32)
    glow, mist = tmp[0], tmp[1]
    for j in range(out.shape[1]):
        dy = ys[j] - cy
        for i in range(len(xs)):
            dx = xs[i] - cx
            d = dx * dx + dy * dy
            glow[i] = shine * (0.010 / (d + 0.012) + 0.10 / (1.0 + 9.0 * d))
            mist[i] = 0.4 + 0.35 * min(d, 1.5) / (d + 0.15)
        for c in range(3):
            row, line, wide, dark, end = out[c, j], light[c, j], trail[c, j], p[0, c], p[1, c]
            if paper > 0.5:
                for i in range(len(row)):
                    s = min(line[i] * 1.7 + wide[i] * 1.5, 12.0)
                    row[i] = (dark * mist[i] * 1.4 + end * glow[i]) * expo(-s)
            else:
                for i in range(len(row)):
                    row[i] = dark * mist[i] + end * glow[i] + line[i] + wide[i]


@dataclass(frozen=True, slots=True)
class _Rings:
    """Rings from near to far.

    Attributes:
        numbers: int [rings], what each is called however near it is.
        depth: float64 [rings].
        places: float64 [rings, points, 2], picture heights.
        inks: float64 [rings, points, 3], linear light.
        lift: float64 [rings, points], what they bear of the spectrum.
    """

    numbers: NDArray[np.int64]
    depth: Array
    places: Array
    inks: Array
    lift: Array


class Tunnel(Scene):
    """A flight through rings of sound."""

    shots: ClassVar = ("wide", "wall", "roll")
    zones: ClassVar = {"wide": Zone("middle", 0.82), "roll": Zone("middle", 0.82)}
    stands: ClassVar = {"wide": Stand(0.5, 0.815, 0.25, bank=False, away=True)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "neon": _Look(
            (0.002, 0.003, 0.014), ((0.05, 0.55, 1.0), (1.0, 0.10, 0.55), (0.35, 0.16, 1.0)),
            (0.45, 0.60, 1.0), 6, False,
            Grade(exposure=1.1, bloom=0.7, shadows=(0.004, 0.0, 0.024), saturation=1.1,
                  vignette=0.42),
        ),
        "solar": _Look(
            (0.010, 0.003, 0.002), ((1.0, 0.42, 0.08), (1.0, 0.72, 0.30), (0.85, 0.12, 0.06)),
            (1.0, 0.72, 0.40), 0, False,
            Grade(exposure=1.1, bloom=0.7, shadows=(0.014, 0.002, 0.004), saturation=1.02,
                  vignette=0.45),
        ),
        "jade": _Look(
            (0.001, 0.007, 0.008), ((0.05, 0.85, 0.52), (0.30, 0.80, 0.95), (0.75, 0.85, 0.25)),
            (0.55, 1.0, 0.80), 4, False,
            Grade(exposure=1.1, bloom=0.65, shadows=(0.0, 0.008, 0.012), saturation=1.05,
                  vignette=0.42),
        ),
        "day": _Look(
            (0.86, 0.82, 0.84), ((4.6, 1.6, 0.6), (0.9, 4.2, 2.2), (2.9, 3.4, 0.7)),
            (0.22, 0.20, 0.16), 8, True,
            Grade(exposure=0.9, bloom=0.3, shadows=(0.010, 0.008, 0.022), saturation=1.08,
                  vignette=0.25),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.inks[0]
        self._low = self.carried(_STATE)
        rows = self._low[1]
        x, y = grid(self._low)
        places = np.stack(np.broadcast_arrays(x, y[:, None]))
        self._away = places - np.array([self.aspect / 2, 0.5], np.float32)[:, None, None]
        self._across = np.stack([-self._away[1], self._away[0]])
        self._spare, self._lines = new_planes(self._low), new_planes(size)
        self._memory = Memory((3, rows, self._low[0]), _SPAN_S)
        self._dust = dice(seed + 4).random((3, 260))
        self._chances = dice(seed + 5).random((251, _RAILS))

    def _step(self, planes: Planes, m: Moment, pace: float) -> None:
        """What was seen comes nearer, turns and fades; then the rings are added."""
        zoom, turn = (0.022 + 0.022 * m.bass) * pace, 0.010 * pace * float(np.sin(0.4 * m.flow))
        rows = self._low[1]
        push = self._away * np.float32(-zoom * rows) + self._across * np.float32(turn * rows)
        carry(self._spare, planes, push, 0.90**pace, 0.0)
        planes[:] = self._spare
        rings = self._rings(m, (self.aspect / 2, 0.5, 0.0, 1.0))
        lines = self._rows(rings, self._low[1])[::2]
        lines[:, 4] = np.maximum(lines[:, 4], 1.1)
        lines[:, 5:] *= 0.30 * pace
        streaks(planes, lines)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        self._lines[:] = 0
        view = self._view(now.shot, now.share, m)
        rings = self._rings(m, view)
        streaks(self._lines, self._rows(rings, self.size[1]))
        self._sparks(m, view)
        trail = self._memory.at(self.section.music, m, self._step)
        cx, cy, turn, zoom = view
        scale = self.half[1] / self._low[1] * zoom
        middle = self._low[0] / 2, self._low[1] / 2
        matrix = np.asarray(cv2.getRotationMatrix2D(middle, -np.degrees(turn), scale), np.float64)
        matrix[:, 2] += np.array([cx, cy]) * self.half[1] - np.array(self._low) / 2
        seen = new_planes(self.half)
        for into, plane in zip(seen, trail, strict=True):
            cv2.warpAffine(plane, matrix, self.half, dst=into)
        seen += self._panels(rings)
        x, y, _ = self._path(m, np.array([9.0]))
        end = cx + float(x[0]) * zoom, cy + float(y[0]) * zoom
        self.light = end
        p = np.array([look.dark, look.end], np.float32)
        place = np.array([*end, 0.35 + 0.35 * m.bass + 0.2 * m.beat], np.float32)
        paper = 1.0 if look.paper else 0.0
        _walls(self.out, self._lines, resized(seen, self.size), *self.full, p, place, paper)
        return self.out

    def _view(self, shot: str, share: float, m: Moment) -> View:
        """Where the axis leaves the picture, how far it is rolled, how close it is."""
        if shot == "wall":
            return self.aspect * (0.30 + 0.06 * share), 0.58 - 0.06 * share, 0.35, 1.5
        if shot == "roll":
            return self.aspect / 2, 0.5, 0.9 * share - 0.4, 1.15
        return self.aspect / 2, 0.5 + 0.01 * float(np.sin(m.flow)), 0.0, 1.0 + 0.05 * share

    def _path(self, m: Moment, depth: Array) -> tuple[Array, Array, Array]:
        """The tunnel's axis at depths, in heights of the picture, and its twist."""
        t, far = 0.30 * m.flow, depth / (depth + 2.5)
        x = far**2 * (0.13 * np.sin(0.30 * depth + t) - 0.06 * np.sin(t))
        y = far**2 * (0.09 * np.sin(0.26 * depth + 1.3 * t + 1) - 0.04 * np.sin(1.3 * t + 1))
        return x, y, 0.16 * depth + 0.12 * m.flow

    def _rings(self, m: Moment, view: View) -> _Rings:
        """All rings, from near to far."""
        clock = m.flow * _RATE
        numbers = int(np.floor(clock)) + np.arange(1, _RINGS)
        depth = np.asarray((numbers - clock) * _APART + _NEAREST, np.float64)
        angle = np.linspace(0, 2 * np.pi, _POINTS + 1)
        band = self._borne(m, numbers)
        folded = np.abs((angle / np.pi) % 2 - 1) * 28
        low = np.floor(folded).astype(int)
        lift = band[:, low] + (band[:, low + 1] - band[:, low]) * (folded - low)
        around = np.concatenate([lift[:, -9:-1], lift, lift[:, 1:9]], 1)
        even = cv2.GaussianBlur(around, (0, 0), sigmaX=1.9, sigmaY=0.01)
        lift = np.asarray(even[:, 8:-8], np.float64)
        radius = 0.52 * (1 - 0.34 * lift)
        if self._look.corners:
            part = 2 * np.pi / self._look.corners
            flat = np.cos(part / 2) / np.cos((angle % part) - part / 2)
            radius = radius * (0.25 + 0.75 * flat) * 1.08
        x, y = self._shown(m, view, depth[:, None], angle + self.seed, radius)
        near = np.exp(-0.17 * depth) * np.clip((depth - _NEAREST) * 5, 0, 1)
        strong = np.where(numbers % 8 == 0, 3.2, np.where(numbers % 4 == 0, 1.5, 0.55))
        light = (near * strong)[:, None] * (0.14 + 1.5 * lift**1.2) * (0.8 + 0.4 * m.beat)
        inks = np.array(self._look.inks)
        own, other = inks[(numbers // 4) % 3], inks[(numbers // 4 + 1) % 3]
        tone = (0.5 + 0.5 * np.cos(angle * 2))[None, :, None]
        ink = (own[:, None] + (other - own)[:, None] * tone) * light[..., None]
        return _Rings(numbers, depth, np.stack([x, y], -1), ink, lift)

    def _rows(self, rings: _Rings, height: int) -> NDArray[np.float32]:
        """Rings and rails as lines for `streaks`."""
        at, ink = rings.places * height, rings.inks
        thick = np.where(rings.numbers % 8 == 0, 2.2, 1.15) * height / 720
        true = (np.clip(1.5 / (0.4 + rings.depth), 0.7, 2.4) * thick)[:, None]
        wide = np.broadcast_to(np.maximum(true, 0.8), at.shape[:2])
        ink = ink * np.minimum(true / 0.8, 1.0)[..., None]  # small pictures are no brighter
        ends = np.concatenate([at[:, :-1], at[:, 1:], wide[:, 1:, None], ink[:, :-1]], -1)
        every = slice(0, _POINTS, _POINTS // _RAILS)
        rail = ink[1:, every] * 0.30 + ink[:-1, every] * 0.10
        along = np.concatenate(
            [at[:-1, every], at[1:, every], wide[1:, every, None] * 0.7, rail], -1
        )
        return np.concatenate([ends.reshape(-1, 8), along.reshape(-1, 8)]).astype(np.float32)

    def _panels(self, rings: _Rings) -> Planes:
        """Panels of the wall that are lit, far to near, softly at half the size."""
        width, height = self.half
        layer = np.zeros((height, width, 3), np.uint8)
        step = _POINTS // _RAILS
        at = np.clip(rings.places * height * 16, -1e6, 1e6).round().astype(np.int32)
        for k in range(len(rings.numbers) - 2, -1, -1):
            number, near = int(rings.numbers[k]), float(np.exp(-0.13 * rings.depth[k]))
            for side in range(_RAILS):
                u = float(self._chances[number % len(self._chances), side])
                i = side * step
                lit = float(rings.lift[k, i : i + step].mean())
                if u > 0.07 + 0.24 * lit:
                    continue
                ink = np.array(self._look.inks[(number + side) % 3]) * near * (0.10 + 1.1 * lit**2)
                colour = np.sqrt(np.clip(ink * (0.5 + 2.5 * u) / 2.4, 0, 1)) * 255
                edge = [at[k, i : i + step + 1], at[k + 1, i : i + step + 1][::-1]]
                cv2.fillPoly(layer, [np.concatenate(edge)], colour.tolist(), cv2.LINE_AA, 4)
        shown = cv2.GaussianBlur(layer, (0, 0), 1.1).astype(np.float32) * np.float32(1 / 255)
        shown *= shown * np.float32(2.4 if not self._look.paper else 4.0)
        return np.ascontiguousarray(np.moveaxis(shown, 2, 0))

    def _borne(self, m: Moment, numbers: NDArray[np.int64]) -> Array:
        """What the spectrum was when each ring was made, float64 [rings, 32]."""
        music = self.section.music
        made = (numbers - _RINGS) / _RATE  # rings are made at the far end
        if music is None:
            return np.repeat(m.bands[None].astype(np.float64), len(numbers), 0)
        frames = np.searchsorted(music.curves["flow"], made).clip(0, music.timeline.frames - 1)
        even = cv2.GaussianBlur(music.bands[frames], (0, 0), sigmaX=0.9, sigmaY=0.01)
        now = m.bands[None] * np.linspace(0.5, 0.0, len(numbers))[:, None]
        return np.asarray(np.maximum(even, now), np.float64)

    def _shown(
        self, m: Moment, view: View, depth: Array, angle: Array, radius: Array
    ) -> tuple[Array, Array]:
        """Places in the picture, in picture heights."""
        cx, cy, turn, zoom = view
        x, y, twist = self._path(m, depth)
        a = angle + twist + turn
        c, s = np.cos(turn), np.sin(turn)
        px = (x * c - y * s + radius / depth * np.cos(a)) * zoom + cx
        py = (x * s + y * c + radius / depth * np.sin(a)) * zoom + cy
        return px, py

    def _sparks(self, m: Moment, view: View) -> None:
        """Specks that rush past, and lights that strong notes send through."""
        u, height, scale = self._dust, self.size[1], self.size[1] / 720
        depth = (u[0] - 0.16 * m.flow * (0.7 + 0.6 * u[2])) % 1.0 * 5 + 0.25
        tail = depth + 0.05 + 0.07 * m.loud
        angle, radius = u[1] * 40, 0.16 + 0.30 * u[2]
        x0, y0 = self._shown(m, view, depth, angle, radius)
        x1, y1 = self._shown(m, view, tail, angle, radius)
        light = (0.10 + 0.45 * m.hits) * np.exp(-0.5 * depth)
        ink = np.array(self._look.inks[1])[None] * light[:, None]
        wide = np.clip(1.0 / depth, 0.8, 2.6) * scale
        rows = np.concatenate(
            [np.stack([x0 * height, y0 * height, x1 * height, y1 * height, wide], 1), ink], 1
        )
        streaks(self._lines, rows.astype(np.float32))
        for event in m.events:
            away = 5.5 - event.age_s * 4.2
            if event.strength > 0.6 and away > _NEAREST and not self._look.paper:
                turn = 6.28 * (event.key % 97) / 97
                far = np.array([away + 0.06 * k for k in range(14)])
                x, y = self._shown(m, view, far, turn - 0.16 * far, np.full(14, 0.30))
                fade = (1 - np.arange(14) / 14) ** 1.5 * 1.8 * event.strength
                size = np.clip(3.2 / far, 1.5, 14) * scale
                ink_of = self._look.inks[event.key % 3]
                splat(self._lines, spots(x * height, y * height, size, ink_of, fade))
