"""Dynamic time warping of two lists of moments: exact, and as the published evaluation does it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["fast_dtw", "legacy_score", "mean_step_s"]

Floats = NDArray[np.float64]
_Range = tuple[int, int]

_RADIUS = 1  # cells around a coarser path that are searched, as in FastDTW


def mean_step_s(audio: Floats, video: Floats) -> Floats:
    """Return the mean distance a step of the best path between moments, exact: float64 [s].

    Args:
        audio: float64 [n], ascending, in seconds.
        video: float64 [s, m], rows ascending.
    """
    rows, seen = video.shape
    heard = len(audio)
    # Anti-diagonals i + j = d, indexed by i; the two before are enough. Costs and path lengths.
    inf = np.full((rows, heard + 1), np.inf)
    before, older = inf.copy(), inf.copy()
    before_n, older_n = np.zeros_like(inf), np.zeros_like(inf)
    older[:, 0] = 0.0  # the corner (0, 0) on diagonal 0; diagonal 1 has nothing inside
    for d in range(2, heard + seen + 1):
        i = np.arange(max(1, d - seen), min(heard, d - 1) + 1)
        step = np.abs(audio[i - 1] - video[:, d - i - 1])
        options = np.stack([older[:, i - 1], before[:, i - 1], before[:, i]])
        lengths = np.stack([older_n[:, i - 1], before_n[:, i - 1], before_n[:, i]])
        best = options.argmin(axis=0)[None]
        now, now_n = inf.copy(), np.zeros_like(inf)
        now[:, i] = np.take_along_axis(options, best, 0)[0] + step
        now_n[:, i] = np.take_along_axis(lengths, best, 0)[0] + 1
        older, older_n, before, before_n = before, before_n, now, now_n
    mean: Floats = before[:, heard] / before_n[:, heard]
    return mean


def legacy_score(beats_s: Sequence[float], events_s: Sequence[float]) -> float:
    """Return 1 / (1 + distance / path length) of the published evaluation; 0 without events."""
    if not len(beats_s) or not len(events_s):
        return 0.0
    distance, path = fast_dtw(list(beats_s), list(events_s))
    return 1 / (1 + distance / len(path))


def fast_dtw(x: Sequence[float], y: Sequence[float]) -> tuple[float, list[tuple[int, int]]]:
    """Return cost and path of FastDTW with radius 1: not always the best path, as published.

    Source: S. Salvador, P. Chan, "FastDTW", 2004, with the choices of the Python package of that
    name: odd last values are left out when lists are halved; of equal steps that along x wins.
    """
    if min(len(x), len(y)) < _RADIUS + 2:
        return _within(x, y, [(0, len(y) - 1)] * len(x))
    _, path = fast_dtw(_halved(x), _halved(y))
    return _within(x, y, _window(path, len(x), len(y)))


def _halved(values: Sequence[float]) -> list[float]:
    return [(values[k] + values[k + 1]) / 2 for k in range(0, len(values) - len(values) % 2, 2)]


def _window(path: Sequence[tuple[int, int]], rows: int, columns: int) -> list[_Range]:
    """First and last column of every row that may be used: twice the path, one cell wider."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for i, j in path:
        for row in range(i - _RADIUS, i + _RADIUS + 1):
            first[row] = min(first.get(row, j), j - _RADIUS)
            last[row] = max(last.get(row, j), j + _RADIUS)
    return [
        (max(0, 2 * first[row // 2]), min(columns - 1, 2 * last[row // 2] + 1))
        for row in range(rows)
    ]


def _within(
    x: Sequence[float], y: Sequence[float], window: Sequence[_Range]
) -> tuple[float, list[tuple[int, int]]]:
    """Cost and path of dynamic time warping inside a window."""
    inf = float("inf")
    cost: list[dict[int, float]] = []
    moves: list[dict[int, tuple[int, int]]] = []
    above: dict[int, float] = {-1: 0.0}
    for (low, high), here in zip(window, x, strict=True):
        row: dict[int, float] = {}
        steps: dict[int, tuple[int, int]] = {}
        left = inf
        for j in range(low, high + 1):
            best, step = above.get(j, inf), (1, 0)
            if left < best:
                best, step = left, (0, 1)
            if above.get(j - 1, inf) < best:
                best, step = above[j - 1], (1, 1)
            left = row[j] = best + abs(here - y[j])
            steps[j] = step
        cost.append(row)
        moves.append(steps)
        above = row
    path, i, j = [], len(x) - 1, len(y) - 1
    while i >= 0 and j >= 0:
        path.append((i, j))
        down, right = moves[i][j]
        i, j = i - down, j - right
    return cost[-1][len(y) - 1], path[::-1]
