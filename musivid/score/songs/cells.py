"""Bars of a tune: notes as scale steps, fitted to whatever chords they come upon; cadences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from musivid.score.metre import Metre
from musivid.score.songs.theory import Chord, chord_at

__all__ = ["HIGHEST", "LOWEST", "Bar", "Tone", "cadence", "fitted", "is_strong", "rhythm"]

Bar = list[tuple[int, Chord]]

LOWEST, HIGHEST = -2, 8
"""Scale steps that are comfortable to sing, the tonic being 0."""

_LONG = 6  # sixteenths from which on a note is heard as strong
_LARGEST_MOVE = 3  # steps of a walk to a cadence
_REACH = 7  # steps by which a cell may be moved
_EASY_JUMP = 3  # steps of the scale
# Prices of fitting a cell: a strong note off its chord, a step from where it was wished, a step
# beyond an easy jump from the note before, being out of range.
_WRONG, _MOVED, _JUMPED, _OUT = 1.5, 0.45, 0.8, 3.0
_TRIES, _TRIES_KNOWN = 24, 120  # walks to a cadence; more where one must be like another


@dataclass(frozen=True, slots=True)
class Tone:
    """One note of a tune.

    Attributes:
        start: in sixteenths.
        length: in sixteenths.
        step: of the scale that is sung there, 0 is the tonic.
    """

    start: int
    length: int
    step: int


def rhythm(text: str) -> list[tuple[int, int]]:
    """Return start and length of each note of a bar's rhythm: `x` begins, `-` holds."""
    found = []
    for start, sign in enumerate(text):
        if sign == "x":
            end = start + 1
            while end < len(text) and text[end] == "-":
                end += 1
            found.append((start, end - start))
    return found


def is_strong(start: int, length: int, metre: Metre) -> bool:
    """Whether a note is heard as one of the chord: on a strong place of the bar, or long."""
    return metre.is_strong(start) or length >= _LONG


def fitted(
    cell: Sequence[Tone],
    bar: Bar,
    place: tuple[int, Metre],
    before: int | None,
    wish: tuple[int, int] = (0, HIGHEST),
) -> list[Tone]:
    """Return a cell on other harmony: moved as a whole to where least must be mended, then mended.

    Args:
        cell: its tones, from the start of a bar.
        bar: the chords that it comes upon.
        place: where the bar starts in sixteenths, and its metre.
        before: step of the note before it, or None.
        wish: by how many steps it should be moved, and the highest step allowed.
    """
    at, metre = place
    shift = min(
        range(-_REACH, _REACH + 1), key=lambda s: _misfit(cell, bar, metre, before, (s, *wish))
    )
    out: list[Tone] = []
    for n, tone in enumerate(cell):
        step, chord = tone.step + shift, chord_at(bar, tone.start)
        if is_strong(tone.start, tone.length, metre) and not chord.has(step):
            way = int(np.sign(tone.step - cell[n - 1].step)) if out else 0
            step = chord.nearest(step, way)
        out.append(Tone(at + tone.start, tone.length, step))
    return out


def _misfit(
    cell: Sequence[Tone], bar: Bar, metre: Metre, before: int | None, wish: tuple[int, int, int]
) -> float:
    """What it costs to move a cell by the first of `wish`."""
    shift, wanted, high = wish
    moved = [tone.step + shift for tone in cell]
    wrong = sum(
        not chord_at(bar, tone.start).has(step)
        for tone, step in zip(cell, moved, strict=True)
        if is_strong(tone.start, tone.length, metre)
    )
    jump = 0 if before is None else max(0, abs(moved[0] - before) - _EASY_JUMP)
    outside = (min(moved) < LOWEST) + (max(moved) > high)
    return _WRONG * wrong + _MOVED * abs(shift - wanted) + _JUMPED * jump + _OUT * outside


def cadence(
    text: str,
    bar: Bar,
    place: tuple[int, Metre],
    before: int,
    *,
    closes: bool,
    rng: np.random.Generator,
    known: Sequence[int] = (),
) -> list[Tone]:
    """Return the last bar of a phrase: by step to the tonic, or to a tone that asks for more.

    Args:
        text: its rhythm.
        bar: its chords.
        place: where it starts in sixteenths, and its metre.
        before: step of the note before it.
        closes: whether it comes home.
        rng: draws the walks of which the best is taken.
        known: steps of such an ending that was heard before; this one goes as it did, but for the
            goal.
    """
    at, metre = place
    notes, (change, final) = rhythm(text), bar[-1]
    start, length = notes[-1]
    if start < change < start + length:  # the goal waits for its chord
        notes[-1:] = [(start, change - start), (change, start + length - change)]
    goal = _goal(final, before, rng, closes=closes)
    best: list[int] = []
    least = float("inf")
    for _ in range(_TRIES_KNOWN if known else _TRIES):
        walk = _walk(notes, bar, (before, goal, metre), rng)
        cost = _stiffness(walk, notes, bar, before)
        cost += 0.5 * sum(a != b for a, b in zip(walk[: len(known) * 2 // 3], known, strict=False))
        if cost < least:
            best, least = walk, cost
    return [Tone(at + s, n, q) for (s, n), q in zip(notes, best, strict=True)]


def _goal(final: Chord, before: int, rng: np.random.Generator, *, closes: bool) -> int:
    """The step that a cadence ends on."""
    degrees = (0,) if closes else (1, 4, 6, 2)
    goals = [7 * k + d for k in (-1, 0, 1) for d in degrees if final.has(7 * k + d)]
    return min(
        goals or [final.nearest(before)],
        key=lambda g: abs(g - before) + 0.8 * (g == before) + float(rng.random()),
    )


def _walk(
    notes: list[tuple[int, int]], bar: Bar, way: tuple[int, int, Metre], rng: np.random.Generator
) -> list[int]:
    """A random walk from a step to a goal in a bar, its strong notes of the chord."""
    before, goal, metre = way
    steps_at, step = [], before
    drifts = rng.normal(0, 1.1, len(notes)).tolist()
    for n, (start, length) in enumerate(notes):
        left = len(notes) - n
        if left == 1:
            step = goal
        else:
            drift = round((goal - step) / left + drifts[n])
            step += max(-_LARGEST_MOVE, min(drift, _LARGEST_MOVE))
            chord = chord_at(bar, start)
            if is_strong(start, length, metre) and not chord.has(step):
                step = chord.nearest(step, (goal > step) - (goal < step))
        steps_at.append(step)
    return steps_at


def _stiffness(walk: list[int], notes: list[tuple[int, int]], bar: Bar, before: int) -> float:
    """How little a walk sings: leaps, repeats, see-saws, dissonances not passed through."""
    moves = [b - a for a, b in pairwise([before, *walk])]
    cost = 0.6 * (abs(moves[-1]) != 1)
    cost += sum(1.0 if abs(move) > 2 else 0.7 * (move == 0) for move in moves)
    turns = zip(moves, moves[1:], moves[2:], strict=False)
    cost += sum(0.8 for a, b, c in turns if a == c == -b)
    for (start, _), step, come, go in zip(notes, walk, moves, moves[1:], strict=False):
        if (abs(come) != 1 or abs(go) != 1) and not chord_at(bar, start).has(step):
            cost += 0.7
    return cost + 0.3 * max(0, max(walk) - HIGHEST) + 0.3 * max(0, LOWEST - min(walk))
