"""Under water: rays from the surface, a shoal that turns with the music, someone large and slow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge
from musivid.living.figures.body import Ink, draw
from musivid.living.figures.swimmers import coral, fish, jellyfish, kelp, turtle, whale
from musivid.living.light import Grade, splat, streaks
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Zone, jitter
from musivid.living.sprites import Stencil, shape
from musivid.living.stars import spots
from musivid.living.undersea import paint_depth, paint_sand

__all__ = ["Deep"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float64]

_SHOAL = 104
# Corals from far to near: x in widths, y, height, how lost in the water, which hue.
_GARDEN = (
    (0.20, 0.800, 0.10, 0.66, 2), (0.84, 0.795, 0.09, 0.70, 0), (0.72, 0.815, 0.07, 0.60, 1),
    (0.10, 0.860, 0.17, 0.42, 1), (0.91, 0.870, 0.19, 0.36, 0), (0.255, 0.85, 0.10, 0.45, 3),
    (0.035, 0.96, 0.26, 0.14, 0), (0.79, 0.940, 0.16, 0.20, 3), (0.965, 0.985, 0.29, 0.10, 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: water above, in the middle, below; rays; sand; fish back and side."""

    water: tuple[Rgb, Rgb, Rgb]
    rays: Rgb
    sand: Rgb
    fish: tuple[Rgb, Rgb]
    guest: Literal["turtle", "whale", "jelly"]
    floor: float
    grade: Grade


class Deep(Scene):
    """A dive."""

    shots: ClassVar = ("wide", "near", "drift")
    zones: ClassVar = {"wide": Zone("left", 0.115), "near": Zone("left", 0.115)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "reef": _Look(
            ((0.20, 0.66, 0.74), (0.025, 0.30, 0.46), (0.006, 0.10, 0.22)), (0.75, 0.95, 0.85),
            (0.46, 0.46, 0.33), ((0.16, 0.10, 0.02), (1.0, 0.62, 0.10)), "turtle", 0.74,
            Grade(exposure=1.0, bloom=0.4, shadows=(0.0, 0.010, 0.024), saturation=1.1,
                  vignette=0.34),
        ),
        "dawn": _Look(
            ((0.78, 0.44, 0.20), (0.060, 0.17, 0.25), (0.006, 0.030, 0.070)), (1.0, 0.66, 0.34),
            (0.06, 0.08, 0.09), ((0.010, 0.030, 0.045), (0.10, 0.14, 0.16)), "whale", 2.0,
            Grade(exposure=1.0, bloom=0.5, shadows=(0.002, 0.008, 0.026), saturation=1.05,
                  vignette=0.38),
        ),
        "abyss": _Look(
            ((0.006, 0.040, 0.120), (0.002, 0.010, 0.040), (0.001, 0.002, 0.012)),
            (0.10, 0.26, 0.52), (0.01, 0.02, 0.04), ((0.004, 0.014, 0.03), (0.10, 0.24, 0.34)),
            "jelly", 2.0,
            Grade(exposure=1.15, bloom=0.7, shadows=(0.0, 0.004, 0.024), saturation=1.1,
                  vignette=0.45),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.rays
        rng = dice(seed + 11)
        corals = _GARDEN if own.floor < 1 else ()
        self._corals = [
            Stencil([p * tall for p in coral(int(x * 1000) + seed)], size[1])
            for x, _, tall, _, _ in corals
        ]
        self._fish, self._specks = rng.random((7, _SHOAL)), rng.random((5, 240))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look, out = moment, self.now(moment), self._look, self.out
        sway = jitter(m.time_s, 5.0)
        dive = {"wide": 0.0, "near": 0.10, "drift": 0.06}[now.shot] + 0.006 * sway[1]
        self.light = self.aspect * (0.56 + 0.04 * now.move), 0.02
        much = (0.30 + 0.30 * m.loud + 0.15 * m.beat) * (0.30 if self.look == "abyss" else 0.75)
        place = np.array([self.light[0], -0.42 - dive, much, -0.03 - dive], np.float32)
        p = np.array([*look.water, look.rays], np.float32)
        ys = self.mid[1] + np.float32(0.5 * dive)
        paint_depth(self.small, self.mid[0], ys, p, place, 0.9 * m.flow, 0.5 + 0.3 * m.bass)
        if look.floor < 1:
            sand = np.array([look.sand, look.water[1], look.rays], np.float32)
            edge = look.floor + {"wide": 0.0, "near": 0.10, "drift": -0.06}[now.shot]
            shift = 0.9 * now.move * (now.shot == "drift") + self.seed
            lit = 0.75 + 0.4 * m.bass
            paint_sand(self.small, *self.mid, sand, edge, 1.1 * m.flow, shift, lit)
        enlarge(self.small, out)
        self._back(m, now)
        if look.guest == "whale" and now.shot != "near":
            self._whale(m, now)
        self._shoal(m, now)
        if look.guest == "whale" and now.shot == "near":
            self._whale(m, now)
        if look.guest == "turtle":
            self._turtle(m, now)
        elif look.guest == "jelly":
            self._jellies(m, now)
        self._plankton(m, now)
        self._front(m, now)
        return out

    def _dim(self, far: float) -> Array:
        """The colour of dark things far off: 0 near, 1 lost in the water."""
        near, lost = np.array(self._look.water[2]) * 0.35, np.array(self._look.water[1])
        return np.asarray(near + (lost - near) * far)

    def _back(self, m: Moment, now: Now) -> None:
        """Kelp or rocks far behind, pale."""
        if self._look.guest == "jelly":
            return
        u = dice(self.seed + 2).random((3, 9))
        drift = -0.16 * now.move if now.shot == "drift" else -0.02 * now.move
        if self._look.floor < 1:
            self._garden(now)
        for k in range(9 if self._look.floor > 1 else 0):
            x = (u[0, k] * 1.3 - 0.15) * self.aspect + drift
            side = abs(x / self.aspect - 0.5) * 2
            if side > 0.35:
                tall = (0.35 + 0.45 * u[1, k]) * min(side, 1.0)
                kelp(
                    self.out,
                    (x, 1.05),
                    tall,
                    self._dim(0.72),
                    time_s=m.flow * 1.1,
                    seed=9 * u[2, k],
                )

    def _garden(self, now: Now) -> None:
        """Corals on stones at both sides, far ones first."""
        hues = ((0.78, 0.10, 0.20), (0.90, 0.34, 0.06), (0.42, 0.10, 0.55), (0.85, 0.60, 0.16))
        drift = -0.55 * now.move if now.shot == "drift" else -0.03 * now.move
        lift = {"wide": 0.0, "near": 0.10, "drift": -0.04}[now.shot]
        for (x, y, tall, far, hue), grown in zip(_GARDEN, self._corals, strict=True):
            place = self.aspect * x + drift * (1.3 - far), y + lift
            lost, ink = np.array(self._look.water[1]), np.array(hues[hue])
            stone = np.array((0.05, 0.07, 0.08)) * (1 - far) + lost * far * 0.8
            turn = np.linspace(0, 2 * np.pi, 19)[:-1]
            wide = tall * (0.55 + 0.07 * np.sin(3 * turn + x * 40) + 0.04 * np.sin(7 * turn))
            high = np.where(turn < np.pi, 0.40, 0.16) * tall
            foot = place[1] + 0.12 * tall
            rock = np.stack([place[0] - wide * np.cos(turn), foot - high * np.sin(turn)], 1)
            shape(self.out, [rock - np.array((0, 0.012 * tall))], stone * 1.8 + lost * 0.1)
            shape(self.out, [rock], stone)
            colour = ink * (0.9 - 0.3 * far) + (lost - ink * 0.6) * far
            root = place[0], place[1] - 0.14 * tall
            if tall > 0.15:
                lit = root[0] - 0.004 * tall, root[1] - 0.016 * tall
                grown.lay(self.out, lit, colour * 1.15 + 0.06)
            grown.lay(self.out, root, colour * 0.62)

    def _shoal(self, m: Moment, now: Now) -> None:
        """Fish that swim together; the whole shoal turns, and its sides flash to the light."""
        u, t = self._fish, m.flow * 0.55 + self.seed
        size = {"wide": 0.020, "near": 0.036, "drift": 0.026}[now.shot] * (0.5 + 0.5 * self.fit)
        count = {"turtle": _SHOAL, "whale": 80, "jelly": 34}[self._look.guest]

        def home(at: Array) -> Array:
            x = self.aspect * (0.5 + 0.30 * np.sin(at) + 0.06 * np.sin(2.7 * at))
            return np.stack([x, 0.46 + 0.15 * np.sin(1.63 * at + 1.0)])

        late = t - 0.34 * u[0] - 0.05
        e = 0.04
        own = home(late)
        speed = (home(late + e) - home(late - e)) / (2 * e)
        spin = 0.9 * t + 6.28 * u[1]
        reach = (0.05 + 0.16 * u[2] ** 0.7) * (0.75 + 0.5 * m.loud) * (0.6 + 0.4 * self.fit)
        x = own[0] + reach * 1.5 * np.cos(spin) - 0.05 * now.move
        y = own[1] + reach * np.sin(spin) * 0.8
        speed = speed + np.stack([-np.sin(spin), np.cos(spin)]) * reach * 1.4
        far = 0.15 + 0.6 * u[3]
        order = np.argsort(-far)
        heading = np.arctan2(speed[1] * 0.7, speed[0])
        back, side = (np.array(ink) for ink in self._look.fish)
        lost = np.array(self._look.water[1])
        for k in order[:count].tolist():
            c, s = float(np.cos(heading[k])), float(np.sin(heading[k]))
            flash = max(0.0, float(np.sin(heading[k] * 2 + 3 * t + 3 * u[4, k]))) ** 4
            lit = side * (0.40 + 0.5 * flash + 0.8 * m.hits * (u[5, k] > 0.7))
            inks = [ink + (lost - ink) * far[k] * 0.8 for ink in (back, lit)]
            long = size * (1.35 - far[k]) * (0.8 + 0.4 * u[6, k])
            flap = float(np.sin(9 * m.flow + 30 * u[5, k]))
            fish(self.out, (float(x[k]), float(y[k])), long, (c, s, flap), (inks[0], inks[1]))

    def _whale(self, m: Moment, now: Now) -> None:
        large = now.shot == "near"
        long = {"wide": 0.46, "near": 1.12, "drift": 0.62}[now.shot] * (0.45 + 0.55 * self.fit)
        x = self.aspect * (0.44 + 0.22 * now.move) + (0.06 if large else 0.0)
        y = {"wide": 0.40, "near": 0.50, "drift": 0.36}[now.shot] - 0.03 * now.move
        phase = np.pi * self.stride(m.time_s, 4.0)
        body, far = whale(phase, 0.2), 0.10 if large else 0.38
        at, dark = (x, y), self._dim(far)
        rim = np.array(self._look.rays) * (0.55 if large else 0.35)
        ink = Ink(dark, rim, (self.light[0], -0.6), 0.9, width=0.004, reach=3.0)
        draw(self.out, body, at, long, ink)
        pale = dark * 0.5 + np.array(self._look.water[1]) * 0.75
        plain = Ink(pale, edge=0.0, soft_px=2.0, alpha=0.55)
        draw(self.out, body.parts["belly"], at, long, plain)
        if large:
            draw(self.out, body.parts["grooves"], at, long, Ink(dark * 0.7, edge=0.0, alpha=0.8))

    def _turtle(self, m: Moment, now: Now) -> None:
        long = {"wide": 0.26, "near": 0.74, "drift": 0.34}[now.shot] * (0.25 + 0.75 * self.fit)
        x = self.aspect * (0.36 + 0.16 * now.move)
        y = {"wide": 0.36, "near": 0.47, "drift": 0.34}[now.shot]
        y += 0.02 * float(np.sin(m.flow)) - 0.05 * now.move
        body, near = turtle(np.pi * self.stride(m.time_s, 2.0)), now.shot == "near"
        shell = np.array((0.050, 0.075, 0.040)) * (1.0 if near else 0.7) + self._dim(0.3) * 0.5
        rim = np.array(self._look.rays) * 0.5
        ink = Ink(shell, rim, (self.light[0], -0.5), 1.0, width=0.006, reach=3.0)
        draw(self.out, body, (x, y), long, ink)
        seams = Ink(shell * 2.6 + 0.02, edge=0.0, alpha=0.75)
        draw(self.out, body.parts["plates"], (x, y), long, seams)
        under = Ink(np.array((0.30, 0.32, 0.20)) * 0.6 + self._dim(0.3) * 0.4, edge=0.0, alpha=0.85)
        draw(self.out, body.parts["under"], (x, y), long, under)
        fin = Ink(shell * 1.7 + 0.01, rim * 0.7, (self.light[0], -0.5), 1.0, width=0.006, reach=3.0)
        draw(self.out, body.parts["fin"], (x, y), long, fin)

    def _jellies(self, m: Moment, now: Now) -> None:
        """Jellyfish that draw together on the beat and sink between."""
        hues = (((0.95, 0.30, 0.85), (0.55, 0.25, 1.0)), ((0.25, 0.60, 1.0), (0.30, 0.90, 0.95)),
                ((1.0, 0.45, 0.40), (0.85, 0.25, 0.70)))  # fmt: skip
        fleet = [(0.36, 0.24, 0.085, 0), (0.68, 0.40, 0.050, 1), (0.18, 0.55, 0.034, 2),
                 (0.86, 0.18, 0.026, 0), (0.55, 0.62, 0.022, 1)]  # fmt: skip
        zoom = {"wide": 1.0, "near": 1.9, "drift": 1.3}[now.shot]
        height = self.size[1]
        for k, (x, y, wide, hue) in enumerate(fleet):
            clock = self.stride(m.time_s, 2.0) + 0.31 * k
            part = clock % 1.0
            squeeze = float(np.exp(-(((part - 0.12) / 0.16) ** 2)))
            rise = 0.014 * float(np.sin(2 * np.pi * (part - 0.25)))
            drift = -now.move * (0.5 if now.shot == "drift" else 0.10) * wide * 6
            across = ((x - 0.5) * zoom * (0.85 + wide) + 0.52) * self.aspect + drift
            place = across, (y - 0.45) * zoom + 0.47 - rise - 0.03 * now.share * zoom
            size = wide * zoom * (0.5 + 0.5 * self.fit)
            light = (0.42 + 0.5 * float(m.bands[4 + 6 * k]) + 0.45 * squeeze) * (0.55 + 4.5 * wide)
            rows = jellyfish(place, size, squeeze, m.flow * 1.4 + k, np.array(hues[hue]) * light)
            rows[:, :4] *= height
            rows[:, 4] = np.maximum(rows[:, 4] * size / 0.085 * height / 720, 0.8)
            streaks(self.out, rows)
            glow = np.array(hues[hue][0]) * light * 0.10
            spot = [place[0] * height, (place[1] + 0.5 * size) * height, 1.5 * size * height, *glow]
            splat(self.out, np.array([spot], np.float32))

    def _plankton(self, m: Moment, now: Now) -> None:
        """Specks that hang in the water; a few are near and soft."""
        u, height = self._specks, self.size[1]
        near = u[2] ** 5
        x = (
            u[0] * 1.2 - 0.1 + 0.006 * m.flow * (u[3] - 0.3) - 0.25 * now.move * near
        ) * self.aspect
        y = (u[1] * 1.2 - 0.010 * m.flow * (0.4 + u[3])) % 1.2 - 0.1
        abyss = self._look.guest == "jelly"
        light = (0.10 + 0.5 * m.hits * (u[4] > 0.75)) * (1.6 if abyss else 1.0) / (1 + 12 * near)
        light = light * (0.6 + 0.4 * np.sin(m.time_s * (0.6 + u[3]) + 40 * u[4]))
        radius = (1.2 + 1.3 * u[3] + 15 * near) * height / 720
        splat(self.out, spots(x * height, y * height, radius, self._look.rays, light))

    def _front(self, m: Moment, now: Now) -> None:
        """Kelp close by, which passes where the camera drifts; bubbles on hits."""
        for event in m.events:
            if event.strength > 0.8 and event.age_s < 2.6:
                self._bubbles(event.age_s, event.key)
        if self._look.guest == "jelly" or now.shot == "near":
            return
        ink = self._dim(0.0)
        drift = -0.95 * now.move if now.shot == "drift" else 0.0
        for k, x in enumerate((-0.02, 0.055, 0.93, 1.01)):
            tall = (0.95, 0.62, 0.70, 1.0)[k] * (0.75 if self._look.floor < 1 else 1.0)
            foot = self.aspect * x + drift, 1.06
            kelp(self.out, foot, tall, ink, time_s=m.flow, seed=2.3 * k)
        if now.shot == "drift":
            foot = self.aspect * 0.5 + 1.5 * drift, 1.1
            kelp(self.out, foot, 1.15, ink, time_s=m.flow, seed=5.0)

    def _bubbles(self, age_s: float, key: int) -> None:
        """A handful of bubbles that wobble upwards."""
        rng, height = dice(key), self.size[1]
        x0, count = rng.uniform(0.1, 0.9) * self.aspect, 12
        u = rng.random((3, count))
        y = 0.95 - (age_s + 0.25 * u[0]) * (0.20 + 0.12 * u[1]) + 0.12 * u[2]
        x = x0 + 0.05 * (u[1] - 0.5) + 0.008 * np.sin(7 * age_s + 9 * u[0])
        fade = np.clip(age_s * 4, 0, 1) * np.clip((2.6 - age_s) * 1.5, 0, 1) * 0.35
        size = (1.3 + 3.2 * u[2] ** 2) * height / 720
        light = np.full(count, fade)
        splat(self.out, spots(x * height, y * height, size, self._look.rays, light))
