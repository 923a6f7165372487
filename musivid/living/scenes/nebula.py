"""Deep space: gas lit from inside, stars in depth, a planet at the edge, comets on strong notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.moment import Event, Moment
from musivid.living.scene import Scene, Stand
from musivid.living.shade import clamp, expo, fbm3, fbm4, fbm5, fbm6, ridge5, smooth
from musivid.living.stars import spots

__all__ = ["Nebula"]

Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: space, thin gas, gas, filaments, core; the planet and its air."""

    gas: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    planet: Rgb
    air: Rgb


@kernel
def _gas(out, xs, ys, p, t, cx, cy, lamp):
    """p: rows of colour: space, veil, body, filaments, core."""
    tmp = np.empty((5, len(xs)), np.float32)
    veil, body, fil, core, shade = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4]
    for j in range(out.shape[1]):
        for i in range(len(xs)):
            x, y = (xs[i] - cx) * 1.55, (ys[j] - cy) * 1.55
            q = fbm4(x + t * 0.02, y + 4.7)
            s = fbm4(x * 1.1 + 9.2 - t * 0.015, y * 1.1 + 1.3)
            u, v = x + 1.7 * (q - 0.5) + t * 0.01, y + 1.7 * (s - 0.5)
            n = fbm6(u * 1.4 + 3.1, v * 1.4 + 7.7)
            e = ridge5(u * 1.15 + 13.1, v * 1.15 + t * 0.008)
            dark = smooth(0.50, 0.72, fbm5(u * 1.9 + 31.0, v * 1.9 + 17.0))
            d = max(x * x * 0.55 + y * y * 1.2 + (q - 0.5) * 0.7, 0.0)
            light = lamp / (0.9 + 5.0 * d)
            thin = smooth(0.35, 0.8, n)
            thick = smooth(0.30, 0.75, n * (0.7 + 0.5 * s) + 0.12 * e) * expo(-min(d * 1.1, 12.0))
            veil[i], body[i] = thin * 0.5, thick * light
            fil[i] = e * e * thick * 2.1 * light
            core[i] = thick * thick * light * light * 0.35
            shade[i] = 1.0 - 0.92 * dark * (0.4 + 0.6 * thin)
        for c in range(3):
            row = out[c, j]
            p0, p1, p2, p3, p4 = p[0, c], p[1, c], p[2, c], p[3, c], p[4, c]
            for i in range(len(xs)):
                lit = p0 + p1 * veil[i] + p2 * body[i] + p3 * fil[i] + p4 * core[i]
                row[i] = lit * shade[i]


@kernel
def _planet(out, xs, ys, cx, cy, radius, lx, ly, t, rgb):
    """A banded planet lit from (lx, ly), with a rim of air."""
    for j in range(out.shape[1]):
        y = (ys[j] - cy) / radius
        if abs(y) > 1.25:
            continue
        r, g, b = out[0, j], out[1, j], out[2, j]
        for i in range(len(xs)):
            x = (xs[i] - cx) / radius
            d = x * x + y * y
            inside = smooth(1.0, 0.985, d)
            z = np.sqrt(max(1.0 - d, 0.0))
            lit = clamp(x * lx + y * ly + z * 0.10 + 0.02)
            wind = 0.9 * fbm3(x * 2.0 + t * 0.02, y * 4.0)
            band = fbm4(x * 1.1 + t * 0.02 + 5.0, y * 5.5 + wind) * 0.9 + 0.35
            edge = (1.0 - z) * (1.0 - z)
            rim = expo(-min(abs(d - 1.0) * 26.0, 12.0)) * clamp(0.12 + x * lx + y * ly)
            air = rim * (1.0 - inside) + inside * edge * lit * 1.1
            r[i] = r[i] * (1.0 - inside) + inside * lit * band * rgb[0, 0] + air * rgb[1, 0]
            g[i] = g[i] * (1.0 - inside) + inside * lit * band * rgb[0, 1] + air * rgb[1, 1]
            b[i] = b[i] * (1.0 - inside) + inside * lit * band * rgb[0, 2] + air * rgb[1, 2]


class Nebula(Scene):
    """A flight past a nebula."""

    shots: ClassVar = ("wide", "near", "planet")
    stands: ClassVar = {"wide": Stand(0.27, 0.925, 0.22), "near": Stand(0.66, 0.935, 0.26)}
    starry: ClassVar = True
    looks: ClassVar[Mapping[str, _Look]] = {
        "rose": _Look(
            ((0.003, 0.006, 0.016), (0.008, 0.055, 0.11), (0.34, 0.07, 0.22), (0.85, 0.36, 0.13),
             (0.8, 0.55, 0.35)),
            (0.30, 0.22, 0.20), (0.15, 0.32, 0.8),
        ),
        "ice": _Look(
            ((0.002, 0.005, 0.014), (0.020, 0.030, 0.100), (0.05, 0.20, 0.36), (0.30, 0.70, 0.85),
             (0.60, 0.80, 0.95)),
            (0.16, 0.26, 0.34), (0.20, 0.50, 0.9),
        ),
        "ember": _Look(
            ((0.007, 0.004, 0.006), (0.070, 0.018, 0.020), (0.42, 0.10, 0.04), (1.00, 0.46, 0.10),
             (1.0, 0.70, 0.35)),
            (0.34, 0.15, 0.09), (0.85, 0.36, 0.14),
        ),
        "jade": _Look(
            ((0.002, 0.007, 0.010), (0.030, 0.016, 0.075), (0.03, 0.26, 0.18), (0.42, 0.80, 0.34),
             (0.70, 0.90, 0.60)),
            (0.18, 0.24, 0.16), (0.30, 0.75, 0.55),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        rng = dice(seed)
        self._look = self.looks[look]
        self.grade = Grade(exposure=1.15, shadows=(0.004, 0.004, 0.02), saturation=1.15,
                           vignette=0.45)  # fmt: skip
        self.glow = self._look.gas[3]
        count = 1500
        self._stars = np.stack(
            [rng.random(count) * 1.4 - 0.2, rng.random(count) * 1.4 - 0.2,
             rng.random(count) ** 9, rng.random(count), rng.uniform(0, 6.28, count)]
        )  # fmt: skip
        self._offset = float(rng.uniform(0, 50))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        close = {"wide": 1.0, "near": 0.62, "planet": 1.25}[now.shot] * (1 - 0.10 * now.share)
        self.light = self.aspect * 0.44, 0.46
        colours = np.array(self._look.gas, np.float32)
        lamp = 0.85 + 0.45 * m.bass + 0.3 * m.beat
        xs = (self.mid[0] - self.light[0]) * np.float32(close) + np.float32(self.light[0])
        ys = (self.mid[1] - self.light[1]) * np.float32(close) + np.float32(self.light[1])
        _gas(self.small, xs, ys, colours, m.flow + self._offset, *self.light, lamp)
        enlarge(self.small, self.out)
        self._paint_stars(m)
        for event in m.events:
            if event.strength > 0.85 and event.age_s < 1.3 and event.key % 3 == 0:
                self._comet(event)
        self._paint_planet(m, now.shot, now.section_s)
        return self.out

    def _paint_planet(self, m: Moment, shot: str, since_s: float) -> None:
        if shot == "near":
            return
        rgb = np.array([self._look.planet, self._look.air], np.float32)
        x, y, radius = (0.93, 0.93, 0.42) if shot == "wide" else (0.66, 0.80, 0.62)
        turn = m.flow
        x = self.aspect * x - 0.006 * since_s
        _planet(self.out, *self.full, x, y, radius, -0.72, -0.62, turn, rgb)

    def _paint_stars(self, m: Moment) -> None:
        x, y, big, tint, phase = self._stars
        width, height = self.size
        zoom = 1 + (0.004 * m.flow + 0.012 * m.beat) * (0.3 + 0.7 * big)
        px = ((x - 0.5) * zoom + 0.5) * width % (width * 1.2) - 0.1 * width
        py = ((y - 0.5) * zoom + 0.5) * height
        twinkle = 0.65 + 0.35 * np.sin(m.time_s * (1.5 + 3 * tint) + phase)
        light = (0.16 + 0.9 * big + 3.5 * big**4) * (twinkle + 0.8 * m.hits * (tint > 0.7))
        warm = np.stack([0.75 + 0.5 * tint, np.full_like(tint, 0.9), 1.35 - 0.6 * tint])
        scale = height / 720
        rows = np.stack([px, py, (1.15 + 4.0 * big**2) * scale, *(warm * light)], 1)
        splat(self.out, rows.astype(np.float32))
        along = np.linspace(-1, 1, 41)
        for k in np.flatnonzero(big > 0.72):  # the largest have spikes
            reach = (10 + 26 * big[k]) * scale * (0.8 + 0.5 * m.hits)
            fall = (1 - abs(along)) ** 3 * light[k] * 0.35
            colour = (float(warm[0, k]), float(warm[1, k]), float(warm[2, k]))
            still = np.zeros_like(along)
            for dx, dy in ((along, still), (still, along)):
                row = spots(px[k] + dx * reach, py[k] + dy * reach, 1.4 * scale, colour, fall)
                splat(self.out, row)

    def _comet(self, event: Event) -> None:
        rng = dice(event.key)
        x0, y0 = rng.uniform(0.1, self.aspect), rng.uniform(-0.05, 0.5)
        turn, along = rng.uniform(0.25, 0.7), np.linspace(0, 1, 120)
        far = event.age_s * 0.75 - along * 0.32
        fade = min(1, event.age_s * 8) * max(0.0, 1 - event.age_s / 1.3)
        light = (1 - along) ** 2.2 * 2.4 * fade
        height = self.size[1]
        x, y = (x0 - np.cos(turn) * far) * height, (y0 + np.sin(turn) * far) * height
        splat(
            self.out, spots(x, y, ((1 - along) * 4 + 1.2) * height / 720, (0.8, 0.95, 1.25), light)
        )
