"""Open hills of grass under a big sky: wind runs through the blades, a tree stands alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge, new_planes
from musivid.living.clouds import bolts, glows_of, meteors, paint_heaven, paint_milky_way
from musivid.living.drift import floating_seeds
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.glade import paint_trees
from musivid.living.grove import lone_tree
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.rainbow import rainbow
from musivid.living.scene import Scene, Stand, ease, jitter
from musivid.living.sprites import birds
from musivid.living.stars import Stars
from musivid.living.turf import blades, ground_line, halvings, lay_turf, settle, strips
from musivid.living.weather import rain

__all__ = ["Meadow"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]

_FAR, _COUNT = 11.0, 25  # of strips of grass
_TALL = 0.44  # of the tree at the usual distance
_LEVELS = 4  # halvings of the texture of blades


@dataclass(frozen=True, slots=True)
class _Look:
    """One hour and weather, linear light.

    Attributes:
        sky: zenith, low, clouds in light, clouds in shade, the light.
        grass: tips in light, tips in shade, roots, haze.
        flowers: their colour; how many, 0..1.
        tree: leaves, light through them.
        at: where the light stands, x of the width and y of the height.
        cover: share of clouds, less is more.
        halo: strength of the light's halo.
        ray: strength of the light in the grass.
        wind: 0..1.
        seeds: light of what floats over the grass.
        grade: the film.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    grass: tuple[Rgb, Rgb, Rgb, Rgb]
    flowers: tuple[Rgb, float]
    tree: tuple[Rgb, Rgb]
    at: tuple[float, float]
    cover: float
    halo: float
    ray: float
    wind: float
    seeds: Rgb
    grade: Grade


class Meadow(Scene):
    """Hills of grass; the sky moves with loudness."""

    shots: ClassVar = ("wide", "travel", "near")
    stands: ClassVar = {
        "wide": Stand(0.34, 0.90, 0.24),
        "travel": Stand(0.40, 0.93, 0.26, follow=True),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "noon": _Look(
            ((0.030, 0.125, 0.40), (0.40, 0.55, 0.70), (1.02, 0.98, 0.92), (0.34, 0.42, 0.58),
             (0.95, 0.90, 0.78)),
            ((0.50, 0.47, 0.10), (0.095, 0.150, 0.028), (0.014, 0.028, 0.008), (0.36, 0.44, 0.38)),
            ((0.72, 0.045, 0.018), 0.55), ((0.040, 0.068, 0.014), (0.26, 0.26, 0.04)),
            (0.24, 0.06), 0.50, 0.22, 0.30, 0.7, (0.75, 0.75, 0.68),
            Grade(exposure=0.92, bloom=0.36, shadows=(0.0, 0.010, 0.022), lights=(1.0, 0.99, 0.96),
                  saturation=1.04, vignette=0.26),
        ),
        "golden": _Look(
            ((0.060, 0.095, 0.24), (0.95, 0.48, 0.17), (1.15, 0.62, 0.32), (0.22, 0.125, 0.155),
             (1.15, 0.62, 0.22)),
            ((0.34, 0.20, 0.040), (0.070, 0.055, 0.018), (0.012, 0.010, 0.006), (0.70, 0.36, 0.15)),
            ((0.90, 0.42, 0.10), 0.2), ((0.016, 0.014, 0.006), (0.36, 0.20, 0.03)),
            (0.55, 0.475), 0.52, 1.0, 1.05, 0.6, (1.3, 0.85, 0.40),
            Grade(exposure=1.0, bloom=0.48, shadows=(0.012, 0.004, 0.020), lights=(1.0, 0.98, 0.92),
                  saturation=1.08, vignette=0.34),
        ),
        "storm": _Look(
            ((0.012, 0.018, 0.030), (0.46, 0.38, 0.22), (0.17, 0.19, 0.225), (0.012, 0.017, 0.028),
             (0.52, 0.40, 0.20)),
            ((0.26, 0.25, 0.075), (0.030, 0.044, 0.022), (0.006, 0.010, 0.006),
             (0.16, 0.165, 0.150)),
            ((0.60, 0.52, 0.30), 0.10), ((0.008, 0.012, 0.007), (0.060, 0.055, 0.018)),
            (0.18, 0.50), 0.34, 0.30, 0.42, 1.0, (0.20, 0.20, 0.16),
            Grade(exposure=1.12, bloom=0.45, shadows=(0.0, 0.008, 0.014), saturation=1.0,
                  contrast=1.05, vignette=0.46),
        ),
        "stars": _Look(
            ((0.003, 0.007, 0.022), (0.030, 0.050, 0.075), (0.110, 0.110, 0.165),
             (0.26, 0.190, 0.170), (0.16, 0.22, 0.34)),
            ((0.030, 0.050, 0.052), (0.006, 0.013, 0.017), (0.0015, 0.003, 0.005),
             (0.020, 0.036, 0.052)),
            ((0.16, 0.20, 0.30), 0.10), ((0.0015, 0.003, 0.004), (0.006, 0.010, 0.012)),
            (0.50, 0.56), 0.5, 0.0, 0.12, 0.4, (0.55, 0.85, 0.30),
            Grade(exposure=1.30, bloom=0.5, shadows=(0.0, 0.007, 0.024), saturation=1.08,
                  vignette=0.42),
        ),
        "rainbow": _Look(
            ((0.075, 0.105, 0.150), (0.34, 0.39, 0.42), (0.40, 0.43, 0.46), (0.070, 0.090, 0.120),
             (1.00, 0.86, 0.56)),
            ((0.62, 0.56, 0.12), (0.125, 0.190, 0.036), (0.016, 0.032, 0.010), (0.26, 0.34, 0.30)),
            ((0.86, 0.70, 0.16), 0.45), ((0.050, 0.078, 0.016), (0.34, 0.34, 0.06)),
            (0.10, -0.30), 0.36, 0.0, 0.42, 0.5, (0.80, 0.80, 0.74),
            Grade(exposure=1.0, bloom=0.40, shadows=(0.0, 0.008, 0.018), lights=(1.0, 0.99, 0.95),
                  saturation=1.06, vignette=0.30),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.sky[4]
        self._texture = halvings(blades(seed, own.flowers[1]), _LEVELS)
        self._front, self._back = new_planes(size, 4), new_planes(size, 4)
        self._clear = np.ones((size[1], size[0]), np.float32)
        self._tree = lone_tree(int(size[1] * 0.62), seed + 2, (own.at[0] * 3 - 1.5, own.at[1]))
        self._stars = Stars(size, seed, count=int(600 * self.aspect), depth=0.56)
        self._ears = dice(seed).random((16, 5))
        self._copses = _copses(self.mid[0], self.aspect, seed)
        self._bow = rainbow(*self.mid, (0.40 * self.aspect, 0.86)) if look == "rainbow" else None

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        sway = jitter(m.time_s, 5.0)
        near = now.shot == "near"
        horizon = (0.66 if near else 0.60) + 0.004 * sway[1]
        self.light = self.aspect * own.at[0], horizon - 0.60 + own.at[1]
        self._sky(m, horizon)
        eye = 0.34 if near else 0.43
        high = 0.19 if near else 0.105
        ahead = {"wide": 0.05, "travel": 0.55, "near": 0.08}[now.shot] * now.share
        lamp = own.ray * (0.8 + 0.25 * m.notes + 0.2 * m.beat) * (0.8 + 0.35 * ease(now.act))
        place = np.array([horizon, high, self.light[0], own.wind * (0.55 + 0.7 * m.loud), 0.13,
                          lamp], np.float32)  # fmt: skip
        rows = strips(ahead, 0.70, _FAR, 20 if near else _COUNT)
        aside = 0.10 * now.move * (2.0 if near else 1.0)
        tree = (2.5 if near else 3.4) * float(np.exp(-ahead))
        first = int((horizon - 0.14) * self.size[1])
        before = rows[:, 0] < tree
        self._grass(m, self._front, self._clear, (rows[before], place, eye, aside))
        self._grass(m, self._back, self._front[3], (rows[~before], place, eye, aside))
        settle(self.out, self._back, first)
        self._lone(m, tree, eye, place, aside)
        settle(self.out, self._front, first)
        if self.look == "storm":
            drops = np.array((0.10, 0.11, 0.12), np.float32)
            rain(self.out, *self.full, m.time_s, 0.05 + 0.12 * m.loud, 0.30, drops)
        floating_seeds(self.out, m, own.seeds, self.seed)
        if near:
            self._stalks(m, now.move)
        return self.out

    def _sky(self, m: Moment, horizon: float) -> None:
        """Clouds or the milky way, far hills under them."""
        own = self._look
        p = np.array(own.sky, np.float32)
        glows = np.zeros((4, 3), np.float32)
        if self.look == "storm":
            glows = glows_of(m, self.aspect)
        if self.look == "stars":
            paint_milky_way(self.small, *self.mid, p[:4], -0.75 + 0.01 * m.flow, m.flow)
        else:
            drift, size = self.seed * 3.3 + 0.045 * m.flow, 1.0 if self.look == "storm" else 1.7
            place = [horizon, *self.light, own.cover, drift, size, own.halo * (0.8 + 0.3 * m.bass)]
            paint_heaven(self.small, *self.mid, p, np.array(place, np.float32), glows, m.flow)
        if self._bow is not None:
            self.small += self._bow * np.float32(
                0.75 + 0.35 * m.notes + 0.35 * ease(self.now(m).act)
            )
        self._hills(horizon)
        enlarge(self.small, self.out)
        if self.look == "stars":
            self._stars.paint(self.out, m, 1.1)
            meteors(self.out, m, (0.8, 0.95, 1.1))
        elif self.look == "storm":
            bolts(self.out, m, (0.08, horizon - 0.035), (0.75, 0.82, 1.0))
        else:
            birds(self.out, m, (self.aspect * 0.40, 0.32), own.grass[2], 5)

    def _hills(self, horizon: float) -> None:
        """Two ridges in the haze."""
        xs, ys = self.mid
        height, own = self.half[1], self._look
        first = int((horizon - 0.10) * height)
        for k, (high, rate) in enumerate(((0.050, 2.1), (0.028, 3.3))):
            wave = np.sin(xs * rate + 1.3 + 2 * k) + 0.5 * np.sin(xs * rate * 2.3 + self.seed + k)
            wave = wave + 0.10 * np.sin(xs * rate * 9.0 + k)
            line = horizon - 0.012 - high * (0.55 + 0.35 * wave)
            share = 0.72 if k == 0 else 0.45
            tone = np.array(own.grass[3]) * share + np.array(own.grass[1]) * (1 - share)
            wood = tone * 0.62 + np.array(own.grass[2]) * 0.38
            for top, colour in ((line - self._copses[k], wood), (line, tone)):
                cover = np.clip((ys[first:, None] - top[None]) * height, 0, 1)
                for plane, value in zip(self.small, colour.astype(np.float32), strict=True):
                    plane[first:] += (value - plane[first:]) * cover

    def _grass(
        self, m: Moment, own: Planes, before: Array, where: tuple[Array, Array, float, float]
    ) -> None:
        """Strips of grass: rows, place, height of the eye, how far aside it is."""
        rows, place, eye, aside = where
        own[:3], own[3] = 0.0, 1.0
        if not len(rows):
            return
        look, xs = self._look, self.full[0] - np.float32(aside)
        p = np.array([*look.grass, look.flowers[0], look.sky[4]], np.float32)
        lines = np.stack([self._line(xs, z, number, eye, place[0]) for z, number, _ in rows])
        level = np.log2(160 / (place[1] / rows[:, :1] * self.size[1]))
        rows = np.concatenate([rows, np.clip(np.floor(level), 0, _LEVELS - 1)], 1)
        lay_turf(own, before, xs, rows, lines, self._texture, p, place, m.flow)

    @staticmethod
    def _line(xs: Array, z: float, number: float, eye: float, horizon: float) -> Array:
        """The foot of a strip."""
        return np.asarray(horizon + eye / z * (1 - ground_line(xs, z, number, 0.16)), np.float32)

    def _lone(self, m: Moment, z: float, eye: float, place: Array, aside: float) -> None:
        """The tree."""
        own = self._look
        scale = _TALL * 3.4 / z * min(1.0, 0.35 + 0.65 * self.aspect)
        rows, columns = int(scale * self.size[1]), int(scale * self.size[1] * 4 / 3)
        way = cv2.INTER_AREA if rows < self._tree.shape[0] else cv2.INTER_LINEAR
        tree = cv2.resize(self._tree, (columns, rows), interpolation=way)
        x = self.aspect * (0.70 if self.aspect > 1 else 0.62) + aside * 0.4
        foot = float(self._line(np.array([x], np.float32), z, 20.0, eye, float(place[0]))[0])
        top, left = int((foot + 0.01) * self.size[1]) - rows, int(x * self.size[1]) - columns // 2
        j0, i0 = max(top, 0), max(left, 0)
        j1, i1 = min(top + rows, self.size[1]), min(left + columns, self.size[0])
        if j1 <= j0 or i1 <= i0:
            return
        seen = np.ascontiguousarray(tree[j0 - top : j1 - top, i0 - left : i1 - left])
        region = np.ascontiguousarray(self.out[:, j0:j1, i0:i1])
        dark = np.array(own.tree[0]) * 0.5
        p = np.array([own.sky[4], own.grass[3], dark, *own.tree, own.grass[1]], np.float32)
        spot = np.array([*self.light, 0.10, 9.0, 0.01], np.float32)
        at = np.ascontiguousarray(self.full[0][i0:i1]), np.ascontiguousarray(self.full[1][j0:j1])
        lamp = (0.9 + 0.2 * m.bass) * min(1.0, own.ray * 1.5)
        paint_trees(region, *at, seen, p, spot, lamp, m.flow)
        self.out[:, j0:j1, i0:i1] = region

    def _stalks(self, m: Moment, move: float) -> None:
        """Stalks with ears that pass close by, out of focus."""
        own, b, u = self._look, Body(), np.linspace(0, 1, 9)
        for x, tall, lean, thick, phase in self._ears:
            at = (x * 1.3 - 0.15) * self.aspect - 0.35 * move * (0.6 + thick)
            off = min(abs(at / self.aspect - 0.5) * 2, 1.0)
            high = (0.16 + 0.34 * tall) * (0.35 + 0.65 * off)
            gust = own.wind * (0.4 + 0.8 * m.loud) * (0.25 + 0.2 * np.sin(m.flow * 1.6 - at * 2))
            bow = (0.9 * (lean - 0.5) + gust + 0.04 * np.sin(m.time_s * 2.2 + phase * 30)) * high
            line = np.stack([at + bow * u**2.2, 1.02 - high * u + 0.12 * bow * u**4], 1)
            b.chain(line, 0.0018, 0.0010, 0.001)
            b.chain(line[6:], 0.0020, 0.0044, 0.003).chain(line[7:], 0.0044, 0.0012, 0.003)
        ink = Ink(own.grass[2], np.array(own.sky[4]) * 0.7, self.light, edge=0.6,
                  soft_px=2.4 * self.size[1] / 720, coarse=2)  # fmt: skip
        draw(self.out, b, (0.0, 0.0), 1.0, ink)


def _copses(xs: Array, aspect: float, seed: int) -> Array:
    """How high copses and single trees stand over two far ridges, float32 [2, columns]."""
    rng, high = dice(seed + 9), np.zeros((2, len(xs)), np.float32)
    for row, scale in zip(high, (0.55, 1.0), strict=True):
        for middle in rng.uniform(-0.05, 1.05, 5) * aspect:
            for off in rng.normal(0, 0.030, int(rng.integers(1, 8))) * scale:
                wide, tall = scale * rng.uniform(0.006, 0.014), scale * rng.uniform(0.012, 0.026)
                away = (xs - middle - off) / wide
                np.maximum(row, tall * np.sqrt(np.clip(1 - away**2, 0, 1)), out=row)
    return high
