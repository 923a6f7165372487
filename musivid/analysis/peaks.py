"""Peaks of a curve, without scipy.signal, whose import takes a third of torch's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_peaks"]

_REACH = 64  # columns; most peaks have a higher one within as many


def find_peaks(
    values: NDArray[np.floating[Any]], height: float, prominence: float
) -> NDArray[np.intp]:
    """Where a curve [columns] peaks, ascending; of a flat top the middle, to the left.

    Args:
        values: the curve; its ends are no peaks.
        height: how high a peak must be.
        prominence: how deep the curve must fall to both sides before it rises above the peak.
    """
    curve = np.asarray(values, np.float64)
    steps = np.diff(curve)
    turns = np.flatnonzero(steps)  # flat stretches lie between one turn and the next
    signs = np.sign(steps[turns])
    tops = np.flatnonzero((signs[:-1] > 0) & (signs[1:] < 0))
    peaks = (turns[tops] + 1 + turns[tops + 1]) // 2
    peaks = peaks[curve[peaks] >= height]
    falls = [min(_fall(curve[peak::-1]), _fall(curve[peak:])) for peak in peaks]
    return peaks[np.asarray(falls) >= prominence] if len(peaks) else peaks


def _fall(side: NDArray[np.float64]) -> float:
    """How deep a curve falls from its first value before it rises above it."""
    reach = _REACH
    while not (higher := np.flatnonzero(side[:reach] > side[0])).size and reach < len(side):
        reach *= 4
    end = higher[0] if higher.size else len(side)
    return float(side[0] - side[:end].min())
