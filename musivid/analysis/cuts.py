"""Shot cuts: where a picture is new in a way that motion does not explain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_cuts", "is_sudden"]

Floats = NDArray[np.float64]

_LEAST_NOVELTY = 0.03  # of a cut, even between dark pictures
_LEAST_RECOLOURING = 0.2  # share of the colours that a cut changes at least
_CLEAR_NOVELTY = 0.12  # from here on colours may stay alike
_OVER_AROUND = 3.0  # how far a cut stands out of the frames around it
_AROUND_S = 0.4  # to either side that a cut stands out of
_LEAST_SHOT_S = 0.2  # shorter shots are flashes


def is_sudden(novelty: float, recolouring: float) -> bool:
    """Return whether one step alone looks like a cut, before its surroundings are known."""
    enough = novelty > _LEAST_NOVELTY and recolouring > _LEAST_RECOLOURING
    return enough or novelty > _CLEAR_NOVELTY


def find_cuts(novelty: Floats, recolouring: Floats, fps: float) -> NDArray[np.int64]:
    """Return the first frames of new shots, ascending.

    Args:
        novelty: float [frames], see `FlowStep`.
        recolouring: float [frames].
        fps: frames a second.
    """
    around = max(2, round(_AROUND_S * fps))
    found: list[int] = []
    for frame in range(1, len(novelty)):
        if not is_sudden(novelty[frame], recolouring[frame]):
            continue
        low, high = max(1, frame - around), frame + around + 1
        near = np.concatenate([novelty[low:frame], novelty[frame + 1 : high]])
        # A flash or a second cut near by must not hide this one: the median is blind to a few.
        calm = float(np.median(near)) if len(near) else 0.0
        if novelty[frame] < _OVER_AROUND * calm:
            continue
        if found and (frame - found[-1]) / fps < _LEAST_SHOT_S:
            continue
        found.append(frame)
    return np.array(found, np.int64)
