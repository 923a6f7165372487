"""How much of a piece comes back, heard in its sound: self-similarity, fitness and structureness.

Sources: Müller, Jiang and Grosche, "A robust fitness measure for capturing repetitions in music
recordings" (IEEE TASLP 2013) for fitness and the scape plot; Wu and Yang, "The Jazz Transformer on
the Front Line" (ISMIR 2020, MusDr) for the indicator and its settings. Self-similarity is in
`music_likeness.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["ScapePlot", "fitness_scape_plot", "structureness"]

Floats = NDArray[np.float64]

_EPSILON = 1e-16  # keeps silence from dividing by zero
# Up to this many frames every length is tried; beyond, each is at least this much longer than the
# one before, as the work grows with the fourth power of the frames.
_EXACT_FRAMES, _GROWTH = 160, 1.12


@dataclass(frozen=True, slots=True)
class ScapePlot:
    """How well each segment explains the whole piece by coming back.

    Attributes:
        fitness: [lengths, frames]: row i, column s is the segment of `lengths[i]` frames that
            begins at frame s; 0 where there is none.
        lengths: [lengths] in frames, ascending.
        rate_hz: frames a second.
    """

    fitness: Floats
    lengths: NDArray[np.int64]
    rate_hz: float

    def best(self, least_s: float, most_s: float) -> float | None:
        """Return the highest fitness of segments `least_s` to `most_s` long; None where none is."""
        frames = self.lengths / self.rate_hz
        rows = (frames >= least_s) & (frames <= most_s)
        return float(self.fitness[rows].max()) if rows.any() else None


def structureness(plot: ScapePlot, least_s: float, most_s: float) -> float | None:
    """Return the structureness indicator SI(least_s, most_s): 0 (nothing comes back) to 1.

    The highest fitness of any segment of that length (Wu and Yang 2020, who use 3 to 8, 8 to 15
    and 15 to 128 seconds). None where the piece is shorter than `least_s`.
    """
    return plot.best(least_s, most_s)


def fitness_scape_plot(likeness: Floats, rate_hz: float, longest_s: float = 128.0) -> ScapePlot:
    """Return the fitness of every segment up to `longest_s`.

    Args:
        likeness: [n, n] self-similarity, at most 1, exactly 1 on the diagonal, penalties negative.
        rate_hz: its frames a second.
        longest_s: segments longer than that are left out.
    """
    frames = len(likeness)
    lengths = _lengths(frames, min(frames, int(longest_s * rate_hz)))
    fitness = np.zeros((len(lengths), frames))
    for row, length in enumerate(lengths):
        fitness[row, : frames - length + 1] = _fitness(likeness, int(length))
    return ScapePlot(fitness, lengths, rate_hz)


def _lengths(frames: int, longest: int) -> NDArray[np.int64]:
    if frames <= _EXACT_FRAMES:
        return np.arange(1, longest + 1)
    found = [1]
    while found[-1] < longest:
        found.append(min(max(found[-1] + 1, int(found[-1] * _GROWTH)), longest))
    return np.array(found, np.int64)


def _fitness(likeness: Floats, length: int) -> Floats:
    """Return the fitness of all segments of one length: [starts].

    The best family of paths is found row by row (time), for all segments at once. Column 0 of the
    score is "between paths", columns 1 to `length` are the segment's frames; a path runs from
    column 1 to the last one by the steps (1, 1), (2, 1) and (1, 2). With each score goes a count
    of what its best way has: steps times `base`, plus covered rows; nothing is traced back.
    """
    frames = len(likeness)
    base = frames + 1
    windows = np.lib.stride_tricks.sliding_window_view(likeness, length, axis=1)
    shape = (windows.shape[1], length + 1)
    score, before, old = (np.full(shape, -np.inf) for _ in range(3))
    count, count_before, count_old = (np.zeros(shape, np.int64) for _ in range(3))
    for row in range(frames):
        score.fill(-np.inf)
        if row == 0:
            score[:, 0] = 0.0
        else:
            jump = before[:, -1] > before[:, 0]
            score[:, 0] = np.where(jump, before[:, -1], before[:, 0])
            count[:, 0] = np.where(jump, count_before[:, -1], count_before[:, 0])
            _go_on(score, count, (before, count_before, old, count_old), base)
        score[:, 1] = score[:, 0]
        count[:, 1] = count[:, 0] + base + 1
        score[:, 1:] += windows[row]
        score, before, old = old, score, before
        count, count_before, count_old = count_old, count, count_before
    at_end = before[:, -1] >= before[:, 0]
    best = np.where(at_end, before[:, -1], before[:, 0])
    steps, covered = np.divmod(np.where(at_end, count_before[:, -1], count_before[:, 0]), base)
    return _harmonic(best, steps, covered, (frames, length))


def _go_on(
    score: Floats,
    count: NDArray[np.int64],
    past: tuple[Floats, NDArray[np.int64], Floats, NDArray[np.int64]],
    base: int,
) -> None:
    """Fill columns 2 and up with the best way to each, without the cell's own likeness."""
    before, count_before, old, count_old = past
    best, steps = score[:, 2:], count[:, 2:]
    best[...] = before[:, 1:-1]
    steps[...] = count_before[:, 1:-1] + (base + 1)
    better = old[:, 1:-1] > best
    np.copyto(best, old[:, 1:-1], where=better)
    np.copyto(steps, count_old[:, 1:-1] + (base + 2), where=better)
    # Two columns at once, but never out of column 0: paths begin with the segment.
    better = before[:, 1:-2] > best[:, 1:]
    np.copyto(best[:, 1:], before[:, 1:-2], where=better)
    np.copyto(steps[:, 1:], count_before[:, 1:-2] + (base + 1), where=better)


def _harmonic(
    score: Floats, steps: NDArray[np.int64], covered: NDArray[np.int64], size: tuple[int, int]
) -> Floats:
    """Return the harmonic mean of normalised score and coverage.

    What a segment says of itself alone is not a repetition: its own length is taken off both.
    """
    frames, length = size
    normal_score = (score - length) / (steps + _EPSILON)
    normal_cover = (covered - length) / (frames + _EPSILON)
    fitness: Floats = 2 * normal_score * normal_cover / (normal_score + normal_cover + _EPSILON)
    return fitness
