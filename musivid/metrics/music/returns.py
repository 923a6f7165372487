"""What a listener keeps of a piece: figures and bars that come back, chords that are kept, clashes.

All count on sixteenths. A swung eighth lies on the same sixteenth throughout a piece, so that swing
does not hide what returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.metrics.music.notes import Notes, drum_notes, pitched_notes
from musivid.score.notes import Score

__all__ = [
    "Chords",
    "bars_distinct",
    "bars_returning",
    "chord_share",
    "clash_rate",
    "figures_returning",
    "groove_returning",
    "heard_chords",
    "top_line",
]

Chords = Sequence[tuple[float, frozenset[int]]]
"""From which sixteenth on a chord is on, and its pitch classes; ascending."""

_FIGURE = 4  # notes
_LONGEST = 16  # sixteenths; figures do not differ by longer spans
_ALIKE = 0.8  # cosine of two bars that are heard as one
_AWAY = 2  # bars
_LATE = 0.25  # sixteenths by which a note may begin late, or have ended, and count
_EARLY = 0.2  # sixteenths before a chord by which a note may begin and belong to it
_DRUMS = 128  # kinds of drums
_TRIADS = tuple(  # pitch classes of the 24 major and minor chords
    frozenset((root + tone) % 12 for tone in kind)
    for root in range(12)
    for kind in ((0, 4, 7), (0, 3, 7))
)

Floats = NDArray[np.float64]


def top_line(score: Score) -> list[tuple[int, int]]:
    """Return the highest note of each onset as (sixteenth, pitch), drums apart.

    An onset under a higher note that still sounds is none of the line.
    """
    at: dict[int, tuple[int, float]] = {}
    for start, end, pitch in _sixteenths(score, pitched_notes(score)):
        place = round(start)
        at[place] = max(at.get(place, (-1, 0.0)), (int(pitch), float(end)))
    line: list[tuple[int, int]] = []
    high, until = -1, -1.0
    for place, (pitch, end) in sorted(at.items()):
        if not (until > place + 0.5 and high > pitch):
            line.append((place, pitch))
            high, until = pitch, end
    return line


def figures_returning(score: Score) -> float | None:
    """Return the share of four-note figures of the top line that are met again a bar or more away.

    A figure is three intervals and three spans of time; those on one pitch are none.
    """
    line, bar = top_line(score), _bar(score)
    places: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for first in range(len(line) - _FIGURE + 1):
        part = np.array(line[first : first + _FIGURE])
        spans, moves = np.diff(part, axis=0).T
        if moves.any():
            places[(*np.minimum(spans, _LONGEST).tolist(), *moves.tolist())].append(line[first][0])
    every = [(t, at) for at in places.values() for t in at]
    if not every:
        return None
    return float(np.mean([max(abs(t - at[0]), abs(t - at[-1])) >= bar for t, at in every]))


def bars_returning(score: Score) -> float | None:
    """Return the share of bars that are like one two or more bars away."""
    alike, full = _alike(score, pitched_notes(score))
    return _share([any(alike[k, j] for j in full if abs(j - k) >= _AWAY) for k in full])


def bars_distinct(score: Score) -> float | None:
    """Return the share of bars that are like no earlier one."""
    alike, full = _alike(score, pitched_notes(score))
    return _share([not any(alike[k, j] for j in full if j < k) for k in full])


def groove_returning(score: Score) -> float | None:
    """Return the share of bars with drums whose strokes are like those of one bar away or two."""
    alike, full = _alike(score, drum_notes(score), _DRUMS)
    return _share([any(alike[k, j] for j in full if 0 < abs(j - k) <= _AWAY) for k in full])


def clash_rate(score: Score) -> float | None:
    """Return the share of strong beats on which two notes form a minor second or ninth.

    Strong are the first of the bar, and its middle where it can be halved. A major seventh is no
    clash: the upper note is not a semitone above the lower one in any octave.
    """
    notes = _sixteenths(score, pitched_notes(score))
    if not len(notes):
        return None
    found = []
    for place in np.arange(0, notes[:, 1].max(), _half(score)):
        sounds = (notes[:, 0] <= place + _LATE) & (notes[:, 1] > place + _LATE)
        pitches = sorted({int(pitch) for pitch in notes[sounds, 2]})
        if len({pitch % 12 for pitch in pitches}) > 1:
            pairs = ((a, b) for n, a in enumerate(pitches) for b in pitches[n + 1 :])
            found.append(any((b - a) % 12 == 1 for a, b in pairs))
    return _share(found)


def chord_share(score: Score, chords: Chords, tracks: Sequence[str] = ()) -> float | None:
    """Return the share of pitched notes that are in the chord of their moment.

    Args:
        score: whose notes are counted.
        chords: from `heard_chords`, or the composer's own.
        tracks: names of those that count; empty: all.
    """
    starts = np.array([start for start, _ in chords])
    kept = [
        note.pitch % 12 in chords[max(0, int(place))][1]
        for track in score.tracks
        if not track.is_drum and (not tracks or track.name in tracks)
        for note in track.notes
        for place in [
            np.searchsorted(starts, 4 * note.start / score.ticks_per_beat + _EARLY, "right") - 1
        ]
    ]
    return _share(kept)


def heard_chords(score: Score) -> Chords:
    """Return the triad that each half bar has most of; a whole bar where it cannot be halved."""
    notes, span = _sixteenths(score, pitched_notes(score)), _half(score)
    last = int(notes[:, 1].max() // span) + 1 if len(notes) else 0
    weights = np.zeros((last + 1, 12))
    for start, end, pitch in notes:
        first = int((start + _EARLY) // span)
        for part in range(first, min(last, int((end - _EARLY) // span)) + 1):
            inside = min(end, (part + 1) * span) - max(start, part * span)
            weights[part, int(pitch) % 12] += max(inside, 0.0)
    table = np.array([[pc in triad for pc in range(12)] for triad in _TRIADS], float)
    best = np.argmax(weights @ table.T, axis=1)
    return [(float(part * span), _TRIADS[int(k)]) for part, k in enumerate(best)]


def _sixteenths(score: Score, notes: Notes) -> Floats:
    """Notes by start, their times in sixteenths: float64 [n, 3]."""
    scaled = notes.astype(np.float64)
    scaled[:, :2] *= 4 / score.ticks_per_beat
    return scaled[np.argsort(scaled[:, 0], kind="stable")]


def _bar(score: Score) -> int:
    """Sixteenths in a bar."""
    return max(1, round(4 * score.ticks_per_bar / score.ticks_per_beat))


def _half(score: Score) -> int:
    """Sixteenths from one strong beat to the next: half a bar where its beats can be halved."""
    return _bar(score) // (2 if score.beats_per_bar % 2 == 0 else 1)


def _alike(score: Score, notes: Notes, kinds: int = 12) -> tuple[NDArray[np.bool_], list[int]]:
    """Which bars are alike: bool [bars, bars]; and those that are not empty.

    A bar is what begins on each of its sixteenths: pitch classes, or as many kinds as there are.
    """
    per_bar, rows = _bar(score), _sixteenths(score, notes)
    places = np.round(rows[:, 0]).astype(np.int64)
    grid = np.zeros((int(places.max(initial=0)) // per_bar + 1, per_bar, kinds))
    grid[places // per_bar, places % per_bar, rows[:, 2].astype(np.int64) % kinds] = 1
    flat = grid.reshape(len(grid), -1)
    norm = np.linalg.norm(flat, axis=1, keepdims=True)
    flat = flat / np.maximum(norm, 1e-9)
    return flat @ flat.T >= _ALIKE, [n for n in range(len(flat)) if norm[n, 0]]


def _share(found: list[bool]) -> float | None:
    return float(np.mean(found)) if found else None
