"""Planes of linear light and what moves them: new ones, grids, sizes, focus, a camera.

A picture is float32 [3, height, width], linear light, 0 to about 8 (brighter than white is allowed:
it glows). Places are in picture heights: x from 0 to the aspect, y from 0 at the top to 1.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.kernels import kernel

__all__ = ["Planes", "camera", "enlarge", "grid", "new_planes", "resized"]

Planes: TypeAlias = NDArray[np.float32]

_NEAR = 1.1  # zoom up to which rows are drawn out in long runs, in half of OpenCV's time


def new_planes(size: tuple[int, int], count: int = 3) -> Planes:
    """Dark planes [count, height, width] for a size (width, height)."""
    return np.zeros((count, size[1], size[0]), np.float32)


def grid(size: tuple[int, int]) -> tuple[Planes, Planes]:
    """Centres of pixels in picture heights: x float32 [width], y float32 [height]."""
    width, height = size
    across = (np.arange(width) + 0.5) / height
    down = (np.arange(height) + 0.5) / height
    return across.astype(np.float32), down.astype(np.float32)


def resized(planes: Planes, size: tuple[int, int], way: int = cv2.INTER_LINEAR) -> Planes:
    """The planes at another size (width, height)."""
    return np.stack([cv2.resize(plane, size, interpolation=way) for plane in planes])


def enlarge(small: Planes, out: Planes) -> None:
    """Fill `out` with a picture that was drawn smaller."""
    for plane, into in zip(small, out, strict=True):
        cv2.resize(plane, (out.shape[2], out.shape[1]), dst=into)


@kernel
def _closer(out, planes, runs, aside, rows, below, light):
    """Every pixel between the four round its place, times light.

    runs int32 [n, 2]: where pixels begin whose left neighbour lies the same number of columns
    beside them, and how many; aside float32 [w]: how far to the right one. rows int32 [h], below
    float32 [h]: the upper row, and how far to the lower one.
    """
    count, h, w = out.shape
    row = np.empty(w, np.float32)
    for c in range(count):
        for j in range(h):
            upper, lower, share = planes[c, rows[j]], planes[c, rows[j] + 1], below[j]
            for i in range(w):
                row[i] = (upper[i] + (lower[i] - upper[i]) * share) * light
            to = out[c, j]
            for n in range(len(runs) - 1):
                start, end, beside = runs[n, 0], runs[n + 1, 0], runs[n, 1]
                left, right = row[start + beside : end + beside], row[start + beside + 1 :]
                part, way = to[start:end], aside[start:end]
                for i in range(len(part)):
                    part[i] = left[i] + (right[i] - left[i]) * way[i]


def _between(count: int, zoom: float, start: float) -> tuple[NDArray[np.int32], Planes] | None:
    """The pixel before each place, and how far it lies from there to the next; None: outside."""
    places = (np.arange(count) - start) / zoom
    if places[0] < -1 or places[-1] > count or count < 2:
        return None
    places = places.clip(0, count - 1)  # half a pixel of border is reflected
    before = np.minimum(places.astype(np.int32), count - 2)
    return before, (places - before).astype(np.float32)


def camera(
    planes: Planes,
    zoom: float,
    shift: tuple[float, float] = (0.0, 0.0),
    at: tuple[float, float] = (0.5, 0.5),
    *,
    turn: float = 0.0,
    light: float = 1.0,
) -> Planes:
    """The picture seen closer.

    Args:
        planes: the picture.
        zoom: 1 is all of it.
        shift: how far it moves aside and down, in picture heights.
        at: the point that stays, in fractions of width and height.
        turn: how far it is turned about that point, in radians.
        light: what its light is multiplied with.
    """
    height, width = planes.shape[1:]
    along, across = zoom * float(np.cos(turn)), zoom * float(np.sin(turn))
    x, y = at[0] * width, at[1] * height
    x, y = x - along * x + across * y, y - across * x - along * y
    x, y = x + shift[0] * height, y + shift[1] * height
    out = np.empty_like(planes)
    if turn == 0 and 1 <= zoom <= _NEAR:
        columns, rows = _between(width, zoom, x), _between(height, zoom, y)
        if columns is not None and rows is not None:
            beside = columns[0] - np.arange(width, dtype=np.int32)
            starts = np.flatnonzero(np.diff(beside, prepend=beside[0] + 1))
            runs = np.array([*zip(starts, beside[starts], strict=True), (width, 0)], np.int32)
            _closer(out, planes, runs, columns[1], *rows, light)
            return out
    matrix = np.array([[along, -across, x], [across, along, y]], np.float32)
    for plane, into in zip(planes, out, strict=True):
        cv2.warpAffine(
            plane, matrix, (width, height), dst=into,
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT,
        )  # fmt: skip
    if light != 1:
        out *= np.float32(light)
    return out
