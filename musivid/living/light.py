"""Light on film: how a picture is graded, bloom, shafts, round lights and lines of light."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import cv2
import numpy as np
from numba import float32, int32

from musivid.living.canvas import Planes, resized
from musivid.living.kernels import fn, kernel

__all__ = ["Grade", "bloom", "mixed_grade", "shafts", "splat", "streaks"]

_GLOWS = (0.5, 0.5, 0.45, 0.35)  # weights of wider and wider glows; by eye
_NARROW_GLOW = 0.35


@dataclass(frozen=True, slots=True)
class Grade:
    """How a picture is finished.

    Attributes:
        exposure: times the light.
        bloom: strength of the glow of bright parts.
        shadows: RGB added to the dark, in display light.
        lights: RGB times the bright.
        saturation: 1 leaves colours as they are.
        contrast: 1 leaves it.
        vignette: how much darker the corners are, 0..1.
        grain: spread of the film's grain, 0.009 is plain.
    """

    exposure: float = 1.0
    bloom: float = 0.5
    shadows: tuple[float, float, float] = (0.0, 0.0, 0.0)
    lights: tuple[float, float, float] = (1.0, 1.0, 1.0)
    saturation: float = 1.05
    contrast: float = 1.0
    vignette: float = 0.35
    grain: float = 0.009


def mixed_grade(a: Grade, b: Grade, share: float) -> Grade:
    """A grade on the way from a to b."""
    values: dict[str, Any] = {}
    for field in fields(Grade):
        x, y = getattr(a, field.name), getattr(b, field.name)
        pair = tuple(p + (q - p) * share for p, q in zip(x, y, strict=True)) if (
            isinstance(x, tuple)
        ) else x + (y - x) * share  # fmt: skip
        values[field.name] = pair
    return replace(a, **values)


@kernel
def _keep_bright(planes, knee, top):
    for c in range(3):
        for j in range(planes.shape[1]):
            row = planes[c, j]
            for i in range(len(row)):
                v = max(row[i] - knee, 0.0)
                row[i] = min(v * v / (v + 0.35), top)


def bloom(planes: Planes, knee: float = 0.55, top: float = 6.0) -> Planes:
    """The glow of the bright parts at a quarter of the size: narrow, wide and very wide at once."""
    height, width = planes.shape[1:]
    quarter = max(width // 4, 2), max(height // 4, 2)
    level = resized(planes, quarter, cv2.INTER_AREA)
    _keep_bright(level, knee, top)
    total = level * np.float32(_NARROW_GLOW)
    for weight in _GLOWS:
        blurred = [cv2.GaussianBlur(plane, (0, 0), 1.8) for plane in level]
        for into, plane in zip(total, blurred, strict=True):
            into += np.float32(weight) * cv2.resize(plane, quarter)
        half = max(blurred[0].shape[1] // 2, 2), max(blurred[0].shape[0] // 2, 2)
        level = np.stack([cv2.resize(p, half, interpolation=cv2.INTER_AREA) for p in blurred])
    return total


def shafts(planes: Planes, at: tuple[float, float], length: float = 0.5) -> Planes:
    """Rays of light away from a point (in picture heights) through a small picture of what shines.

    Three passes of four steps each stand for 64 samples along each ray.
    """
    height, width = planes.shape[1:]
    x, y = at[0] * height, at[1] * height
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = planes
    for reach in (length, length / 4, length / 16):
        total = np.zeros_like(out)
        for step in range(4):
            s = 1 - reach * step / 4
            matrix = np.array([[s, 0, x * (1 - s)], [0, s, y * (1 - s)]], np.float32)
            for into, plane in zip(total, out, strict=True):
                into += cv2.warpAffine(
                    plane, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
                )
        out = total / np.float32(4)
    return out


@kernel
def splat(planes, spots):
    """Add round soft lights: spots float32 [n, 6] of x, y, radius in pixels, and a colour."""
    _, h, w = planes.shape
    for k in range(len(spots)):
        x, y, r = spots[k, 0], spots[k, 1], spots[k, 2]
        x0, x1 = max(int32(x - r), int32(0)), min(int32(x + r) + int32(2), int32(w))
        y0, y1 = max(int32(y - r), int32(0)), min(int32(y + r) + int32(2), int32(h))
        inv = 1.0 / (r * r)
        for j in range(y0, y1):
            dy = float32(j) + 0.5 - y
            for i in range(x0, x1):
                dx = float32(i) + 0.5 - x
                s = max(1.0 - (dx * dx + dy * dy) * inv, 0.0)
                s = s * s
                s = s * (0.25 + 0.75 * s * s)
                planes[0, j, i] += s * spots[k, 3]
                planes[1, j, i] += s * spots[k, 4]
                planes[2, j, i] += s * spots[k, 5]


@fn
def _line_at(planes, rows, n, i, j, t, part, inv):
    """Add a line's light at one pixel; t: how far along the pixel lies, unscaled."""
    t = t * part
    dx = float32(i) + 0.5 - rows[n, 0] - (rows[n, 2] - rows[n, 0]) * t
    dy = float32(j) + 0.5 - rows[n, 1] - (rows[n, 3] - rows[n, 1]) * t
    s = max(1.0 - (dx * dx + dy * dy) * inv, 0.0)
    s = s * s if 0.0 <= t < 1.0 else float32(0.0)  # lines that meet do not add up
    planes[0, j, i] += s * rows[n, 5]
    planes[1, j, i] += s * rows[n, 6]
    planes[2, j, i] += s * rows[n, 7]


@kernel
def streaks(planes, rows):
    """Add lines of light: rows float32 [n, 8] of x, y, x, y, half width (pixels), colour."""
    _, h, w = planes.shape
    for n in range(len(rows)):
        ax, ay, bx, by, r = rows[n, 0], rows[n, 1], rows[n, 2], rows[n, 3], rows[n, 4]
        ex, ey = bx - ax, by - ay
        part, inv = 1.0 / (ex * ex + ey * ey + 1e-6), 1.0 / (r * r)
        if abs(ex) >= abs(ey):  # column by column, a few pixels about the line in each
            slope = ey / (ex if abs(ex) > 1e-3 else float32(1e-3))
            half = r * np.sqrt(1.0 + slope * slope) + 0.5
            i0 = min(max(int32(min(ax, bx) - r), int32(0)), int32(w))
            i1 = max(min(int32(max(ax, bx) + r) + int32(2), int32(w)), i0)
            for i in range(i0, i1):
                wx = float32(i) + 0.5 - ax
                y = ay + min(max(wx, min(ex, 0.0)), max(ex, 0.0)) * slope
                j0 = min(max(int32(y - half), int32(0)), int32(h))
                for j in range(j0, max(min(int32(y + half) + int32(1), int32(h)), j0)):
                    t = wx * ex + (float32(j) + 0.5 - ay) * ey
                    _line_at(planes, rows, n, i, j, t, part, inv)
        else:
            slope = ex / ey
            half = r * np.sqrt(1.0 + slope * slope) + 0.5
            j0 = min(max(int32(min(ay, by) - r), int32(0)), int32(h))
            j1 = max(min(int32(max(ay, by) + r) + int32(2), int32(h)), j0)
            for j in range(j0, j1):
                wy = float32(j) + 0.5 - ay
                x = ax + min(max(wy, min(ey, 0.0)), max(ey, 0.0)) * slope
                i0 = min(max(int32(x - half), int32(0)), int32(w))
                for i in range(i0, max(min(int32(x + half) + int32(1), int32(w)), i0)):
                    t = (float32(i) + 0.5 - ax) * ex + wy * ey
                    _line_at(planes, rows, n, i, j, t, part, inv)
