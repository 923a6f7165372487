"""A room by a window, drawn once: wall, frame, curtains, a desk with lamp, books and a cup.

Two pictures come of it: what the window's light shows and what the lamp's light shows; a film adds
them as strongly as each shines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import int32
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.core.seeds import dice
from musivid.living.cutouts import Cutouts, Rgb, Spot, fineness
from musivid.living.kernels import kernel

__all__ = ["Plan", "Room", "paint_bokeh"]

Array = NDArray[np.float32]
_SPINES: tuple[Rgb, ...] = (
    (0.30, 0.060, 0.045), (0.060, 0.115, 0.16), (0.34, 0.25, 0.12), (0.10, 0.14, 0.085),
    (0.22, 0.20, 0.19), (0.16, 0.055, 0.095), (0.40, 0.33, 0.24),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Where all stands, in picture heights.

    Attributes:
        glass: left, top, right, foot of the window's opening.
        desk: y of the desk's far edge.
        lamp: foot of the lamp; None: there is none in sight.
        lamp_size: its height.
        books: left end of a pile and of a row, their size.
        cup: foot of the cup and its width.
        plant: foot of the plant and its height.
        bars: how thick frame and bars are.
    """

    glass: tuple[float, float, float, float]
    desk: float
    lamp: Spot | None
    lamp_size: float
    books: tuple[Spot, Spot, float]
    cup: tuple[float, float, float]
    plant: tuple[float, float, float]
    bars: float = 0.020

    @property
    def shade(self) -> Spot:
        """The middle of the lamp's shade."""
        x, y = self.lamp or (-1.0, 0.6)
        return x + 0.10 * self.lamp_size, y - 0.86 * self.lamp_size


class Room:
    """The room as pictures.

    Attributes:
        cold: float32 [3, h, w], the room in the window's light.
        warm: the room in the lamp's light.
        own: the room's colours, float32 [3, h, w]; None where no sun falls on them.
        glass: float32 [h, w], where one sees through.
    """

    def __init__(
        self, size: tuple[int, int], plan: Plan, wood: Rgb, seed: int, *, sunny: bool = False
    ) -> None:
        """Draw it for a picture of a size (width, height).

        Args:
            size: of the picture.
            plan: where all stands.
            wood: colour of the desk.
            seed: which books.
            sunny: the sun's light falls on it.
        """
        self._size, self._plan = size, plan
        self._cut = Cutouts(size, size[1], glazed=True, big=fineness(size[1]))
        rng = dice(seed + 21)
        self._wall(wood)
        self._curtains()
        self._books(rng)
        self._cup()
        if plan.lamp:
            self._lamp(plan.lamp)
        drawn = self._cut.drawn().transpose(2, 0, 1)
        del self._cut
        window, lamp = self._lights()
        self.glass: Array = np.ascontiguousarray(drawn[3])
        solid = 1 - self.glass
        self.cold: Array = drawn[:3] * window * solid
        self.warm: Array = drawn[:3] * lamp * solid + drawn[4:]
        self.own: Array | None = drawn[:3] * solid if sunny else None

    def _fill(
        self, points: Sequence[Spot], low: Rgb, high: Rgb | None = None, *, across: bool = False,
        shine: Rgb = (0.0, 0.0, 0.0), clear: bool = False,
    ) -> None:  # fmt: skip
        """A polygon, shaded from foot to top or from right to left; it may shine or be clear."""
        self._cut.add(points, low, high, across=across, shine=shine, clear=clear)

    def _box(self, left: float, top: float, right: float, foot: float, *tones: Rgb) -> None:
        self._fill([(left, top), (right, top), (right, foot), (left, foot)], *tones)

    def _wall(self, wood: Rgb) -> None:
        """Wall, opening, bars, sill and the desk before it."""
        plan, aspect = self._plan, self._size[0] / self._size[1]
        left, top, right, foot = plan.glass
        e = plan.bars
        self._box(-0.1, -0.1, aspect + 0.1, 1.1, (0.135, 0.115, 0.110), (0.110, 0.095, 0.098))
        self._box(left - 2.6 * e, top - 2.6 * e, right + 2.6 * e, foot + e, (0.20, 0.175, 0.155))
        self._box(left - 1.2 * e, top - 1.2 * e, right + 1.2 * e, foot + e, (0.125, 0.110, 0.100))
        middle, cross = left + 0.54 * (right - left), top + 0.34 * (foot - top)
        for a, b in ((left, middle - e / 2), (middle + e / 2, right)):
            for c, d in ((top, cross - e / 2), (cross + e / 2, foot)):
                self._fill([(a, c), (b, c), (b, d), (a, d)], (0, 0, 0), clear=True)
        self._box(left - 4 * e, foot, right + 4 * e, foot + 1.5 * e, (0.16, 0.14, 0.125),
                  (0.34, 0.30, 0.27))  # fmt: skip
        self._box(-0.1, plan.desk, aspect + 0.1, 1.1, _times(wood, 0.45), _times(wood, 1.1))
        self._box(-0.1, plan.desk - 0.004, aspect + 0.1, plan.desk + 0.004, _times(wood, 1.5))
        grain = dice(3)
        for _ in range(90):  # grain of the wood, denser towards the far edge
            y = plan.desk + 0.006 + (1.05 - plan.desk) * grain.random() ** 1.6
            x, long = grain.uniform(-0.3, aspect), grain.uniform(0.2, 0.9)
            t = 0.0012 * (0.5 + (y - plan.desk) * 4)
            self._box(x, y, x + long, y + t, _times(wood, grain.uniform(0.45, 0.85)))

    def _curtains(self) -> None:
        """Cloth at both sides, in folds."""
        left, top, right, foot = self._plan.glass
        aspect, rng = self._size[0] / self._size[1], dice(8)
        for side, edge, way in ((0, left, -1), (1, right, 1)):
            wide = 0.15 * min(1.0, aspect)
            count = 9
            for k in range(count):
                u0, u1 = k / count, (k + 1.15) / count
                bow = 0.014 * np.sin(np.linspace(0, 3, 8) + k + side)
                y = np.linspace(top - 0.08, foot + 0.045, 8)
                pull = wide * (0.55 + 0.45 * np.cos(np.linspace(-0.2, 1.6, 8)))
                a = edge - way * 0.055 + way * pull * u0 * 1.25 + bow
                b = edge - way * 0.055 + way * pull * u1 * 1.25 + bow
                line = [*zip(a, y, strict=True), *zip(b[::-1], y[::-1], strict=True)]
                tone = float(rng.uniform(0.75, 1.2))
                cloth = (0.17 * tone, 0.125 * tone, 0.115 * tone)
                self._fill(line, _times(cloth, 0.45), cloth, across=True)

    def _books(self, rng: np.random.Generator) -> None:
        """A pile that lies and a few that stand."""
        (x, y), (sx, sy), s = self._plan.books
        for _ in range(4):
            high, long = s * rng.uniform(0.10, 0.17), s * rng.uniform(0.75, 1.0)
            at = x + s * rng.uniform(-0.06, 0.06)
            tone = _SPINES[int(rng.integers(len(_SPINES)))]
            self._box(at, y - high, at + long, y, _times(tone, 0.55), _times(tone, 1.15))
            self._box(at + 0.04 * s, y - 0.80 * high, at + long - 0.01 * s, y - 0.74 * high,
                      _times(tone, 2.0))  # fmt: skip
            self._box(at, y - high - 0.008 * s, at + long, y - high + 0.012 * s, _times(tone, 1.8))
            y -= high
        for k in range(6):
            wide, high = s * rng.uniform(0.09, 0.16), s * rng.uniform(0.80, 1.15)
            lean = 0.0 if k < 5 else 0.16 * s
            tone = _SPINES[int(rng.integers(len(_SPINES)))]
            body = [(sx, sy), (sx + wide, sy), (sx + wide + lean, sy - high),
                    (sx + lean, sy - high)]  # fmt: skip
            self._fill(body, _times(tone, 0.55), _times(tone, 1.3), across=True)
            for v in (0.12, 0.80):
                y0 = sy - high * v
                self._box(sx + lean * v, y0 - 0.02 * s, sx + wide + lean * v, y0, _times(tone, 2.2))
            sx += wide + 0.004 * s

    def _cup(self) -> None:
        """A cup with a handle, round by its shading."""
        x, y, w = self._plan.cup
        u = np.linspace(0, np.pi, 20)
        h, r = 1.05 * w, w / 2
        ring = np.linspace(0, 2 * np.pi, 30)
        for big, tone in ((1.0, (0.26, 0.24, 0.23)), (0.62, (0.10, 0.08, 0.075))):
            hx, hy = x + 0.92 * r, y - 0.56 * h
            across, down = 0.42 * r * big * np.cos(ring), 0.30 * h * big * np.sin(ring)
            line = np.stack([hx + across, hy + down], 1)
            self._fill(line.tolist(), tone)
        foot = np.stack([x + 0.84 * r * np.cos(u), y + 0.13 * r * np.sin(u)], 1)
        rim = np.stack([x + r * np.cos(u[::-1]), y - h + 0 * u], 1)
        self._fill([*foot.tolist(), *rim.tolist()], (0.13, 0.12, 0.125), (0.66, 0.60, 0.55),
                   across=True)  # fmt: skip
        for big, tone in ((1.0, (0.60, 0.55, 0.50)), (0.88, (0.06, 0.035, 0.022))):
            top = np.stack([x + r * big * np.cos(ring), y - h + 0.24 * r * big * np.sin(ring)], 1)
            self._fill(top.tolist(), tone)

    def _lamp(self, foot: Spot) -> None:
        """A desk lamp; its shade shines."""
        (x, y), s = foot, self._plan.lamp_size
        sx, sy = self._plan.shade
        metal, pale = (0.060, 0.055, 0.052), (0.24, 0.19, 0.14)
        u = np.linspace(0, np.pi, 16)
        base = np.stack([x + 0.17 * s * np.cos(u), y - 0.05 * s * np.sin(u)], 1)
        self._fill(base.tolist(), metal, pale)
        v = np.linspace(0, 1, 14)
        line = np.stack([x + (sx - x) * v**2, y - 0.04 * s + (sy - y - 0.06 * s) * v], 1)
        half = np.array((0.014 * s, 0.0))
        self._fill([*(line - half).tolist(), *(line + half)[::-1].tolist()], metal, pale)
        top, low = 0.115 * s, 0.245 * s
        shade = [(sx - top, sy - 0.15 * s), (sx + top, sy - 0.15 * s), (sx + low, sy + 0.14 * s),
                 (sx - low, sy + 0.14 * s)]  # fmt: skip
        self._fill(shade, (0.10, 0.07, 0.05), shine=(1.5, 0.70, 0.22))

    def _lights(self) -> tuple[Array, Array]:
        """How much the window and the lamp light each place, float32 [h, w] each."""
        width, height = self._size
        ys, xs = (np.mgrid[:height, :width].astype(np.float32) + 0.5) / height
        left, top, right, foot = self._plan.glass
        dx = np.maximum(np.maximum(left - xs, xs - right), 0)
        dy = np.maximum(np.maximum(top - ys, ys - foot), 0)
        window = 1 / (1 + (dx * dx + dy * dy) * 15) * np.where(ys > self._plan.desk, 1.2, 0.75)
        if not self._plan.lamp:  # it stands at the left, out of sight
            lamp = 1.5 * np.exp(-xs * 1.5 - 0.9 * np.abs(ys - 0.85))
            return window.astype(np.float32), lamp.astype(np.float32)
        x, y = self._plan.shade
        s = self._plan.lamp_size
        ux, uy = (xs - x) / s, (ys - y) / s
        r2 = ux * ux + uy * uy
        away = 0.25 + 0.45 * np.abs(uy)
        down = _soft(0.20 + 0.78 * uy - np.abs(ux), away) * _soft(uy - 0.12, 0.10)
        up = _soft(0.12 - 0.66 * uy - np.abs(ux), away) * _soft(-uy - 0.13, 0.10)
        lamp = (0.78 * down + 0.40 * up) / (0.26 + r2) + 0.20 / (0.30 + r2)
        desk = ys > self._plan.desk
        px, py = ux / 1.25, (ys - self._plan.desk - 0.45 * (1 - self._plan.desk)) / 0.17
        pool = 1.7 * np.exp(-(px * px) - py * py) + 0.25 / (0.4 + px * px)
        lamp = np.where(desk, pool, lamp)
        return window.astype(np.float32), lamp.astype(np.float32)


def _soft(x: Array, wide: float) -> Array:
    return np.asarray(smoothstep(x / wide + 0.5), np.float32)


def _times(colour: Rgb, share: float) -> Rgb:
    return colour[0] * share, colour[1] * share, colour[2] * share


@kernel
def paint_bokeh(out, rows):
    """Lights far out of focus: discs, brighter at their rims.

    rows float32 [n, 6]: x, y, radius in pixels, and a colour.
    """
    _, h, w = out.shape
    for k in range(len(rows)):
        x, y, r = rows[k, 0], rows[k, 1], rows[k, 2]
        x0, x1 = max(int32(x - r - 1.0), int32(0)), min(int32(x + r) + int32(2), int32(w))
        y0, y1 = max(int32(y - r - 1.0), int32(0)), min(int32(y + r) + int32(2), int32(h))
        for j in range(y0, y1):
            dy = np.float32(j) + np.float32(0.5) - y
            for i in range(x0, x1):
                dx = np.float32(i) + np.float32(0.5) - x
                d = np.sqrt(dx * dx + dy * dy)
                a = min(max(r - d + 0.5, 0.0), 1.0)
                q = d / r
                a *= 0.70 + 0.45 * q * q * q * q
                for c in range(3):
                    out[c, j, i] += rows[k, 3 + c] * a
