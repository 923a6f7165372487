"""Chords of a score, one a beat: the best of eleven qualities on twelve roots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.score.bmt.vocabulary import CHORD_QUALITIES, ROOTS
from musivid.score.notes import Score

__all__ = ["NO_CHORD", "find_chords", "musical_name"]

NO_CHORD = "N_N_N"
# Chosen so that composed songs, whose chords are known, are read well.
_MISSING = 0.35  # what a chord loses when none of its tones sound
_EXTRA = 0.03  # for each tone above three
_ROOT_IN_BASS = 0.12  # worth of it beside the notes inside
_TWO_BEATS = 0.04  # what one chord for two beats is preferred by
_WRITTEN = {"M": "", "o": "dim", "+": "aug", "M7": "maj7", "o7": "dim7", "/o7": "m7b5"}
_NAMES = tuple((root, quality) for root in range(12) for quality in CHORD_QUALITIES)


def find_chords(score: Score) -> list[str]:
    """The chord of each beat as `root_quality_bass`, such as `C#_m7_E`; `N_N_N` for none.

    Each beat, and each pair of beats, is compared with templates by how long each pitch class
    sounds in it; a pair shares a chord unless two of its own fit better.
    """
    weights, bass = _pitch_classes(score)
    beats = _fits(weights, bass)
    pairs = _fits(weights[0::2] + weights[1::2], np.minimum(bass[0::2], bass[1::2]))
    own = beats.max(1)
    shared = pairs.max(1) + _TWO_BEATS >= (own[0::2] + own[1::2]) / 2
    best = np.where(np.repeat(shared, 2), np.repeat(pairs.argmax(1), 2), beats.argmax(1))
    silent = (weights > 0).sum(1) < 2
    paired_silent = np.repeat((weights[0::2] + weights[1::2] > 0).sum(1) < 2, 2)
    none = np.where(np.repeat(shared, 2), paired_silent | (weights.sum(1) == 0), silent)
    names = (_name(index, low) for index, low in zip(best.tolist(), bass.tolist(), strict=True))
    found = [NO_CHORD if no else name for name, no in zip(names, none.tolist(), strict=True)]
    return found[: _beats(score)]


def musical_name(chord: str) -> str:
    """A chord as musicians write it, of `root_quality` or `root_quality_bass`: `C#_m7` is C#m7."""
    root, quality, *bass = chord.split("_")
    slash = f"/{bass[0]}" if bass and bass[0] != root else ""
    return f"{root}{_WRITTEN.get(quality, quality)}{slash}"


def _pitch_classes(score: Score) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How long each pitch class sounds in each beat, in beats, and the lowest pitch in it.

    There is an even number of beats; where nothing sounds the pitch is 128.
    """
    beats = _beats(score)
    beats += beats % 2
    weights, bass = np.zeros((beats, 12)), np.full(beats, 128)
    notes = [n for track in score.tracks if not track.is_drum for n in track.notes]
    for note in notes:
        start, end = note.start / score.ticks_per_beat, note.end / score.ticks_per_beat
        for beat in range(int(start), min(int(np.ceil(end)), beats)):
            weights[beat, note.pitch % 12] += min(end, beat + 1) - max(start, beat)
            bass[beat] = min(bass[beat], note.pitch)
    return weights, bass


def _beats(score: Score) -> int:
    return max(-(-score.length_ticks // score.ticks_per_beat), 1)


def _fits(weights: NDArray[np.float64], bass: NDArray[np.int64]) -> NDArray[np.float64]:
    """How well each of `_NAMES` fits each segment, about -1..1."""
    shares = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
    tones = _templates(_NAMES)
    size = tones.sum(1)
    present = (shares > 0.02).astype(np.float64) @ tones.T
    roots = np.array([root for root, _ in _NAMES])
    in_bass = (bass[:, None] < 128) & (bass[:, None] % 12 == roots)
    inside = 2 * shares @ tones.T - 1
    fit: NDArray[np.float64] = (
        inside - _MISSING * (1 - present / size) - _EXTRA * (size - 3) + _ROOT_IN_BASS * in_bass
    )
    return fit


def _templates(names: Sequence[tuple[int, str]]) -> NDArray[np.float64]:
    tones = np.zeros((len(names), 12))
    for row, (root, quality) in zip(tones, names, strict=True):
        row[[(root + step) % 12 for step in CHORD_QUALITIES[quality]]] = 1
    return tones


def _name(index: int, low: int) -> str:
    root, quality = _NAMES[index]
    return f"{ROOTS[root]}_{quality}_{ROOTS[low % 12]}"
