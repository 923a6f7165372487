"""What of a file is not to be shown: black, blurred and shaken pictures, and what hides a cut.

Sharpness is judged against the best of the same shot and against the rest of the footage, for a
calm sky has less of it than a street. Poor is what a film shows only where nothing better is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.footage.seen import CELL_S, Seen
from musivid.footage.twins import looks_of

__all__ = ["GOOD", "NEVER", "POOR", "Graded", "grade"]

GOOD, POOR, NEVER = 0, 1, 2
"""Grades of a quarter of a second."""

_BLACK, _EVEN = 0.07, 0.03  # light and its spread below which nothing is to be seen
_GLARE = 0.96  # light above which nothing is to be seen
_BLURRED = 0.2  # of the shot's own best sharpness
_SOFT, _COARSE = 0.08, 10.0  # of the footage's usual sharpness; coarse detail over fine in blur
_SAME = 0.9  # correlation of little pictures that show the same, in focus or not
_SHAKEN = 4.0  # pixels of 160 by which a camera's way changes from picture to picture
_CALM_CELLS = 2  # to either side over which shake is judged: one jolt is none
_FADE_S = 0.7  # to either side of the middle of a fade, dissolve or wipe
_LEAST_SHOT_S = 0.5  # shorter ones are cut off on either side


@dataclass(frozen=True, slots=True, eq=False)
class Graded:
    """A file with what of it may be shown.

    Attributes:
        seen: the file.
        grades: int8 [cells], one of GOOD, POOR, NEVER.
        shots: int64 [cells], which of the file's shots each belongs to.
        why: of each kind of fault, how many seconds have it.
    """

    seen: Seen
    grades: NDArray[np.int8]
    shots: NDArray[np.int64]
    why: dict[str, float]


def grade(files: Sequence[Seen]) -> list[Graded]:
    """Judge all files of some footage, each beside the others."""
    usual = [float(np.percentile(one.sharp[one.luma > _BLACK], 90)) for one in files
             if bool((one.luma > _BLACK).any())]  # fmt: skip
    return [_graded(one, float(np.median(usual)) if usual else 0.0) for one in files]


def _graded(seen: Seen, usual: float) -> Graded:
    starts = np.arange(seen.cells) * CELL_S
    cuts = _true_cuts(seen)
    shots = np.searchsorted(cuts, starts + 1e-6, side="right")
    # A cut within a cell belongs to neither shot.
    cut = np.searchsorted(cuts, starts - 1e-6) < np.searchsorted(cuts, starts + CELL_S - 1e-6)
    exact = np.isin(np.round(starts, 3), np.round(cuts, 3))
    cut &= ~exact
    for middle in seen.soft_s:
        cut |= (starts + CELL_S > middle - _FADE_S) & (starts < middle + _FADE_S)
        shots = shots + (starts >= middle)
    dark = ((seen.luma < _BLACK) & (seen.contrast < _EVEN)) | (seen.luma > _GLARE)
    blurred, shaken = np.zeros(seen.cells, bool), np.zeros(seen.cells, bool)
    for shot in np.unique(shots):
        own = (shots == shot) & ~cut
        if own.sum() * CELL_S < _LEAST_SHOT_S:
            cut |= shots == shot
            continue
        lit = own & ~dark
        if lit.any():
            blurred |= own & _is_blurred(seen, lit, usual)
        shaken[own] = _smooth(seen.shake[own]) > _SHAKEN
    dark, blurred = _wider(dark), _wider(blurred)
    faults = {"black": dark, "blurred": blurred & ~dark, "hidden cut": cut, "shaking": shaken}
    grades = np.where(shaken, POOR, GOOD)
    grades[dark | blurred | cut] = NEVER
    why = {name: float(found.sum()) * CELL_S for name, found in faults.items() if found.any()}
    return Graded(seen, grades.astype(np.int8), shots.astype(np.int64), why)


def _true_cuts(seen: Seen) -> NDArray[np.float64]:
    """Cuts, but for those where the same picture only goes out of focus or comes into it."""
    kept = []
    looks = looks_of(seen.thumbs)
    for cut in np.sort(np.asarray(seen.cuts_s, np.float64)):
        before = max(0, int(np.ceil(cut / CELL_S - 1e-6)) - 1)
        after = min(seen.cells - 1, int(np.ceil(cut / CELL_S - 1e-6)))
        low, high = sorted((float(seen.sharp[before]), float(seen.sharp[after])))
        if low >= _BLURRED * high or float(looks[before] @ looks[after]) < _SAME:
            kept.append(float(cut))
    return np.array(kept)


def _is_blurred(seen: Seen, lit: NDArray[np.bool_], usual: float) -> NDArray[np.bool_]:
    best = float(np.percentile(seen.sharp[lit], 90))
    own: NDArray[np.bool_] = (seen.sharp < _BLURRED * best) & (seen.fine > 0)
    soft = (seen.sharp < _SOFT * usual) & (seen.fine > _COARSE)
    return own | soft


def _wider(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """With the cell to either side: only the first picture of each was looked at."""
    wide = np.pad(found, 1)
    return np.asarray(wide[:-2] | wide[1:-1] | wide[2:])


def _smooth(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median around each value: what is odd for a moment alone is left out."""
    wide = np.pad(values, _CALM_CELLS, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(wide, 2 * _CALM_CELLS + 1)
    return np.asarray(np.median(windows, axis=1), np.float32)
