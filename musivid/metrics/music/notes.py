"""What the measures of music count: the notes of a score as arrays, and bars and slots of time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.score.notes import Score

__all__ = ["Notes", "all_notes", "bar_of", "drum_notes", "onset_slots", "pitched_notes"]

Notes = NDArray[np.int64]  # [n, 3]: start and end in ticks, pitch; in the order of the tracks


def all_notes(score: Score) -> Notes:
    """Return every note, drums too: int64 [n, 3] (start, end, pitch)."""
    return _collect(score, (True, False))


def pitched_notes(score: Score) -> Notes:
    """Return the notes of all tracks but the drums: int64 [n, 3] (start, end, pitch)."""
    return _collect(score, (False,))


def drum_notes(score: Score) -> Notes:
    """Return the notes of the drum tracks: int64 [n, 3] (start, end, drum)."""
    return _collect(score, (True,))


def bar_of(score: Score, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bar in which each tick lies, from 0."""
    return ticks // max(score.ticks_per_bar, 1)


def onset_slots(score: Score, notes: Notes, slots_per_beat: int) -> NDArray[np.bool_]:
    """Return in which slot of which bar notes begin: bool [bars, slots].

    An onset counts at the slot nearest to it, so what is played a little early before a bar line
    belongs to the bar that it opens. A slot is a part of a quarter note.
    """
    per_slot = score.ticks_per_beat / slots_per_beat
    slots = max(round(score.ticks_per_bar / per_slot), 1)
    nearest = np.rint(notes[:, 0] / per_slot).astype(np.int64)
    grid = np.zeros((max(score.bars, int(nearest.max(initial=0)) // slots + 1), slots), bool)
    grid[nearest // slots, nearest % slots] = True
    return grid[: score.bars]


def _collect(score: Score, kinds: tuple[bool, ...]) -> Notes:
    rows = [
        (note.start, note.end, note.pitch)
        for track in score.tracks
        if track.is_drum in kinds
        for note in track.notes
    ]
    return np.array(rows, np.int64).reshape(-1, 3)
