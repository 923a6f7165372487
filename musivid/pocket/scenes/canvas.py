"""A square picture to draw on: float RGB, coordinates 0..1 with y down, antialiased shapes."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

__all__ = ["Canvas", "Colour", "hsv", "mix", "shade"]

Colour = tuple[float, float, float]
Points = Sequence[tuple[float, float]] | np.ndarray
_SHIFT = 4  # fractional bits of cv2's fixed-point coordinates


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return RGB in 0..1; the hue is a turn (0..1, wrapped)."""
    clip = lambda x: min(max(x, 0.0), 1.0)  # noqa: E731
    return colorsys.hsv_to_rgb(hue % 1.0, clip(saturation), clip(value))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `a` to `b`."""
    return tuple(x + (y - x) * share for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def shade(colour: Colour, factor: float) -> Colour:
    """Return the colour made darker (below 1) or lighter (above 1), held within 0..1."""
    return tuple(min(max(x * factor, 0.0), 1.0) for x in colour)  # type: ignore[return-value]


@lru_cache(maxsize=8)
def _grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.meshgrid(axis, axis)  # type: ignore[return-value]


class Canvas:
    """A picture in the making.

    Attributes:
        px: float32 [size, size, 3], RGB, about 0..1.
        x, y: float32 [size, size], centres of the pixels in 0..1.
    """

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.size, self.rng = size, rng
        self.px = np.zeros((size, size, 3), np.float32)
        self.x, self.y = _grid(size)

    def u(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a random number between `low` and `high`."""
        return float(self.rng.uniform(low, high))

    def noise(self, cells: int = 4, octaves: int = 4, *, wide: int = 1) -> np.ndarray:
        """Return smooth noise float32 [size, size], 0..1; `wide` stretches it sideways."""
        total = np.zeros((self.size, self.size), np.float32)
        for octave in range(octaves):
            n = cells * 2**octave
            if n > self.size:
                break
            grid = self.rng.random((n + 1, max(n // wide, 1) + 1), dtype=np.float32)
            total += (
                cv2.resize(grid, (self.size, self.size), interpolation=cv2.INTER_CUBIC)
                * 0.5**octave
            )
        low, high = float(total.min()), float(total.max())
        return (total - low) / max(high - low, 1e-6)

    def gradient(self, top: Colour, bottom: Colour, horizon: float = 1.0) -> None:
        """Fill from `top` at y = 0 to `bottom` at the horizon and below."""
        share = np.clip(self.y[:, :1] / max(horizon, 1e-3), 0, 1)[..., None]
        self.px[:] = np.float32(top) * (1 - share) + np.float32(bottom) * share

    def blend(self, mask: np.ndarray, colour: Colour | np.ndarray) -> None:
        """Lay a colour (or a picture) over the canvas where `mask` [size, size] is 1."""
        self.px += (np.asarray(colour, np.float32) - self.px) * mask[..., None]

    def glow(
        self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0
    ) -> None:
        """Add light that falls off smoothly around a point."""
        distance = ((self.x - x) ** 2 + (self.y - y) ** 2) / radius**2
        self.px += (strength / (1 + distance * 3) ** 2)[..., None] * np.float32(colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a filled circle."""
        self.ellipse(x, y, radius, radius, colour, alpha=alpha)

    def ellipse(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: Colour,
        *,
        turn: float = 0.0,
        alpha: float = 1.0,
    ) -> None:
        """Draw a filled ellipse turned by `turn` radians."""
        angle = np.linspace(0, 2 * np.pi, 40)
        dx, dy = rx * np.cos(angle), ry * np.sin(angle)
        cos, sin = np.cos(turn), np.sin(turn)
        self.poly(np.stack([x + dx * cos - dy * sin, y + dx * sin + dy * cos], 1), colour, alpha)

    def poly(self, points: Points, colour: Colour, alpha: float = 1.0) -> None:
        """Draw a filled polygon."""
        corners = self._fixed(points)
        self._stroke(
            corners,
            colour,
            alpha,
            lambda mask, at: cv2.fillPoly(mask, [at], 255, lineType=cv2.LINE_AA, shift=_SHIFT),
        )

    def line(self, points: Points, width: float, colour: Colour, alpha: float = 1.0) -> None:
        """Draw an open line of `width` (share of the picture)."""
        corners = self._fixed(points)
        thick = max(1, round(width * self.size))
        self._stroke(
            corners,
            colour,
            alpha,
            lambda mask, at: cv2.polylines(
                mask, [at], False, 255, thickness=thick, lineType=cv2.LINE_AA, shift=_SHIFT
            ),
            thick,
        )

    def _fixed(self, points: Points) -> np.ndarray:
        scaled = np.asarray(points, np.float64) * self.size * 2**_SHIFT
        return np.clip(scaled, -1e6, 1e6).round().astype(np.int32)

    def _stroke(
        self, corners: np.ndarray, colour: Colour, alpha: float, draw: object, margin: int = 0
    ) -> None:
        low = np.clip((corners.min(0) >> _SHIFT) - margin - 2, 0, self.size)
        high = np.clip((corners.max(0) >> _SHIFT) + margin + 3, 0, self.size)
        if (high <= low).any():
            return
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        draw(mask, corners - (low << _SHIFT).astype(np.int32))  # type: ignore[operator]
        region = self.px[low[1] : high[1], low[0] : high[0]]
        region += (np.float32(colour) - region) * (mask[..., None] * np.float32(alpha / 255))

    def blur(self, sigma: float) -> None:
        """Soften the whole picture; `sigma` is a share of its side."""
        self.px = cv2.GaussianBlur(self.px, (0, 0), max(sigma * self.size, 0.3))

    def under(self, profile: np.ndarray, colour: Colour | np.ndarray, soft: float = 1.0) -> None:
        """Fill all below a profile y(x), float [size] in 0..1, with a soft edge in pixels."""
        mask = np.clip((self.y - profile[None, :]) * self.size / soft + 0.5, 0, 1)
        self.blend(mask, colour)

    def ridge(self, base: float, height: float, cells: int, octaves: int = 5) -> np.ndarray:
        """Return a hilly profile y(x), float32 [size], around `base`, rising by `height`."""
        total = np.zeros(self.size, np.float32)
        for octave in range(octaves):
            n = cells * 2**octave
            if n > self.size:
                break
            row = self.rng.random((1, n + 1), dtype=np.float32)
            total += (
                cv2.resize(row, (self.size, 1), interpolation=cv2.INTER_LINEAR)[0] * 0.5**octave
            )
        total -= total.min()
        return base - height * total / max(float(total.max()), 1e-6)

    def scatter(self, count: int, top: float = 0.0, bottom: float = 1.0) -> np.ndarray:
        """Return random points [count, 2] with x in 0..1 and y between `top` and `bottom`."""
        return self.rng.random((count, 2)) * (1, bottom - top) + (0, top)

    def dots(
        self, points: np.ndarray, sizes: np.ndarray, colour: Colour, light: np.ndarray | None = None
    ) -> None:
        """Draw many small soft dots: stars, flakes, sparks. Sizes are shares of the picture."""
        layer = np.zeros((self.size, self.size), np.uint8)
        light = np.ones(len(points)) if light is None else light
        for (x, y), size, bright in zip(self._fixed(points), sizes, light, strict=True):
            cv2.circle(
                layer,
                (int(x), int(y)),
                max(int(size * self.size * 2**_SHIFT), 7),
                int(255 * bright),
                -1,
                cv2.LINE_AA,
                _SHIFT,
            )
        self.blend(layer.astype(np.float32) / 255, colour)
