"""Small things drawn as smooth polygons over a picture: a boat with its mirror image, birds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.moment import Moment

__all__ = ["Colour", "Points", "Stencil", "birds", "boat", "shape", "wings"]

Points = NDArray[np.float64]
Colour = Sequence[float] | NDArray[np.floating]

_SHIFT = 4  # OpenCV draws polygons in sixteenths of a pixel
_BIRD_S = 4.0


def shape(
    planes: Planes, points: Iterable[Points] | Points, colour: Colour, alpha: float = 1.0
) -> None:
    """Fill polygons (points in picture heights, or [n, corners, 2]) with a colour, edges smooth."""
    height = planes.shape[1]
    if isinstance(points, np.ndarray):  # as many corners each
        drawn = list(np.round((points * height - 0.5) * 16).astype(np.int32))
    else:
        drawn = [np.round((np.asarray(p) * height - 0.5) * 16).astype(np.int32) for p in points]
    every = np.concatenate(drawn) >> _SHIFT
    low = np.maximum(every.min(0) - 2, 0)
    high = np.minimum(every.max(0) + 3, (planes.shape[2], height))
    if (high <= low).any():
        return
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    for polygon in drawn:
        cv2.fillPoly(mask, [polygon - low * 16], 255, cv2.LINE_AA, _SHIFT)
    cover = mask.astype(np.float32) * np.float32(alpha / 255)
    for channel, value in enumerate(colour):
        region = planes[channel, low[1] : high[1], low[0] : high[0]]
        region += (np.float32(value) - region) * cover


class Stencil:
    """A shape of many polygons that is filled once and laid anywhere, between pixels too."""

    def __init__(self, points: Sequence[Points], height: int) -> None:
        """Fill polygons (in picture heights about the place where it is laid)."""
        drawn = [np.round((np.asarray(p) * height) * 16).astype(np.int32) for p in points]
        every = np.concatenate(drawn) >> _SHIFT
        self._low = every.min(0) - 2
        across, down = (every.max(0) - self._low + 4).tolist()
        mask = np.zeros((down, across), np.uint8)
        for polygon in drawn:
            cv2.fillPoly(mask, [polygon - self._low * 16], 255, cv2.LINE_AA, _SHIFT)
        self._mask = mask.astype(np.float32) * np.float32(1 / 255)

    def lay(self, planes: Planes, at: tuple[float, float], colour: Colour) -> None:
        """Lay it on a picture at a place in picture heights."""
        height, width = planes.shape[1:]
        place = np.array(at) * height - 0.5 + self._low
        first = np.floor(place).astype(int)
        dx, dy = (place - first).tolist()
        down, across = self._mask.shape
        low = np.maximum(first, 0)
        high = np.minimum(first + np.array((across + 1, down + 1)), (width, height))
        if (high <= low).any():
            return
        matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        moved = cv2.warpAffine(self._mask, matrix, (across + 1, down + 1))
        a, b = low - first, high - first
        cover = moved[a[1] : b[1], a[0] : b[0]]
        for channel, value in enumerate(colour):
            region = planes[channel, low[1] : high[1], low[0] : high[0]]
            region += (np.float32(value) - region) * cover


def boat(planes: Planes, at: tuple[float, float], length: float, tilt: float, dark: Colour) -> None:
    """A sailing boat and its reflection; `at` is the water line's middle."""
    hull = np.array([(-0.5, -0.1), (0.55, -0.12), (0.36, 0.06), (-0.36, 0.06)])
    sail = np.array([(-0.03, -0.16), (-0.03, -1.25), (0.12, -0.85), (0.42, -0.2)])
    jib = np.array([(-0.08, -0.18), (-0.07, -1.1), (-0.25, -0.6), (-0.5, -0.2)])
    turn = np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])
    x, y = at
    for points in (hull, sail, jib):
        shape(planes, [points @ turn * length + (x, y)], dark)
        mirrored = points @ turn * (length, -length * 0.75) + (x, y + length * 0.1)
        shape(planes, [mirrored], dark, 0.45)


def birds(
    planes: Planes, m: Moment, home: tuple[float, float], dark: Colour, most: int = 9
) -> None:
    """Strong onsets let birds fly up from `home`; they cross the sky for four seconds."""
    for event in [e for e in m.events if e.strength > 0.75][:most]:
        rng = dice(event.key)
        size, age = rng.uniform(0.012, 0.026), event.age_s
        x = home[0] + rng.normal(0, 0.16) + (0.05 + 0.05 * rng.random()) * age
        y = home[1] + rng.normal(0, 0.07) - 0.022 * age
        y += 0.006 * np.sin(age * 3 + rng.uniform(0, 6))
        flap = np.sin(age * rng.uniform(9, 13) + rng.uniform(0, 6))
        alpha = min(1.0, age * 3, (_BIRD_S - age) * 1.2)
        shape(planes, [wings(float(flap)) * size + (x, y)], dark, 0.9 * alpha)


def wings(flap: float) -> Points:
    """A bird from afar; flap -1 wings up, 1 down."""
    outer, inner = 0.02 - 0.75 * flap, -0.1 - 0.3 * flap
    lead = -0.28 - 0.35 * flap
    return np.array(
        [(0, 0.1), (-0.45, lead), (-1.05, outer), (-0.5, inner),
         (0, 0.28), (0.5, inner), (1.05, outer), (0.45, lead)]
    )  # fmt: skip
