"""A village in the snow: roofs, smoke, a church under mountains; notes light its windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge
from musivid.living.hamlet import Hamlet, Row, Walls
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, ease, jitter
from musivid.living.snowland import mountains, paint_dome, paint_snow, smoke_rows
from musivid.living.sprites import shape
from musivid.living.stars import Stars
from musivid.living.weather import snow

__all__ = ["Village"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]

_GROUND = 0.600
# Rows of houses from far to near, wide and near.
_WIDE = (
    Row(
        0.645,
        0.026,
        (-0.10, 0.02, 0.13, 0.30, 0.36, 0.52, 0.60, 0.78, 0.86, 0.98, 1.10),
        0.50,
        firs=60,
    ),
    Row(0.705, 0.042, (-0.14, 0.06, 0.20, 0.46, 0.68, 0.90, 1.08), 0.26, church=3, firs=22),
    Row(0.800, 0.066, (-0.18, 0.13, 0.34, 0.70, 0.97, 1.2), 0.08, firs=9),
    Row(0.965, 0.125, (-0.22, 0.03, 0.90, 1.22), 0.0, firs=4),
)
_NEAR = (
    Row(0.660, 0.036, (-0.10, 0.10, 0.22, 0.44, 0.52, 0.84, 0.95, 1.1), 0.40, church=3, firs=40),
    Row(0.760, 0.075, (-0.16, 0.08, 0.40, 0.62, 0.95, 1.2), 0.16, firs=10),
    Row(0.955, 0.205, (-0.20, 0.735, 1.3), 0.0, firs=3),
)
_CASTLE = Row(0.655, 0.062, (0.40,), 0.30, castle=0, firs=16)
_PASSING = Row(1.06, 0.34, (), 0.0, firs=4, soft=5.0)


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour, linear light.

    Attributes:
        sky: zenith, low, glow at the horizon, thin cloud.
        peaks: rock, snow, the sun's light, the sky's light, haze.
        ground: snow in light, snow in shade, far haze.
        walls: walls and walls in light.
        fir: trees.
        warm: windows and lamps.
        windows: share that are lit as the section begins and as it ends.
        cloud: share of cloud.
        stars: their light.
        flakes: how many fall.
        smoke: its light.
        grade: the film.
        castle: whether one stands over the village.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb]
    peaks: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    ground: tuple[Rgb, Rgb, Rgb]
    walls: tuple[Rgb, Rgb]
    fir: Rgb
    warm: Rgb
    windows: tuple[float, float]
    cloud: float
    stars: float
    flakes: int
    smoke: Rgb
    grade: Grade
    castle: bool = False


class Village(Scene):
    """Roofs under snow; windows light with the notes, smoke rises with loudness."""

    shots: ClassVar = ("wide", "near", "travel")
    stands: ClassVar = {"wide": Stand(0.30, 0.92, 0.20, bank=False)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "blue": _Look(
            ((0.012, 0.040, 0.145), (0.14, 0.150, 0.30), (0.60, 0.26, 0.19), (0.20, 0.145, 0.24)),
            ((0.10, 0.10, 0.14), (0.80, 0.85, 1.0), (0.50, 0.30, 0.34), (0.14, 0.20, 0.44),
             (0.17, 0.18, 0.35)),
            ((0.25, 0.33, 0.56), (0.070, 0.115, 0.26), (0.15, 0.19, 0.36)),
            ((0.020, 0.022, 0.040), (0.040, 0.042, 0.068)), (0.010, 0.020, 0.042),
            (1.0, 0.50, 0.15), (0.15, 1.0), 0.5, 0.25, 110, (0.10, 0.10, 0.145),
            Grade(exposure=1.08, bloom=0.52, shadows=(0.0, 0.006, 0.026), lights=(1.0, 0.98, 0.96),
                  saturation=1.06, vignette=0.36),
        ),
        "night": _Look(
            ((0.003, 0.009, 0.032), (0.018, 0.045, 0.085), (0.020, 0.120, 0.080),
             (0.020, 0.035, 0.060)),
            ((0.06, 0.07, 0.10), (0.75, 0.85, 1.0), (0.16, 0.21, 0.32), (0.016, 0.030, 0.075),
             (0.020, 0.042, 0.072)),
            ((0.095, 0.140, 0.26), (0.016, 0.030, 0.078), (0.030, 0.052, 0.100)),
            ((0.007, 0.009, 0.018), (0.014, 0.018, 0.034)), (0.003, 0.007, 0.015),
            (1.0, 0.52, 0.16), (0.5, 0.9), 0.2, 1.0, 0, (0.030, 0.040, 0.066),
            Grade(exposure=1.22, bloom=0.55, shadows=(0.0, 0.006, 0.024), saturation=1.04,
                  vignette=0.44),
            castle=True,
        ),
        "snowfall": _Look(
            ((0.030, 0.024, 0.058), (0.105, 0.070, 0.115), (0.22, 0.105, 0.085),
             (0.085, 0.062, 0.105)),
            ((0.08, 0.07, 0.10), (0.75, 0.75, 0.95), (0.09, 0.07, 0.10), (0.060, 0.052, 0.105),
             (0.105, 0.075, 0.120)),
            ((0.150, 0.140, 0.240), (0.042, 0.044, 0.100), (0.100, 0.080, 0.135)),
            ((0.016, 0.011, 0.018), (0.034, 0.022, 0.030)), (0.008, 0.010, 0.018),
            (1.1, 0.50, 0.13), (0.7, 1.0), 0.9, 0.0, 620, (0.075, 0.062, 0.085),
            Grade(exposure=1.12, bloom=0.60, shadows=(0.010, 0.002, 0.024), saturation=1.06,
                  vignette=0.42),
        ),
        "dawn": _Look(
            ((0.075, 0.150, 0.36), (0.40, 0.33, 0.44), (0.90, 0.42, 0.22), (0.80, 0.44, 0.38)),
            ((0.16, 0.13, 0.14), (0.85, 0.87, 0.95), (2.6, 1.05, 0.55), (0.15, 0.20, 0.40),
             (0.44, 0.35, 0.44)),
            ((0.58, 0.44, 0.45), (0.125, 0.175, 0.34), (0.38, 0.32, 0.42)),
            ((0.070, 0.052, 0.060), (0.17, 0.105, 0.090)), (0.045, 0.060, 0.080),
            (1.0, 0.62, 0.26), (0.45, 0.10), 0.6, 0.0, 60, (0.36, 0.27, 0.28),
            Grade(exposure=0.92, bloom=0.42, shadows=(0.004, 0.004, 0.020), saturation=1.06,
                  vignette=0.28),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.warm
        walls = Walls(*own.walls, own.ground[1], own.ground[0], own.ground[2], own.fir)
        first = (_CASTLE,) if own.castle else ()
        wide, near = (*first, *_WIDE), (*first, *_NEAR)
        plans = {"wide": wide, "near": near, "travel": (*wide, _PASSING)}
        built: dict[Row, Hamlet] = {}
        for row in (*wide, *near, _PASSING):
            if row not in built:
                fitting = replace(row, size=row.size * self.fit)
                built[row] = Hamlet.built(size, fitting, walls, seed * 7 + len(built))
        self._rows = {shot: [(row, built[row]) for row in plan] for shot, plan in plans.items()}
        self._range = mountains(
            (int(self.half[0] * 1.2), self.half[1]), seed + 3, own.peaks, _GROUND - 0.01
        )
        self._stars = Stars(size, seed, count=int(420 * self.aspect), depth=0.55)
        self._chance = dice(seed + 7).random((400, 3))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        sway = jitter(m.time_s, 6.0)
        aside = {"wide": 0.12, "near": 0.12, "travel": 0.42}[now.shot] * now.move + 0.004 * sway[0]
        self.light = self.aspect * 0.62, 0.52
        self._land(m, now, aside)
        for plan, row in self._rows[now.shot]:
            self._houses(m, now, (plan, row), aside * plan.size / 0.125)
        if self._look.flakes:
            snow(self.out, m.time_s, self._look.flakes, 0.75 + 0.2 * m.beat, self.seed)
        return self.out

    def _land(self, m: Moment, now: Now, aside: float) -> None:
        """Sky, mountains, woods and the ground with its pools of light, at half the size."""
        own, small = self._look, self.small
        dome = np.array(own.sky, np.float32)
        place = np.array([_GROUND, self.light[0], own.cloud], np.float32)
        paint_dome(small, *self.mid, dome, place, m.flow)
        spare = self._range.shape[2] - self.half[0]
        x = int(np.clip(spare * (0.5 + 0.3 * aside), 0, spare))
        peaks = self._range[:, :, x : x + self.half[0]]
        clear = 1 - 0.6 * np.exp(-np.maximum(_GROUND - self.mid[1], 0) * 16)[:, None]
        small *= 1 - peaks[3] * clear
        small += peaks[:3] * clear
        ground = np.array([*own.ground, own.warm], np.float32)
        first = int((_GROUND - 0.02) * self.half[1])
        pools = self._pools(m, now, aside)
        paint_snow(small, *self.mid, ground, pools, _GROUND, aside, first)
        enlarge(small, self.out)
        if own.stars:
            rows = int(0.55 * self.size[1])
            stars = np.zeros_like(self.out[:, :rows])
            self._stars.paint(stars, m, own.stars)
            behind = np.ascontiguousarray(1 - peaks[3])
            self.out[:, :rows] += stars * cv2.resize(behind, self.size)[:rows]

    def _lit(self, m: Moment, now: Now, count: int, first: int) -> Array:
        """Light of windows: more or fewer through the section; notes flare some."""
        one, two, three = self._chance[(np.arange(count) + first) % len(self._chance)].T
        share = self._look.windows[0] + np.diff(self._look.windows)[0] * ease(now.act)
        bands = m.bands[(two * 31.99).astype(int)]
        on = np.clip((share - one) * 9, 0, 1)
        light = on * (0.55 + 0.35 * two + 0.75 * bands * (three > 0.35))
        for event in m.events[:8]:
            woken = (np.arange(count) * 7 + first + event.key) % 9 == 0
            light = light + 0.55 * woken * event.strength * np.exp(-event.age_s * 1.4)
        return np.asarray(np.minimum(light, 1.7), np.float32)

    def _pools(self, m: Moment, now: Now, aside: float) -> Array:
        """Where windows light the snow, float32 [n, 4]."""
        rows = []
        for plan, row in self._rows[now.shot]:
            light = self._lit(m, now, len(row.windows), int(plan.base * 1000))
            for window, value in list(zip(row.windows, light, strict=True))[::3]:
                x = (window[0] + window[2]) / 2 - aside * plan.size / 0.125
                if -0.2 < x < self.aspect + 0.2:
                    foot = plan.base + 0.30 * plan.size
                    rows.append((x, foot, plan.size * 1.5, 0.16 * float(value)))
        return np.array(rows or [(0, 0, 1, 0)], np.float32)

    def _houses(self, m: Moment, now: Now, pair: tuple[Row, Hamlet], aside: float) -> None:
        """A row of houses, its windows and its smoke."""
        plan, row = pair
        own, height = self._look, self.size[1]
        top = round(row.top * height) + row.skip[1]
        end = top + row.image.shape[0]
        matrix = np.array([[1, 0, (row.left - aside) * height + row.skip[0]], [0, 1, 0]])
        seen = cv2.warpAffine(row.image, matrix, (self.size[0], end - top), flags=cv2.INTER_LINEAR)
        free = 1 - seen[..., 3]
        for c in range(3):
            region = self.out[c, top:end]
            region *= free
            region += seen[..., c]
        light = self._lit(m, now, len(row.windows), int(plan.base * 1000))
        warm = np.array(own.warm)
        spots = []
        for (x0, y0, x1, y1), value in zip(row.windows, light, strict=True):
            x0, x1 = x0 - aside, x1 - aside
            if value > 0.02 and x1 > -0.1 and x0 < self.aspect + 0.1:
                self._window((x0, y0, x1, y1), warm * (1.5 * float(value)) * (1 - 0.4 * plan.dim))
                reach = (2.6 * (y1 - y0)) * height
                spots.append(((x0 + x1) / 2 * height, (y0 + y1) / 2 * height, reach,
                              *(warm * 0.055 * float(value))))  # fmt: skip
        chimneys = [(x - aside, y) for x, y in row.chimneys]
        puffs = smoke_rows(m, chimneys, plan.size, own.smoke)
        puffs[:, :3] *= height
        splat(self.out, np.concatenate([np.array(spots or np.zeros((0, 6)), np.float32), puffs]))

    def _window(self, box: tuple[float, float, float, float], light: NDArray[np.float64]) -> None:
        """A window with bars: darker towards its top, where the curtain is."""
        x0, y0, x1, y1 = box
        bar, middle = 0.07 * (x1 - x0), (x0 + x1) / 2
        cross = y0 + 0.40 * (y1 - y0)
        for top, foot, share in ((y0, cross - bar, 0.62), (cross + bar, y1, 1.0)):
            panes = [
                np.array([(a, top), (b, top), (b, foot), (a, foot)])
                for a, b in ((x0, middle - bar), (middle + bar, x1))
            ]
            shape(self.out, panes, (light * share).tolist())
