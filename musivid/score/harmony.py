"""Chords for a piece that has none: a progression over its bars, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.analysis.key import key_of_classes
from musivid.analysis.tonality import MODES, Key
from musivid.score.notes import Score

__all__ = ["Chord", "Harmony", "key_of_notes", "plan_harmony"]

# Degrees of the scale, 0 is the tonic; each is a phrase of four bars.
_MAJOR = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 5, 4), (5, 3, 0, 4), (0, 2, 3, 4), (3, 0, 4, 5))
_MINOR = ((0, 5, 3, 4), (0, 3, 5, 4), (0, 6, 5, 4), (0, 3, 0, 4), (0, 5, 0, 4), (0, 0, 3, 4))
_PHRASE = 4  # bars
_MAJOR_THIRD = 4  # semitones


@dataclass(frozen=True, slots=True)
class Chord:
    """A triad.

    Attributes:
        root: pitch class of its root.
        pitch_classes: all three, root first.
    """

    root: int
    pitch_classes: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Harmony:
    """A key and one chord a bar; half bars before the end may have a chord of their own.

    Attributes:
        key: of the piece.
        chords: one a bar.
        cadence: chord of the last half bar before the final one.
    """

    key: Key
    chords: tuple[Chord, ...]
    cadence: Chord
    final: Chord
    final_tick: int

    def at(self, tick: int) -> Chord:
        """Return the chord at an absolute tick of 16 a bar."""
        if tick >= self.final_tick:
            return self.final
        if tick >= self.final_tick - 8:
            return self.cadence
        return self.chords[min(tick // 16, len(self.chords) - 1)]


def key_of_notes(score: Score) -> Key | None:
    """Return the major or minor key whose weights a score's notes follow best, by their length.

    None without pitched notes.
    """
    heard = np.zeros(12)
    for track in score.tracks:
        for note in track.notes:
            heard[note.pitch % 12] += 0 if track.is_drum else note.duration
    return key_of_classes(heard).key


def plan_harmony(key: Key, bars: int, final_tick: int, rng: np.random.Generator) -> Harmony:
    """Return chords for `bars` bars, a phrase that repeats and a second one that answers it.

    Args:
        key: of the piece.
        bars: how many.
        final_tick: where the last chord, the tonic, is struck.
        rng: chooses the phrases.
    """
    is_major = MODES[key.mode][2] == _MAJOR_THIRD
    bank = _MAJOR if is_major else _MINOR
    first, second = (bank[i] for i in rng.permutation(len(bank))[:2])
    # A A B A, as songs are: the answer is every third phrase.
    degrees = [
        (second if (bar // _PHRASE) % 4 == 2 else first)[bar % _PHRASE] for bar in range(bars)
    ]
    return Harmony(
        key=key,
        chords=tuple(_triad(key, degree) for degree in degrees),
        cadence=_dominant(key),
        final=_triad(key, 0),
        final_tick=final_tick,
    )


def _triad(key: Key, degree: int) -> Chord:
    root, third, fifth = (key.pitch(degree + step) % 12 for step in (0, 2, 4))
    return Chord(root, (root, third, fifth))


def _dominant(key: Key) -> Chord:
    """The chord that leads home within the scale: V, or VII where the fifth has a minor third."""
    fifth = _triad(key, 4)
    if (fifth.pitch_classes[1] - fifth.root) % 12 == _MAJOR_THIRD:
        return fifth
    return _triad(key, 6)
