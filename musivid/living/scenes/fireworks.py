"""Fireworks over water: shells burst on bars and hits, their smoke and the water answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, enlarge, resized
from musivid.living.figures.body import Ink, contact
from musivid.living.figures.clothes import daylight, draw_dressed
from musivid.living.figures.crowd import Crowd, Row
from musivid.living.figures.people import pair
from musivid.living.flora import grass, shade_with
from musivid.living.houses import paint_row
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, Zone, jitter
from musivid.living.shade import fbm4, mix, smooth
from musivid.living.shells import KINDS, RISE_S, Shell, draw_burst, flash, rocket
from musivid.living.sprites import boat, shape
from musivid.living.stars import Stars
from musivid.living.water import paint_water

__all__ = ["Fireworks"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float64]

_LAST_S = 3.9  # the longest life of a shell
_MOST = 9  # small shells at once


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, the far shore, colours of stars; what the shore is."""

    sky: tuple[Rgb, Rgb]
    shore: Rgb
    inks: tuple[Rgb, ...]
    kinds: tuple[str, ...]
    land: Literal["city", "hills", "bay"]
    stars: float
    grade: Grade


@kernel
def _night(out, xs, ys, p, lamps, t):
    """Sky and smoke; p: high, low, smoke. lamps float32 [n, 6]: x, y, radius, light of a shell."""
    w = len(xs)
    tmp = np.empty((5, w), np.float32)
    smoke, r, g, b, glow = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4]
    for j in range(out.shape[1]):
        y = ys[j]
        low = smooth(0.0, 0.75, y)
        band = smooth(0.02, 0.22, y) * smooth(0.78, 0.45, y)
        for i in range(w):
            x = xs[i]
            bend = fbm4(x * 1.5 + t * 0.05, y * 2.2 + 5.0)
            n = fbm4(x * 2.1 + bend * 1.3 + t * 0.07, y * 3.2 + bend - t * 0.02)
            smoke[i] = 0.06 + smooth(0.42, 0.85, n) * band
            r[i], g[i], b[i] = 0.0, 0.0, 0.0
        for k in range(len(lamps)):
            lx, dy, size = lamps[k, 0], y - lamps[k, 1], lamps[k, 2]
            cr, cg, cb = lamps[k, 3], lamps[k, 4], lamps[k, 5]
            inv = 1.0 / (size * size)
            for i in range(w):
                dx = xs[i] - lx
                f = 1.0 / (1.0 + (dx * dx + dy * dy) * inv)
                glow[i] = f * f
            for i in range(w):
                r[i] += glow[i] * cr
                g[i] += glow[i] * cg
                b[i] += glow[i] * cb
        ro, go, bo = out[0, j], out[1, j], out[2, j]
        for i in range(w):
            s = smoke[i]
            ro[i] = mix(p[0, 0], p[1, 0], low * low) + s * (p[2, 0] + r[i])
            go[i] = mix(p[0, 1], p[1, 1], low * low) + s * (p[2, 1] + g[i])
            bo[i] = mix(p[0, 2], p[1, 2], low * low) + s * (p[2, 2] + b[i])


class Fireworks(Scene):
    """From the shore: shells over the far side, and all of it once more in the water."""

    shots: ClassVar = ("wide", "near", "shore")
    people: ClassVar = "couple"
    closing: ClassVar = "shore"
    zones: ClassVar = {"wide": Zone("middle", 0.86), "shore": Zone("right", 0.8)}
    stands: ClassVar = {"wide": Stand(0.20, 0.945, 0.25, water=0.78)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "newyear": _Look(
            ((0.002, 0.004, 0.018), (0.014, 0.026, 0.075)), (0.010, 0.018, 0.050),
            ((0.12, 0.42, 1.0), (1.0, 0.16, 0.40), (0.85, 0.88, 1.0), (0.55, 0.16, 1.0)),
            ("peony", "chrysanthemum", "glitter", "willow", "peony", "chrysanthemum", "ring"),
            "city", 0.5,
            Grade(exposure=1.15, bloom=0.6, shadows=(0.0, 0.004, 0.024), saturation=1.12,
                  vignette=0.42),
        ),
        "lake": _Look(
            ((0.006, 0.016, 0.066), (0.21, 0.085, 0.125)), (0.014, 0.020, 0.045),
            ((1.0, 0.30, 0.10), (0.20, 0.90, 0.55), (1.0, 0.72, 0.24), (1.0, 0.20, 0.42)),
            ("chrysanthemum", "willow", "peony", "palm", "chrysanthemum", "ring"), "hills", 0.8,
            Grade(exposure=1.05, bloom=0.55, shadows=(0.006, 0.004, 0.026), saturation=1.08,
                  vignette=0.36),
        ),
        "gold": _Look(
            ((0.004, 0.005, 0.013), (0.050, 0.026, 0.036)), (0.012, 0.009, 0.014),
            ((1.0, 0.56, 0.16), (1.0, 0.74, 0.36), (1.0, 0.40, 0.10)),
            ("willow", "palm", "willow", "chrysanthemum"), "bay", 0.7,
            Grade(exposure=1.15, bloom=0.6, shadows=(0.012, 0.003, 0.008), saturation=1.0,
                  vignette=0.42),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.inks[0]
        self.light = self.aspect * 0.5, 0.28
        self._stars = Stars(size, seed, count=420, depth=0.6)
        self._crowd = Crowd(size, seed)
        self._lands: dict[str, tuple[Planes, NDArray[np.float32]]] = {}
        self._grass: NDArray[np.float32] | None = None

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, out = moment, self.now(moment), self.out
        horizon = {"wide": 0.70, "near": 1.12, "shore": 0.62}[now.shot]
        zoom = {"wide": 1.0, "near": 1.45, "shore": 0.88}[now.shot]
        shells = self._shells(m, horizon, zoom)
        lamps = [[*s.at, 0.75 * s.reach, *(flash(s) * 0.65)] for s in shells if s.age_s >= 0]
        lamps += [[0.5, 0.3, 1.0, 0.0, 0.0, 0.0]] if not lamps else []
        colours = np.array([*self._look.sky, np.array(self._look.sky[1]) * 0.25], np.float32)
        quarter = max(self.half[0] // 2, 2), max(self.half[1] // 2, 2)
        small, scale = self.small[:, : quarter[1], : quarter[0]].copy(), 1 / quarter[1]
        xs = ((np.arange(quarter[0]) + 0.5) * scale).astype(np.float32)
        ys = ((np.arange(quarter[1]) + 0.5) * scale / horizon * 0.7).astype(np.float32)
        rows = np.array(lamps, np.float32)
        rows[:, 1] *= 0.7 / horizon
        _night(small, xs, ys, colours, rows, m.flow)
        enlarge(small, out)
        self._stars.paint(out, m, self._look.stars * 0.8)
        if horizon < 1:
            self._paint_land(shells, horizon, zoom, now.shot, m)
        for shell in shells:
            draw_burst(out, shell)
            splat(out, rocket(shell, min(horizon, 1.05), self.size[1]))
        if horizon < 1:
            self._paint_lake(m, horizon)
        return self._fronted(m, now, shells)

    def _shells(self, m: Moment, horizon: float, zoom: float) -> list[Shell]:
        """Large ones on bars, which are known before they burst; small ones on hits."""
        bars, beats = self.section.bars_s, self.section.beats_s
        if len(bars) < 2:
            bars = (np.floor(m.time_s / 2.4) + np.arange(-2, 2)) * 2.4
        between = beats[np.searchsorted(beats, bars[:-1] + 0.6 * np.diff(bars))[:-1]] if len(
            beats) > 8 else bars[:-1] + 0.5 * np.diff(bars)  # fmt: skip
        found = []
        for times, part in ((bars, 1.0), (between, 0.72)):
            for t in times[(times > m.time_s - _LAST_S) & (times <= m.time_s + RISE_S)].tolist():
                key = abs(round(t * 1000))  # some were shot before the film
                found.append(self._shell(m.time_s - t, key, horizon, zoom, part))
        hits = [e for e in m.events if e.strength > 0.7 and e.key % 5 < 3]
        for event in hits[:_MOST]:
            if all(abs(s.age_s - event.age_s) > 0.12 for s in found):
                found.append(self._shell(event.age_s, event.key, horizon, zoom, 0.0))
        return [s for s in found if s.age_s < KINDS[s.kind].life_s]

    def _shell(self, age_s: float, key: int, horizon: float, zoom: float, part: float) -> Shell:
        """A shell of its key's chances; part: 1 the largest, 0 a small one."""
        rng, look = dice(key * 2 + self.seed), self._look
        kinds = look.kinds if part else ("peony", "glitter", "chrysanthemum", look.kinds[0])
        first = int(rng.integers(len(look.inks)))
        inks = look.inks[first], look.inks[(first + 1) % len(look.inks)]
        reach = rng.uniform(0.30, 0.40) * part if part else rng.uniform(0.11, 0.16)
        y = rng.uniform(0.23, 0.33) if part else rng.uniform(0.32, 0.48)
        side = rng.uniform(0.24, 0.76) if part else rng.uniform(0.08, 0.92)
        place = (side - 0.5) * self.aspect * min(zoom, 1.15) + self.aspect / 2
        fit = zoom * (0.35 + 0.65 * self.fit)
        return Shell(age_s, (place, horizon - (0.7 - y) * zoom * (0.5 + 0.5 * self.fit)),
                     reach * fit, kinds[int(rng.integers(len(kinds)))], inks, key)  # fmt: skip

    def _paint_land(
        self, shells: list[Shell], horizon: float, zoom: float, shot: str, m: Moment
    ) -> None:
        """The far shore, drawn once a shot, and lit by what bursts."""
        if shot not in self._lands:
            self._lands[shot] = self._far_shore(horizon, zoom)
        land, cover = self._lands[shot]
        lit = sum((flash(s) for s in shells), np.zeros(3)) * 0.30 + 0.85 + 0.15 * m.beat
        top = int((horizon - 0.34) * self.size[1])
        for c in range(3):
            plane = self.out[c, top:]
            plane += (land[c, top:] * np.float32(lit[c]) - plane) * cover[top:]

    def _far_shore(self, horizon: float, zoom: float) -> tuple[Planes, NDArray[np.float32]]:
        look, drawn = self._look, np.full_like(self.out, -9)
        shore = np.array(look.shore)
        if look.land == "city":
            tone = (1.0, 0.62, 0.30), (0.55, 0.75, 1.0)
            bands = np.full(32, 0.45, np.float32)
            for k, (cells, low, high, many, haze, gain) in enumerate(
                (
                    (19.0, 0.04, 0.25, 7.0, 0.9, 0.34),
                    (15.0, 0.03, 0.19, 6.0, 0.6, 0.50),
                    (11.0, 0.02, 0.12, 6.0, 0.4, 0.70),
                )
            ):
                tones = np.array([shore * 0.15, shore * (0.85 - 0.25 * k), *tone], np.float32)
                p = np.array([cells / zoom, 17.0 * k + self.seed * 3, low * zoom, high * zoom,
                              many, haze, gain, 40 * k + self.seed], np.float32)  # fmt: skip
                below = int(horizon * self.size[1]) + 1
                paint_row(drawn, *self.full, bands, tones, p, horizon, below)
        else:
            self._hills(drawn, horizon, zoom)
        cover = (drawn[0] > -1).astype(np.float32)
        return np.maximum(drawn, 0), cover

    def _hills(self, drawn: Planes, horizon: float, zoom: float) -> None:
        """Ridges in depth, and lights of a village along the water."""
        rng, x = dice(self.seed + 8), np.linspace(-0.02, self.aspect + 0.02, 240)
        tall = 0.5 if self._look.land == "bay" else 1.0
        for k, (low, high) in enumerate(((0.10, 0.20), (0.055, 0.13), (0.012, 0.06))):
            waves = sum(
                np.sin(x * f * (1 + 0.4 * k) + rng.uniform(0, 6)) / f for f in (1.7, 4.1, 9.7, 23.0)
            )
            up = low + (high - low) * (0.5 + 0.55 * waves)
            up = np.maximum(up, 0.004) * tall * zoom
            outline = np.stack([x, horizon - up], 1)
            foot = np.array([(self.aspect + 0.02, horizon), (-0.02, horizon)])
            haze = np.array(self._look.sky[1]) * (0.42, 0.20, 0.06)[k]
            shape(drawn, [np.concatenate([outline, foot])], np.array(self._look.shore) * 0.6 + haze)
        count, height = 46, self.size[1]
        at = rng.beta(1.6, 1.6, count) * self.aspect
        rows = np.stack([at * height, (horizon - 0.003 - 0.02 * rng.random(count) ** 3) * height,
                         rng.uniform(1.2, 2.2, count) * max(height / 720, 0.6)], 1)  # fmt: skip
        warm = np.array((1.0, 0.62, 0.28)) * rng.uniform(0.25, 1.3, (count, 1))
        splat(drawn, np.concatenate([rows, warm], 1).astype(np.float32))

    def _paint_lake(self, m: Moment, horizon: float) -> None:
        mirror = resized(self.out, self.half)
        low = np.array(self._look.sky[1]) * 0.5
        colours = np.array([np.array(self._look.sky[0]) * 0.8, low, (0, 0, 0)], np.float32)
        place, chop = np.array([horizon, -9.0], np.float32), 0.16 + 0.20 * m.bass
        first = int(horizon * self.size[1])
        paint_water(self.out, mirror, *self.full, place, colours, m.flow * 0.6, chop, 0.0, first)
        if self._look.land == "bay":
            tilt = 0.04 * float(np.sin(m.flow))
            for x, y, long in ((0.24, 0.030, 0.060), (0.71, 0.065, 0.085)):
                at = self.aspect * x + 0.003 * m.flow, horizon + y
                boat(self.out, at, long, tilt, (0.004, 0.003, 0.004))

    def _fronted(self, m: Moment, now: Now, shells: list[Shell]) -> Planes:
        """Who watches: heads and hands below the near shot, two at the shore."""
        out, sway = self.out, jitter(m.time_s, 3.0)
        lit = sum((flash(s) for s in shells), np.zeros(3)) * 0.9 + np.array(self._look.sky[1]) * 0.4
        dark = np.array(self._look.sky[0]) * 0.3
        if now.shot == "near":
            row = Row(0.985, 0.070 * self.fit, 2.6, 0.22, 0.10, 1.0)
            lift, beat = 0.35 * m.loud, self.stride(m.time_s, 1.0)
            self._crowd.draw(out, row, (dark, lit * 0.8), beat=beat, lift=lift,
                             shift=self.aspect / 2 - 0.06 * now.move)  # fmt: skip
            return camera(out, 1.03 + 0.05 * now.share, (0.003 * sway[0], 0), (0.5, 0.95))
        if now.shot == "shore":
            if self._grass is None:
                self._grass = grass(self.size, self.seed, 0.10, 520)
            place = self.aspect * 0.30, 0.955
            ground = np.array([(-0.1, 0.93), (self.aspect / 2, 0.915), (self.aspect + 0.1, 0.94),
                               (self.aspect + 0.1, 1.1), (-0.1, 1.1)])  # fmt: skip
            shape(out, [ground], dark)
            contact(out, place, 0.10)
            up = max((s for s in shells if s.age_s >= 0), key=lambda s: s.reach, default=None)
            lamp = up.at if up else (self.aspect / 2, 0.2)
            ink = Ink(dark, lit * 1.6, lamp, 1.0, reach=1.2)
            body = pair(m.time_s, 0.35, 0.5, self.breath(m))
            tall = 0.40 * (0.4 + 0.6 * self.fit)
            day = daylight(out, place, tall, lamp)
            red = (lit + 0.12) * self.accented((0.15, 0.007, 0.011))
            draw_dressed(out, body, place, tall, ink, day=day, accents={"dress": red})
            shade_with(out, self._grass, dark * 0.6, self.size[1] - self._grass.shape[0])
            return camera(out, 1.06, (0.06 * now.move + 0.002 * sway[0], 0.0), (0.5, 0.9))
        return camera(out, 1.0 + 0.05 * now.share, at=(0.5, 0.7))
