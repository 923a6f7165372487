"""An eye from near: its pupil answers the music, light is mirrored in it, it looks and weeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.eyeball import paint_eye
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Zone, ease, jitter, ramp
from musivid.living.sprites import shape

__all__ = ["Eye"]

Rgb = tuple[float, float, float]

_BLINK_S = 0.34
_LIDS = 0.80, 0.315, 0.225  # half its width, height above and below
_UPPER, _LOWER = 104, 40  # lashes


@dataclass(frozen=True, slots=True)
class _Look:
    """One eye and its light, linear.

    Attributes:
        iris: outer colour, middle, round the pupil.
        white: of the eye in the light.
        skin: in the light, in shade.
        light: what is mirrored: its colour.
        mirrors: `window`, `fire`, `lamps` or `sky`.
        grade: the film.
    """

    iris: tuple[Rgb, Rgb, Rgb]
    white: Rgb
    skin: tuple[Rgb, Rgb]
    light: Rgb
    mirrors: str
    grade: Grade


class Eye(Scene):
    """An eye that looks about, blinks on bars, and weeps where the words do."""

    shots: ClassVar = ("wide", "near", "aside")
    zones: ClassVar = {"wide": Zone("middle", 0.86), "near": Zone("middle", 0.86),
                       "aside": Zone("left", 0.86)}  # fmt: skip
    looks: ClassVar[Mapping[str, _Look]] = {
        "grey": _Look(
            ((0.050, 0.085, 0.120), (0.20, 0.30, 0.36), (0.34, 0.30, 0.20)), (0.30, 0.32, 0.34),
            ((0.150, 0.100, 0.085), (0.012, 0.010, 0.014)), (0.80, 0.92, 1.05), "window",
            Grade(exposure=1.05, bloom=0.42, shadows=(0.0, 0.006, 0.016), saturation=1.0,
                  vignette=0.46),
        ),
        "amber": _Look(
            ((0.10, 0.030, 0.008), (0.46, 0.17, 0.030), (0.80, 0.42, 0.08)), (0.30, 0.20, 0.13),
            ((0.20, 0.085, 0.040), (0.012, 0.006, 0.006)), (1.20, 0.56, 0.16), "fire",
            Grade(exposure=1.05, bloom=0.50, shadows=(0.012, 0.002, 0.010), saturation=1.08,
                  vignette=0.50),
        ),
        "green": _Look(
            ((0.016, 0.070, 0.035), (0.12, 0.30, 0.090), (0.46, 0.36, 0.07)), (0.36, 0.355, 0.33),
            ((0.21, 0.135, 0.100), (0.018, 0.014, 0.012)), (1.0, 0.98, 0.86), "sky",
            Grade(exposure=1.0, bloom=0.38, shadows=(0.0, 0.008, 0.010), saturation=1.04,
                  vignette=0.42),
        ),
        "night": _Look(
            ((0.010, 0.012, 0.055), (0.035, 0.080, 0.26), (0.14, 0.30, 0.46)), (0.10, 0.115, 0.18),
            ((0.050, 0.036, 0.066), (0.004, 0.003, 0.010)), (1.0, 0.36, 0.62), "lamps",
            Grade(exposure=1.25, bloom=0.60, shadows=(0.004, 0.0, 0.024), saturation=1.10,
                  vignette=0.50),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        own = self._look = self.looks[look]
        self.grade, self.glow = own.grade, own.light
        self._lashes = dice(seed + 3).random((_UPPER + _LOWER, 4))
        self._lamps = dice(seed + 4).random((26, 4))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, own = moment, self.now(moment), self._look
        size = {"wide": 1.0, "near": 1.70, "aside": 1.28}[now.shot] * (1 + 0.05 * now.share)
        size *= 0.35 + 0.65 * self.fit
        x = self.aspect * (0.5 if now.shot != "aside" else 0.60 - 0.03 * now.share)
        y = 0.50 if now.shot != "near" else 0.53
        sway, shut = jitter(m.time_s, 3.0), self._shut(m)
        gaze = self._gaze(m)
        rest = 0.012 * float(np.sin(m.time_s * 2.3))  # a pupil never rests (hippus)
        pupil = (
            rest + 0.30 + 0.10 * (1 - m.loud) + 0.06 * m.bass - 0.05 * m.beat - 0.05 * ease(now.act)
        )
        at = np.array([x + 0.007 * sway[0], y + 0.007 * sway[1], size, gaze[0], gaze[1],
                       float(np.clip(pupil, 0.2, 0.5)), shut, 0.8 + 0.2 * m.notes,
                       self.seed % 97 * 1.7], np.float32)  # fmt: skip
        inks = np.array([*own.iris, own.white, *own.skin, own.light], np.float32)
        paint_eye(self.out, *self.full, at, inks, np.array(_LIDS, np.float32))
        iris = float(at[0] + gaze[0] * size), float(at[1] + gaze[1] * size)
        self.light = iris[0] - 0.09 * size, iris[1] - 0.10 * size
        if shut < 0.6:
            self._mirror(m, iris, size)
        self._fringe(at, shut)
        self._weep(m, at, size)
        return self.out

    def _shut(self, m: Moment) -> float:
        """How far the lid is down: on every fourth bar, and where a section closes."""
        bars = self.section.bars_s
        before = bars[bars <= m.time_s]
        if len(before) and len(before) % 4 == 3:
            age = (m.time_s - float(before[-1])) / _BLINK_S
            return float(np.sin(np.pi * age) ** 2) if 0 < age < 1 else 0.0
        return 0.0

    def _gaze(self, m: Moment) -> tuple[float, float]:
        """Where the eye looks: it jumps with the bars and rests between."""
        bars = self.section.bars_s
        index = int((bars <= m.time_s).sum())
        share = ramp(0.0, 0.16, m.time_s - float(bars[index - 1])) if index else 1.0
        spots = [dice(self.seed * 31 + k // 2 + 7).uniform(-1, 1, 2) for k in (index - 1, index)]
        x, y = spots[0] * (1 - share) + spots[1] * share
        return 0.085 * float(x), 0.020 * float(y) - 0.015

    def _mirror(self, m: Moment, iris: tuple[float, float], size: float) -> None:
        """What the eye sees, as small lights on it."""
        own, height = self._look, self.size[1]
        x, y = iris[0] - 0.085 * size, iris[1] - 0.095 * size
        rows = []
        if own.mirrors == "window":
            self._panes((x, y), size)
        elif own.mirrors == "sky":
            rows = [
                (x, y, 0.030 * size, 1.1),
                (x, y, 0.050 * size, 0.5),
                (iris[0] + 0.12 * size, iris[1] + 0.13 * size, 0.030 * size, 0.06),
            ]
        elif own.mirrors == "fire":
            for k in range(9):
                flick = 0.5 + 0.5 * np.sin(m.time_s * (5 + k) + k * 2.1)
                up = k / 9
                side = 0.020 * np.sin(m.flow * 3 + k * 1.9) * (0.3 + up)
                rows.append((x + side * size, y + (0.07 - 0.13 * up) * size,
                             (0.030 - 0.020 * up) * size,
                             (0.55 - 0.3 * up) * (0.6 + 0.5 * m.bass + 0.3 * flick)))  # fmt: skip
        else:
            for k, (u, v, w, phase) in enumerate(self._lamps):
                lit = 0.25 + 1.0 * float(m.bands[(k * 5) % 32]) + 0.3 * m.hits * (phase > 0.6)
                angle, far = 6.28 * u, 0.22 * v**0.6
                rows.append((iris[0] + far * size * np.cos(angle), iris[1] + far * size * 0.8 *
                             np.sin(angle), (0.004 + 0.008 * w) * size, lit))  # fmt: skip
        tint = np.array(own.light) * (0.85 + 0.25 * m.beat)
        if not rows:
            return
        out = np.array([[a * height, b * height, max(r * height, 0.7), *(tint * much)]
                        for a, b, r, much in rows], np.float32)  # fmt: skip
        splat(self.out, out)

    def _panes(self, middle: tuple[float, float], size: float) -> None:
        """A window of four panes, bent as the eye is."""
        tint = np.array(self._look.light) * 0.85
        for i in (-1, 1):
            for j in (-1, 1):
                edge = []
                for u, v in ((0.12, 0.12), (1.0, 0.12), (0.90, 0.92), (0.12, 1.0)):
                    a, b = i * u, j * v
                    bend = size * 0.062 * (1 - 0.10 * (a * a + b * b))
                    edge.append((middle[0] + 0.8 * a * bend - 0.006 * b * size,
                                 middle[1] + b * bend))  # fmt: skip
                shape(self.out, [np.array(edge)], tint, 0.80 if j < 0 else 0.55)

    def _fringe(self, at: NDArray[np.float32], shut: float) -> None:
        """Lashes of both lids."""
        x, y, size = (float(v) for v in at[:3])
        half, above, below = _LIDS
        b = Body()
        for number, (u, long, bend, off) in enumerate(self._lashes):
            upper = number < _UPPER
            row, count = (number, _UPPER) if upper else (number - _UPPER, _LOWER)
            share = (row + 0.8 * u) / count
            place = -0.93 + 1.80 * share
            arch = 1 - abs(place) ** 2.2
            low = below * arch
            tilt, place_x = -0.035 * place * half, place * half
            low = low * (1 + 0.22 * place_x) + tilt
            high = -above * arch * (1 - 0.16 * place_x) + tilt
            foot = high * (1 - shut) + low * shut if upper else low
            tall = (0.10 + 0.07 * long) * (0.62 + 0.38 * share) if upper else 0.024 + 0.028 * long
            way = -1.0 + 1.75 * shut if upper else 0.8
            lean = 0.15 + place * (0.60 + 0.25 * bend) + 0.42 * (off - 0.5)
            v = np.linspace(0, 1, 6)
            line = np.stack([place * half + lean * tall * v + lean * 0.4 * tall * v**2,
                             foot + way * tall * (v**1.0 * 0.35 + 0.65 * v**1.7)], 1)  # fmt: skip
            thick = 0.0044 if upper else 0.0022
            b.chain(line, thick, 0.0009, 0.001)
        dark = np.array(self._look.skin[1]) * 0.35
        draw(
            self.out,
            b,
            (x, y),
            size,
            Ink(dark, edge=0.0, soft_px=1.1 * self.size[1] / 720, coarse=1),
        )

    def _weep(self, m: Moment, at: NDArray[np.float32], size: float) -> None:
        """A tear that gathers on the lower lid and runs down, where the words weep."""
        gone = self.act(m, "cry")
        if gone <= 0.0:
            return
        height, own = self.size[1], self._look
        swell, run = ramp(0.0, 0.35, gone), ramp(0.30, 1.0, gone)
        x = float(at[0]) + (-0.16 + 0.02 * np.sin(run * 5)) * size
        y = float(at[1]) + (_LIDS[2] * 1.02 + 0.30 * run) * size
        r = 0.034 * size * swell
        tear = Body().limb((0.0, -1.0 - 2.2 * run), (0.0, 0.0), 0.30, 1.0, 0.3)
        body = np.array(own.skin[0]) * 0.80 + np.array(own.light) * 0.05
        soft = 1.2 * height / 720
        draw(self.out, tear, (x, y), r, Ink(body, edge=0.0, alpha=0.62, soft_px=soft, coarse=1))
        rows = [[(x - 0.3 * r) * height, (y - 0.3 * r) * height, 0.30 * r * height,
                 *(1.3 * np.array(own.light))],
                [(x + 0.25 * r) * height, (y + 0.5 * r) * height, 0.40 * r * height,
                 *(0.35 * np.array(own.light))]]  # fmt: skip
        splat(self.out, np.array(rows, np.float32))
