"""A fire at night with people around it, one with a guitar; near, two on a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes, camera, enlarge, new_planes
from musivid.living.figures.body import Body, Ink, contact, draw
from musivid.living.figures.clothes import CLOTH, daylight, draw_dressed
from musivid.living.figures.sitting import embraced, seated
from musivid.living.figures.things import draw_hearth, timber
from musivid.living.flora import firs
from musivid.living.hearth import (
    ember_rows,
    paint_earth,
    paint_grove,
    paint_tongues,
    tongue_rows,
)
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Zone, ease, ramp
from musivid.living.sky import paint_sky
from musivid.living.stars import Stars
from musivid.living.weather import snow

__all__ = ["Camp"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]

_GLOW = (1.0, 0.38, 0.11)
_RIM = (1.35, 0.52, 0.17)


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: sky high and low, trees, ground; how the fire burns first and last; the air.

    Attributes of the air: how bright stars are, how clear it is, how many flakes fall.
    """

    high: Rgb
    low: Rgb
    trees: Rgb
    ground: Rgb
    power: tuple[float, float]
    stars: float
    cover: float
    flakes: int
    grade: Grade


class Camp(Scene):
    """Friends around a fire that grows or burns down."""

    shots: ClassVar = ("wide", "near")
    people: ClassVar = "couple"
    zones: ClassVar = {"wide": Zone("left"), "near": Zone("left")}
    looks: ClassVar[Mapping[str, _Look]] = {
        "night": _Look(
            (0.0016, 0.0055, 0.026), (0.010, 0.026, 0.070), (0.004, 0.007, 0.016),
            (0.004, 0.004, 0.008), (0.45, 1.05), 1.0, 0.56, 0,
            Grade(bloom=0.40, shadows=(0.006, 0.004, 0.020), lights=(1.0, 0.97, 0.91),
                  saturation=1.06, vignette=0.42),
        ),
        "dusk": _Look(
            (0.020, 0.028, 0.115), (0.62, 0.150, 0.085), (0.012, 0.009, 0.022),
            (0.018, 0.011, 0.016), (0.55, 0.95), 0.25, 0.40, 0,
            Grade(bloom=0.42, shadows=(0.010, 0.002, 0.022), lights=(1.0, 0.97, 0.93),
                  saturation=1.08, vignette=0.36),
        ),
        "winter": _Look(
            (0.010, 0.026, 0.062), (0.075, 0.125, 0.190), (0.026, 0.042, 0.064),
            (0.105, 0.140, 0.200), (1.0, 0.60), 0.0, 0.34, 260,
            Grade(bloom=0.42, shadows=(0.0, 0.006, 0.022), lights=(1.0, 0.98, 0.95),
                  saturation=1.02, vignette=0.38),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, _GLOW
        lamp = tuple(0.5 * c for c in own.low)
        cloud = tuple(0.5 * a + 0.10 * b for a, b in zip(own.high, own.low, strict=True))
        middle = tuple(0.12 * c for c in own.low)
        place = [(0.82, self.aspect * 0.5, 1.1), (own.cover, 0.001, 0)]
        self._air = np.array([own.high, middle, own.low, lamp, cloud, *place], np.float32)
        self._stars = Stars(size, seed, count=620, depth=0.70)
        far = firs(size, seed + 3, base=0.82, tall=(0.16, 0.34), spread="even", count=34)
        near = firs(size, seed + 5, base=0.85, tall=(0.30, 0.74), count=26)
        self._groves = [(mask, _lit_edge(mask, size)) for mask in (far, near)]
        self._soft = cv2.GaussianBlur(np.maximum(far, near), (0, 0), 6 * size[1] / 720)
        self._lit = new_planes(size)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        now = self.now(moment)
        out = self._near(moment, now) if now.shot == "near" else self._wide(moment, now)
        if self._look.flakes:
            snow(out, moment.time_s, self._look.flakes, 0.9, self.seed)
        return out

    def _power(self, m: Moment, now: Now) -> tuple[float, float]:
        """How much light the fire gives, and how high it burns."""
        first, last = self._look.power
        rise = first + (last - first) * ease(now.act)
        flick = 0.93 + 0.07 * float(np.sin(m.time_s * 13) * np.sin(m.time_s * 7.3))
        flare = 0.55 * m.bar + 0.25 * m.beat
        lamp = rise * flick * (0.62 + 0.40 * m.loud + 0.20 * m.bass + 0.40 * flare)
        return lamp, rise * (0.66 + 0.28 * m.loud + 0.62 * flare)

    def _ground(
        self, m: Moment, lamp: float, at: tuple[float, float], top: float, soft: bool
    ) -> None:
        """Sky, trees and earth."""
        own, out = self._look, self.out
        paint_sky(self.small, *self.mid, self._air, m.flow, self.seed + 0.02 * m.flow, 0.8)
        enlarge(self.small, out)
        if own.stars:
            self._stars.paint(out, m, own.stars)
        place = np.array([at[0], 0.75, lamp], np.float32)
        groves = [(self._soft, self._soft * 0.1)] if soft else self._groves
        for k, (cover, edge) in enumerate(groves):
            dark = np.array(own.trees) * (1.5 if k == 0 and not soft else 0.8)
            colours = np.array([_GLOW, dark], np.float32)
            paint_grove(out, *self.full, cover, edge, place, colours)
        place = np.array([top, *at, lamp], np.float32)
        colours = np.array([_GLOW, own.ground], np.float32)
        if own.flakes:  # snow gives back more of the light
            colours[0] *= 1.6
        paint_earth(out, *self.full, place, colours, int((top - 0.01) * self.size[1]))

    def _fire(self, m: Moment, at: tuple[float, float], size: float, power: Array) -> None:
        """The hearth: wood and stones behind, flames, wood and stones before them."""
        lamp, high = power
        wood = np.array((1.0, 0.30, 0.06)) * lamp
        draw_hearth(self.out, at, size, wood, back=True)
        clock, gust = m.flow * 0.5 + m.time_s * 0.55, 0.05 * float(np.sin(m.flow * 0.6))
        p = np.array([*at, size * 1.12, clock, gust, lamp, *_GLOW], np.float32)
        self.small[:] = 0
        paint_tongues(self.small, *self.mid, tongue_rows(m, high), p)
        enlarge(self.small, self._lit)
        self.out += self._lit
        draw_hearth(self.out, at, size, wood, back=False)
        height = self.size[1]
        rows = slice(int((at[1] - 0.30) * height), int((at[1] + 0.04) * height))
        licks = np.maximum(self._lit[:, rows] - np.float32(0.35), 0)
        self.out[:, rows] += np.float32(0.12) * licks

    def _ink(self, fire: tuple[float, float], lamp: float) -> Ink:
        dark = (0.006, 0.0045, 0.008)
        if self._look.flakes:
            dark = (0.009, 0.010, 0.015)
        return Ink(dark, np.array(_RIM) * lamp, fire, reach=0.46, width=0.007,
                   soft_px=0.7 * self.size[1] / 720, broad=0.16)  # fmt: skip

    def _wide(self, m: Moment, now: Now) -> Planes:
        lamp, high = self._power(m, now)
        middle, breath = self.aspect * 0.5, self.breath(m)
        at = middle, 0.845
        self.light = middle, 0.72
        self._ground(m, lamp, at, 0.80, soft=False)
        self._fire(m, at, 0.40, np.array([lamp, high], np.float32))
        ink = self._ink((at[0], at[1] - 0.12), lamp)
        t, g, f = m.time_s, min(1.0, self.aspect / 1.45), self.fit
        strum = float(np.sin(2 * np.pi * self.stride(t, 1.0)))
        warm = 0.75 + 0.2 * float(np.sin(t * 1.3))
        # People after the fire: its glow on the air would veil them.
        hooded = seated(t, "hood", breath=breath, reach=0.4, lean=17)
        self._sit(hooded, (middle - 0.330 * g, 0.862), 0.34 * f, ink, seed=4)
        girl = seated(t, "ponytail", breath=-breath, reach=warm, lean=14)
        self._sit(girl, (middle + 0.345 * g, 0.866), -0.35 * f, ink, seed=5)
        player = seated(t, "hat", breath=breath, strum=strum, lean=10)
        self._sit(player, (middle - 0.560 * g, 0.918), 0.42 * f, ink, seed=6)
        other = seated(t, "beanie", breath=breath, reach=0.25, lean=11 + 2 * float(np.sin(t)))
        self._sit(other, (middle + 0.585 * g, 0.922), -0.40 * f, ink, seed=7)
        out = camera(self.out, 1.0 + 0.06 * now.share, at=(0.5, 0.80))
        self._embers(out, m, at, 0.40, high)
        return out

    def _sit(self, body: Body, at: tuple[float, float], size: float, ink: Ink, seed: int) -> None:
        """Someone on a log; a negative size faces left."""
        way, tall, out = (1 if size > 0 else -1), abs(size), self.out
        x, y = at
        contact(out, (x + 0.02 * size, y + 0.004), 0.46 * tall, 0.13, 0.85)
        self._log(timber(0.52, 0.114, seed), (x - 0.02 * size, y + 0.006), size, ink)
        contact(out, (x + 0.25 * size, y + 0.010 * tall), 0.10 * tall, 0.20, 0.7)
        foot = x, y + 0.022 * tall
        draw(out, body, foot, tall, ink, flip=way)
        if "guitar" in body.parts:
            wood = np.array((0.060, 0.017, 0.005))
            draw(out, body.parts["guitar"], foot, tall, replace(ink, dark=wood), flip=way)
            hole = replace(ink, dark=(0.006, 0.003, 0.003), edge=0.0)
            draw(out, body.parts["hole"], foot, tall, hole, flip=way)
            draw(out, body.parts["arms"], foot, tall, ink, flip=way)

    def _log(self, log: Body, at: tuple[float, float], size: float, ink: Ink) -> None:
        """A log: bark, and a sawn end that the fire lights."""
        way, tall, out = (1 if size > 0 else -1), abs(size), self.out
        bark = replace(ink, dark=(0.014, 0.008, 0.006), edge=0.9, coarse=2)
        draw(out, log, at, tall, bark, flip=way)
        lines = replace(ink, dark=(0.004, 0.003, 0.003), edge=0.0, alpha=0.7)
        draw(out, log.parts["bark"], at, tall, lines, flip=way)
        far = abs(at[0] + 0.25 * size - ink.light[0]) + 0.05
        glow = np.array(ink.rim) * (0.16, 0.15, 0.13) * min(1.0, 0.30 / far)
        draw(out, log.parts["end"], at, tall, replace(ink, dark=glow, edge=0.25), flip=way)
        rings = replace(ink, dark=glow * 0.45, edge=0.0, alpha=0.8)
        draw(out, log.parts["rings"], at, tall, rings, flip=way)

    def _near(self, m: Moment, now: Now) -> Planes:
        """Two who sit close, from behind, the fire before them, a friend on the far side."""
        lamp, high = self._power(m, now)
        out, breath = self.out, self.breath(m)
        fire = self.aspect * 0.640 - 0.02 * now.move, 0.800
        self.light = fire[0], 0.68
        self._ground(m, lamp, fire, 0.735, soft=True)
        far = replace(self._ink((fire[0], fire[1] - 0.10), lamp), soft_px=1.5 * self.size[1] / 720)
        friend = seated(m.time_s, "beanie", breath=-breath, reach=0.7, lean=14)
        self._sit(friend, (self.aspect * 0.885, 0.806), -0.36 * self.fit, far, seed=9)
        self._fire(m, fire, 0.44, np.array([lamp, high], np.float32))
        size = 0.720 * (1 + 0.05 * now.share) * self.fit
        x, y = self.aspect * 0.345, 0.880 + 0.010 * now.share
        pair = embraced(m.time_s, breath, ramp(0.15, 0.65, now.share))
        rim = np.array(_RIM) * (0.5 + 0.6 * lamp)
        ink = replace(self._ink((fire[0], 0.66), lamp), rim=rim, reach=0.62, width=0.006, coarse=2)
        contact(out, (x + 0.02, y + 0.075), 0.52 * self.fit, 0.11, 0.9)
        self._log(timber(1.12, 0.090, 5), (x + 0.02, y + 0.085), size, ink)
        day = daylight(out, (x, y), 0.7 * size, (fire[0], 0.66))
        cloak = self.accented((0.100, 0.009, 0.011)) * (0.45 + 0.35 * lamp)
        dressed = {"cloak": cloak, "over": day.on(CLOTH["coat"])[1]}
        draw_dressed(out, pair, (x, y - 0.012), size, ink, day=day, accents=dressed)
        self._embers(out, m, fire, 0.46, high)
        return out

    def _embers(
        self, out: Planes, m: Moment, at: tuple[float, float], size: float, high: float
    ) -> None:
        height = self.size[1]
        x, y, light, big = ember_rows(m, at, size, high).T
        radius = (1.5 + 1.5 * big) * height / 720
        rgb = (4.5 * light, 1.6 * light * (0.5 + 0.5 * light), 0.34 * light**2)
        splat(out, np.stack([x * height, y * height, radius, *rgb], 1).astype(np.float32))


def _lit_edge(mask: Array, size: tuple[int, int]) -> Array:
    """Where trees turn to the middle of the picture, 0..1."""
    near = cv2.GaussianBlur(mask, (0, 0), 1.2 * size[1] / 720)
    slope = cv2.Sobel(near, cv2.CV_32F, 1, 0)
    way = np.where(np.arange(size[0]) < size[0] / 2, -1.0, 1.0).astype(np.float32)
    return np.asarray(np.clip(slope * way, 0, 1), np.float32)
