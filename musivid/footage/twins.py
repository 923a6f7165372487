"""What is there more than once: copies of other sizes and rates, second takes from one tripod.

Little pictures of one shot are laid over those of all others. Alike are only runs of them, so that
two meadows under one sky stay two.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["find_twins", "looks_of"]

_STEP = 2  # cells from one that is compared to the next, on one side
_ALIKE = 0.955  # correlation from which two little pictures may be one
_SOFT = 1.0  # pixels of little pictures: copies are not met at quite the same moments
_COLOUR = 16.0  # levels of 255 that their mean colours may differ by
_LEAST_SPREAD = 5.0  # levels of 255: what is more even than this cannot be told apart
_RUN = 3  # compared cells in a row that must be alike, or all of a shorter shot
_BLOCK = 1 << 24  # likenesses that are computed at once; bounds memory


def find_twins(thumbs: NDArray[np.uint8], shots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers int64 [cells] of what shows the same; -1: nothing else does.

    Args:
        thumbs: uint8 [cells, h, w, 3], in the order of time within each shot.
        shots: int64 [cells], the shot of each; ascending.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(shots)
    flat = looks_of(thumbs)
    colours = thumbs.reshape(count, -1, 3).mean(1).astype(np.float32)
    spread = thumbs.reshape(count, -1).astype(np.float32).std(1)
    clear = np.flatnonzero(spread >= _LEAST_SPREAD)
    asked = clear[_nth_of_shot(shots)[clear] % _STEP == 0]
    rows = max(1, _BLOCK // max(1, len(clear)))
    pairs = [
        _alike(flat, colours, asked[first : first + rows], clear, shots=shots)
        for first in range(0, len(asked), rows)
    ]
    groups = np.full(count, -1, np.int64)
    if not pairs or not sum(len(pair) for pair in pairs):
        return groups
    found = _in_runs(np.concatenate(pairs), shots)
    if not len(found):
        return groups
    # What lies between two compared cells of a shot goes with them.
    ones = np.ones(len(found), np.int8)
    graph = coo_matrix((ones, (found[:, 0], found[:, 1])), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    touched = np.zeros(count, bool)
    touched[found.ravel()] = True
    groups[touched] = labels[touched]
    for cell in np.flatnonzero(touched):
        after = cell + 1
        if after < count and not touched[after] and shots[after] == shots[cell]:
            groups[after] = groups[cell]
    return groups


def looks_of(thumbs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What little pictures show, float32 [cells, dim] of unit length, softly.

    Each channel is taken by itself: a tint that all of a picture has says little of what is in it.
    """
    soft = np.stack([cv2.GaussianBlur(one, (0, 0), _SOFT) for one in thumbs.astype(np.float32)])
    soft -= soft.mean((1, 2), keepdims=True)
    flat = soft.reshape(len(thumbs), -1)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6
    return np.asarray(flat, np.float32)


def _nth_of_shot(shots: NDArray[np.int64]) -> NDArray[np.int64]:
    firsts = np.searchsorted(shots, shots)
    return np.asarray(np.arange(len(shots)) - firsts, np.int64)


def _alike(
    flat: NDArray[np.float32],
    colours: NDArray[np.float32],
    asked: NDArray[np.int64],
    clear: NDArray[np.int64],
    *,
    shots: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Pairs [n, 2] of cells of two shots that may show the same."""
    likeness = flat[asked] @ flat[clear].T
    rows, columns = np.nonzero(likeness >= _ALIKE)
    one, other = asked[rows], clear[columns]
    near = np.abs(colours[one] - colours[other]).max(1) <= _COLOUR
    apart = shots[one] != shots[other]
    return np.asarray(np.stack([one, other], 1)[near & apart], np.int64)


def _in_runs(pairs: NDArray[np.int64], shots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those pairs that follow each other at one distance in time, as two takes of one thing do."""
    if not len(pairs):
        return pairs
    lengths = np.bincount(shots)
    keys: dict[tuple[int, int, int], list[int]] = {}
    for number, (one, other) in enumerate(pairs.tolist()):
        # Half a second of slack: copies of another rate are not met at the same moments.
        keys.setdefault((shots[one], shots[other], (other - one) // 2), []).append(number)
    kept: set[int] = set()
    for (first, second, offset), numbers in keys.items():
        near = numbers + keys.get((first, second, offset + 1), [])
        met = sorted({int(pairs[n, 0]) for n in near})
        needed = min(_RUN, -(-int(min(lengths[first], lengths[second])) // _STEP))
        runs, run = [], [met[0]]
        for cell in met[1:]:
            if cell - run[-1] <= _STEP:
                run.append(cell)
            else:
                runs.append(run)
                run = [cell]
        runs.append(run)
        good = {cell for run in runs if len(run) >= needed for cell in run}
        kept.update(n for n in near if int(pairs[n, 0]) in good)
    return pairs[sorted(kept)]
