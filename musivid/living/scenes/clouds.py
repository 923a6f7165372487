"""Above the clouds: a white sea with its own light, and someone who flies there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge
from musivid.living.cloudscape import CloudSea, paint_clouds
from musivid.living.figures.aloft import aeroplane, balloon, wedge
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, Zone, jitter
from musivid.living.shade import clamp, fbm4, mix, smooth
from musivid.living.sky import paint_sky
from musivid.living.sprites import Colour
from musivid.living.stars import Stars

__all__ = ["Clouds"]

Rgb = tuple[float, float, float]
_Balloon = tuple[float, float, float, tuple[Colour, Colour], float]

_FOCAL = 0.95


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light.

    sky: zenith, middle, low, light, its clouds. sea: direct light, light of the sky, depth, haze
    away from the light and towards it. up: how high the light stands; cover: of both layers.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    sea: tuple[Rgb, Rgb, Rgb, Rgb, Rgb]
    up: float
    cover: tuple[float, float]
    radius: float
    flies: Literal["balloon", "plane", "birds"]
    stars: float
    grade: Grade


@kernel
def _veil(out, xs, ys, t, much, rgb):
    """Shreds of cloud that pass close by, from right to left."""
    for j in range(out.shape[1]):
        low = smooth(0.25, 1.05, ys[j])
        r, g, b = out[0, j], out[1, j], out[2, j]
        for i in range(len(xs)):
            x, y = xs[i] + t, ys[j]
            bend = fbm4(x * 0.9, y * 1.6 + 4.0)
            n = fbm4(x * 1.1 + bend, y * 2.4 + bend * 1.4)
            a = clamp(smooth(0.52, 0.86, n) * low * much)
            r[i] = mix(r[i], rgb[0], a)
            g[i] = mix(g[i], rgb[1], a)
            b[i] = mix(b[i], rgb[2], a)


class Clouds(Scene):
    """A flight over the sea of clouds."""

    shots: ClassVar = ("wide", "near", "through")
    zones: ClassVar = {"near": Zone("left", 0.115)}
    stands: ClassVar = {"wide": Stand(ground=False), "through": Stand(ground=False)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "golden": _Look(
            ((0.040, 0.090, 0.26), (0.16, 0.09, 0.10), (1.0, 0.52, 0.20), (1.0, 0.62, 0.30),
             (0.16, 0.10, 0.13)),
            ((1.25, 0.60, 0.25), (0.22, 0.18, 0.30), (0.030, 0.026, 0.075), (0.45, 0.27, 0.32),
             (1.05, 0.60, 0.30)),
            0.40, (0.55, 0.62), 0.040, "balloon", 0.0,
            Grade(exposure=0.95, bloom=0.45, shadows=(0.012, 0.002, 0.03), lights=(1.0, 0.98, 0.94),
                  saturation=1.06, vignette=0.28),
        ),
        "moon": _Look(
            ((0.004, 0.012, 0.042), (0.006, 0.014, 0.032), (0.030, 0.060, 0.120),
             (0.66, 0.78, 0.95), (0.008, 0.014, 0.028)),
            ((0.24, 0.33, 0.47), (0.012, 0.024, 0.058), (0.001, 0.003, 0.011),
             (0.012, 0.026, 0.062), (0.070, 0.11, 0.18)),
            0.30, (0.62, 0.52), 0.036, "plane", 0.9,
            Grade(exposure=1.2, bloom=0.5, shadows=(0.0, 0.006, 0.026), saturation=1.0,
                  vignette=0.42),
        ),
        "rose": _Look(
            ((0.12, 0.18, 0.42), (0.28, 0.14, 0.24), (1.0, 0.50, 0.48), (1.0, 0.72, 0.62),
             (0.30, 0.19, 0.28)),
            ((0.95, 0.50, 0.46), (0.30, 0.24, 0.42), (0.060, 0.055, 0.16), (0.50, 0.34, 0.50),
             (1.0, 0.60, 0.54)),
            0.47, (0.50, 0.85), 0.034, "birds", 0.0,
            Grade(exposure=0.92, bloom=0.45, shadows=(0.014, 0.006, 0.03), saturation=1.04,
                  vignette=0.22),
        ),
        "storm": _Look(
            ((0.010, 0.014, 0.030), (0.020, 0.020, 0.034), (0.115, 0.105, 0.135),
             (0.30, 0.28, 0.34), (0.012, 0.014, 0.024)),
            ((0.075, 0.078, 0.120), (0.024, 0.030, 0.056), (0.004, 0.006, 0.016),
             (0.030, 0.036, 0.062), (0.11, 0.10, 0.15)),
            0.36, (0.40, 0.50), 0.0005, "plane", 0.0,
            Grade(exposure=1.2, bloom=0.55, shadows=(0.004, 0.004, 0.022), saturation=1.0,
                  vignette=0.48),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.sky[3]
        self._turn = 0.22
        rise = 0.42 if own.up < 0.38 else 0.20
        self._tall = 2.0 if look == "storm" else 1.65
        self._sea = CloudSea(seed, self._tall, own.cover[1], (self._turn, rise))  # fmt: skip
        self._stars = Stars(size, seed, count=600, depth=0.5)
        self._start = float(dice(seed).uniform(0, 900))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        sway = jitter(m.time_s, 4.0)
        horizon = {"wide": 0.50, "near": 0.56, "through": 0.42}[now.shot] + 0.004 * sway[1]
        above = self._tall * {"wide": 1.22, "near": 1.42, "through": 1.06}[now.shot]
        above -= 0.05 * now.share
        head = 0.05 * float(np.sin(m.flow * 0.13)) + {"wide": 0.0, "near": 0.12,
                                                      "through": -0.06}[now.shot]  # fmt: skip
        side = float(np.tan(self._turn - head)) * _FOCAL
        self.light = self.aspect / 2 + side * self.fit, horizon * look.up / 0.5 + 0.02 * now.act
        colours = [
            *look.sky,
            (horizon, *self.light),
            (look.cover[0], look.radius, self.look == "moon"),
        ]
        glow = (0.75 + 0.35 * m.bass) * (1.0 if look.up > 0.38 else 0.45)
        paint_sky(self.small, *self.mid, np.array(colours, np.float32), m.flow * 0.6,
                  self._start + 0.02 * m.flow, glow)  # fmt: skip
        speed = 26.0 if now.shot != "through" else 44.0
        sea = self._sea
        eye = [self._start, self._start * 0.7 + speed * m.flow, above, head, horizon,
               _FOCAL + 0.012 * m.beat, sea.many, 0.10, 0.55, 19.0, self._turn]  # fmt: skip
        paint_clouds(self.small, sea.height, sea.lit, sea.soft, np.array(eye, np.float32),
                     np.array(look.sea, np.float32), self._lamps(m, eye))  # fmt: skip
        if now.shot == "through":
            near = np.array(look.sea[4]) * 0.55 + np.array(look.sea[1]) * 0.5
            _veil(self.small, *self.mid, m.flow * 0.9, 0.75, near.astype(np.float32))
        enlarge(self.small, self.out)
        if look.stars:
            self._paint_stars(m, horizon)
        self._fly(m, now, horizon)
        return self.out

    def _paint_stars(self, m: Moment, horizon: float) -> None:
        """Stars above the haze alone."""
        top = int(horizon * 0.72 * self.size[1])
        self._stars.paint(self.out[:, :top], m, self._look.stars)

    def _lamps(self, m: Moment, eye: list[float]) -> Planes:
        """Lightning within the clouds on hard hits: it swells and fades, it does not flicker."""
        rows = [[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
        if self.look == "storm":
            for event in m.events:
                if event.strength > 0.85 and event.key % 3 < 2 and event.age_s < 1.4:
                    rng, age = dice(event.key), event.age_s
                    light = 4.2 * event.strength * (1 - np.exp(-age * 28)) * np.exp(-age * 3.6)
                    then = eye[1] - 26.0 * 0.9 * age
                    x = eye[0] + rng.uniform(-4.0, 4.0) * eye[6]
                    y = then + rng.uniform(4.0, 9.5) * eye[6]
                    ink = np.array((0.70, 0.62, 1.0)) * light
                    rows.append([x, y, rng.uniform(0.8, 1.5) * eye[6], *ink])
        return np.array(rows, np.float32)

    def _fly(self, m: Moment, now: Now, horizon: float) -> None:
        """Who flies: large in the near shot, small in the others."""
        look, large = self._look, now.shot == "near"
        drift = 0.05 * now.move + 0.008 * float(np.sin(m.time_s * 0.7))
        dark = np.array(look.sea[2]) * 0.5
        if look.flies == "balloon":
            way = np.array(self.light) - (self.aspect * 0.4, 0.5)
            way = way / np.hypot(*way)
            fire = float(np.clip(1.6 * m.bass - 0.5, 0, 1))
            red, cream = self.accented((0.62, 0.045, 0.035)), (0.95, 0.70, 0.42)
            blue = (0.05, 0.13, 0.34)
            pair = red, cream
            fleet: list[_Balloon] = [
                (0.36, 0.36, 0.34, pair, 1.0)
                if large
                else (0.27, horizon - 0.07, 0.105, pair, 1.0),
                (0.79, horizon - 0.12, 0.055, (blue, cream), 0.6),
                (0.60, horizon + 0.02, 0.030, (cream, red), 0.8),
            ]
            for x, y, across, inks, part in fleet[::-1]:
                bob = 0.006 * float(np.sin(m.time_s * 0.6 + 9 * x))
                place = self.aspect * x + drift * (1 + 6 * across), y + bob - 0.02 * now.move
                lamp = float(way[0]), float(way[1])
                wide = across * (0.5 + 0.5 * self.fit)
                balloon(self.out, place, wide, inks, lamp=lamp, fire=fire * part, dark=dark)
        elif look.flies == "plane":
            self._plane(m, now, horizon, dark)
        else:
            size = (0.060 if large else 0.022) * (0.5 + 0.5 * self.fit)
            at = self.aspect * (0.62 + 0.9 * drift), (0.36 if large else horizon - 0.14)
            wedge(
                self.out, at, size, self.stride(m.time_s, 0.5), dark * 1.5, count=9 if large else 13
            )

    def _plane(self, m: Moment, now: Now, horizon: float, dark: NDArray[np.float64]) -> None:
        """An aeroplane with its lights; they blink slowly."""
        large = now.shot == "near"
        long = (0.62 if large else 0.095) * (0.45 + 0.55 * self.fit)
        x = self.aspect * (0.42 + 0.16 * now.move)
        y = (0.40 if large else horizon - 0.17) - 0.02 * now.move
        rim = np.array(self._look.sky[3]) * (0.55 if large else 0.8)
        aeroplane(self.out, (x, y), long, dark, rim)
        height, blink = self.size[1], max(0.0, float(np.sin(m.time_s * 4.2))) ** 6
        spots = [(-0.20, 0.15, (1.0, 0.10, 0.06), 0.5 + blink), (-0.52, -0.16, (1, 1, 1), blink)]
        if large:  # a row of windows
            warm = (1.0, 0.72, 0.40)
            spots += [(0.38 - 0.035 * k, -0.012 - 0.0012 * k, warm, 0.30) for k in range(19)]
        for dx, dy, ink, light in spots:
            px, py = (x + dx * long) * height, (y + (dy - 0.05 * dx) * long) * height
            size = max((0.011 if large else 0.022) * long * height, 1.2)
            splat(self.out, np.array([[px, py, size, *(np.array(ink) * light * 2.5)]], np.float32))
