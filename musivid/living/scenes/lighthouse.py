"""A lighthouse on a headland: its beam turns with the bar, hits throw surf at the rocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, enlarge, grid, resized
from musivid.living.clouds import bolts, glows_of, paint_heaven
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.gorge import Layer, add_boulder, lay, paint_foam
from musivid.living.headland import add_tower, coast, paint_beam, surf_rows
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, jitter
from musivid.living.sprites import birds
from musivid.living.stars import Stars
from musivid.living.water import paint_water
from musivid.living.weather import rain

__all__ = ["Lighthouse"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour and weather, linear light.

    Attributes:
        sky: zenith, low, clouds in light, clouds in shade, the light.
        cover: share of clouds, less is more.
        rock: in light, in shade, grass.
        tower: wall in light, wall in shade, band.
        sea: its own colour, far haze, foam.
        at: where the light stands, x of the width and y of the height.
        halo: strength of its halo.
        beam: the lamp's light in the air.
        fog: how thick it lies over the water, 0..1.
        wind: how rough the sea is.
        stars: their light.
        grade: the film.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    cover: float
    rock: tuple[Rgb, Rgb, Rgb]
    tower: tuple[Rgb, Rgb, Rgb]
    sea: tuple[Rgb, Rgb, Rgb]
    at: tuple[float, float]
    halo: float
    beam: Rgb
    fog: float
    wind: float
    stars: float
    grade: Grade


class Lighthouse(Scene):
    """A coast at which a lamp turns."""

    shots: ClassVar = ("wide", "near", "travel")
    stands: ClassVar = {"wide": Stand(0.16, 0.945, 0.20, water=0.80)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "dusk": _Look(
            ((0.040, 0.055, 0.16), (0.90, 0.36, 0.16), (1.05, 0.45, 0.28), (0.16, 0.085, 0.15),
             (1.1, 0.48, 0.18)), 0.50,
            ((0.34, 0.16, 0.12), (0.026, 0.022, 0.045), (0.055, 0.050, 0.024)),
            ((0.85, 0.55, 0.42), (0.15, 0.11, 0.17), (0.42, 0.060, 0.040)),
            ((0.010, 0.018, 0.045), (0.55, 0.24, 0.16), (0.80, 0.56, 0.52)), (0.24, 0.545), 1.1,
            (0.85, 0.60, 0.30), 0.10, 0.45, 0.0,
            Grade(exposure=1.0, bloom=0.46, shadows=(0.010, 0.002, 0.024), saturation=1.08,
                  vignette=0.36),
        ),
        "night": _Look(
            ((0.003, 0.008, 0.026), (0.022, 0.042, 0.078), (0.080, 0.105, 0.160),
             (0.008, 0.013, 0.028), (0.42, 0.52, 0.72)), 0.56,
            ((0.070, 0.090, 0.135), (0.005, 0.008, 0.017), (0.010, 0.017, 0.018)),
            ((0.26, 0.30, 0.38), (0.028, 0.040, 0.068), (0.080, 0.020, 0.022)),
            ((0.002, 0.006, 0.014), (0.020, 0.036, 0.062), (0.26, 0.34, 0.46)), (0.22, 0.16), 0.55,
            (1.0, 0.82, 0.46), 0.16, 0.40, 0.9,
            Grade(exposure=1.25, bloom=0.52, shadows=(0.0, 0.007, 0.024), saturation=1.04,
                  vignette=0.44),
        ),
        "fog": _Look(
            ((0.075, 0.105, 0.150), (0.165, 0.200, 0.235), (0.215, 0.240, 0.265),
             (0.105, 0.135, 0.170), (0.30, 0.28, 0.25)), 0.38,
            ((0.105, 0.115, 0.125), (0.020, 0.026, 0.034), (0.040, 0.048, 0.034)),
            ((0.32, 0.34, 0.36), (0.085, 0.100, 0.120), (0.17, 0.040, 0.036)),
            ((0.020, 0.034, 0.044), (0.130, 0.160, 0.190), (0.34, 0.40, 0.45)), (0.26, 0.36), 0.40,
            (1.15, 0.76, 0.34), 0.72, 0.25, 0.0,
            Grade(exposure=1.08, bloom=0.48, shadows=(0.0, 0.006, 0.014), saturation=1.0,
                  vignette=0.40),
        ),
        "storm": _Look(
            ((0.010, 0.015, 0.022), (0.110, 0.125, 0.130), (0.150, 0.165, 0.180),
             (0.012, 0.017, 0.024), (0.22, 0.24, 0.24)), 0.32,
            ((0.115, 0.125, 0.135), (0.012, 0.016, 0.021), (0.026, 0.034, 0.022)),
            ((0.40, 0.42, 0.43), (0.070, 0.080, 0.092), (0.20, 0.030, 0.028)),
            ((0.010, 0.020, 0.024), (0.085, 0.098, 0.104), (0.42, 0.46, 0.48)), (0.26, 0.42), 0.35,
            (0.95, 0.74, 0.40), 0.22, 1.0, 0.0,
            Grade(exposure=1.15, bloom=0.46, shadows=(0.0, 0.008, 0.014), saturation=0.98,
                  contrast=1.04, vignette=0.48),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.beam
        self._quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)
        self._stars = Stars(size, seed, count=int(420 * self.aspect), depth=0.58)
        self._lamps: dict[str, tuple[float, float]] = {}
        self._stones: dict[str, Array] = {}
        self._land = {name: self._drawn(name, seed) for name in ("wide", "near")}
        self.light = self.aspect * own.at[0], own.at[1]

    def _drawn(self, name: str, seed: int) -> Layer:
        """Land, tower and rocks of a shot, drawn once."""
        own, a, f, near = self._look, self.aspect, self.fit, name == "near"
        light = a * own.at[0]
        if near:
            shore, foot, tall = (a * 0.30, 0.830, 0.93), (a * 0.60, 0.855), 0.80
        else:
            broad = a > 1
            shore = a * (0.56 if broad else 0.24), 0.470, 0.665
            foot, tall = (a * (0.735 if broad else 0.66), 0.30), 0.335 * f**0.5
        land = coast(self.size, shore, own.rock, light - 0.4, seed + 5)
        self._lamps[name] = add_tower(land, foot, tall, own.tower, -0.9)
        rng, rows = dice(seed + 70), []
        r, g, b = own.rock[1]
        stone = own.rock[0], (0.6 * r, 0.6 * g, 0.6 * b), own.rock[2]
        count = 4 if near else 17
        for k in range(count):
            v = k / count
            x = shore[0] + (rng.uniform(-0.30, 0.62) if not near else rng.uniform(-0.25, 0.02))
            y = shore[2] + 0.01 + 0.24 * v**1.3 * rng.uniform(0.7, 1.1)
            wide = (0.022 + 0.075 * v) * rng.uniform(0.7, 1.5) * f
            high = wide * rng.uniform(0.5, 1.0)
            add_boulder(land, (x, y, wide, high), stone, (-0.7, -0.6), seed + k)
            rows.append((x, y, wide))
        self._stones[name] = np.array(rows, np.float32)
        return Layer.of(land)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        name = "near" if now.shot == "near" else "wide"
        horizon = 0.90 if name == "near" else 0.615
        self._sky(m, horizon)
        self._sea(m, name, horizon)
        lay(self.out, self._land[name])
        rows = surf_rows(m, self._stones[name], own.sea[2], 0.6 + 0.5 * own.wind)
        rows[:, :3] *= self.size[1]
        splat(self.out, rows)
        self._fog(m, horizon)
        self._lamp(m, name)
        if self.look == "dusk":  # gulls sleep at night and do not fly in fog or storm
            birds(self.out, m, (self._lamps[name][0] - 0.25, 0.30), own.rock[1], 6)
        sway = jitter(m.time_s, 9.0)
        if now.shot == "travel":
            swell = 0.010 * float(np.sin(m.flow * 0.9)) * (0.5 + own.wind)
            out = camera(self.out, 1.26, (-0.26 * now.move, 0.03 + swell), (0.6, 0.55))
            self._passing(out, m, now)
        else:
            out = camera(self.out, 1.02 + 0.06 * now.share, (0.003 * sway[0], 0.0), (0.62, 0.45))
        if self.look == "storm":
            drops = np.array((0.11, 0.12, 0.13), np.float32)
            rain(out, *self.full, m.time_s, 0.08 + 0.18 * m.loud, 0.38, drops)
        return out

    def _sky(self, m: Moment, horizon: float) -> None:
        own = self._look
        self.light = self.aspect * own.at[0], own.at[1] + (horizon - 0.615) * (own.at[1] > 0.4)
        storm = self.look == "storm"
        glows = glows_of(m, self.aspect * 0.8) if storm else np.zeros((1, 3), np.float32)
        halo = own.halo * (0.85 + 0.2 * m.bass)
        size = 1.0 if storm else 1.5
        drift = self.seed * 4.1 + (0.03 + 0.05 * own.wind) * m.flow
        place = [horizon, *self.light, own.cover, drift, size, halo]
        sky = np.array(own.sky, np.float32)
        paint_heaven(self.small, *self.mid, sky, np.array(place, np.float32), glows, m.flow)
        enlarge(self.small, self.out)
        if own.stars:
            self._stars.paint(self.out, m, own.stars)
            x, y, r = (v * self.size[1] for v in (*self.light, 0.030))
            splat(self.out, np.array([[x, y, r, 2.2, 2.4, 2.6]], np.float32))
        if storm:
            bolts(self.out, m, (0.08, horizon - 0.01), (0.75, 0.82, 1.0))

    def _sea(self, m: Moment, name: str, horizon: float) -> None:
        """Water that mirrors sky and land, foam about the rocks."""
        own = self._look
        lay(self.out, self._land[name])
        above = resized(self.out, self.half, cv2.INTER_AREA)
        place = np.array([horizon, self.light[0]], np.float32)
        colours = np.array([*own.sea[:2], own.sky[4]], np.float32)
        first = int(horizon * self.size[1])
        chop = 0.35 + 0.55 * own.wind + 0.35 * m.loud
        shine = own.halo * (1.3 + 0.7 * m.beat)
        paint_water(self.out, above, *self.full, place, colours, m.flow * 0.9, chop, shine, first)
        nowhere = np.array([self.aspect * 0.5 + 3e-4, 0, horizon, 0.01, 1e-6], np.float32)
        white = np.array([horizon, 0.10 + 0.55 * own.wind * (0.5 + 0.6 * m.loud)], np.float32)
        foam = np.array(own.sea[2], np.float32)
        stones = self._stones[name]
        paint_foam(self.out, *self.full, white, nowhere, stones, foam, m.flow * 0.5, first)

    def _fog(self, m: Moment, horizon: float) -> None:
        """Mist that lies over the water and rises with the bass."""
        own = self._look
        if not own.fog:
            return
        xs, ys = grid(self._quarter)
        thick = 0.060 + 0.11 * own.fog + 0.03 * m.bass
        lie = np.exp(-(((ys[:, None] - horizon) / thick) ** 2))
        drift = 0.62 + 0.25 * np.sin(xs * 2.6 - m.flow * 0.25)[None] * np.sin(ys * 9 + 1)[:, None]
        drift = drift + 0.20 * np.sin(xs[None] * 5.7 + m.flow * 0.18 + ys[:, None] * 6)
        veil = np.clip(lie * drift * own.fog * 1.25 + 0.20 * own.fog**3, 0, 0.93)
        large = cv2.resize(veil.astype(np.float32), self.size)
        for plane, value in zip(self.out, own.sky[1], strict=True):
            plane += (np.float32(value) - plane) * large

    def _lamp(self, m: Moment, name: str) -> None:
        """The beam, once round in a bar; the lamp itself."""
        own, (x, y) = self._look, self._lamps[name]
        near = name == "near"
        beam = np.empty(self._quarter[::-1], np.float32)
        turn = 2 * np.pi * m.phase + 0.6
        place = np.array([x, y, 2.4, 0.060 if near else 0.050], np.float32)
        paint_beam(beam, *grid(self._quarter), place, float(turn), m.flow)
        gain = (0.30 + 0.45 * own.fog) * (0.85 + 0.3 * m.notes)
        large = cv2.resize(beam, self.size) * np.float32(gain)
        for plane, value in zip(self.out, own.beam, strict=True):
            plane += large * np.float32(value)
        faces = float(np.abs(np.sin(turn))) ** 6
        size = (0.030 if near else 0.013) * self.size[1]
        rows = [(x, y, size, 1.8 + 1.2 * faces), (x, y, size * 5, 0.10 + 0.22 * faces)]
        spots = [[a * self.size[1], b * self.size[1], r, *(g * np.array(own.beam))]
                 for a, b, r, g in rows]  # fmt: skip
        splat(self.out, np.array(spots, np.float32))

    def _passing(self, out: Planes, m: Moment, now: Now) -> None:
        """The rail and the ropes of a boat, out of focus: we see the coast from the sea."""
        a, b = self.aspect, Body()
        roll = 0.020 * float(np.sin(m.flow * 0.9 + 0.8)) * (0.5 + self._look.wind)
        y = 0.935 + roll
        b.chain([(-0.1, y + 0.03), (a * 0.5, y - 0.5 * roll), (a + 0.1, y + 0.03)], 0.010, 0.010)
        for k in range(7):
            x = a * (k / 6) - 0.12 * now.move
            b.limb((x, y), (x, 1.1), 0.007, 0.007, 0.002)
        x = a * 0.10 - 0.10 * now.move
        b.limb((x, 1.1), (x + 0.03 + roll, -0.1), 0.016, 0.012, 0.002)
        b.limb((x, 0.10), (a * 0.42, y + 0.02), 0.0035, 0.0035, 0.001)
        b.limb((x, 0.02), (-0.1, 0.6), 0.0035, 0.0035, 0.001)
        dark = np.array(self._look.rock[1]) * 0.35
        ink = Ink(dark, self._look.sky[4], self.light, edge=0.08, soft_px=3.2 * self.size[1] / 720,
                  coarse=2)  # fmt: skip
        draw(out, b, (0.0, 0.0), 1.0, ink)
