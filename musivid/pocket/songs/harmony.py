"""Chords: progressions for each kind of song, and voices that move as little as they can."""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.analysis.tonality import Key
from musivid.pocket.songs.facts import pick

__all__ = ["PROGRAMS", "Chord", "choose_progressions", "chord_on", "lay_out", "voicing"]

# Scale degrees, one token a bar; `+` parts a bar in two. First for major thirds, then for minor.
_PROGRAMS = """
pop: 1 5 6 4; 6 4 1 5; 1 6 4 5; 4 1 5 6; 1 4 6 5; 1 3 4 5; 4 5 1 6 | 1 6 3 7; 6 7 1 1; 1 4 6 7; 1 3 7 4; 1 7 6 7; 6 3 7 1
rock: 1 4 5 4; 1 5 4 4; 1 7 4 1; 6 4 1 5; 1 1 4 5; 4 4 1 5 | 1 6 7 1; 1 3 7 6; 1 7 6 5; 1 4 1 7; 6 7 1 1
dark: 1 6 4 5; 1 2 1 7 | 1 1 6 7; 1 2 1 7; 1 6 2 5; 1 1 3 2; 1 4 6 5; 1 7 6 5
dance: 6 4 1 5; 4 5 6 1; 1 5 6 4; 4 4 6 5 | 1 6 3 7; 6 7 1 3; 1 3 6 7; 6 6 7 1; 4 6 1 7
drone: 1 1 1 1; 1 1 4 4 | 1 1 1 1; 1 1 6 6; 1 1 1 7; 1 1 2 1
ambient: 1 4 1 4; 1 2 1 2; 4 1 6 4; 1 3 4 4; 6 4 1 1 | 1 4 1 7; 1 6 1 3; 6 1 4 1; 1 3 4 4
ballad: 1 5 6 3 4 1 4 5; 1 3 4 1; 1 6 4 5; 6 4 1 5; 4 5 3 6 4 5 1 1 | 1 7 6 5; 1 4 7 3 6 4 5 5; 1 6 3 7; 6 4 1 5
jazz: 2 5 1 6; 1 6 2 5; 3 6 2 5; 4 4 3 6 2 5 1 1; 1+6 2+5 3+6 2+5; 2+5 1 2+5 1 | 1 4 7 3; 1 6 4 5; 1 4 1 5; 4 7 3 6 1 4 5 1; 1+4 7+3 6+4 5
latin: 1 4 5 4; 1 5 5 1; 2 5 1 6 | 1 4 5 1; 1 7 6 5; 1 5 5 1; 4 1 5 1
folk: 1 4 1 5; 1 5 6 4; 1 1 4 1; 6 4 1 5; 1 4 5 1; 1+5 6+3 4+1 5 | 1 7 1 7; 1 3 7 1; 1 7 6 7; 1 4 1 7
cinematic: 1 6 4 5; 1 5 6 3 4 1 4 5; 1 2 1 2; 4 5 6 6 | 1 6 3 7; 1 6 4 5; 1 4 6 5; 6 7 1 1; 1 3 6 4; 1 1 6 6 4 4 5 5
loop: 1 6 2 5; 4 3 6 5; 1 4 1 4 | 1 6 1 6; 1 1 6 7; 1 4 1 4; 6 5 1 1; 1 7 6 7; 1 1 4 3
vamp: 1 4 1 4; 1 5 4 1; 1 2 4 1; 1 7 4 1; 2 5 2 5 | 1 4 1 4; 1 7 1 7; 1 1 4 4; 1 6 7 1; 1 4 5 1
waltz: 1 1 5 1; 1 4 5 1; 1 6 2 5; 1 5 1 4 1 4 5 1; 6 3 4 1 2 5 1 1 | 1 4 5 1; 1 5 1 5 4 1 5 1; 1 6 4 5; 1 7 3 6 4 1 5 1
"""
PROGRAMS: dict[str, tuple[list[str], list[str]]] = {}
for _line in _PROGRAMS.strip().splitlines():
    _name, _rest = _line.split(": ", 1)
    _bright, _dark = ([p.strip() for p in half.split(";")] for half in _rest.split("|"))
    PROGRAMS[_name] = (_bright, _dark)
_BRIGHT_MODES = frozenset({"major", "mixolydian", "lydian"})
_FIFTH = 7


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as scale steps: `root` 0..6, and the steps of its tones from the root up."""

    root: int
    steps: tuple[int, ...]

    def has(self, step: int) -> bool:
        """Whether a scale step, in any octave, is one of its tones."""
        return step % 7 in {tone % 7 for tone in self.steps}

    def nearest(self, step: int) -> int:
        """Return the tone nearest to a scale step; the upper one of two equally near."""
        return min(range(step - 3, step + 4), key=lambda s: (not self.has(s), abs(s - step), -s))


def chord_on(key: Key, degree: int, *, seventh: bool) -> Chord:
    """Return the chord on a degree (1..7); one without a perfect fifth gives way to its relative.

    Four-note chords keep their diminished fifths, as jazz wants them.
    """
    root = (degree - 1) % 7
    while not seventh and (key.pitch(root + 4) - key.pitch(root)) != _FIFTH:
        root = (root - 2) % 7
    return Chord(
        root, (root, root + 2, root + 4, root + 6) if seventh else (root, root + 2, root + 4)
    )


def choose_progressions(rng: np.random.Generator, name: str, mode: str) -> dict[str, str]:
    """Return a progression for each of verse, chorus and bridge, different where possible."""
    pool = list(PROGRAMS[name][0 if mode in _BRIGHT_MODES else 1])
    chosen = {}
    for section in ("chorus", "verse", "bridge"):
        chosen[section] = pick(rng, pool)
        if len(pool) > 1:
            pool.remove(chosen[section])
    return chosen


def lay_out(key: Key, progression: str, bars: int, *, seventh: bool) -> list[tuple[Chord, Chord]]:
    """Return the chords of each bar, first and second half, the progression going round."""
    tokens = progression.split()
    found = []
    for bar in range(bars):
        degrees = tokens[bar % len(tokens)].split("+")
        halves = [chord_on(key, int(d), seventh=seventh) for d in (degrees[0], degrees[-1])]
        found.append((halves[0], halves[1]))
    return found


def voicing(
    key: Key, chord: Chord, centre: int, previous: tuple[int, ...] | None
) -> tuple[int, ...]:
    """Return the pitches of a chord, ascending, near `centre` and near the voices before."""
    classes = [key.pitch(step) % 12 for step in chord.steps]
    best: tuple[float, tuple[int, ...]] | None = None
    for turn in range(len(classes)):
        pitches = [classes[turn] + 12 * (centre // 12 - 1)]
        for pitch_class in classes[turn + 1 :] + classes[:turn]:
            pitches.append(pitches[-1] + (pitch_class - pitches[-1] - 1) % 12 + 1)
        for octave in (0, 12, 24):
            placed = tuple(p + octave for p in pitches)
            cost = 0.5 * abs(sum(placed) / len(placed) - centre) * len(placed)
            if previous is not None and len(previous) == len(placed):
                cost += sum(abs(a - b) for a, b in zip(placed, previous, strict=True))
            if best is None or cost < best[0]:
                best = (cost, placed)
    assert best is not None
    return best[1]
