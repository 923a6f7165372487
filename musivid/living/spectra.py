"""Spectra as things of light: a ring of rays, rounded bars, ribbons of silk, ridges of mountains.

Levels are 0..1 from low to high; places are in picture heights.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.shade import clamp, mix, smooth
from musivid.living.sprites import shape

__all__ = ["draw_bars", "draw_ring", "laid_levels", "paint_ribbons", "paint_ridges"]

Array = NDArray[np.float32]
Points = NDArray[np.float64]
Rgb = tuple[float, float, float]

_CAP = np.linspace(0, np.pi, 9)  # a rounded end
_RAYS = 36  # a side of the ring
_LEAST = 0.055  # of a level: silence is a line of pearls


def laid_levels(bands: Array, count: int) -> NDArray[np.float64]:
    """The spectrum in another number of levels, each a little like its neighbours."""
    even = cv2.GaussianBlur(bands.reshape(1, -1), (0, 0), 0.8, borderType=cv2.BORDER_REPLICATE)[0]
    at = (np.arange(count) + 0.5) * len(even) / count - 0.5
    if count >= len(even):
        return np.asarray(np.interp(at, np.arange(len(even)), even), np.float64)
    parts = np.array_split(even, count)
    return np.array([0.5 * part.max() + 0.5 * part.mean() for part in parts])


def draw_bars(
    planes: Planes,
    bands: Array,
    box: tuple[float, float, float, float],
    count: int,
    colours: tuple[Rgb, Rgb],
) -> None:
    """Rounded bars around a middle line, lows in the middle, the same on both sides.

    Args:
        planes: the picture.
        bands: float32 [32].
        box: middle x and y, width and height of all, in picture heights.
        count: bars on a side of the middle one.
        colours: of the low and of the high.
    """
    levels = laid_levels(bands, count + 1)
    x, y, wide, tall = box
    step = wide / (2 * count + 1)
    radius = step * 0.31
    for index in range(-count, count + 1):
        level = float(levels[abs(index)])
        half = max(
            radius, tall / 2 * (_LEAST + (1 - _LEAST) * level) * (1 - 0.25 * abs(index) / count)
        )
        share = abs(index) / count
        light = 0.62 + 0.55 * level
        shape(planes, [_capsule(x + index * step, y, radius, half)],
              _between(colours, share, light))  # fmt: skip


def draw_ring(
    planes: Planes,
    bands: Array,
    at: tuple[float, float],
    reach: tuple[float, float],
    colours: tuple[Rgb, Rgb],
) -> None:
    """Rays around a disc, lows at the top, the same on both sides.

    Args:
        planes: the picture.
        bands: float32 [32].
        at: the middle.
        reach: where rays begin, and how long one of level 1 is.
        colours: of the low and of the high.
    """
    levels = laid_levels(bands, _RAYS)
    width = np.pi * reach[0] / _RAYS * 0.29
    for index in range(2 * _RAYS):
        own = index if index < _RAYS else 2 * _RAYS - 1 - index
        level = float(levels[own])
        angle = (index + 0.5) * np.pi / _RAYS
        long = max(width * 2.2, reach[1] * (_LEAST + (1 - _LEAST) * level))
        ray = _capsule(0.0, -reach[0] - long / 2, width, long / 2)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        light = 0.60 + 0.65 * level
        shape(planes, [ray @ turn + at], _between(colours, own / _RAYS, light))


def _capsule(x: float, y: float, radius: float, half: float) -> Points:
    """An upright bar with round ends; `half` is from its middle to its end."""
    straight = half - radius
    top = np.stack([x + radius * np.cos(_CAP), y - straight - radius * np.sin(_CAP)], 1)
    low = np.stack([x - radius * np.cos(_CAP), y + straight + radius * np.sin(_CAP)], 1)
    return np.concatenate([top, low])


def _between(colours: tuple[Rgb, Rgb], share: float, light: float) -> Sequence[float]:
    return [(a + (b - a) * share) * light for a, b in zip(*colours, strict=True)]


@kernel
def paint_ribbons(out, ys, curves, steep, inks, thin, j0):
    """Lines of light across the picture.

    Args:
        out: the picture float32 [3, h, w].
        ys: places of rows.
        curves: float32 [n, w], height of each line in each column.
        steep: float32 [n, w], cosine of its slope there.
        inks: float32 [n, 3].
        thin: half the width of a line.
        j0: first row.
    """
    w = out.shape[2]
    tmp = np.empty((4, w), np.float32)
    light, r, g, b = tmp[0], tmp[1], tmp[2], tmp[3]
    for j in range(j0, j0 + len(ys)):
        y = ys[j - j0]
        for i in range(w):
            r[i], g[i], b[i] = float32(0.0), float32(0.0), float32(0.0)
        for k in range(len(curves)):
            line, flat = curves[k], steep[k]
            for i in range(w):
                d = abs(y - line[i]) * flat[i]
                core = smooth(thin * 1.6, thin * 0.4, d)
                glow = thin / (d + thin)
                light[i] = core + 0.35 * glow * glow
            for i in range(w):
                r[i] += light[i] * inks[k, 0]
                g[i] += light[i] * inks[k, 1]
                b[i] += light[i] * inks[k, 2]
        o0, o1, o2 = out[0, j], out[1, j], out[2, j]
        for i in range(w):
            o0[i] += r[i]
            o1[i] += g[i]
            o2[i] += b[i]


@kernel
def paint_ridges(out, ys, tops, inks, deep, rim, soft, j0):
    """Ridges, the farthest first: lit along their top, darker below.

    Args:
        out: the picture float32 [3, h, w].
        ys: places of rows.
        tops: float32 [n, w], height of each ridge in each column.
        inks: float32 [n, 3], light of each at its top.
        deep: float32 [n, 3], its colour far below.
        rim: width of the lit edge.
        soft: a pixel.
        j0: first row.
    """
    w = out.shape[2]
    for j in range(j0, j0 + len(ys)):
        y = ys[j - j0]
        for k in range(len(tops)):
            top = tops[k]
            for c in range(3):
                row, ink, low = out[c, j], inks[k, c], deep[k, c]
                for i in range(w):
                    d = y - top[i]
                    inside = clamp(d / soft + 0.5)
                    edge = smooth(rim, 0.0, abs(d - soft))
                    fall = 1.0 / (1.0 + max(d, 0.0) * 16.0)
                    body = mix(low, ink * 0.42, fall * fall)
                    row[i] = mix(row[i], body + edge * ink, inside)
