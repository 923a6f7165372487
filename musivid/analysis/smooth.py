"""How curves become movement: followers with their own rise and fall, and limits of speed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "follow", "limit_slope"]

Curve = NDArray[np.floating]


def follow(curve: Curve, fps: float, rise_s: float, fall_s: float) -> NDArray[np.float64]:
    """A curve [frames] that follows another, with one time constant up and another down.

    It begins where the curve begins; a constant of 0 follows at once.
    """
    rise, fall = (1 - math.exp(-1 / (fps * s)) if s > 0 else 1.0 for s in (rise_s, fall_s))
    followed = np.empty(len(curve))
    value = float(curve[0]) if len(curve) else 0.0
    for frame, wanted in enumerate(np.asarray(curve, dtype=float).tolist()):
        value += (wanted - value) * (rise if wanted > value else fall)
        followed[frame] = value
    return followed


def limit_slope(curve: Curve, fps: float, per_s: float) -> NDArray[np.float64]:
    """A curve [frames] that chases another, changing by at most `per_s` a second."""
    most = per_s / fps
    limited = np.empty(len(curve))
    value = float(curve[0]) if len(curve) else 0.0
    for frame, wanted in enumerate(np.asarray(curve, dtype=float).tolist()):
        value += min(max(wanted - value, -most), most)
        limited[frame] = value
    return limited
