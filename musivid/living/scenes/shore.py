"""A shore on which two walk hand in hand; then both from behind before the light.

The sun sinks or rises through the section, waves run in on the bar and break.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.beach import paint_beach, paint_breakers, paint_headlands
from musivid.living.canvas import Planes, camera, enlarge
from musivid.living.figures.body import Body, Ink, contact, draw
from musivid.living.figures.clothes import daylight, draw_dressed
from musivid.living.figures.people import pair
from musivid.living.figures.walking import STRIDE, couple
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Zone, ease, jitter, ramp
from musivid.living.sky import paint_sky
from musivid.living.sprites import birds
from musivid.living.stars import Stars
from musivid.living.water import paint_water
from musivid.living.weather import rain

__all__ = ["Shore"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour and weather, linear light.

    Attributes:
        first: zenith, middle, low, light, clouds as the section begins.
        last: the same as it ends.
        deep: the water's own colour.
        sand: dry sand.
        foam: foam.
        dark: people before the light.
        dress: her dress.
        course: how high the light stands over the horizon first and last, in heights.
        radius: of the light.
        cover: more leaves fewer clouds.
        wind: 0..1.
        shine: strength of the glitter.
        grade: the film.
        stars: how bright, 0 none.
        rain: share of places that have a drop.
    """

    first: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    last: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    deep: Rgb
    sand: Rgb
    foam: Rgb
    dark: Rgb
    dress: Rgb
    course: tuple[float, float]
    radius: float
    cover: float
    wind: float
    shine: float
    grade: Grade
    stars: float = 0.0
    rain: float = 0.0


class Shore(Scene):
    """Two on a beach; they walk on while the light goes."""

    shots: ClassVar = ("wide", "pair")
    people: ClassVar = "couple"
    closing: ClassVar = "pair"
    zones: ClassVar = {"wide": Zone("left"), "pair": Zone("left")}
    looks: ClassVar[Mapping[str, _Look]] = {
        "sunset": _Look(
            ((0.020, 0.038, 0.135), (0.16, 0.045, 0.090), (1.05, 0.34, 0.09), (1.0, 0.47, 0.15),
             (0.040, 0.022, 0.060)),
            ((0.006, 0.010, 0.050), (0.055, 0.016, 0.062), (0.62, 0.115, 0.055),
             (0.95, 0.26, 0.09), (0.020, 0.011, 0.038)),
            (0.012, 0.020, 0.048), (0.058, 0.034, 0.040), (0.66, 0.43, 0.44),
            (0.012, 0.007, 0.016), (0.100, 0.006, 0.006), (0.14, -0.04), 0.050, 0.45, 0.5, 2.4,
            Grade(bloom=0.42, shadows=(0.010, 0.0, 0.028), lights=(1.0, 0.97, 0.93),
                  saturation=1.12, vignette=0.34),
        ),
        "dawn": _Look(
            ((0.075, 0.125, 0.26), (0.16, 0.085, 0.10), (0.78, 0.40, 0.34), (1.0, 0.60, 0.42),
             (0.13, 0.11, 0.17)),
            ((0.17, 0.30, 0.48), (0.15, 0.10, 0.08), (0.98, 0.66, 0.46), (1.0, 0.74, 0.50),
             (0.26, 0.23, 0.28)),
            (0.030, 0.085, 0.105), (0.145, 0.105, 0.092), (0.92, 0.80, 0.78),
            (0.034, 0.028, 0.042), (0.42, 0.045, 0.040), (-0.02, 0.15), 0.044, 0.50, 0.3, 1.9,
            Grade(exposure=0.9, bloom=0.45, shadows=(0.01, 0.012, 0.025), lights=(1.0, 0.98, 0.97),
                  saturation=1.08, vignette=0.25),
        ),
        "moon": _Look(
            ((0.004, 0.010, 0.034), (0.006, 0.012, 0.026), (0.050, 0.080, 0.125),
             (0.62, 0.72, 0.85), (0.006, 0.010, 0.020)),
            ((0.003, 0.007, 0.026), (0.004, 0.010, 0.022), (0.036, 0.062, 0.105),
             (0.62, 0.74, 0.90), (0.005, 0.009, 0.019)),
            (0.001, 0.004, 0.010), (0.012, 0.014, 0.020), (0.13, 0.16, 0.22),
            (0.0015, 0.002, 0.004), (0.030, 0.003, 0.004), (0.20, 0.27), 0.030, 0.52, 0.35, 2.0,
            Grade(exposure=1.2, shadows=(0.0, 0.008, 0.028), saturation=1.0, vignette=0.42),
            stars=0.7,
        ),
        "grey": _Look(
            ((0.060, 0.075, 0.088), (0.030, 0.034, 0.036), (0.30, 0.32, 0.31),
             (0.36, 0.38, 0.35), (0.050, 0.058, 0.066)),
            ((0.034, 0.044, 0.054), (0.020, 0.024, 0.026), (0.20, 0.22, 0.22),
             (0.28, 0.30, 0.29), (0.030, 0.036, 0.043)),
            (0.014, 0.030, 0.034), (0.052, 0.048, 0.044), (0.44, 0.47, 0.48),
            (0.010, 0.011, 0.013), (0.135, 0.010, 0.012), (0.21, 0.16), 0.004, 0.20, 1.0, 0.7,
            Grade(exposure=1.1, bloom=0.4, shadows=(0.0, 0.012, 0.014), saturation=0.92,
                  contrast=1.04, vignette=0.45),
            rain=0.28,
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        self._look = self.looks[look]
        self.grade, self.glow = self._look.grade, self._look.first[3]
        rng = dice(seed)
        self._offset = float(rng.uniform(0, 90))
        self._grass = rng.random((70, 5))
        self._stars = Stars(size, seed, count=360, depth=0.5)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        act = 0.85 * ease(now.act) + 0.15 * now.act
        sway = jitter(m.time_s, 2.0)
        near = now.shot == "pair"
        horizon = 0.575 + 0.002 * sway[1] if near else 0.545 + 0.003 * sway[1]
        side = 0.618 * self.aspect if near else 0.63 * self.aspect + 0.02 * now.move
        high = look.course[0] + (look.course[1] - look.course[0]) * act
        radius = look.radius * (1.3 if near else 1.0)
        self.light = side, horizon - high
        colours = np.array(look.first) + (np.array(look.last) - np.array(look.first)) * act
        last = [(horizon, *self.light), (look.cover, radius, self.look == "moon")]
        p = np.concatenate([colours, last]).astype(np.float32)
        self._air(m, p, act)
        below = 1 - 0.75 * ramp(radius, -radius * 1.1, high)
        self._sea(m, p, horizon, below)
        self._sand(m, p, horizon, below)
        birds(self.out, m, (self.aspect * 0.42, 0.30), look.dark, 5)
        if near:
            self._pair(m, now, p)
            out = camera(self.out, 1.0 + 0.060 * now.share, at=(0.61, 0.66))
        else:
            self._walk(m, now, p)
            out = camera(self.out, 1.0 + 0.075 * now.share, at=(0.45, 0.72))
        self._dune(out, m, now, p[3])
        if look.rain:
            drops = np.array((0.10, 0.11, 0.12), np.float32)
            rain(out, *self.full, m.time_s, look.rain * (0.5 + m.loud), 0.22, drops)
        return out

    def _air(self, m: Moment, p: Array, act: float) -> None:
        """The sky and what stands on the horizon."""
        glow = (0.8 + 0.2 * m.bass + 0.10 * m.beat) * (1 - 0.3 * act)
        drift = self._offset + (0.03 + 0.06 * self._look.wind) * m.flow
        paint_sky(self.small, *self.mid, p, m.flow, drift, glow)
        paint_headlands(self.small, *self.mid, p, 0.20, self.seed * 3.7 + 1.0)
        enlarge(self.small, self.out)
        if self._look.stars:
            self._stars.paint(self.out, m, self._look.stars)

    def _sea(self, m: Moment, p: Array, horizon: float, below: float) -> None:
        look, place = self._look, np.array([horizon, self.light[0]], np.float32)
        colours = np.array([look.deep, p[2] * 0.6, p[3]], np.float32)
        shine, chop = (look.shine + 1.0 * m.beat) * below, 0.4 + 0.3 * m.loud + 0.3 * look.wind
        first = int(horizon * self.size[1])
        paint_water(
            self.out, self.small, *self.full, place, colours, m.flow * 0.8, chop, shine, first
        )
        through = p[2] * (0.4, 0.55, 0.85) * 0.55
        foam = np.array(look.foam) * (0.55 + 0.45 * below)
        waves = np.array([p[3] * (0.3 + 0.5 * below), through, look.deep, foam], np.float32)
        paint_breakers(self.out, self.full[0], self._waves(m), waves, place, m.flow)

    def _waves(self, m: Moment) -> Array:
        """Three waves on their way in: distance, height, how far broken; farthest first."""
        rows, tide = [], m.phase
        for k in range(3):
            s = ((tide + k) / 3 + 0.02) % 1.0
            rise = np.sin(np.pi * min(s * 1.08, 1.0))
            high = 0.088 * max(rise, 0.0) ** 0.8 * (0.75 + 0.5 * m.loud + 0.4 * self._look.wind)
            rows.append((3.9 * (1 / 3) ** s, high, ease((s - 0.38) / 0.34)))
        return np.array(sorted(rows, reverse=True), np.float32)

    def _sand(self, m: Moment, p: Array, horizon: float, below: float) -> None:
        """The water rushes in on the bar and draws back."""
        xs, look = self.full[0], self._look
        run = sum(np.exp(-(((m.phase - at) / 0.22) ** 2)) for at in (0.22, 1.22))
        base = 0.782 + 0.045 * (1 - xs / self.aspect) + 0.012 * np.sin(xs * 3.1 + 1)
        base = base + 0.006 * np.sin(xs * 9 + m.flow * 0.3) + 0.003 * np.sin(xs * 23.0 + 2.0)
        base = base + 0.0015 * np.sin(xs * 57.0 + m.flow)
        reach = 0.060 * (0.75 + 0.25 * np.sin(xs * 2.3 + 2))
        lines = np.stack([base + reach * min(run, 1.0), base + reach * 0.95]).astype(np.float32)
        foam = np.array(look.foam) * (0.6 + 0.4 * below)
        colours = np.array([np.array(look.sand) * (0.6 + 0.4 * below), p[3], foam], np.float32)
        place = np.array([horizon, self.light[0]], np.float32)
        light = below * min(1.0, look.shine / 2.4)
        first = int(0.755 * self.size[1])
        paint_beach(self.out, self.small, *self.full, lines, colours, place, m.flow, light, first)

    def _walk(self, m: Moment, now: Now, p: Array) -> None:
        """They walk along the water, their heels on the beat."""
        pixel, size, foot = self.size[1] / 720, 0.27 * self.fit, 0.905
        phase = self.stride(m.time_s)
        gone = phase - self.stride(self.shot_start_s(m))
        x = self.aspect * 0.13 + min(1.0, self.aspect / 1.5) * STRIDE * size * gone
        body = couple(phase, m.time_s, self._wind(m) * 0.9)
        ink = Ink(self._look.dark, p[3] * 1.3, self.light)
        ripple = 1.4 * pixel, m.flow * 2
        mirrored = replace(
            ink, mirror=foot + 0.002, alpha=0.5, soft_px=1.8 * pixel, ripple=ripple, edge=0.0
        )
        draw(self.out, body, (x, foot), size, mirrored)
        for dx in (0.0, 0.32):
            contact(self.out, (x + dx * size, foot + 0.001), 0.13 * size, 0.13, 0.55)
        day = daylight(self.out, (x, foot), size, self.light)
        dress = {"dress": self.accented(self._look.dress)}
        draw_dressed(self.out, body, (x, foot), size, ink, day=day, accents=dress)

    def _wind(self, m: Moment) -> float:
        gust = 0.22 * np.sin(m.time_s * 1.1) + 0.16 * m.beat
        return float(0.25 + 0.6 * self._look.wind + gust * (0.4 + 0.6 * self._look.wind))

    def _pair(self, m: Moment, now: Now, p: Array) -> None:
        """Both from behind on the mirror of the wet sand."""
        pixel, out = self.size[1] / 720, self.out
        size, foot, x = 0.430 * self.fit, 0.930, self.light[0]
        body = pair(m.time_s, self._wind(m), ramp(0.25, 0.85, now.share), self.breath(m))
        light = x, min(self.light[1], 0.60)
        ink = Ink(self._look.dark, p[3] * 1.6, light, depth=0.01, coarse=2)
        ripple = 1.8 * pixel, m.flow * 2
        mirrored = replace(
            ink, mirror=foot + 0.003, alpha=0.62, soft_px=2.0 * pixel, ripple=ripple, edge=0.0,
            coarse=3,
        )  # fmt: skip
        draw(out, body, (x, foot), size, mirrored)
        for dx in (-0.175, -0.10, 0.080, 0.21):
            contact(out, (x + dx * size, foot + 0.001), 0.075 * size, 0.16, 0.6)
        dress = self.accented(self._look.dress)
        day = daylight(out, (x, foot), size, self.light)
        draw_dressed(out, body, (x, foot), size, ink, day=day, accents={"dress": dress})
        folds = replace(ink, dark=dress * 0.4, edge=0.0, soft_px=1.2 * pixel, alpha=0.7)
        draw(out, body.parts["folds"], (x, foot), size, folds)

    def _dune(self, out: Planes, m: Moment, now: Now, lamp: Array) -> None:
        """Grass that passes close by, out of focus."""
        b, u = Body(), np.linspace(0, 1, 6)
        wind = 0.05 + 0.10 * self._look.wind
        for tall, x, high, lean, wide in self._grass:
            sway = wind * np.sin(m.time_s * 1.9 + x * 7) + 0.06 * m.beat
            side = (x - 0.5) * 0.75 + (0.30 * (lean - 0.2) + sway) * high * u**1.7
            line = np.stack([side, -(0.12 + 0.34 * high * tall) * u], 1)
            b.chain(line, 0.0030 + 0.002 * wide, 0.0006, 0.001)
        far = self.aspect * (0.93 - 0.10 * now.move) + 0.02
        dark = np.array(self._look.dark) * 0.6
        ink = Ink(dark, lamp, self.light, edge=0.0, soft_px=2.6 * self.size[1] / 720)
        draw(out, b, (far, 1.03), 1.0, ink)
