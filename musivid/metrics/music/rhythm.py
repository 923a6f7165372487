"""When a score plays: grooves that come back, beats and bars of silence, and patterns of drums.

Sources: "The Jazz Transformer on the Front Line" (Wu and Yang, ISMIR 2020, MusDr) for the grooving
similarity of all bars; MusPy (Dong et al., ISMIR 2020) for the rest.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.metrics.music.notes import Notes, all_notes, drum_notes, onset_slots
from musivid.score.notes import Score

__all__ = [
    "SLOTS_PER_BEAT",
    "drum_in_pattern_rate",
    "drum_pattern_consistency",
    "empty_bar_rate",
    "empty_beat_rate",
    "empty_measure_rate",
    "groove_consistency",
    "grooving_similarity",
]

SLOTS_PER_BEAT = 4  # sixteen to a bar of 4/4
_DRUM_STEPS = 12  # a beat's parts, so that sixteenths and triplets both fall on one
# Steps of a beat that belong to the pattern (MusPy).
_PATTERNS = {"duple": (0, 3, 6, 9), "triple": (0, 4, 8)}


def grooving_similarity(score: Score, slots_per_beat: int = SLOTS_PER_BEAT) -> float | None:
    """Return how alike the rhythms of all pairs of bars are, 0 to 1 (GS of Wu and Yang 2020).

    Mean over all pairs of bars of 1 - sum_q |g_a,q - g_b,q| / Q, where g says in which of the Q
    slots of a bar any note begins, drums too. MusDr takes 1000 pairs at random and 64 slots; here
    every pair counts, and a slot is a sixteenth.

    Returns:
        None with fewer than two bars, or without notes.
    """
    notes = all_notes(score)
    if score.bars < 2 or not len(notes):
        return None
    grid = onset_slots(score, notes, slots_per_beat)
    bars, slots = grid.shape
    # In one slot, pairs that differ are those of a bar with an onset and a bar without.
    struck = grid.sum(0).astype(np.int64)
    different = int((struck * (bars - struck)).sum())
    return float(1 - different / (slots * bars * (bars - 1) / 2))


def groove_consistency(score: Score, slots_per_beat: int = SLOTS_PER_BEAT) -> float | None:
    """Return how alike the rhythms of neighbouring bars are, 0 to 1, exactly as MusPy counts.

    MusPy's bars are floor(end / bar) + 1, so a piece that ends on a bar line has one more, empty.
    Times are brought to the grid first, as MusPy's `adjust_resolution` does.

    Returns:
        None with fewer than two bars, or without notes.
    """
    starts, ends = _on_grid(score, all_notes(score), slots_per_beat)
    if not len(starts):
        return None
    slots = max(round(score.ticks_per_bar / score.ticks_per_beat * slots_per_beat), 1)
    bars = int(max(starts.max(), ends.max())) // slots + 1
    if bars < 2:
        return None
    grid = np.zeros((bars, slots), bool)
    grid[starts // slots, starts % slots] = True
    return float(1 - np.count_nonzero(grid[:-1] != grid[1:]) / (slots * (bars - 1)))


def empty_beat_rate(score: Score) -> float | None:
    """Return the share of quarter notes in which nothing is played, exactly as MusPy counts.

    Beats are floor(end / beat) + 1; a note that stops on a beat still counts for it. Drums count.
    """
    return _empty_rate(all_notes(score), score.ticks_per_beat)


def empty_measure_rate(score: Score) -> float | None:
    """Return the share of bars in which nothing is played, exactly as MusPy counts.

    Bars are floor(end / bar) + 1; a note that stops on a bar line still counts for the next bar,
    and silent bars after the last note do not exist. `empty_bar_rate` counts them as people do.
    """
    return _empty_rate(all_notes(score), score.ticks_per_bar)


def empty_bar_rate(score: Score) -> float:
    """Return the share of the score's bars in which nothing sounds, drums too; 1 without notes."""
    notes = all_notes(score)
    per_bar = max(score.ticks_per_bar, 1)
    filled = _covered(notes[:, 0] // per_bar, (notes[:, 1] - 1) // per_bar, score.bars)
    return float(1 - filled.mean())


def drum_in_pattern_rate(score: Score, meter: Literal["duple", "triple"]) -> float | None:
    """Return the share of drum notes on a sixteenth (duple) or a triplet (triple) of their beat.

    Times are brought to twelve steps a beat first. None without drums.
    """
    starts, _ = _on_grid(score, drum_notes(score), _DRUM_STEPS)
    return float(np.isin(starts % _DRUM_STEPS, _PATTERNS[meter]).mean()) if len(starts) else None


def drum_pattern_consistency(score: Score) -> float | None:
    """Return the larger of the duple and the triple drum-in-pattern rate; None without drums."""
    duple = drum_in_pattern_rate(score, "duple")
    triple = drum_in_pattern_rate(score, "triple")
    return None if duple is None or triple is None else max(duple, triple)


def _on_grid(
    score: Score, notes: Notes, steps_per_beat: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return starts and ends in steps, halves to even."""
    steps = np.rint(notes[:, :2] * steps_per_beat / score.ticks_per_beat).astype(np.int64)
    return steps[:, 0], steps[:, 1]


def _empty_rate(notes: Notes, ticks: int) -> float | None:
    if not len(notes) or ticks < 1:
        return None
    filled = _covered(notes[:, 0] // ticks, notes[:, 1] // ticks, notes[:, 1].max() // ticks + 1)
    return float(1 - filled.mean())


def _covered(first: NDArray[np.int64], last: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Return which of `count` cells lie within any of the closed spans."""
    steps = np.zeros(count + 1, np.int64)
    inside = first < count
    np.add.at(steps, first[inside], 1)
    np.add.at(steps, np.minimum(last[inside] + 1, count), -1)
    return np.cumsum(steps)[:count] > 0
