"""Things that fly, fall and rise through a picture while an action lasts.

Each is a function of its age: where a thing is follows from chances that are drawn once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.airborne import bubbles, lanterns, leaves
from musivid.living.canvas import Planes
from musivid.living.light import splat
from musivid.living.moment import Moment
from musivid.living.scene import Scene, ease
from musivid.living.sprites import shape, wings
from musivid.living.weather import rain, snow

__all__ = [
    "Air",
    "birds_cross",
    "bubbles_rise",
    "candles_light",
    "drops_fall",
    "embers_rise",
    "falling",
    "fireflies",
    "lanterns_rise",
    "leaves_blow",
    "lights_dance",
    "motes",
    "petals_open",
    "rain_falls",
    "snow_falls",
    "sparks_burst",
    "streaks",
]

Array = NDArray[np.float64]

_LEAVES = ((0.62, 0.20, 0.035), (0.72, 0.36, 0.06), (0.42, 0.10, 0.03), (0.50, 0.30, 0.07))
_PETALS = ((0.95, 0.52, 0.60), (0.98, 0.72, 0.76), (0.86, 0.36, 0.48), (1.0, 0.84, 0.82))
_ASH = ((0.30, 0.29, 0.30), (0.20, 0.19, 0.20), (0.42, 0.40, 0.40), (0.60, 0.25, 0.10))
_KINDS = (_LEAVES, _PETALS, _LEAVES, _ASH)


@dataclass(frozen=True)  # without slots: what is measured is kept
class Air:
    """The air of a picture at a moment of an action.

    Attributes:
        planes: the picture.
        scene: whose it is.
        m: the moment.
        age_s: seconds since the action began.
        level: how strong it is, 0..1.
        seed: its own chances.
    """

    planes: Planes
    scene: Scene
    m: Moment
    age_s: float
    level: float
    seed: int

    @property
    def aspect(self) -> float:
        """Width in picture heights."""
        return self.scene.aspect

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.planes.shape[1])

    @cached_property
    def mean(self) -> Array:
        """The picture's mean light, float64 [3]."""
        return np.asarray(self.planes[:, ::16, ::16].mean((1, 2)), np.float64)

    @property
    def luma(self) -> float:
        """How bright the picture is, linear."""
        return float(self.mean @ (0.3, 0.59, 0.11))

    def lit(self, colour: Array, much: float = 2.2) -> Array:
        """A colour in the light of this picture: never brighter than its surroundings bear."""
        light = 0.6 * self.luma + 0.4 * self.mean
        return colour * np.clip(much * light + 0.035, 0.0, 1.4)

    def chances(self, count: int, rows: int) -> Array:
        """Numbers 0..1 of the action, float64 [rows, count]."""
        return _chances(self.seed, count, rows)

    def spots(self, x: Array, y: Array, radius: Array, rgb: Array) -> None:
        """Add soft lights; places and radii in picture heights, rgb [n, 3] or [3]."""
        colour = np.broadcast_to(rgb, (len(x), 3))
        rows = np.concatenate([np.stack([x, y, np.maximum(radius, 0.8 / self.height)], 1)
                               * self.height, colour], 1)  # fmt: skip
        splat(self.planes, np.ascontiguousarray(rows, np.float32))


@lru_cache(maxsize=16)
def _chances(seed: int, count: int, rows: int) -> Array:
    return dice(seed).random((rows, count))


def _laid_leaves(
    air: Air, x: Array, y: Array, *, size: Array, colours: Array, stretch: float = 0.0
) -> None:
    """Leaves where they are: each turns and tumbles, near ones are out of focus."""
    u = air.chances(len(x), 9)
    turn = 2 * np.pi * u[5] + air.m.time_s * (0.8 + 2.2 * u[6]) * np.where(u[7] > 0.5, 1, -1)
    flat = 0.12 + 0.34 * abs(np.cos(air.m.time_s * (1.5 + 2.5 * u[4]) + u[8] * 6.3))
    soft = (0.7 + 5.5 * np.clip(size / 0.03 - 0.8, 0, 2.0)) * air.height / 720
    long = np.maximum(size * air.height * (1 + stretch), 1.6)
    alpha = air.level * np.where(size > 0.03, 0.82, 1.0)
    rows = np.stack([x * air.height, y * air.height, long, flat, np.cos(turn), np.sin(turn),
                     np.maximum(soft, 0.7), *colours.T, alpha * np.ones(len(x))], 1)  # fmt: skip
    leaves(air.planes, np.ascontiguousarray(rows, np.float32))


def _coloured(air: Air, kind: tuple[tuple[float, float, float], ...], much: float) -> Array:
    """A colour for each leaf, in the picture's light."""
    u = air.chances(_COUNT, 9)
    pick = (u[0] * len(kind)).astype(int)
    return air.lit(np.array(kind)[pick] * (0.65 + 0.6 * u[1])[:, None], much)


_NIGHT = 0.045  # mean light below which stars fall, not leaves
_COUNT = 90  # leaves at a time


def falling(air: Air) -> None:
    """Leaves, petals or ash fall through the picture, near and far; stars through the night."""
    if air.scene.starry or air.luma < _NIGHT:
        _stars_fall(air)
        return
    u = air.chances(_COUNT, 9)
    near = u[2] ** 2.6
    speed = 0.10 + 0.22 * near + 0.05 * u[3]
    y = (u[4] * 1.3 - 0.2 + speed * (air.age_s + 0.3)) % 1.3 - 0.15
    swing = np.sin(air.m.time_s * (1.1 + u[5]) + u[6] * 6.3)
    x = (u[7] * 1.2 - 0.1) * air.aspect + 0.05 * swing * (0.4 + near) + 0.05 * air.age_s * near
    size = (0.0085 + 0.042 * near) * (0.8 + 0.4 * u[8])
    kind = _KINDS[air.seed % len(_KINDS)]
    _laid_leaves(air, x, y, size=size, colours=_coloured(air, kind, 4.2), stretch=0.0)


def _stars_fall(air: Air) -> None:
    """Points of light that fall aslant with a trail, one after the other."""
    u = air.chances(26, 6)
    t = (u[0] + air.age_s * (0.22 + 0.20 * u[1])) % 1
    far = t * (0.6 + 0.4 * t) * (0.75 + 0.5 * u[2])
    x = (u[3] * 1.25 + 0.05) * air.aspect - 0.62 * far
    y = u[4] * 0.55 - 0.25 + far
    on = air.level * np.sin(np.pi * np.clip(t, 0, 1)) * (0.35 + 0.65 * u[5])
    for back in range(16):
        trail = on * (1 - back / 16) ** 2.2
        size = (0.0022 + 0.0016 * u[5]) * (1 - 0.045 * back)
        light = trail[:, None] * (2.2, 2.4, 2.8) * (1.6 if back == 0 else 0.55)
        air.spots(x + 0.0062 * back, y - 0.0100 * back, size, light)


def leaves_blow(air: Air) -> None:
    """Leaves driven across by the wind."""
    u = air.chances(_COUNT, 9)
    near = u[2] ** 2.2
    gone = air.age_s * (0.55 + 1.1 * near + 0.3 * u[3]) * (1 + 0.15 * air.m.loud)
    x = (u[7] * (air.aspect + 0.4) + gone) % (air.aspect + 0.4) - 0.2
    y = u[4] + 0.06 * np.sin(gone * 5 + u[6] * 6.3) + 0.05 * np.sin(air.m.time_s * 2 + u[5] * 6)
    size = (0.0055 + 0.026 * near) * (0.8 + 0.4 * u[8])
    _laid_leaves(air, x, y, size=size, colours=_coloured(air, _LEAVES, 4.2), stretch=0.35)


def petals_open(air: Air) -> None:
    """Petals drift up and outward from the light."""
    u = air.chances(_COUNT, 9)
    far = ((u[4] + air.age_s * (0.10 + 0.10 * u[3])) % 1) ** 0.8
    turn = 2 * np.pi * u[7] + 0.35 * air.age_s * (0.5 + u[5])
    x = air.scene.light[0] + far * 1.05 * np.cos(turn) * max(air.aspect / 1.78, 0.6)
    y = air.scene.light[1] + far * 0.75 * np.sin(turn) - 0.05 * far * air.age_s
    size = (0.0050 + 0.028 * u[2] ** 2.4) * (0.35 + 0.65 * np.minimum(far * 2.5, 1))
    _laid_leaves(air, x, y, size=size, colours=_coloured(air, _PETALS, 4.6), stretch=0.0)


def lanterns_rise(air: Air) -> None:
    """Paper lanterns rise, the farther the smaller; sparks with them."""
    u = air.chances(34, 8)
    near = u[2] ** 2.2
    rise = (0.045 + 0.085 * near) * (air.age_s + 1.2)
    y = 1.12 - ((u[4] * 1.25 + rise) % 1.3)
    x = u[7] * air.aspect + 0.018 * np.sin(air.m.time_s * (0.5 + u[5]) + u[6] * 6.3)
    wide = (0.0052 + 0.024 * near) * (0.85 + 0.3 * u[3])
    order = np.argsort(wide)
    light = air.level * (0.72 + 0.28 * np.sin(air.m.time_s * (1.5 + u[5]) + u[0] * 6.3))
    glow = np.stack([light * c for c in (0.20, 0.075, 0.020)], 1)
    air.spots(x, y + 0.4 * wide, 5.0 * wide, glow)
    rows = np.stack([x * air.height, y * air.height, wide * air.height,
                     (0.8 + 2.5 * near) * air.height / 720, light], 1)[order]  # fmt: skip
    lanterns(air.planes, np.ascontiguousarray(rows, np.float32))


def embers_rise(air: Air) -> None:
    """Embers rise from below the picture and go out."""
    u = air.chances(420, 7)
    t = (u[1] + air.age_s * (0.16 + 0.22 * u[0])) % 1
    x = u[2] * air.aspect + 0.05 * np.sin(t * 7 + u[3] * 40) * (0.3 + t) + 0.03 * air.age_s * t
    y = 1.04 - t * (0.55 + 0.55 * u[4])
    hot = air.level * (1 - t) ** 1.3 * (0.35 + 0.65 * u[5]) * (0.75 + 0.5 * air.m.hits)
    size = 0.0014 + 0.0030 * u[6] ** 3
    air.spots(x, y, size, hot[:, None] * (6.0, 1.75, 0.30))
    near = u[6] > 0.86
    air.spots(x[near], y[near], size[near] * 6, hot[near, None] * (0.34, 0.09, 0.015))


def fireflies(air: Air) -> None:
    """Small warm lights that wander and breathe."""
    u = air.chances(70, 7)
    x = u[0] * air.aspect + 0.05 * np.sin(air.m.time_s * (0.3 + u[1]) + u[2] * 40)
    y = 0.28 + 0.70 * u[3] + 0.04 * np.sin(air.m.time_s * (0.4 + u[4]) + u[5] * 50)
    on = np.clip(np.sin(air.m.time_s * (0.7 + u[6]) + u[2] * 60), 0, 1) ** 2 * air.level
    size = 0.0022 + 0.0022 * u[5] ** 2
    air.spots(x, y, size, on[:, None] * (4.2, 2.6, 0.7))
    air.spots(x, y, size * 8, on[:, None] * (0.13, 0.075, 0.02))


def motes(air: Air) -> None:
    """Dust that the light shows."""
    u = air.chances(120, 7)
    x = u[0] * air.aspect + 0.03 * np.sin(air.m.time_s * (0.2 + 0.4 * u[1]) + u[2] * 40)
    y = (u[3] - 0.02 * air.age_s * (0.3 + u[4])) % 1.0
    away = np.hypot(x - air.scene.light[0], y - air.scene.light[1])
    on = (
        air.level * np.exp(-2.2 * away) * (0.35 + 0.65 * np.sin(air.m.time_s * 1.4 + u[5] * 9) ** 2)
    )
    glow = np.array(air.scene.glow) / max(max(air.scene.glow), 0.2) * 0.8 + 0.2
    air.spots(x, y, 0.0014 + 0.0030 * u[6] ** 3, on[:, None] * glow * 1.9)
    big = u[6] > 0.80
    air.spots(x[big], y[big], 0.012 + 0.016 * u[5][big], on[big, None] * glow * 0.16)


def streaks(air: Air) -> None:
    """Points of light that pass on both sides, as for one who runs."""
    u = air.chances(64, 5)
    t = (u[0] + air.age_s * (0.75 + 0.5 * u[1])) % 1
    turn = 2 * np.pi * u[2]
    glow = np.array(air.scene.glow) / max(max(air.scene.glow), 0.2) * 0.7 + 0.3
    for back in range(7):
        far = 0.10 + 1.15 * np.clip(t - 0.016 * back, 0, 1) ** 2.2
        x = air.aspect / 2 + far * np.cos(turn) * max(air.aspect / 1.5, 0.6)
        y = 0.48 + far * np.sin(turn) * 0.8
        on = air.level * t**1.5 * (1 - back / 7) * 0.55
        air.spots(x, y, 0.0012 + 0.0030 * t, on[:, None] * glow)


def lights_dance(air: Air) -> None:
    """Discs of light, large and soft and small and sharp, that jump with the beat."""
    u = air.chances(46, 7)
    beats = air.scene.stride(air.m.time_s, 1.0)
    step = np.floor(beats) + ease((beats % 1) * 2.2)
    turn = 2 * np.pi * (u[0] + 0.085 * step * np.where(u[1] > 0.5, 1, -1))
    reach = 0.22 + 0.75 * u[2]
    x = air.aspect / 2 + reach * np.cos(turn) * max(air.aspect / 1.7, 0.6)
    y = 0.45 + 0.42 * reach * np.sin(turn) + 0.05 * np.sin(turn * 3)
    hue = np.array([(1.0, 0.32, 0.55), (0.35, 0.62, 1.0), (1.0, 0.72, 0.28), (0.55, 0.36, 1.0)])
    glow = hue[(u[3] * 4).astype(int)]
    on = air.level * (0.25 + 0.75 * air.m.beat) * (0.4 + 0.6 * u[4])
    air.spots(x, y, 0.0030 + 0.004 * u[5], on[:, None] * glow * 2.6)
    soft = u[6] > 0.55
    air.spots(x[soft], y[soft], 0.05 + 0.07 * u[5][soft], on[soft, None] * glow[soft] * 0.16)


def birds_cross(air: Air) -> None:
    """A flock rises from below and crosses the sky."""
    u = air.chances(26, 8)
    dark = air.mean * 0.10
    colour = dark if air.luma > 0.05 else np.array(air.scene.glow) * 0.25 + air.mean
    ink = colour.astype(np.float32)
    way = 1 if air.seed % 2 else -1
    for k in range(u.shape[1]):
        near = u[2, k] ** 2
        delay = 0.9 * u[3, k] - 0.5
        age = air.age_s - delay
        if age < 0:
            continue
        gone = age * (0.15 + 0.12 * near)
        side = (0.16 + 0.34 * u[0, k]) * air.aspect + gone
        x = side if way > 0 else air.aspect - side
        y = 0.74 + 0.12 * u[1, k] - 0.30 * (1 - np.exp(-gone * 1.9)) - 0.55 * gone * (0.5 + u[4, k])
        y += 0.008 * np.sin(age * 2 + u[5, k] * 6)
        size = 0.010 + 0.022 * near
        flap = np.sin(age * (9 + 5 * (1 - near)) + u[6, k] * 6.3) * (
            0.55 + 0.45 * np.sin(age + u[7, k] * 6)
        )
        points = wings(float(flap)) * (size * way, size) + (x, y)
        shape(air.planes, [points], ink, 0.95 * air.level * min(1.0, age * 3))


def snow_falls(air: Air) -> None:
    """Snow."""
    snow(air.planes, air.m.time_s, 760, (0.55 + 2.6 * air.luma) * air.level, air.seed % 5)


def rain_falls(air: Air) -> None:
    """Rain, in the picture's own light."""
    light = (air.lit(np.array((0.85, 0.95, 1.08)), 1.3) + 0.012).astype(np.float32)
    xs, ys = air.scene.full
    rain(air.planes, xs, ys, air.m.time_s, 0.40 * air.level, 0.16, light)


def drops_fall(air: Air) -> None:
    """Slow drops that catch the light, as tears do."""
    u = air.chances(60, 6)
    near = u[2] ** 2
    t = (u[4] + air.age_s * (0.20 + 0.26 * near)) % 1
    x, y = u[0] * air.aspect, t**1.5 * 1.2 - 0.1
    light = air.lit(np.array((0.80, 0.95, 1.15)), 2.6) + 0.14
    long = 0.004 + 0.016 * near
    for back in range(8):
        on = air.level * (1 - back / 8) ** 2 * (0.5 + 0.5 * u[3])
        size = (0.0020 + 0.0056 * near) * (1 - 0.085 * back)
        air.spots(x, y - long * back / 3, size, on[:, None] * light * (1.2 if back == 0 else 0.5))


def sparks_burst(air: Air) -> None:
    """Sparks fly out of the light, slow down and sink."""
    u = air.chances(260, 6)
    turn = 2 * np.pi * u[0]
    speed = 0.14 + 0.66 * u[1] ** 0.7
    for back in range(5):
        age = max(air.age_s - 0.035 * back, 0.0)
        far = speed * (1 - np.exp(-age * 1.9)) / 1.15
        x = air.scene.light[0] + far * np.cos(turn)
        y = air.scene.light[1] + far * np.sin(turn) * 0.85 + 0.045 * age**2
        on = air.level * np.exp(-age * (0.40 + 0.55 * u[2])) * (1 - back / 5) ** 1.5
        on = on * (0.6 + 0.4 * np.sin(age * 21 + u[3] * 40))
        glow = np.stack([np.full(len(u[4]), 4.0), 1.7 + 1.3 * u[4], 0.5 + 1.3 * u[4] ** 2], 1)
        air.spots(x, y, 0.0024 + 0.0034 * u[5] ** 2, on[:, None] * glow * 1.5)


def bubbles_rise(air: Air) -> None:
    """Bubbles rise in columns and sway."""
    u = air.chances(76, 7)
    near = u[2] ** 3
    t = (u[4] + air.age_s * (0.10 + 0.15 * near + 0.05 * u[3])) % 1
    column = np.floor(u[0] * 9) / 9 + 0.05 * (u[1] - 0.5)
    x = (0.05 + 0.95 * column) * air.aspect + 0.014 * np.sin(t * 19 + u[5] * 6.3)
    y = 1.08 - 1.16 * t
    radius = (0.0026 + 0.0150 * near) * (0.7 + 0.6 * t) * air.height
    light = air.lit(np.array((0.60, 1.0, 1.15)), 2.2) + 0.026
    rows = np.concatenate([np.stack([x * air.height, y * air.height, radius], 1),
                           np.broadcast_to(light * air.level, (len(x), 3))], 1)  # fmt: skip
    bubbles(air.planes, np.ascontiguousarray(rows, np.float32))


def candles_light(air: Air) -> None:
    """Points of fire are lit one after the other, the nearest first."""
    u = air.chances(80, 6)
    near = u[0] ** 1.4
    y = 0.66 + 0.34 * near
    x = air.aspect / 2 + (u[1] - 0.5) * air.aspect * (0.7 + 0.5 * near)
    on = np.clip((air.age_s - 2.0 * (1 - near) - 0.2 * u[2]) * 3, 0, 1) * air.level
    flick = 0.82 + 0.18 * np.sin(air.m.time_s * (6 + 5 * u[3]) + u[4] * 40)
    size = 0.0016 + 0.0040 * near
    glow = (on * flick)[:, None]
    air.spots(x, y, size, glow * (4.4, 2.0, 0.5))
    air.spots(x, y - 0.8 * size, 0.7 * size, glow * (3.0, 1.6, 0.5))
    air.spots(x, y, size * 9, glow * (0.17, 0.065, 0.014))
