"""Houses under snow, drawn once: walls, white roofs, chimneys, towers; where their windows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.cutouts import Cutouts, Rgb, Spot, fineness

__all__ = ["Hamlet", "Row", "Walls"]

Array = NDArray[np.float32]
_ROOM = 6.2  # sizes of a house that a row is high


@dataclass(frozen=True, slots=True)
class Row:
    """A row of houses.

    Attributes:
        base: y of their feet.
        size: height of a house to its eaves.
        places: x of each, in widths of the picture; beyond 0..1 is seen when the camera moves.
        dim: how far in the haze, 0 near.
        church: number of the house that is a church; -1 none.
        castle: number of the house that is a castle on its hill.
        firs: how many trees stand between the houses.
        soft: out of focus, in pixels of 720.
    """

    base: float
    size: float
    places: tuple[float, ...]
    dim: float
    church: int = -1
    castle: int = -1
    firs: int = 0
    soft: float = 0.0


@dataclass(frozen=True, slots=True)
class Walls:
    """Colours, linear light: walls and snow away from the light and towards it, haze, trees."""

    wall: Rgb
    wall_lit: Rgb
    snow: Rgb
    snow_lit: Rgb
    haze: Rgb
    fir: Rgb


@dataclass(slots=True)
class Hamlet:
    """A row as a picture: float32 [h, w, 4] of light and cover, with what is alive in it.

    Attributes:
        left: x of the layer's left edge, in picture heights.
        top: y of its upper edge.
        windows: corners of each pane's group: x0, y0, x1, y1.
        chimneys: tops.
        image: premultiplied light and cover, where there is something.
        skip: pixels from the layer's corner to that of the image, across and down.
    """

    size: tuple[int, int]
    left: float
    top: float
    windows: list[tuple[float, float, float, float]] = field(default_factory=list)
    chimneys: list[Spot] = field(default_factory=list)
    image: Array = field(default_factory=lambda: np.zeros((1, 1, 4), np.float32))
    skip: tuple[int, int] = (0, 0)
    _cut: Cutouts = field(default_factory=lambda: Cutouts((1, 1), 1))

    @classmethod
    def built(cls, size: tuple[int, int], row: Row, walls: Walls, seed: int) -> Hamlet:
        """Build a row for a picture of a size (width, height)."""
        height, aspect = size[1], size[0] / size[1]
        margin = max(0.25 * aspect, 0.24 * max(row.size / 0.125, 1.0))
        top = max(int((row.base - _ROOM * row.size) * height), 0)
        rows = min(int((row.base + 0.3 * row.size) * height), height) - top
        wide = int((aspect + 2 * margin) * height)
        made = cls(size, -margin, top / height)
        made._cut = Cutouts(
            (wide, max(rows, 1)), height, (made.left, made.top), big=fineness(height)
        )
        rng = dice(seed + 90)
        for x in np.sort(rng.uniform(-margin, size[0] / size[1] + margin, row.firs)).tolist():
            tall = row.size * rng.uniform(1.2, 3.0)
            made._fir((x, row.base + row.size * rng.uniform(-0.2, 0.06)), tall, walls, rng)
        for number, place in enumerate(row.places):
            x, lift = place * size[0] / size[1], rng.uniform(-0.12, 0.12) * row.size
            foot, flip = (x, row.base + lift), bool(rng.integers(2))
            if number == row.castle:
                made._castle((x, row.base), row.size, walls)
            elif number == row.church:
                made._church(foot, row.size, walls, rng)
            else:
                made._house(foot, row.size * rng.uniform(0.85, 1.2), walls, (rng, flip))
        image = made._cut.drawn()
        made._cut = Cutouts((1, 1), 1)
        haze = np.array(walls.haze, np.float32)
        image[..., :3] += (haze - image[..., :3]) * np.float32(row.dim)
        image[..., :3] *= image[..., 3:]
        if row.soft:
            soft_px = max(row.soft * size[1] / 720, 0.3)
            image = np.asarray(cv2.GaussianBlur(image, (0, 0), soft_px), np.float32)
        made._keep(image)
        return made

    def _keep(self, image: Array) -> None:
        """Keep the part of the picture in which there is something."""
        rows, columns = (np.flatnonzero(image[..., 3].any(axis)) for axis in (1, 0))
        if not len(rows):
            image, rows, columns = image[:1, :1], np.zeros(1, int), np.zeros(1, int)
        x, y = max(int(columns[0]) - 1, 0), int(rows[0])  # a column more, to be moved by less
        self.skip = x, y
        self.image = image[y : int(rows[-1]) + 1, x : int(columns[-1]) + 2].copy()

    def _fill(self, points: Sequence[Spot], low: Rgb, high: Rgb | None = None) -> None:
        """A polygon in one colour, or shaded from its foot to its top."""
        self._cut.add(points, low, high)

    def _window(self, x: float, y: float, wide: float, high: float) -> None:
        self.windows.append((x - wide / 2, y - high, x + wide / 2, y))

    def _framed(self, foot: Spot, wide: float, high: float, walls: Walls) -> None:
        """A window in its frame, snow on the sill."""
        (x, y), e = foot, 0.13 * wide
        frame = _times(walls.wall_lit, 1.5)
        self._fill([(x - wide / 2 - e, y + e), (x + wide / 2 + e, y + e),
                    (x + wide / 2 + e, y - high - e), (x - wide / 2 - e, y - high - e)],
                   frame)  # fmt: skip
        inner = _times(walls.wall, 0.3)
        self._fill([(x - wide / 2, y), (x + wide / 2, y), (x + wide / 2, y - high),
                    (x - wide / 2, y - high)], inner)  # fmt: skip
        self._fill(_cap((x - 0.68 * wide, y + e), (x + 0.68 * wide, y + e), 0.13 * wide),
                   walls.snow, walls.snow_lit)  # fmt: skip
        self._window(x, y, wide, high)

    def _house(
        self, foot: Spot, s: float, walls: Walls, chance: tuple[np.random.Generator, bool]
    ) -> None:
        """A gable to one side, a roof under snow to the other; s is the height to the eaves."""
        rng, flip = chance
        x, base = foot
        way = -1.0 if flip else 1.0
        a, b, r = (
            rng.uniform(0.85, 1.05) * s,
            rng.uniform(1.1, 1.6) * s,
            rng.uniform(0.75, 0.95) * s,
        )
        eave, top, o = base - s, base - s - r, 0.14 * s

        def at(dx: float, y: float) -> Spot:
            return x + way * dx, y

        left = -(a + b) / 2
        ends = sorted((at(left, 0)[0], at(-left, 0)[0]))
        self.windows = [
            w for w in self.windows
            if not (ends[0] - o < (w[0] + w[2]) / 2 < ends[1] + o and top < w[3] < base + 0.1 * s)
        ]  # fmt: skip
        apex, front = left + a / 2, left + a
        dark = _times(walls.wall, 0.55)
        self._fill([at(front, base), at(front + b, base), at(front + b, eave), at(front, eave)],
                   dark, walls.wall)  # fmt: skip
        gable = [at(left, base), at(front, base), at(front, eave), at(apex, top), at(left, eave)]
        self._fill(gable, walls.wall, walls.wall_lit)
        for k in range(1, 9):  # planks
            y = base - 0.115 * s * k
            self._fill([at(front, y), at(front + b, y), at(front + b, y + 0.016 * s),
                        at(front, y + 0.016 * s)], _times(dark, 0.6))  # fmt: skip
        # beams of the gable
        for u in (0.0, 0.5, 1.0):
            v = left + a * (0.06 + 0.88 * u)
            self._fill([at(v - 0.02 * s, base), at(v + 0.02 * s, base), at(v + 0.02 * s, eave),
                        at(v - 0.02 * s, eave)], dark)  # fmt: skip
        # chimney behind the roof's edge
        c = apex + b * rng.uniform(0.35, 0.75)
        w, high = 0.10 * s, top - 0.26 * s
        self._fill([at(c - w, top + 0.3 * s), at(c + w, top + 0.3 * s), at(c + w, high),
                    at(c - w, high)], walls.wall, walls.wall_lit)  # fmt: skip
        self._fill(_cap(at(c - 1.3 * w, high), at(c + 1.3 * w, high), 0.09 * s), walls.snow,
                   walls.snow_lit)  # fmt: skip
        self.chimneys.append(at(c, high - 0.06 * s))
        # the roof: a lip of snow in shade, then the field
        end, lip = front + b + o, 0.10 * s
        field_ = [at(apex - 0.02 * s, top), at(apex + b + o * 0.4, top), at(end, eave + o),
                  at(front + o * 0.9, eave + o)]  # fmt: skip
        shade = _times(walls.snow, 0.50)
        self._fill(_hang(field_[3], field_[2], lip), shade)
        raised = [(px, py - 0.06 * s) for px, py in field_]
        self._fill([*raised[:2], raised[2], raised[3]], walls.snow, walls.snow_lit)
        self._fill(_hang(raised[3], raised[2], lip * 0.7), walls.snow)
        # snow along the near slopes of the gable
        for side in (left - o, front + o * 0.9):
            foot_y = eave + o
            edge = [at(apex, top - 0.07 * s), at(side, foot_y - 0.05 * s), at(side, foot_y + lip),
                    at(apex, top + 0.11 * s)]  # fmt: skip
            self._fill(edge, walls.snow, walls.snow_lit)
        places = [(left + a * u, base - 0.34 * s, 0.20, 0.30) for u in (0.29, 0.71)]
        places += [(apex, eave + 0.02 * s, 0.17, 0.25)]
        sides = (0.24, 0.52, 0.80)[: 2 + int(rng.integers(2))]
        places += [(front + b * u, base - 0.36 * s, 0.17, 0.28) for u in sides]
        for dx, y, wide, high in places:
            self._framed(at(dx, y), wide * s, high * s, walls)
        self._drift(x, base, (a + b) / 2 + o, s, walls)

    def _drift(self, x: float, base: float, half: float, s: float, walls: Walls) -> None:
        """Snow that lies against the walls."""
        u = np.linspace(-1, 1, 24)
        y = base - s * (0.12 + 0.05 * np.sin(u * 7 + x * 40)) * (1 - u**4)
        line = np.stack([x + half * u, y + 0.03 * s], 1)
        under = np.stack([x + half * u[::-1], base + 0.05 * s * (1 - u**2)], 1)
        tone = _times(walls.snow, 0.5 + 0.5 * walls.snow_lit[1] / max(walls.snow[1], 1e-6))
        self._fill(np.concatenate([line, under]).tolist(), tone)

    def _fir(self, foot: Spot, tall: float, walls: Walls, rng: np.random.Generator) -> None:
        """A fir with snow on its boughs."""
        x, base = foot
        wide, tiers = tall * rng.uniform(0.20, 0.27), 9
        self._fill([(x - 0.03 * tall, base), (x + 0.03 * tall, base), (x, base - tall)], walls.fir)
        for k in range(tiers, 0, -1):
            u = k / tiers
            y = base - tall * (1.02 - 0.93 * u)
            low, side = y + tall * 0.10, wide * u**0.9
            teeth = np.linspace(-1, 1, 13)
            hang = low + tall * 0.045 * (rng.random(13) - 0.3) - 0.05 * tall * (1 - abs(teeth))
            skirt = np.stack([x + side * teeth, hang], 1).tolist()
            top = y - tall * 0.13
            self._fill([(x, top), *skirt[::-1]], walls.fir)
            cap = np.stack([x + side * 0.92 * teeth, hang - tall * 0.022], 1)
            cap[:, 1] -= tall * 0.012 * rng.random(13)
            cap[1::2, 1] -= tall * 0.028
            self._fill([(x, top - 0.01 * tall), *cap.tolist()[::-1]], walls.snow, walls.snow_lit)

    def _castle(self, foot: Spot, s: float, walls: Walls) -> None:
        """A castle on its hill: walls, five towers with steep roofs."""
        x, base = foot
        u = np.linspace(-1, 1, 40)
        rise = 1.7 * np.exp(-((u * 1.9) ** 2)) + 0.08 * np.sin(u * 17)
        hill = np.stack([x + 4.6 * s * u, base - s * (rise - 0.10)], 1).tolist()
        self._fill([*hill, (x + 4.6 * s, base + s), (x - 4.6 * s, base + s)], walls.snow,
                   walls.snow_lit)  # fmt: skip
        ground = base - 1.25 * s
        dark = _times(walls.wall, 0.6)
        for left, right, high in ((-1.7, 1.6, 0.75), (-0.9, 0.9, 1.25)):
            self._fill([(x + left * s, ground + 0.3 * s), (x + right * s, ground + 0.3 * s),
                        (x + right * s, ground - high * s), (x + left * s, ground - high * s)],
                       walls.wall, walls.wall_lit)  # fmt: skip
            self._fill(_cap((x + left * s, ground - high * s), (x + right * s, ground - high * s),
                            0.07 * s), walls.snow)  # fmt: skip
        towers = ((-1.65, 0.26, 1.5, 0.9), (1.55, 0.28, 1.35, 0.85), (-0.72, 0.24, 2.3, 1.1),
                  (0.78, 0.22, 1.9, 1.0), (0.06, 0.32, 2.9, 1.35))  # fmt: skip
        for at, half, high, roof in towers:
            c, w, top = x + at * s, half * s, ground - high * s
            self._fill([(c - w, ground + 0.4 * s), (c + w, ground + 0.4 * s), (c + w, top),
                        (c - w, top)], walls.wall, walls.wall_lit)  # fmt: skip
            self._fill([(c + 0.3 * w, ground + 0.4 * s), (c + w, ground + 0.4 * s), (c + w, top),
                        (c + 0.3 * w, top)], dark)  # fmt: skip
            tip = (c, top - roof * s)
            self._fill([(c - 1.25 * w, top), (c + 1.25 * w, top), tip], walls.snow, walls.snow_lit)
            self._fill([(c + 0.2 * w, top), (c + 1.25 * w, top), tip],
                       _times(walls.snow, 0.5))  # fmt: skip
            for k in range(3):
                if k * 0.62 + 0.4 < high:
                    self._window(c - 0.1 * w, top + (0.42 + 0.62 * k) * s, 0.10 * s, 0.20 * s)

    def _church(self, foot: Spot, s: float, walls: Walls, rng: np.random.Generator) -> None:
        """A nave like a house, and a tower with a steep spire."""
        self._house((foot[0] + 1.0 * s, foot[1]), s * 1.1, walls, (rng, False))
        x, base = foot[0] - 0.45 * s, foot[1]
        w, top = 0.36 * s, base - 2.5 * s
        self._fill([(x - w, base), (x + w, base), (x + w, top), (x - w, top)], walls.wall,
                   walls.wall_lit)  # fmt: skip
        dark = _times(walls.wall, 0.55)
        self._fill([(x + 0.3 * w, base), (x + w, base), (x + w, top), (x + 0.3 * w, top)], dark)
        tip = top - 2.0 * s
        self._fill([(x - 1.18 * w, top + 0.02), (x + 1.18 * w, top + 0.02), (x, tip)], walls.snow,
                   walls.snow_lit)  # fmt: skip
        self._fill([(x + 0.2 * w, top + 0.02), (x + 1.18 * w, top + 0.02), (x, tip)],
                   _times(walls.snow, 0.5))  # fmt: skip
        self._fill(_cap((x - 1.3 * w, top + 0.01), (x + 1.3 * w, top + 0.01), 0.05 * s), walls.snow)
        t = 0.012 * s
        self._fill([(x - t, tip + 0.1 * s), (x + t, tip + 0.1 * s), (x + t, tip - 0.3 * s),
                    (x - t, tip - 0.3 * s)], dark)  # fmt: skip
        self._fill([(x - 5 * t, tip - 0.17 * s), (x + 5 * t, tip - 0.17 * s),
                    (x + 5 * t, tip - 0.20 * s), (x - 5 * t, tip - 0.20 * s)], dark)  # fmt: skip
        self._window(x - 0.1 * w, top + 0.55 * s, 0.16 * s, 0.34 * s)
        self._window(x - 0.1 * w, top + 1.45 * s, 0.13 * s, 0.28 * s)
        self._drift(x, base, 0.5 * s, s, walls)


def _times(colour: Rgb, share: float) -> Rgb:
    return colour[0] * share, colour[1] * share, colour[2] * share


def _cap(left: Spot, right: Spot, high: float) -> list[Spot]:
    """A cushion of snow over an edge."""
    u = np.linspace(0, 1, 12)
    x, y = left[0] + (right[0] - left[0]) * u, left[1] - high * np.sqrt(4 * u * (1 - u))
    return [*zip(x.tolist(), y.tolist(), strict=True), (right[0], right[1] + high * 0.3),
            (left[0], left[1] + high * 0.3)]  # fmt: skip


def _hang(left: Spot, right: Spot, lip: float) -> list[Spot]:
    """Snow that hangs over an eave, uneven."""
    u = np.linspace(0, 1, 22)
    x, y = left[0] + (right[0] - left[0]) * u, left[1] + (right[1] - left[1]) * u
    low = y + lip * (0.75 + 0.35 * np.sin(u * 13 + left[0] * 50) * np.sin(u * 5 + 1))
    under = zip(x[::-1].tolist(), low[::-1].tolist(), strict=True)
    return [*zip(x.tolist(), y.tolist(), strict=True), *under]
