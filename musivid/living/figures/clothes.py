"""Figures in their light: skin, hair and cloth lit by sky and ground, a rim where the light stands.

What turns to the viewer gets the light of the sky above and of the ground below it; how much,
depends on where the light stands: before a low sun people are nearly dark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.figures.body import Body, Ink, draw, shaped

__all__ = ["CLOTH", "Daylight", "daylight", "draw_dressed"]

Rgb = tuple[float, float, float]
Colour = Rgb | NDArray[np.float64]

CLOTH: dict[str, Rgb] = {
    "far_skin": (0.24, 0.125, 0.080),
    "far_legs": (0.026, 0.031, 0.048),
    "far_coat": (0.050, 0.050, 0.062),
    "skin": (0.42, 0.225, 0.145),
    "legs": (0.060, 0.072, 0.110),
    "shirt": (0.23, 0.235, 0.25),
    "coat": (0.105, 0.105, 0.125),
    "sleeve": (0.150, 0.150, 0.175),
    "hair": (0.040, 0.024, 0.015),
    "shoes": (0.035, 0.028, 0.026),
    "basket": (0.085, 0.050, 0.028),
}
"""Share of the light that parts of people give back, in the order in which they lie."""

_PLAIN: Rgb = (0.055, 0.050, 0.060)  # of what no part says
_LOW, _HIGH = 0.34, 0.04  # where the light stands: before people, over them
_BACKLIT, _FRONTLIT = 0.20, 1.15  # share of the surrounding light on the side that is seen
_LEAST = np.array((0.0012, 0.0010, 0.0018))
_NEAR_WHITE = 1.4  # brighter than this is the lamp itself, not the sky
_TALL = 0.26  # in picture heights; who is smaller stands farther off, in haze
_HAZE = 0.16


@dataclass(frozen=True, slots=True)
class Daylight:
    """What falls on a figure.

    Attributes:
        sky: from above, linear light of a white surface.
        ground: from below.
        front: 0 backlit to 1 lit from before.
        haze: share of the air's own light before it.
        air: colour of that light.
    """

    sky: NDArray[np.float64]
    ground: NDArray[np.float64]
    front: float
    haze: float
    air: NDArray[np.float64]

    def on(self, albedo: Colour) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The colour of a surface at the feet and at the head."""
        keep = np.asarray(albedo, np.float64)
        lights = 0.75 * self.ground + 0.25 * self.sky, self.sky
        low, high = (
            (keep * light + _LEAST) * (1 - self.haze) + self.air * self.haze for light in lights
        )
        return low, high


def daylight(
    planes: Planes, at: tuple[float, float], size: float, light: tuple[float, float]
) -> Daylight:
    """The light on someone of a size (picture heights) whose feet are at a place of a picture.

    Args:
        planes: the picture without the figure.
        at: x and y of the feet.
        size: of the figure.
        light: where the light of the picture stands.
    """
    tall, wide = planes.shape[1:]
    head, foot = (int(np.clip(y * tall, 1, tall)) for y in (at[1] - 0.7 * size, at[1]))
    left, right = (int(np.clip((at[0] + s * size) * tall, 0, wide)) for s in (-1.6, 1.6))
    left, right = min(left, wide - 8), max(right, left + 8)
    above = np.minimum(planes[:, :head:8, ::8], _NEAR_WHITE).mean((1, 2))
    below = np.minimum(planes[:, max(foot - tall // 12, 0) : foot + 8 : 4, left:right:4], 1)
    round_ = planes[:, max(head - 8, 0) : foot + 1 : 8, left:right:8].mean((1, 2))
    front = float(np.clip((_LOW - light[1]) / (_LOW - _HIGH), 0, 1))
    ground = below.mean((1, 2)) if below.size else above
    # Light ground, such as snow, lights what stands before the light as well.
    bright = float(np.clip((ground.mean() - 0.14) / 0.30, 0, 1))
    front = max(front, 0.75 * bright)
    level = _BACKLIT + (_FRONTLIT - _BACKLIT) * front**1.5
    haze = _HAZE * float(np.clip(1.25 - size / _TALL, 0, 1))
    return Daylight(above * level, ground * level, front, haze, round_ * 0.9)


def draw_dressed(
    planes: Planes,
    body: Body,
    at: tuple[float, float],
    size: float,
    ink: Ink,
    *,
    day: Daylight,
    accents: Mapping[str, Colour] = MappingProxyType({}),
    plain: Colour = _PLAIN,
    flip: int = 1,
) -> None:
    """Draw a body in its light: what no part says first, then its parts as they lie.

    Args:
        planes: the picture.
        body: its parts of the names in `CLOTH` are coloured as skin, hair and cloth are.
        at: its feet.
        size: its height.
        ink: rim, light and edge.
        day: what falls on it.
        accents: colours of parts that stand out, as they are seen.
        plain: share of the light that the rest gives back.
        flip: -1 faces the other way.
    """
    whole = shaped(planes, body, at, size, ink, flip=flip)
    if whole is None:
        return
    low, high = day.on(plain)
    whole.lay(planes, replace(ink, dark=low, high=high, edge=0.0))
    parts = {name: day.on(albedo) for name, albedo in CLOTH.items()}
    for name, colour in accents.items():
        shown = np.asarray(colour, np.float64)
        parts[name] = shown * 0.62, shown * 1.12
    parts["arm"] = parts["skin"]
    parts["hair"] = parts.pop("hair")
    for name, (low, high) in parts.items():
        if name in body.parts:
            part = replace(ink, dark=low, high=high, edge=0.0, coarse=whole.step)
            draw(planes, body.parts[name], at, size, part, flip=flip)
    # The light comes last, round the whole: no seam between two cloths shines.
    whole.lay(planes, replace(ink, broad=0.04 + 0.11 * day.front), rim_alone=True)
