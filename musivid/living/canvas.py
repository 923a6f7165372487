"""Planes of linear light and what moves them: new ones, grids, sizes, focus, a camera.

A picture is float32 [3, height, width], linear light, 0 to about 8 (brighter than white is allowed:
it glows). Places are in picture heights: x from 0 to the aspect, y from 0 at the top to 1.
"""

from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Planes", "camera", "enlarge", "grid", "new_planes", "resized"]

Planes: TypeAlias = NDArray[np.float32]


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


def camera(
    planes: Planes,
    zoom: float,
    shift: tuple[float, float] = (0.0, 0.0),
    at: tuple[float, float] = (0.5, 0.5),
    turn: float = 0.0,
) -> Planes:
    """The picture seen closer.

    Args:
        planes: the picture.
        zoom: 1 is all of it.
        shift: how far it moves aside and down, in picture heights.
        at: the point that stays, in fractions of width and height.
        turn: how far it is turned about that point, in radians.
    """
    height, width = planes.shape[1:]
    along, across = zoom * float(np.cos(turn)), zoom * float(np.sin(turn))
    x, y = at[0] * width, at[1] * height
    x, y = x - along * x + across * y, y - across * x - along * y
    x, y = x + shift[0] * height, y + shift[1] * height
    matrix = np.array([[along, -across, x], [across, along, y]], np.float32)
    out = np.empty_like(planes)
    for plane, into in zip(planes, out, strict=True):
        cv2.warpAffine(
            plane, matrix, (width, height), dst=into,
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT,
        )  # fmt: skip
    return out
