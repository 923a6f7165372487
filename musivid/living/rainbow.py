"""A rainbow as added light: two bows round the point that the sun stands opposite to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["rainbow"]

Array = NDArray[np.float32]

_RADIUS, _WIDTH = 0.66, 0.058  # of the bow, and how wide its colours are, in picture heights
_SECOND = 1.235  # radius of the outer bow over the inner one's: 51 degrees over 42, a little less
_FAINT = 0.18  # the outer bow beside the inner one
_WITHIN = 0.050  # light of the sky inside the bow
# Where each primary is brightest, 0 violet to 1 red, how wide it is, and how strong.
_HUES = (((0.84, 0.19, 1.0), (0.02, 0.10, 0.30)), ((0.55, 0.18, 0.72),), ((0.18, 0.17, 0.95),))


def rainbow(xs: Array, ys: Array, middle: tuple[float, float], radius: float = _RADIUS) -> Array:
    """The light of a double bow.

    Args:
        xs: places of columns in picture heights.
        ys: places of rows.
        middle: of the circles, in picture heights; mostly below the horizon.
        radius: of the inner bow.

    Returns:
        float32 [3, rows, columns], linear light, up to 0.5.
    """
    away = np.hypot(xs[None] - middle[0], ys[:, None] - middle[1])
    inner = (away - radius) / _WIDTH + 0.5  # violet lies inside
    outer = 0.5 - (away - radius * _SECOND) / (_WIDTH * 1.5)
    within = _WITHIN / (1 + np.exp((away - radius) / (0.25 * _WIDTH)))
    light = [
        within + 0.36 * (_hue(inner, primary) + _FAINT * _hue(outer, primary)) for primary in _HUES
    ]
    # Rain hangs in places: the bow is not as strong all along.
    along = np.arctan2(ys[:, None] - middle[1], xs[None] - middle[0])
    veil = 0.72 + 0.20 * np.sin(along * 3.1 + 0.6) + 0.08 * np.sin(along * 11.0)
    return np.asarray(np.stack(light) * veil, np.float32)


def _hue(place: NDArray[np.floating], primary: tuple[tuple[float, float, float], ...]) -> Array:
    """How much of a primary there is at places across a bow, 0 violet to 1 red."""
    return np.asarray(
        sum(much * np.exp(-(((place - at) / wide) ** 2)) for at, wide, much in primary), np.float32
    )
