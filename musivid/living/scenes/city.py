"""A city by the water at night: windows that notes light, rain, a moon, flashes on hard hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from musivid.living.canvas import Planes, camera, enlarge, resized
from musivid.living.houses import paint_haze, paint_row
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand
from musivid.living.water import paint_water
from musivid.living.weather import rain

__all__ = ["City"]

Rgb = tuple[float, float, float]

_GROUND = 0.70  # where the water begins, in heights
# Cells a height, least and most tall, windows a cell, haze and light of each row, from far to near.
_ROWS = ((9.0, 0.30, 0.54, 8, 0.85, 0.8), (6.0, 0.18, 0.48, 11, 0.62, 1.5),
         (4.0, 0.09, 0.40, 15, 0.38, 2.4), (2.9, 0.03, 0.21, 19, 0.20, 2.4))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, moon, haze of each row, warm and cold windows; rain 0..1."""

    sky: tuple[Rgb, Rgb]
    moon: Rgb
    hazes: tuple[Rgb, Rgb, Rgb, Rgb]
    warm: Rgb
    cold: Rgb
    wet: float
    grade: Grade


class City(Scene):
    """Houses in four rows over a river."""

    shots: ClassVar = ("wide", "near", "river")
    stands: ClassVar = {"wide": Stand(0.60, 0.905, 0.34, water=0.90)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "rain": _Look(
            ((0.008, 0.012, 0.045), (0.16, 0.045, 0.13)), (0.9, 0.85, 0.8),
            ((0.13, 0.05, 0.14), (0.085, 0.035, 0.11), (0.05, 0.022, 0.075), (0.018, 0.012, 0.04)),
            (1.0, 0.56, 0.20), (0.35, 0.75, 1.0), 1.0,
            Grade(exposure=1.15, bloom=0.62, shadows=(0.012, 0.0, 0.03), lights=(1.0, 0.98, 0.98),
                  saturation=1.12, vignette=0.4),
        ),
        "neon": _Look(
            ((0.010, 0.004, 0.040), (0.26, 0.02, 0.20)), (0.9, 0.35, 0.75),
            ((0.20, 0.02, 0.18), (0.10, 0.02, 0.17), (0.035, 0.02, 0.13), (0.010, 0.012, 0.06)),
            (1.0, 0.16, 0.60), (0.10, 0.90, 1.0), 0.0,
            Grade(exposure=1.15, bloom=0.72, shadows=(0.016, 0.0, 0.036), saturation=1.2,
                  vignette=0.4),
        ),
        "dawn": _Look(
            ((0.16, 0.24, 0.42), (0.95, 0.46, 0.28)), (1.0, 0.80, 0.60),
            ((0.62, 0.34, 0.28), (0.40, 0.24, 0.25), (0.22, 0.15, 0.20), (0.075, 0.060, 0.10)),
            (1.0, 0.60, 0.25), (0.80, 0.80, 0.85), 0.0,
            Grade(exposure=0.9, bloom=0.45, shadows=(0.008, 0.004, 0.02), lights=(1.0, 0.98, 0.95),
                  saturation=1.08, vignette=0.28),
        ),
        "blue": _Look(
            ((0.004, 0.012, 0.040), (0.030, 0.085, 0.17)), (0.75, 0.85, 1.0),
            ((0.030, 0.075, 0.14), (0.020, 0.050, 0.10), (0.012, 0.030, 0.065),
             (0.006, 0.014, 0.034)),
            (1.0, 0.66, 0.32), (0.55, 0.80, 1.0), 0.25,
            Grade(exposure=1.15, bloom=0.55, shadows=(0.0, 0.006, 0.024), saturation=1.05,
                  vignette=0.42),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.warm
        self.light = self.aspect * 0.70, 0.20
        self._sky = np.array([*own.sky, own.moon, (*self.light, 0.068)], np.float32)
        dark = tuple(0.16 * c for c in own.hazes[-1])
        self._tones = [np.array([dark, haze, own.warm, own.cold], np.float32) for haze in own.hazes]

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, out, look = moment, self.out, self._look
        hard = [e for e in m.events if e.strength > 0.97 and e.key % 5 == 0]
        flash = max((float(np.exp(-e.age_s * 5)) for e in hard), default=0.0) * 1.1 * look.wet
        paint_haze(self.small, *self.mid, self._sky, m.flow, flash)
        enlarge(self.small, out)
        below = int(_GROUND * self.size[1]) + 1
        bands, drift = np.ascontiguousarray(m.bands), self.now(m).section_s
        for k, (cells, low, high, many, haze, gain) in enumerate(_ROWS):
            shift = 0.012 * drift * (k + 1) * cells / 6 + 17 * k + self.seed * 3
            lit = gain * (0.8 + 0.3 * m.beat)
            p = np.array([cells, shift, low, high, many, haze, lit, 40 * k + self.seed], np.float32)
            paint_row(out, *self.full, bands, self._tones[k], p, _GROUND, below)
        mirror = resized(out, self.half)
        colours = np.array([(0.004, 0.004, 0.012), look.hazes[1], (0, 0, 0)], np.float32)
        place = np.array([_GROUND, -9.0], np.float32)
        chop = 0.34 + 0.25 * m.loud
        paint_water(out, mirror, *self.full, place, colours, m.flow * 0.9, chop, 0.0, below - 1)
        if look.wet:
            drops = np.array((0.16, 0.17, 0.24), np.float32)
            much = look.wet * (0.16 + 0.22 * m.loud)
            rain(out, *self.full, m.time_s, much, 0.10, drops)
        return self._framed(m)

    def _framed(self, m: Moment) -> Planes:
        """The shot: the skyline, closer to its windows, or low over the river."""
        now = self.now(m)
        if now.shot == "near":
            return camera(self.out, 1.55 + 0.10 * now.share, (0.0, 0.0), (0.40, 0.62))
        if now.shot == "river":
            return camera(self.out, 1.30, (-0.10 * now.move, 0.0), (0.6, 0.86))
        return camera(self.out, 1.0 + 0.06 * now.share, at=(0.55, 0.55))
