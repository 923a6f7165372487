"""A desk by a window at night: a lamp, books, a cup; outside rain or snow and a few soft lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, enlarge, resized
from musivid.living.clouds import glows_of
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.room import Plan, Room, paint_bokeh
from musivid.living.scene import Now, Scene, ease, jitter
from musivid.living.sill import drop_rows, plant, steam_rows
from musivid.living.snowland import paint_dome
from musivid.living.wet import paint_drops

__all__ = ["Desk"]

Rgb = tuple[float, float, float]
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Look:
    """One evening, linear light.

    Attributes:
        sky: zenith, low, glow at the horizon, cloud.
        town: dark shapes outside.
        lamps: colours of lights outside.
        many: how many of them.
        cold: the window's light in the room.
        lamp: the lamp's light, 0 off.
        wood: colour of the desk.
        drops: how many drops on the glass, 0..1.
        flakes: light of snow outside, 0 none.
        sun: light of a low sun, None: there is none.
        grade: the film.
    """

    sky: tuple[Rgb, Rgb, Rgb, Rgb]
    town: Rgb
    lamps: tuple[Rgb, ...]
    many: int
    cold: Rgb
    lamp: Rgb
    wood: Rgb
    drops: float
    flakes: float
    sun: Rgb | None
    grade: Grade


class Desk(Scene):
    """A warm room and what is outside."""

    shots: ClassVar = ("wide", "near", "travel")
    looks: ClassVar[Mapping[str, _Look]] = {
        "rain": _Look(
            ((0.012, 0.020, 0.050), (0.050, 0.055, 0.105), (0.10, 0.050, 0.090),
             (0.045, 0.045, 0.085)),
            (0.010, 0.012, 0.026),
            ((1.0, 0.48, 0.14), (0.25, 0.62, 0.85), (0.95, 0.22, 0.30), (1.0, 0.72, 0.36)), 24,
            (0.16, 0.20, 0.34), (1.0, 0.56, 0.22), (0.22, 0.115, 0.060), 1.0, 0.0, None,
            Grade(exposure=1.15, bloom=0.50, shadows=(0.006, 0.002, 0.020), saturation=1.08,
                  vignette=0.42),
        ),
        "snow": _Look(
            ((0.030, 0.060, 0.150), (0.120, 0.165, 0.300), (0.16, 0.11, 0.13),
             (0.120, 0.150, 0.250)),
            (0.040, 0.060, 0.120), ((1.0, 0.58, 0.20), (1.0, 0.70, 0.32), (0.9, 0.45, 0.2)), 15,
            (0.36, 0.50, 0.85), (1.0, 0.58, 0.24), (0.25, 0.135, 0.070), 0.15, 1.0, None,
            Grade(exposure=1.08, bloom=0.48, shadows=(0.002, 0.004, 0.020), saturation=1.05,
                  vignette=0.38),
        ),
        "sun": _Look(
            ((0.20, 0.24, 0.38), (0.90, 0.46, 0.20), (0.95, 0.42, 0.12), (1.0, 0.56, 0.32)),
            (0.16, 0.075, 0.050), ((1.0, 0.62, 0.22), (1.0, 0.78, 0.40)), 12,
            (1.25, 0.72, 0.48), (0.0, 0.0, 0.0), (0.30, 0.155, 0.075), 0.06, 0.0,
            (1.25, 0.60, 0.20),
            Grade(exposure=1.0, bloom=0.52, shadows=(0.012, 0.004, 0.014), lights=(1.0, 0.98, 0.92),
                  saturation=1.06, vignette=0.36),
        ),
        "storm": _Look(
            ((0.008, 0.012, 0.018), (0.030, 0.040, 0.048), (0.035, 0.042, 0.042),
             (0.055, 0.066, 0.080)),
            (0.006, 0.009, 0.011), ((0.9, 0.60, 0.28), (0.45, 0.75, 0.8)), 9,
            (0.13, 0.17, 0.20), (0.80, 0.38, 0.12), (0.17, 0.095, 0.055), 1.25, 0.0, None,
            Grade(exposure=1.18, bloom=0.46, shadows=(0.0, 0.006, 0.012), saturation=1.0,
                  vignette=0.50),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.lamp
        self._plans = {"wide": self._wide(), "near": self._close()}
        self._rooms = {
            name: Room(size, plan, own.wood, seed, sunny=own.sun is not None)
            for name, plan in self._plans.items()
        }
        rng = dice(seed)
        self._lights, self._flakes = rng.random((6, own.many)), rng.random((5, 90))
        self._quarter = max(size[0] // 4, 2), max(size[1] // 4, 2)

    def _wide(self) -> Plan:
        a, f = self.aspect, self.fit
        desk = 0.80
        lamp = (a * 0.155, 0.895) if a > 1 else (a * 0.20, 0.90)
        left = a * (0.30 if a > 1 else 0.13)
        return Plan(
            (left, 0.09, a * (0.90 if a > 1 else 0.93), 0.715), desk, lamp, 0.52 * f,
            ((a * 0.30, 0.885), (a * 0.70, desk + 0.018), 0.20 * f),
            (a * 0.545, 0.930, 0.082 * f), (a * 0.895, 0.825, 0.30 * f),
        )  # fmt: skip

    def _close(self) -> Plan:
        a, f = self.aspect, self.fit
        return Plan(
            (-0.35 * a, -0.40, a * 0.86, 0.80), 0.865, None, 1.0,
            ((a * 0.06, 0.965), (a * 1.4, 0.9), 0.36 * f), (a * 0.60, 0.975, 0.20 * f),
            (a * 0.94, 0.90, 0.55 * f), 0.040,
        )  # fmt: skip

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        near = now.shot == "near"
        key = "near" if near else "wide"
        plan, room = self._plans[key], self._rooms[key]
        sway = jitter(m.time_s, 7.0)
        aside = {"wide": 0.07, "near": 0.12, "travel": 0.16}[now.shot] * now.move + 0.003 * sway[0]
        self.light = plan.shade if plan.lamp else (self.aspect * 0.3, 0.5)
        flash = self._outside(m, plan, aside, near)
        if own.drops:
            clear = resized(self.small, self._quarter, cv2.INTER_AREA)
            rows = drop_rows(m, self.size, own.drops, 1.9 if near else 1.0, seed=self.seed)
            paint_drops(self.out, clear, rows)
        lamp = 0.92 + 0.10 * m.notes + 0.08 * m.beat
        cold = np.array(own.cold) * (0.85 + 0.3 * ease(now.act)) + flash
        for c in range(3):
            plane = self.out[c]
            plane *= room.glass
            plane += room.cold[c] * np.float32(cold[c])
            plane += room.warm[c] * np.float32(own.lamp[c] * lamp)
        if own.sun:
            self._beam(m, plan, own.sun)
        self._plant(m, plan, 0.8 if near else 1.0)
        self._steam(m, plan)
        if now.shot != "travel":
            at = (0.62, 0.55) if near else (0.45, 0.60)
            return camera(self.out, 1.01 + 0.06 * now.share, (-0.3 * aside, 0.0), at)
        out = camera(self.out, 1.16 + 0.05 * now.share, (-aside * 1.2, 0.0), (0.5, 0.6))
        self._passing(out, m, now)
        return out

    def _outside(self, m: Moment, plan: Plan, aside: float, near: bool) -> float:
        """Sky, town and lights beyond the glass, out of focus; how bright lightning is."""
        own, small, (xs, ys), height = self._look, self.small, self.mid, self.half[1]
        place = np.array([0.62, self.aspect * 0.62, 0.8], np.float32)
        paint_dome(small, xs, ys, np.array(own.sky, np.float32), place, m.flow)
        flash = 0.0
        if self.look == "storm":
            rows = glows_of(m, self.aspect)
            flash = 0.12 * float(rows[:, 2].sum())
            for x, y, strength in rows[rows[:, 2] > 0.01]:
                pale = 0.30 * strength * np.array((0.7, 0.8, 1))
                spot = [x * height, y * height, 0.5 * min(self.aspect, 1.1) * height, *pale]
                splat(small, np.array([spot], np.float32))
        if own.sun:
            x, y = self.aspect * 0.60, 0.46 - 0.02 * m.flow * 0.02
            for radius, share in ((0.10, 1.6), (0.42, 0.35)):
                spot = [[x * height, y * height, radius * height, *(share * np.array(own.sun))]]
                splat(small, np.array(spot, np.float32))
        self._town(small, aside)
        a, b, c, d, e, f = self._lights
        x = (a * 1.15 - 0.075) * self.aspect - aside * (0.6 + 0.8 * c)
        y = 0.50 + 0.24 * b**1.3
        if own.sun:
            y = y + 0.06
        radius = (0.014 + 0.030 * c**1.5) * (1.7 if near else 1.0) * height
        bands = m.bands[(d * 31.99).astype(int)]
        light = 0.07 + 0.14 * e + 0.26 * bands
        for event in m.events[:6]:
            woken = (np.arange(len(a)) + event.key) % 5 == 0
            light = light + 0.22 * woken * event.strength * np.exp(-event.age_s * 1.5)
        tint = np.array(own.lamps)[(f * len(own.lamps) * 0.999).astype(int)] * light[:, None]
        rows = np.column_stack([x * height, y * height, radius, tint])
        paint_bokeh(small, rows.astype(np.float32))
        if own.flakes:
            self._snow(small, m)
        enlarge(small, self.out)
        return flash

    def _town(self, small: Planes, aside: float) -> None:
        """Roofs and trees far out of focus."""
        xs, ys = self.mid
        line = 0.60 + 0.035 * np.sin((xs + aside) * 3.1 + self.seed)
        line = line + 0.022 * np.sin((xs + aside) * 7.7 + 2) - 0.016 * np.sin((xs + aside) * 15.0)
        cover = smoothstep((ys[:, None] - line[None]) * 26 + 0.5) * 0.88
        for plane, value in zip(small, self._look.town, strict=True):
            plane += (np.float32(value) - plane) * cover

    def _snow(self, small: Planes, m: Moment) -> None:
        """Flakes outside, some sharp and some out of focus."""
        u, (width, height) = self._flakes, self.half
        near = u[2] ** 3
        y = (u[1] + m.flow * (0.05 + 0.10 * near)) % 1.1 - 0.05
        sway = 0.02 * np.sin(m.time_s * (0.5 + u[3]) + u[4] * 40)
        x = (u[0] + sway + 0.02 * m.flow) % 1.1 - 0.05
        radius = (1.0 + 7.0 * near) * height / 360
        light = self._look.flakes * 0.30 / (0.5 + 3.0 * near)
        tint = [light * 0.85, light * 0.95, light * 1.1]
        rows = np.column_stack([x * width, y * height, radius, *tint])
        paint_bokeh(small, rows.astype(np.float32))

    def _beam(self, m: Moment, plan: Plan, sun: Rgb) -> None:
        """The sun through the panes: patches on wall and desk, dust in the light."""
        left, top, right, foot = plan.glass
        mask = np.zeros((self.half[1] // 2, self.half[0] // 2), np.uint8)
        scale = mask.shape[0]
        middle, cross = left + 0.54 * (right - left), top + 0.34 * (foot - top)
        for a, b in ((left, middle - 0.02), (middle + 0.02, right)):
            for c, d in ((top, cross - 0.02), (cross + 0.02, foot)):
                quad = np.array([(a, c), (b, c), (b, d), (a, d)])
                quad = (quad - (0.62 * self.aspect, 0.46)) * (1.15, 0.62)
                quad += 0.30 * self.aspect, 1.0
                quad[:, 0] -= 0.55 * (quad[:, 1] - 0.9)
                drawn = np.round(quad * scale * 16).astype(np.int32)
                cv2.fillPoly(mask, [drawn], 255, cv2.LINE_AA, 4)
        soft = cv2.GaussianBlur(mask.astype(np.float32) / 255, (0, 0), 2.2 * scale / 180)
        large = cv2.resize(soft, self.size)
        room = self._rooms["wide" if plan.lamp else "near"]
        fall = np.clip((self.full[1][:, None] - plan.desk + 0.16) * 7, 0, 1)
        patch = large * fall * np.float32(2.6 + 0.7 * m.bass)
        assert room.own is not None
        for plane, own, value in zip(self.out, room.own, sun, strict=True):
            plane += own * patch * np.float32(value)
        u, height = self._flakes, self.size[1]
        x = (u[0] + 0.03 * np.sin(m.flow * 0.3 + u[3] * 40) + 0.01 * m.flow) % 1 * self.size[0]
        y = (u[1] - 0.012 * m.flow + 0.02 * np.sin(m.flow * 0.4 + u[4] * 50)) % 1 * height
        light = (
            0.25 * (0.4 + 0.6 * np.sin(m.time_s * (0.5 + u[2]) + u[4] * 60)) ** 2 + 0.25 * m.hits
        )
        rows = np.column_stack([x, y, (1.0 + 2.2 * u[2] ** 3) * height / 720,
                                *(light * c for c in sun)])  # fmt: skip
        splat(self.out, rows.astype(np.float32))

    def _plant(self, m: Moment, plan: Plan, less: float) -> None:
        """A plant in its pot; its leaves nod."""
        own = self._look
        ink = Ink((0.012, 0.014, 0.012), np.array(own.sun or own.lamp) * 0.55, self.light,
                  edge=0.9 * less, reach=1.6, coarse=2,
                  soft_px=0.9 * self.size[1] / 720)  # fmt: skip
        draw(self.out, plant(m.time_s, 0.03 * m.beat), plan.plant[:2], plan.plant[2], ink)

    def _steam(self, m: Moment, plan: Plan) -> None:
        """Steam over the cup."""
        tint = np.array(self._look.sun or self._look.lamp) * 0.7 + np.array(self._look.cold) * 0.3
        rows = steam_rows(m, plan.cup, tint)
        rows[:, :3] *= self.size[1]
        splat(self.out, rows)

    def _passing(self, out: Planes, m: Moment, now: Now) -> None:
        """A curtain and a string of small lamps that pass close by, out of focus."""
        a, height = self.aspect, self.size[1]
        x = a * (1.02 - 0.13 * now.share)
        u = np.linspace(0, 1, 12)
        fold = 0.02 * np.sin(u * 5 + m.time_s * 0.5) + 0.10 * (1 - u) ** 2
        line = np.stack([x + fold, 1.2 * u - 0.1], 1)
        b = Body().outline([*line.tolist(), (a + 0.6, 1.1), (a + 0.6, -0.1)], 0.002, rounded=1)
        dark = np.array(self._look.cold) * 0.025 + 0.003
        ink = Ink(dark, self._look.lamp, self.light, edge=0.0, soft_px=13 * height / 720, coarse=3)
        draw(out, b, (0.0, 0.0), 1.0, ink)
        k = np.arange(7)
        px, py = x + 0.03 + 0.05 * np.sin(k * 2.3), 0.06 + 0.145 * k + 0.05 * np.sin(k * 4.1)
        light = 0.20 + 0.10 * np.sin(m.time_s * 1.3 + k * 2) + 0.30 * m.bands[k * 4 + 2]
        tint = np.array((1.0, 0.52, 0.18))
        radius = (0.020 + 0.008 * (k % 3)) * height
        rows = np.column_stack([px * height, py * height, radius, light[:, None] * tint])
        paint_bokeh(out, rows.astype(np.float32))
