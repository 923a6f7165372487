"""Which pitches a score uses: entropies, scales, range and how many sound at once; never drums.

Sources: MusPy (Dong et al., ISMIR 2020) for single figures of a whole piece; "The Jazz Transformer
on the Front Line" (Wu and Yang, ISMIR 2020, MusDr) for the entropy of windows of bars.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.tonality import Key
from musivid.metrics.music.notes import bar_of, pitched_notes
from musivid.score.notes import Score

__all__ = [
    "bar_pitch_class_entropy",
    "n_pitch_classes_used",
    "n_pitches_used",
    "pitch_class_entropy",
    "pitch_entropy",
    "pitch_in_scale_rate",
    "pitch_range",
    "polyphony",
    "polyphony_rate",
    "scale_consistency",
]

_MANY = 2  # MusPy: more pitches than this at once are polyphonic


def pitch_range(score: Score) -> int | None:
    """Return the highest pitch less the lowest, in semitones; None without pitched notes."""
    pitches = pitched_notes(score)[:, 2]
    return int(pitches.max() - pitches.min()) if len(pitches) else None


def n_pitches_used(score: Score) -> int:
    """Return how many different pitches are played, 0 to 128."""
    return len(np.unique(pitched_notes(score)[:, 2]))


def n_pitch_classes_used(score: Score) -> int:
    """Return how many different pitch classes are played, 0 to 12."""
    return len(np.unique(pitched_notes(score)[:, 2] % 12))


def pitch_entropy(score: Score) -> float | None:
    """Return -sum p log2 p over the pitches, p their share of all notes; 0 to 7 bits."""
    return _entropy(np.bincount(pitched_notes(score)[:, 2], minlength=128))


def pitch_class_entropy(score: Score) -> float | None:
    """Return -sum p log2 p over the twelve pitch classes of the whole piece; 0 to 3.585 bits."""
    return _entropy(np.bincount(pitched_notes(score)[:, 2] % 12, minlength=12))


def bar_pitch_class_entropy(score: Score, bars: int) -> float | None:
    """Return the mean pitch-class entropy of windows of bars: H1 for one bar, H4 for four.

    Windows begin at every bar; those without notes do not count. A piece shorter than the window is
    one window. Notes belong to the bar in which they begin and count once, however long they are
    (Wu and Yang 2020).

    Args:
        score: the piece.
        bars: the window, 1 or more.

    Returns:
        Bits, 0 to log2 12 = 3.585; None without pitched notes.
    """
    notes = pitched_notes(score)
    counts = np.zeros((score.bars, 12), np.int64)
    where = bar_of(score, notes[:, 0])
    inside = where < score.bars
    np.add.at(counts, (where[inside], notes[inside, 2] % 12), 1)
    width = min(bars, score.bars)
    windows = np.lib.stride_tricks.sliding_window_view(counts, width, axis=0).sum(-1)
    found = [h for row in windows if (h := _entropy(row)) is not None]
    return float(np.mean(found)) if found else None


def pitch_in_scale_rate(score: Score, key: Key) -> float | None:
    """Return the share of notes that lie in the scale of `key`; None without pitched notes."""
    classes = pitched_notes(score)[:, 2] % 12
    return float(np.isin(classes, sorted(key.pitch_classes)).mean()) if len(classes) else None


def scale_consistency(score: Score) -> tuple[float, Key] | None:
    """Return the best share of notes in any major or natural minor scale, and that scale.

    Major and natural minor share their notes; MusPy's order (major first, then from C upwards)
    decides which of equal scales is named.
    """
    counts = np.bincount(pitched_notes(score)[:, 2] % 12, minlength=12)
    if not counts.any():
        return None
    keys = [Key(tonic, mode) for mode in ("major", "minor") for tonic in range(12)]
    shares = [sum(counts[c] for c in key.pitch_classes) / counts.sum() for key in keys]
    best = int(np.argmax(shares))
    return float(shares[best]), keys[best]


def polyphony(score: Score) -> float | None:
    """Return how many pitches sound at once, on average over the time in which any sounds.

    The same pitch on two tracks counts once.
    """
    counts, lengths = _sounding(score)
    heard = lengths[counts > 0].sum()
    return float((counts * lengths).sum() / heard) if heard else None


def polyphony_rate(score: Score) -> float | None:
    """Return the share of time in which more than two pitches sound at once.

    Time ends with the last note of any track, drums too.
    """
    counts, lengths = _sounding(score)
    end = max((note.end for track in score.tracks for note in track.notes), default=0)
    return float(lengths[counts > _MANY].sum() / end) if end else None


def _sounding(score: Score) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of different pitches of each segment, and its length in ticks."""
    notes = pitched_notes(score)
    if not len(notes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    borders = np.unique(notes[:, :2])
    first, last = np.searchsorted(borders, notes[:, 0]), np.searchsorted(borders, notes[:, 1])
    counts = np.zeros(len(borders) - 1, np.int64)
    for pitch in np.unique(notes[:, 2]):
        own = notes[:, 2] == pitch
        steps = np.zeros(len(borders), np.int64)
        np.add.at(steps, first[own], 1)
        np.add.at(steps, last[own], -1)
        counts += np.cumsum(steps)[:-1] > 0
    return counts, np.diff(borders)


def _entropy(counts: NDArray[np.int64]) -> float | None:
    total = counts.sum()
    if not total:
        return None
    shares = counts[counts > 0] / total
    return float(abs((shares * np.log2(shares)).sum()))
