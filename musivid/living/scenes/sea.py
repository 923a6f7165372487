"""A sea under one light, from sunset to storm: clouds, a path of glitter, birds on strong notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand, Zone, ease, jitter
from musivid.living.sky import paint_sky
from musivid.living.sprites import birds, boat
from musivid.living.water import paint_water

__all__ = ["Sea"]

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Look:
    """Colours of one hour and weather, linear light; `high` is where the light stands, 0..1."""

    zenith: Rgb
    middle: Rgb
    low: Rgb
    lamp: Rgb
    cloud: Rgb
    deep: Rgb
    dark: Rgb
    cover: float
    high: float
    grade: Grade


class Sea(Scene):
    """Open water to the horizon; the light sinks or rises through the section."""

    shots: ClassVar = ("wide", "low", "far")
    zones: ClassVar = {"wide": Zone("left"), "low": Zone("left"), "far": Zone("left")}
    stands: ClassVar = {
        "wide": Stand(0.16, 0.90, 0.24, water=0.70),
        "low": Stand(0.28, 0.93, 0.30, water=0.62),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "sunset": _Look(
            (0.012, 0.022, 0.085), (0.15, 0.035, 0.085), (1.0, 0.30, 0.07), (1.0, 0.47, 0.15),
            (0.030, 0.016, 0.045), (0.010, 0.018, 0.045), (0.02, 0.012, 0.025), 0.40, 0.475,
            Grade(bloom=0.4, shadows=(0.008, 0.0, 0.03), lights=(1.0, 0.97, 0.92), saturation=1.12),
        ),
        "moon": _Look(
            (0.003, 0.008, 0.026), (0.004, 0.010, 0.022), (0.045, 0.075, 0.12), (0.62, 0.72, 0.85),
            (0.006, 0.010, 0.020), (0.001, 0.004, 0.010), (0.001, 0.002, 0.005), 0.44, 0.26,
            Grade(exposure=1.15, shadows=(0.0, 0.008, 0.028), saturation=1.0, vignette=0.45),
        ),
        "dawn": _Look(
            (0.16, 0.27, 0.42), (0.16, 0.06, 0.05), (0.95, 0.55, 0.42), (1.0, 0.62, 0.45),
            (0.20, 0.17, 0.24), (0.03, 0.10, 0.13), (0.05, 0.05, 0.08), 0.46, 0.53,
            Grade(exposure=0.9, bloom=0.45, shadows=(0.01, 0.012, 0.025), lights=(1.0, 0.98, 0.97),
                  saturation=1.08, vignette=0.25),
        ),
        "storm": _Look(
            (0.018, 0.028, 0.034), (0.010, 0.012, 0.012), (0.12, 0.14, 0.13), (0.34, 0.36, 0.30),
            (0.010, 0.014, 0.017), (0.003, 0.012, 0.014), (0.004, 0.005, 0.006), 0.27, 0.40,
            Grade(exposure=1.1, bloom=0.4, shadows=(0.0, 0.012, 0.014), saturation=0.9,
                  contrast=1.05, vignette=0.5),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        rng = dice(seed)
        self._look = self.looks[look]
        self.grade, self.glow = self._look.grade, self._look.lamp
        self._side, self._offset = float(rng.uniform(0.56, 0.66)), float(rng.uniform(0, 90))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, look = moment, self._look
        now = self.now(m)
        sway = jitter(m.time_s, 2.0)
        horizon = {"wide": 0.575, "low": 0.42, "far": 0.70}[now.shot] + 0.003 * sway[1]
        side = {"wide": self._side, "low": 0.5, "far": 0.42}[now.shot]
        radius = {"wide": 0.0435, "low": 0.055, "far": 0.036}[now.shot]
        sunk = 0.20 * self.act(m, "sink")
        self.light = self.aspect * side + 0.02 * now.move, self._height(horizon, now.act) + sunk
        colours = [look.zenith, look.middle, look.low, look.lamp, look.cloud]
        p = np.array(
            [*colours, (horizon, *self.light), (look.cover, radius, self.look == "moon")],
            np.float32,
        )
        glow = (0.8 + 0.3 * m.bass + 0.12 * m.beat) * (1 - 2.2 * sunk) + self._sheet(m)
        paint_sky(self.small, *self.mid, p, m.flow, self._offset + 0.035 * m.flow, glow)
        enlarge(self.small, self.out)
        below = np.array([look.deep, look.low, look.lamp], np.float32)
        place = np.array([horizon, self.light[0]], np.float32)
        chop, shine = 0.55 + 0.35 * m.loud, 2.4 + 1.2 * m.beat
        first = int(horizon * self.size[1])
        paint_water(
            self.out, self.small, *self.full, place, below, m.flow * 0.8, chop, shine, first
        )
        self._things(m, now.shot, horizon)
        return self.out

    def _sheet(self, m: Moment) -> float:
        """Sheet lightning behind the clouds of a storm: it swells and fades after hard hits."""
        if self.look != "storm":
            return 0.0
        hard = [e for e in m.events if e.strength > 0.9 and e.key % 4 == 0]
        lit = ((1 - np.exp(-e.age_s * 25)) * np.exp(-e.age_s * 4) for e in hard)
        return 2.2 * float(max(lit, default=0.0))

    def _height(self, horizon: float, act: float) -> float:
        """Where the light stands: low suns sink, the moon climbs."""
        high = self._look.high / 0.575 * horizon
        if self.look == "sunset":
            return high + 0.09 * ease(act)
        return high - 0.03 * act

    def _things(self, m: Moment, shot: str, horizon: float) -> None:
        """The boat sails, birds fly up."""
        dark, out = self._look.dark, self.out
        tilt = 0.05 * float(np.sin(m.flow * 1.1))
        if shot != "low":
            length = 0.075 if shot == "wide" else 0.05
            at = self.aspect * 0.3 + 0.004 * m.flow, horizon + 0.012
            boat(out, at, length, tilt, dark)
        birds(out, m, (self.aspect * 0.42, 0.55 * horizon), dark)
