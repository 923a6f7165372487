"""A flight over mountains; bass lifts the mist, beats push the camera, the light climbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from musivid.living.canvas import Planes, enlarge
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand
from musivid.living.sky import paint_sky
from musivid.living.sprites import birds
from musivid.living.terrain import Terrain, fly

__all__ = ["Peaks"]

Rgb = tuple[float, float, float]

_FOCAL = 0.95  # picture heights


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: ground (rock, snow, green, sun, sky light), sky (as `paint_sky`), fog."""

    ground: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    sky: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    fog: tuple[Rgb, Rgb, Rgb]
    snow: float
    cover: float
    grade: Grade


class Peaks(Scene):
    """Forward over ridges towards the light."""

    shots: ClassVar = ("glide", "ledge", "low", "high")
    stands: ClassVar = {
        "glide": Stand(ground=False),
        "ledge": Stand(0.64, 0.925, 0.32),
        "high": Stand(ground=False),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "dawn": _Look(
            ((0.10, 0.085, 0.085), (0.82, 0.85, 0.92), (0.035, 0.05, 0.03), (2.6, 1.15, 0.5),
             (0.06, 0.11, 0.30)),
            ((0.012, 0.035, 0.14), (0.13, 0.07, 0.13), (1.0, 0.40, 0.15), (1.0, 0.55, 0.24),
             (0.055, 0.045, 0.10)),
            ((0.15, 0.14, 0.25), (0.95, 0.46, 0.24), (0.40, 0.33, 0.42)), 0.40, 0.43,
            Grade(exposure=1.05, bloom=0.42, shadows=(0.0, 0.008, 0.03), lights=(1.0, 0.98, 0.94),
                  saturation=1.1, vignette=0.3),
        ),
        "noon": _Look(
            ((0.13, 0.125, 0.13), (0.95, 0.97, 1.0), (0.05, 0.075, 0.035), (1.9, 1.75, 1.5),
             (0.16, 0.25, 0.46)),
            ((0.05, 0.17, 0.46), (0.02, 0.04, 0.06), (0.55, 0.68, 0.82), (1.0, 0.96, 0.88),
             (0.40, 0.46, 0.58)),
            ((0.42, 0.54, 0.70), (0.72, 0.76, 0.80), (0.66, 0.74, 0.84)), 0.34, 0.46,
            Grade(exposure=0.92, bloom=0.36, shadows=(0.0, 0.006, 0.02), saturation=1.08,
                  vignette=0.25),
        ),
        "moon": _Look(
            ((0.05, 0.055, 0.07), (0.62, 0.70, 0.85), (0.015, 0.022, 0.02), (0.42, 0.52, 0.72),
             (0.012, 0.024, 0.060)),
            ((0.002, 0.006, 0.022), (0.004, 0.008, 0.020), (0.040, 0.065, 0.12), (0.60, 0.70, 0.85),
             (0.006, 0.010, 0.022)),
            ((0.012, 0.022, 0.052), (0.06, 0.09, 0.15), (0.030, 0.050, 0.090)), 0.36, 0.44,
            Grade(exposure=1.25, bloom=0.5, shadows=(0.0, 0.007, 0.028), saturation=1.0,
                  vignette=0.42),
        ),
        "desert": _Look(
            ((0.34, 0.15, 0.070), (0.52, 0.26, 0.12), (0.30, 0.13, 0.06), (2.3, 1.30, 0.62),
             (0.10, 0.10, 0.22)),
            ((0.030, 0.075, 0.22), (0.16, 0.07, 0.06), (1.0, 0.52, 0.20), (1.0, 0.66, 0.34),
             (0.14, 0.08, 0.09)),
            ((0.42, 0.22, 0.16), (1.0, 0.56, 0.28), (0.62, 0.36, 0.22)), 0.62, 0.50,
            Grade(exposure=1.0, bloom=0.42, shadows=(0.012, 0.0, 0.02), lights=(1.0, 0.97, 0.92),
                  saturation=1.1, vignette=0.32),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.sky[3]
        desert = look == "desert"
        self._land = Terrain(
            1400, seed, palette=own.ground, sun=(0.75, 0.35, 0.36), snow=own.snow,
            tall=1.7 if desert else 2.5, span=17.0, ridged=0.15 if desert else 0.3,
            rough=0.6 if desert else 1.0, cells=7.0 if desert else 8.5,
        )  # fmt: skip
        self._sun_turn = 0.34
        self._row = self._land.n * 0.1
        self._column = self._land.clear_way(self._row, deep=0.45)[0]
        self._way = self._flight()

    def _flight(self) -> Planes:
        """How high the eye must be over each row to clear what lies ahead."""
        from scipy.ndimage import gaussian_filter1d, maximum_filter1d

        middle = int(self._column)
        strip = self._land.height[:, max(middle - 120, 0) : middle + 120].max(1) * self._land.tall
        return np.asarray(gaussian_filter1d(maximum_filter1d(strip, 240), 70), np.float32)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, land = moment, self.now(moment), self._land
        horizon = {"glide": 0.43, "ledge": 0.36, "low": 0.34, "high": 0.30}[now.shot]
        above = {"glide": 0.30, "ledge": 0.55, "low": 0.16, "high": 0.85}[now.shot] - 0.04 * m.beat
        head = 0.10 * float(np.sin(m.flow * 0.11)) + (0.14 if now.shot == "low" else 0.0)
        side = float(np.tan(self._sun_turn - head)) * _FOCAL
        self.light = self.aspect * 0.5 + side, horizon - 0.10 - 0.03 * now.act
        moon = self.look == "moon"
        p = np.array(
            [*self._look.sky, (horizon, *self.light), (self._look.cover, 0.0435, moon)], np.float32
        )
        paint_sky(self.small, *self.mid, p, m.flow * 0.6, 3 + 0.02 * m.flow, 0.8 + 0.35 * m.bass)
        enlarge(self.small, self.out)
        row = self._row + m.flow * (0.8 if now.shot == "ledge" else 13)  # from a ledge, drifting
        rows = np.arange(len(self._way))
        high = float(np.interp(_folded(row, len(rows)), rows, self._way)) + above
        x = self._column + 20 * float(np.sin(m.flow * 0.07))
        eye = np.array([x, row, high, head, horizon, _FOCAL + 0.02 * m.beat], np.float32)
        mist = 0.42 + 0.12 * m.bass
        air = np.array([0.10, mist, 0.85, self._sun_turn, 14.0, 0.35, m.flow * 0.08], np.float32)
        fog = np.array(self._look.fog, np.float32)
        fly(self.out, land.height, land.colour, eye, air, fog, land.tall, land.texel)
        if self.look == "dawn":
            birds(self.out, m, (self.aspect * 0.45, 0.8 * horizon), (0.03, 0.02, 0.04), 6)
        return self.out


def _folded(row: float, count: int) -> float:
    """A row of a map that is mirrored at its ends."""
    row = row % (2 * count - 2)
    return row if row < count else 2 * count - 2 - row
