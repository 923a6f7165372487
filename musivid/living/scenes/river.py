"""A waterfall between rocks: water falls and foams, spray drifts in the light of the hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, enlarge, grid, resized
from musivid.living.clouds import paint_heaven
from musivid.living.drift import falling_leaves, fireflies
from musivid.living.gorge import (
    Fall,
    Layer,
    add_boulder,
    add_trees,
    lay,
    paint_cliff,
    paint_fall,
    paint_foam,
    paint_spray,
    rock_face,
)
from musivid.living.light import Grade, shafts, splat
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand, ease, jitter
from musivid.living.stars import Stars
from musivid.living.water import paint_water

__all__ = ["River"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour and season, linear light.

    Attributes:
        sky: zenith, low, clouds in light, clouds in shade, the light.
        cover: share of clouds, less is more.
        rock: in light, in shade, moss, mist, air before it.
        water: falling water in light and in shade, the pool's own colour, foam.
        trees: shade and light of each kind.
        at: where the light stands, x of the width and y of the height.
        halo: strength of its halo.
        drift: leaves, flies or none.
        stars: their light.
        grade: the film.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    cover: float
    rock: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    water: tuple[Rgb, Rgb, Rgb, Rgb]
    trees: tuple[tuple[Rgb, Rgb], ...]
    at: tuple[float, float]
    halo: float
    drift: str
    stars: float
    grade: Grade


class River(Scene):
    """Water that falls with the music into a pool among boulders."""

    shots: ClassVar = ("wide", "near", "travel")
    stands: ClassVar = {"wide": Stand(0.17, 0.955, 0.20), "travel": Stand(0.24, 0.955, 0.24)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "morning": _Look(
            ((0.10, 0.24, 0.46), (0.72, 0.74, 0.66), (1.0, 0.95, 0.84), (0.46, 0.50, 0.56),
             (1.05, 0.90, 0.62)), 0.55,
            ((0.52, 0.43, 0.29), (0.040, 0.050, 0.058), (0.20, 0.26, 0.060), (0.58, 0.62, 0.58),
             (0.010, 0.014, 0.016)),
            ((1.0, 0.99, 0.95), (0.30, 0.40, 0.46), (0.020, 0.070, 0.075), (0.88, 0.92, 0.92)),
            (((0.012, 0.028, 0.016), (0.125, 0.165, 0.045)),), (0.53, 0.15), 1.0, "none", 0.0,
            Grade(exposure=0.95, bloom=0.42, shadows=(0.0, 0.010, 0.016), saturation=1.08,
                  vignette=0.34),
        ),
        "dusk": _Look(
            ((0.070, 0.065, 0.17), (0.80, 0.34, 0.17), (1.0, 0.46, 0.28), (0.20, 0.10, 0.16),
             (1.1, 0.52, 0.20)), 0.48,
            ((0.55, 0.23, 0.11), (0.022, 0.019, 0.040), (0.115, 0.085, 0.030),
             (0.46, 0.26, 0.24), (0.010, 0.006, 0.012)),
            ((0.95, 0.62, 0.50), (0.15, 0.125, 0.22), (0.020, 0.022, 0.050), (0.80, 0.56, 0.50)),
            (((0.010, 0.010, 0.014), (0.13, 0.070, 0.030)),), (0.52, 0.22), 1.2, "flies", 0.0,
            Grade(exposure=1.05, bloom=0.50, shadows=(0.010, 0.002, 0.022), saturation=1.08,
                  vignette=0.38),
        ),
        "moon": _Look(
            ((0.004, 0.010, 0.030), (0.030, 0.055, 0.090), (0.14, 0.18, 0.26),
             (0.010, 0.016, 0.032), (0.55, 0.66, 0.85)), 0.56,
            ((0.120, 0.160, 0.235), (0.005, 0.008, 0.017), (0.022, 0.036, 0.036),
             (0.060, 0.090, 0.135), (0.001, 0.002, 0.004)),
            ((0.50, 0.62, 0.80), (0.040, 0.068, 0.115), (0.003, 0.008, 0.016),
             (0.36, 0.46, 0.60)),
            (((0.002, 0.004, 0.006), (0.026, 0.040, 0.052)),), (0.55, 0.13), 0.6, "flies", 0.9,
            Grade(exposure=1.25, bloom=0.5, shadows=(0.0, 0.007, 0.024), saturation=1.02,
                  vignette=0.44),
        ),
        "autumn": _Look(
            ((0.090, 0.19, 0.38), (0.78, 0.62, 0.42), (1.0, 0.86, 0.66), (0.44, 0.42, 0.44),
             (1.05, 0.76, 0.40)), 0.54,
            ((0.50, 0.36, 0.22), (0.040, 0.044, 0.060), (0.20, 0.13, 0.026), (0.56, 0.47, 0.36),
             (0.010, 0.009, 0.010)),
            ((1.0, 0.94, 0.84), (0.26, 0.29, 0.33), (0.022, 0.040, 0.044), (0.86, 0.80, 0.70)),
            (((0.13, 0.018, 0.006), (0.62, 0.115, 0.020)), ((0.18, 0.055, 0.008),
             (0.75, 0.31, 0.035)), ((0.15, 0.09, 0.012), (0.66, 0.46, 0.070)),
             ((0.030, 0.036, 0.010), (0.20, 0.20, 0.045))), (0.53, 0.15), 0.85, "leaves", 0.0,
            Grade(exposure=0.95, bloom=0.40, shadows=(0.008, 0.004, 0.014), saturation=1.04,
                  vignette=0.36),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.sky[4]
        self.light = self.aspect * own.at[0], own.at[1]
        a, f = self.aspect, self.fit
        self._falls = {
            "wide": Fall(a * 0.47, 0.33, 0.665, 0.075 * f, 0.115 * f),
            "near": Fall(a * 0.44, -0.12, 0.700, 0.20 * f, 0.29 * f),
        }
        self._land = {name: self._gorge(fall, seed) for name, fall in self._falls.items()}
        self._stones: dict[str, Array] = {}
        self._front = {name: self._boulders(name, seed) for name in self._falls}
        self._stars = Stars(size, seed, count=int(260 * a), depth=0.4)
        self._quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)
        self._drops = dice(seed).random((5, 120))

    def _gorge(self, fall: Fall, seed: int) -> Layer:
        """Cliffs and the trees on them, drawn once."""
        own, near = self._look, fall.lip < 0
        land = np.zeros((4, self.size[1], self.size[0]), np.float32)
        rock = np.array(own.rock, np.float32)
        face = rock_face(self.size, fall.x, own.rock, seed + 4)
        paint_cliff(land, *self.full, face, rock, fall.row, seed * 1.3)
        land[:3] *= land[3]
        if near:
            return Layer.of(land)
        rng, feet = dice(seed + 40), []
        for x in rng.uniform(-0.05, self.aspect + 0.05, int(58 * self.aspect)):
            column = int(np.clip(x * self.size[1], 0, self.size[0] - 1))
            top = int(np.argmax(land[3, :, column] > 0.5)) / self.size[1]
            off = abs(x - fall.x)
            if off < 1.25 * fall.wide:
                continue
            feet.append((float(x), top + 0.03 * rng.random(), rng.uniform(0.06, 0.15)))
        feet.sort(key=lambda foot: foot[1])
        for x in rng.uniform(-0.05, self.aspect + 0.05, int(16 * self.aspect)):
            if abs(x - fall.x) > 0.30 * self.fit:
                feet.append((float(x), fall.base + 0.01, rng.uniform(0.10, 0.24)))
        add_trees(land, feet, list(own.trees), seed)
        return Layer.of(land)

    def _boulders(self, name: str, seed: int) -> Layer:
        """Boulders in and beside the river, drawn once; their water lines are kept."""
        own, fall, rng = self._look, self._falls[name], dice(seed + 60)
        image = np.zeros((4, self.size[1], self.size[0]), np.float32)
        r, g, b = own.rock[1]
        stone = own.rock[0], (0.6 * r, 0.6 * g, 0.6 * b), own.rock[2]
        light = (0.15, -0.95)
        rows = []
        places = sorted(fall.base + 0.012 + 0.36 * rng.random() ** 1.4 for _ in range(15))
        for k, y in enumerate(places):
            depth = (y - fall.base + 0.05) / 0.4
            side = 1 if k % 2 else -1
            far = (0.12 + 0.75 * rng.random()) * (0.35 + depth) * (0.25 + 0.75 * self.fit**2)
            x = fall.x + side * (fall.foot * 0.55 + far)
            wide = (0.035 + 0.13 * depth) * rng.uniform(0.6, 1.25) * self.fit
            add_boulder(image, (x, y, wide, wide * rng.uniform(0.5, 0.85)), stone, light, seed + k)
            rows.append((x, y, wide))
        self._stones[name] = np.array(rows, np.float32)
        return Layer.of(image)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        name = "near" if now.shot == "near" else "wide"
        fall = self._falls[name]
        self._sky(m, fall)
        lay(self.out, self._land[name])
        lamp = 0.86 + 0.16 * m.notes + 0.12 * m.bass + 0.10 * ease(now.act)
        water = np.array(own.water[:2], np.float32) * np.float32(lamp)
        rows = [round(np.clip(v, 0, 1) * self.size[1]) for v in (fall.lip - 0.02, fall.base)]
        much = 0.75 + 0.6 * m.loud
        paint_fall(self.out, *self.full, fall.row, water, m.flow * 1.25, much, *rows)
        self._spray(m, fall, lamp)
        self._river(m, name, fall, lamp)
        lay(self.out, self._front[name])
        self._drip(m, fall)
        self.added = self._rays(m)
        sway = jitter(m.time_s, 8.0)
        at = (fall.x / self.aspect, 0.62)
        if now.shot == "travel":
            out = camera(self.out, 1.30, (-0.22 * now.move, 0.02), (0.5, 0.75))
        else:
            out = camera(self.out, 1.02 + 0.06 * now.share, (0.004 * sway[0], 0.0), at)
        if own.drift == "leaves":
            falling_leaves(out, m, self.light, own.trees[1][1], 46)
        elif own.drift == "flies":
            fireflies(out, m, (1.0, 0.80, 0.26), self.seed, 40)
        return out

    def _sky(self, m: Moment, fall: Fall) -> None:
        own = self._look
        place = [0.62, *self.light, own.cover, self.seed * 2.1 + 0.04 * m.flow, 1.5,
                 own.halo * (0.85 + 0.25 * m.bass)]  # fmt: skip
        glows = np.zeros((1, 3), np.float32)
        sky = np.array(own.sky, np.float32)
        paint_heaven(self.small, *self.mid, sky, np.array(place, np.float32), glows, m.flow)
        enlarge(self.small, self.out)
        if own.stars:
            self._stars.paint(self.out, m, own.stars)
            x, y, r = (v * self.size[1] for v in (*self.light, 0.036))
            splat(self.out, np.array([[x, y, r, 2.6, 2.8, 3.0]], np.float32))

    def _spray(self, m: Moment, fall: Fall, lamp: float) -> None:
        """Spray where the water meets the pool."""
        thick = np.empty(self._quarter[::-1], np.float32)
        much = 0.85 + 0.5 * m.bass + 0.25 * m.bar
        paint_spray(thick, *grid(self._quarter), fall.row, m.flow, much)
        large = cv2.resize(thick, self.size) * np.float32(0.85)
        white = np.array(self._look.water[3]) * 0.92 * lamp
        for plane, value in zip(self.out, white, strict=True):
            plane += (np.float32(value) - plane) * large

    def _river(self, m: Moment, name: str, fall: Fall, lamp: float) -> None:
        """The pool mirrors what is above; foam comes towards us."""
        own = self._look
        above = resized(self.out, self.half, cv2.INTER_AREA)
        place = np.array([fall.base, self.light[0]], np.float32)
        deep = np.array(own.water[2])
        colours = np.array([deep, np.array(own.water[3]) * 0.5, own.sky[4]], np.float32)
        first = int(fall.base * self.size[1])
        chop, shine = 0.55 + 0.45 * m.loud, own.halo * (0.5 + 0.5 * m.beat)
        paint_water(self.out, above, *self.full, place, colours, m.flow * 1.3, chop, shine, first)
        place = np.array([fall.base, 0.65 + 0.35 * m.loud], np.float32)
        foam = np.array(own.water[3], np.float32) * np.float32(0.85 * lamp)
        paint_foam(self.out, *self.full, place, fall.row, self._stones[name], foam, m.flow, first)

    def _drip(self, m: Moment, fall: Fall) -> None:
        """Drops that leap where the water strikes; hits throw more."""
        u, height = self._drops, self.size[1]
        age = (m.flow * (0.9 + 0.5 * u[0]) + u[1] * 7) % 1
        x = fall.x + fall.foot * (2.2 * (u[2] - 0.5) + 1.1 * (u[2] - 0.5) * age)
        leap = (0.05 + 0.10 * u[3]) * (0.5 + 3.0 * fall.foot) * (0.8 + 0.7 * m.hits)
        y = fall.base + 0.012 - leap * 4 * age * (1 - age)
        light = 0.35 * (1 - age) * (0.4 + 0.6 * u[4])
        tint = [light * c for c in self._look.water[3]]
        rows = np.column_stack([x * height, y * height, (0.8 + 1.3 * u[4]) * height / 720, *tint])
        splat(self.out, rows.astype(np.float32))

    def _rays(self, m: Moment) -> Planes:
        """Light through the spray and between the trees, at a quarter of the size."""
        width, height = self.size
        small = resized(self.out, (max(width // 8, 2), max(height // 8, 2)), cv2.INTER_AREA)
        rays = shafts(np.maximum(small - np.float32(0.55), 0), self.light, 0.5)
        return resized(rays, (max(width // 4, 2), max(height // 4, 2))) * np.float32(0.10)
