"""Pictures cut from polygons, drawn once: many smooth shapes one over another, strip by strip.

Edges are drawn at twice the size where a picture is small. All of such a picture takes some hundred
megabytes, so only a strip of it is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.kernels import kernel

__all__ = ["Cutouts", "Rgb", "Spot", "fineness"]

Array = NDArray[np.float32]
Rgb = tuple[float, float, float]
Spot = tuple[float, float]

_FINE = 1200  # rows from which edges are smooth enough without drawing twice as large
_STRIP = 64  # rows of the finished picture that are drawn at once
_COVERED, _GLAZED = 4, 7  # channels: colour and cover; colour, glass and own light


def fineness(height: int) -> int:
    """How many times as large a picture of so many rows is drawn."""
    return 2 if height < _FINE else 1


@dataclass(frozen=True, slots=True)
class _Shape:
    """A polygon.

    Attributes:
        box: x0, y0, x1, y1: pixels that it may touch.
        points: its corners in sixteenths of a pixel, from the box's upper left.
        tones: float64 [n, 3], its colour from top to foot or from left to right.
        glow: float32 [n, 3], its own light likewise.
        across: whether both change from left to right.
        clear: 1 where one sees through it, else 0.
    """

    box: tuple[int, int, int, int]
    points: NDArray[np.int32]
    tones: NDArray[np.float64]
    glow: Array
    across: bool
    clear: float


@kernel
def _lay(strip, mask, tones, glow, across, clear):
    """Lay a shape's pixels over a strip [h, w, 4 or 7] where its mask says."""
    for j in range(mask.shape[0]):
        for i in range(mask.shape[1]):
            if mask[j, i] > 0:
                cover = np.float32(mask[j, i]) / 255.0
                k = i if across else j
                for c in range(3):
                    strip[j, i, c] += (tones[k, c] - strip[j, i, c]) * cover
                if strip.shape[2] == 4:
                    strip[j, i, 3] = max(strip[j, i, 3], cover)
                else:
                    strip[j, i, 3] += (clear - strip[j, i, 3]) * cover
                    for c in range(3):
                        strip[j, i, 4 + c] += (0.0 - strip[j, i, 4 + c]) * cover
                        strip[j, i, 4 + c] += glow[k, c] * cover


@dataclass(slots=True)
class Cutouts:
    """Polygons that are laid one over another in a picture.

    Attributes:
        size: (width, height) of the finished picture, in pixels.
        scale: pixels of the finished picture to a picture height.
        at: its upper left corner, in picture heights.
        glazed: shapes may be clear and shine; else the picture tells what they cover.
        big: how many times as large it is drawn.
    """

    size: tuple[int, int]
    scale: int
    at: Spot = (0.0, 0.0)
    glazed: bool = False
    big: int = 1
    _shapes: list[_Shape] = field(default_factory=list)

    def add(
        self, points: Sequence[Spot], low: Rgb, high: Rgb | None = None, *, across: bool = False,
        shine: Rgb = (0.0, 0.0, 0.0), clear: bool = False,
    ) -> None:  # fmt: skip
        """Lay a polygon over all others.

        Args:
            points: its corners, in picture heights.
            low: its colour at the foot, or at the right.
            high: its colour at the top, or at the left; None: the same.
            across: its colour changes from left to right.
            shine: its own light.
            clear: one sees through it.
        """
        at = (np.asarray(points) - self.at) * (self.scale * self.big)
        box = np.stack([at.min(0) - 2, at.max(0) + 3]).astype(int)
        limits = self.size[0] * self.big, self.size[1] * self.big
        (x0, y0), (x1, y1) = np.clip(box, 0, limits).tolist()
        if x1 <= x0 or y1 <= y0:
            return
        drawn = np.round(at * 16).astype(np.int32) - np.array((x0, y0), np.int32) * 16
        up = np.linspace(1, 0, x1 - x0 if across else y1 - y0, dtype=np.float32)[:, None]
        tones = np.array(low, np.float32) + (np.array(high or low) - np.array(low)) * up
        glow = np.array(shine, np.float32) * (0.35 + 0.65 * (1 - up))
        self._shapes.append(_Shape((x0, y0, x1, y1), drawn, tones, glow, across, float(clear)))

    def drawn(self) -> Array:
        """The picture, float32 [height, width, channels].

        Channels are colour and cover, or, where it is glazed, colour, glass and own light.
        """
        (width, height), big = self.size, self.big
        channels = _GLAZED if self.glazed else _COVERED
        out = np.empty((height, width, channels), np.float32)
        for top in range(0, height, _STRIP):
            rows = min(_STRIP, height - top)
            strip = np.zeros((rows * big, width * big, channels), np.float32)
            for shape in self._shapes:
                _put(strip, shape, top * big)
            out[top : top + rows] = _smaller(strip, (width, rows))
        return out


def _put(strip: Array, shape: _Shape, top: int) -> None:
    """Lay what a strip that begins at a row shows of a shape."""
    x0, y0, x1, y1 = shape.box
    first, end = max(y0, top), min(y1, top + strip.shape[0])
    if first >= end:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [shape.points], 255, cv2.LINE_AA, 4)
    seen = slice(first - y0, end - y0)
    tones, glow = (shape.tones, shape.glow) if shape.across else (
        shape.tones[seen], shape.glow[seen],
    )  # fmt: skip
    region = strip[first - top : end - top, x0:x1]
    _lay(region, mask[seen], tones, glow, shape.across, shape.clear)


def _smaller(strip: Array, size: tuple[int, int]) -> Array:
    """A strip at the size of the finished picture."""
    if (strip.shape[1], strip.shape[0]) == size:
        return strip
    parts = [
        cv2.resize(np.ascontiguousarray(strip[..., k : k + 4]), size, interpolation=cv2.INTER_AREA)
        for k in range(0, strip.shape[2], 4)
    ]
    return np.dstack(parts)
