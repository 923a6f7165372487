"""Directions of meaning: vectors of unit length, and the way from one to another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["slerp_directions", "unit"]

Array = NDArray[np.float32]

_SMALL_SINE = 1e-4  # below it the arc is replaced by the chord, at both ends of 0..pi


def slerp_directions(first: Array, second: Array, share: float) -> Array:
    """The unit vector a share 0..1 of the way on the great circle from first to second, [dim].

    As `slerp` for unit vectors that lie outside of torch; nearly equal and nearly opposite ones
    take the chord.
    """
    angle = float(np.arccos(np.clip(first @ second, -1.0, 1.0)))
    if angle < _SMALL_SINE or angle > np.pi - _SMALL_SINE:
        return unit((1 - share) * first + share * second)
    ways = np.sin((1 - share) * angle) * first + np.sin(share * angle) * second
    return unit(ways / np.sin(angle))


def unit(vectors: Array) -> Array:
    """Vectors [..., dim] of unit length; zero stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = (vectors / np.maximum(length, 1e-8)).astype(np.float32)
    return scaled
