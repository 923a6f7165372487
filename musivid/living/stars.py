"""Stars that twinkle, most of them faint and a few bright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.light import splat
from musivid.living.moment import Moment

__all__ = ["Stars", "spots"]


class Stars:
    """Stars over the upper part of a picture."""

    def __init__(
        self, size: tuple[int, int], seed: int, *, count: int = 500, depth: float = 0.65
    ) -> None:
        """Scatter them.

        Args:
            size: (width, height) of the picture.
            seed: where they are.
            count: how many.
            depth: down to which part of the height.
        """
        rng = dice(seed + 31)
        self._x = rng.random(count) * size[0]
        self._y = rng.random(count) ** 1.1 * size[1] * depth
        self._phase, self._big = rng.random(count), rng.random(count) ** 6
        self._scale = size[1] / 720

    def paint(self, planes: Planes, m: Moment, light: float = 1.0) -> None:
        """Add them to a picture; hits make a third of them flare."""
        twinkle = 0.7 + 0.3 * np.sin(m.time_s * (2 + 4 * self._phase) + self._phase * 60)
        flare = 0.6 * m.hits * (self._phase > 0.7)
        values = (0.10 + 2.0 * self._big) * (twinkle + flare) * light
        radius = (1.15 + 1.6 * self._big) * self._scale
        splat(planes, spots(self._x, self._y, radius, (0.87, 1.0, 1.15), values))


def spots(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    radius: NDArray[np.float64] | float,
    colour: tuple[float, float, float],
    light: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Rows for `splat`: places and radii in pixels, one colour times each one's light."""
    radii = np.broadcast_to(radius, x.shape)
    return np.stack([x, y, radii, *(c * light for c in colour)], 1).astype(np.float32)
