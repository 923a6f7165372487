"""Chords of a score, and how irregular their progression is; drums never count."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.tonality import TONICS
from musivid.metrics.music.notes import pitched_notes
from musivid.score.notes import Score

__all__ = ["chord_progression_irregularity", "find_chords"]

_GRAM = 3  # chords in a row that are counted as one
# quality: semitones above the root
_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
}
# What a sounding pitch class outside the chord, a missing chord tone, and a root that is not in the
# bass cost, against 1 for all that sounds: a triad is preferred to a seventh that nobody plays.
_FOREIGN, _MISSING, _OTHER_BASS = 1.0, 0.12, 0.1


def chord_progression_irregularity(
    chords: Sequence[Hashable], *, legacy_count: bool = False
) -> float:
    """Return the share of different triples among all successive triples of chords, 0 to 1 (CPI).

    Of Wu and Yang, "The Jazz Transformer on the Front Line" (ISMIR 2020); three chords or fewer
    give 1.

    Args:
        chords: in order; anything that can be compared.
        legacy_count: leave out the last triple, as the published code (MusDr) does.
    """
    if len(chords) <= _GRAM:
        return 1.0
    count = len(chords) - _GRAM + (0 if legacy_count else 1)
    triples = [tuple(chords[first : first + _GRAM]) for first in range(count)]
    return len(set(triples)) / len(triples)


def find_chords(score: Score) -> list[str]:
    """Return the chords in order, each named once until it changes: `C`, `Am7`, `Bdim`.

    Half bars (bars, where they have an odd number of beats) are compared with nine kinds of chord
    on twelve roots by the time that each pitch class sounds in them; silent ones are left out.
    """
    per_bar = max(score.ticks_per_bar, 2)
    span = per_bar // 2 if score.beats_per_bar % 2 == 0 else per_bar
    weights, basses = _sounding_time(score, span)
    labels = [_name(w, b) for w, b in zip(weights, basses, strict=True) if w.any()]
    return [label for label, _ in itertools.groupby(labels)]


def _sounding_time(score: Score, span: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return how long each pitch class sounds in each span [spans, 12], and its lowest pitch."""
    count = max(-(-score.length_ticks // span), 1)
    weights = np.zeros((count, 12))
    basses = np.full(count, 128, np.int64)
    for start, end, pitch in pitched_notes(score).tolist():
        for index in range(start // span, min((end - 1) // span + 1, count)):
            weights[index, pitch % 12] += min(end, (index + 1) * span) - max(start, index * span)
            basses[index] = min(basses[index], pitch)
    return weights, basses


def _name(weight: NDArray[np.float64], bass: int) -> str:
    share = weight / weight.sum()
    best, name = -np.inf, ""
    for root, tonic in enumerate(TONICS):
        for quality, steps in _QUALITIES.items():
            tones = [(root + step) % 12 for step in steps]
            inside = share[tones]
            likeness = inside.sum() - _FOREIGN * (1 - inside.sum())
            likeness -= _MISSING * np.count_nonzero(inside < 0.02)
            likeness -= _OTHER_BASS * (bass % 12 != root)
            if likeness > best + 1e-12:
                best, name = likeness, tonic + quality
    return name
