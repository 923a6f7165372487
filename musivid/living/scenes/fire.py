"""A fire in the night: flames rise with loudness, hits throw embers, trees and stars around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, enlarge, resized
from musivid.living.figures.things import draw_hearth
from musivid.living.flora import firs
from musivid.living.kernels import kernel
from musivid.living.light import Grade, splat
from musivid.living.moment import Event, Moment
from musivid.living.scene import Scene, Stand, ease
from musivid.living.shade import expo, fbm3, fbm4, fbm5, mix, smooth
from musivid.living.stars import Stars

__all__ = ["Fire"]

Rgb = tuple[float, float, float]

_BASE = 0.80  # where the fire stands, in heights


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: night above and below, the glow, flame's edge, body and core."""

    night: tuple[Rgb, Rgb]
    glow: Rgb
    flame: tuple[Rgb, Rgb, Rgb]


@kernel
def _flames(out, xs, ys, cx, base, tall, wide, t, lamp, gust, p):
    """p: night above, night below, glow on the air, then edge, body and core of flames."""
    tmp = np.empty((4, len(xs)), np.float32)
    lick, heat, core, air = tmp[0], tmp[1], tmp[2], tmp[3]
    for j in range(out.shape[1]):
        v = (base - ys[j]) / tall
        vv = max(v, 0.0)
        low = smooth(0.0, 1.0, ys[j])
        ground = smooth(base - 0.02, base + 0.05, ys[j])
        for i in range(len(xs)):
            x = (xs[i] - cx) / wide
            bend = (fbm3(x * 0.9 + 3.0, vv * 1.1 - t * 0.9) - 0.5) * (0.25 + 1.1 * vv)
            q = x + bend + gust * vv * vv
            n = fbm4(q * 1.9 + 11.0, vv * 1.7 - t * 2.3)
            fine = fbm4(q * 4.6 + (n - 0.5) * 1.6, vv * 3.6 - t * 3.6)
            body = 1.0 - q * q * (0.9 + 2.2 * vv) - vv * 0.82
            f = (body * 0.9 + (n - 0.5) * 1.5 + (fine - 0.5) * 0.75) * smooth(-0.12, 0.05, v)
            hot = smooth(0.02, 0.95, f)
            lick[i], heat[i], core[i] = smooth(0.0, 0.30, f), hot * hot, hot * hot * hot * hot
            smoke = smooth(0.45, 0.85, fbm4(q * 1.2 + 5.0, vv * 0.9 - t * 0.7))
            smoke *= smooth(0.4, 1.6, v) * expo(-min(q * q * 0.8, 12.0)) * 0.5
            dx, dy = xs[i] - cx, ys[j] - (base - tall * 0.25)
            near = lamp / (1.0 + (dx * dx + dy * dy * 1.4) * 16.0)
            away = dx * dx + (ys[j] - base) * (ys[j] - base) * 9.0
            earth = ground * lamp * 0.42 / (1.0 + away * 9.0)
            earth *= 0.1 + 1.3 * fbm5(xs[i] * 22.0, ys[j] * 80.0)
            air[i] = near * near * 0.55 * (1.0 + smoke * 1.2) + earth
        for c in range(3):
            row, dark = out[c, j], mix(p[0, c], p[1, c], low)
            glow, edge, mid, top = p[2, c], p[3, c], p[4, c], p[5, c]
            for i in range(len(xs)):
                flame = lick[i] * edge + heat[i] * mid + core[i] * top
                row[i] = dark + glow * air[i] + flame


class Fire(Scene):
    """A campfire before a wood, or closer, until only flames are left."""

    shots: ClassVar = ("camp", "near", "flames")
    stands: ClassVar = {"camp": Stand(0.29, 0.915, 0.36, bank=False)}
    looks: ClassVar[Mapping[str, _Look]] = {
        "camp": _Look(
            ((0.003, 0.007, 0.022), (0.010, 0.010, 0.022)),
            (1.0, 0.36, 0.09),
            ((1.5, 0.30, 0.04), (1.8, 1.2, 0.10), (0.9, 0.9, 0.85)),
        ),
        "blue": _Look(
            ((0.002, 0.006, 0.016), (0.004, 0.010, 0.024)),
            (0.12, 0.42, 1.0),
            ((0.05, 0.42, 1.5), (0.20, 1.1, 1.7), (0.9, 0.9, 0.8)),
        ),
        "dusk": _Look(
            ((0.030, 0.022, 0.090), (0.240, 0.085, 0.095)),
            (1.0, 0.40, 0.14),
            ((1.5, 0.34, 0.05), (1.8, 1.2, 0.12), (0.9, 0.9, 0.85)),
        ),
    }

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self.looks[look]
        self.glow = own.glow
        self.grade = self._grade = Grade(exposure=1.0, bloom=0.55, shadows=(0.008, 0.004, 0.016),
                           lights=(1.0, 0.97, 0.93), saturation=1.08, vignette=0.45)  # fmt: skip
        self._colours = np.array([*own.night, own.glow, *own.flame], np.float32)
        self._trees = firs(size, seed, base=0.84, tall=(0.25, 0.62), count=46)
        self._stars = Stars(size, seed, count=420, depth=0.72)
        self._sparks = dice(seed).random((150, 6)).T

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        close = {"camp": 1.0, "near": 1.55, "flames": 2.2}[now.shot] * (1 + 0.06 * now.share)
        base = _BASE + {"camp": 0.0, "near": 0.06, "flames": 0.22}[now.shot]
        flick = 0.85 + 0.15 * float(np.sin(m.time_s * 13) * np.sin(m.time_s * 7.3))
        lamp = (0.5 + 0.6 * m.loud + 0.35 * m.bass + 0.2 * m.beat) * flick
        tall = (0.28 + 0.16 * m.loud + 0.08 * m.bass) * close**0.7 * (0.85 + 0.3 * ease(now.act))
        wide = (0.21 + 0.03 * m.bass) * close**0.8
        gust = 0.35 * float(np.sin(m.flow * 0.5)) + 0.15 * float(np.sin(m.flow * 1.7))
        clock = m.flow * 0.55 + m.time_s * 0.35
        self.light = self.aspect * 0.5, base - tall * 0.3
        _flames(self.small, *self.mid, self.aspect * 0.5, base, tall, wide, clock, lamp, gust,
                self._colours)  # fmt: skip
        enlarge(self.small, self.out)
        self.grade = replace(
            self._grade, exposure={"camp": 1.0, "near": 0.8, "flames": 0.55}[now.shot]
        )
        if now.shot != "flames":
            self._stars.paint(self.out, m, 0.8)
            self._wood(lamp)
            wood = np.array(self.glow) * (1.0, 0.8, 0.6) * lamp
            at = self.aspect * 0.5, base - 0.005 * close
            for back in (True, False):
                draw_hearth(self.out, at, 0.46 * close, wood, back=back)
        self._embers(m, base, tall, close)
        return self.out

    def _wood(self, lamp: float) -> None:
        """Trees behind the flames, their edge lit by them."""
        heat = resized(self.small[:1], self.size)[0]
        cover = self._trees * np.clip(np.float32(1.3) - heat * np.float32(1.5), 0, 1)
        across = self.full[0] - np.float32(self.aspect / 2)
        edge = np.exp(-(across**2) * np.float32(2.6)) * np.float32(0.045 * lamp)
        for channel, warm in enumerate(self.glow):
            plane = self.out[channel]
            plane += (np.float32(0.002) + edge * np.float32(warm) - plane) * cover

    def _embers(self, m: Moment, base: float, tall: float, close: float) -> None:
        """A steady few, and bursts on what begins in the music."""
        s, middle = self._sparks, self.aspect / 2
        t = (m.flow * (0.12 + 0.15 * s[0]) + s[1]) % 1
        sway = 0.03 * np.sin(t * 9 + s[3] * 40)
        x = middle + (s[2] - 0.5) * (0.12 + 0.5 * t) * close + sway
        y = base - 0.05 - t * (0.45 + 0.4 * s[4])
        rows = [np.stack([x, y, (1 - t) ** 2 * 0.6 * (s[5] > 0.4), s[4]])]
        rows += [self._burst(event, base, tall, close) for event in m.events]
        x, y, light, big = np.concatenate(rows, 1)
        keep = light > 0.01
        x, y, light, big = x[keep], y[keep], light[keep], big[keep]
        r, g, b = self.glow
        rgb = np.stack([5.1 * r * light, 5.2 * g * light * (0.5 + 0.5 * light), 4.6 * b * light**2])
        height = self.size[1]
        radius = (2.0 + 2.4 * big) * height / 720
        splat(self.out, np.stack([x * height, y * height, radius, *rgb], 1).astype(np.float32))

    def _burst(self, event: Event, base: float, tall: float, close: float) -> NDArray[np.float64]:
        """Embers of one hit: x, y, light, size, float64 [4, n]."""
        age = event.age_s
        u = dice(event.key).random((5, int(5 + 22 * event.strength**2)))
        fade = np.maximum(1 - age / (1.0 + 2.2 * u[0]), 0) ** 1.5
        rise = (0.10 + 0.30 * u[1]) * age * (1 - 0.12 * age)
        drift = (u[3] - 0.5) * 0.30 * age + 0.02 * np.sin(age * 5 + u[4] * 40) * age
        x = self.aspect / 2 + (u[2] - 0.5) * 0.16 * close + drift
        y = base - 0.06 - tall * 0.25 * u[4] - rise
        return np.stack([x, y, fade * (0.5 + event.strength), u[1]])
