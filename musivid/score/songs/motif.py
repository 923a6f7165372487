"""What a tune is made of: a motif of two bars, found by a search for what sings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from musivid.score.metre import Metre
from musivid.score.songs.cells import HIGHEST, LOWEST, Bar, Tone, is_strong, rhythm
from musivid.score.songs.styles import Rhythms
from musivid.score.songs.theory import Bars, chord_at

__all__ = ["Material", "find_material", "singability"]

Develop = Callable[["Material", Bars, Metre], list[Tone]]

_TRIES = 120  # motifs of which the best is taken
_MOVES = (0, 1, -1, 2, -2, 3, -3, 4, -4)  # steps from note to note, and their odds
_ODDS = np.array((0.24, 0.21, 0.21, 0.1, 0.1, 0.06, 0.05, 0.02, 0.01))  # together 1
_LEAP = 3  # steps; after one, the tune turns back
# The odds of the same moves after a leap down (-1) and up (1).
_AFTER_LEAP = {-1: np.array((0.15, 0.5, 0.02, 0.2, 0.05, 0.08, 0, 0, 0)),
               1: np.array((0.15, 0.02, 0.5, 0.05, 0.2, 0, 0.08, 0, 0))}  # fmt: skip
_FIRST = (0, 2, 4, 4, 2)  # steps of the scale on which motifs like to begin
_OUTSIDE = 0.25  # of a step beyond what is comfortable
_SAME = 0.22  # share of notes that say the one before again, as in sung tunes
_SPAN, _CLIMAX = 6, 0.6  # steps that a tune ranges over; where its highest note lies


@dataclass(frozen=True, slots=True)
class Material:
    """What a theme is made of.

    Attributes:
        first: tones of its first bar.
        second: tones of its second bar.
        end: rhythm of its last bar.
        inverts: whether the third bar answers upside down.
        lift: steps by which a sequence climbs from bar to bar.
        upbeat: eighths that lead into a phrase.
    """

    first: tuple[Tone, ...]
    second: tuple[Tone, ...]
    end: str
    inverts: bool
    lift: int
    upbeat: int

    @property
    def inverted(self) -> list[Tone]:
        """Its first bar upside down."""
        top = 2 * self.first[0].step
        return [Tone(t.start, t.length, top - t.step) for t in self.first]


def find_material(
    rng: np.random.Generator,
    style: tuple[Rhythms, float, bool],
    bars: Bars,
    metre: Metre,
    develop: Develop,
) -> Material:
    """Return the best of many motifs, each judged as the whole phrase that it leads to.

    Args:
        rng: draws them.
        style: its rhythms, how dense it is (0..1), and whether it rises.
        bars: the chords of the phrase.
        metre: of its bars.
        develop: makes a phrase of material over chords, in bars of a metre.
    """
    rhythms, density, rises = style
    best, found = -np.inf, None
    for _ in range(_TRIES):
        material = _draw(rng, rhythms, min(max(density, 0.0), 0.999), bars, metre)
        worth = singability(develop(material, bars, metre), bars, metre.steps, rises=rises)
        worth += _taste(material)
        if worth > best:
            best, found = worth, material
    assert found is not None
    return found


def _draw(
    rng: np.random.Generator, rhythms: Rhythms, density: float, bars: Bars, metre: Metre
) -> Material:
    openings, ends = rhythms.openings, rhythms.endings

    def opening(least: float) -> str:
        place = density * len(openings) - least + float(rng.normal(0, 0.7))
        return openings[int(np.clip(place, 0, len(openings) - 1))]

    a = opening(0.0)
    lot = rng.random()
    b = a if lot < 0.4 else opening(1.0) if lot < 0.7 else ends[int(rng.integers(len(ends)))]
    start = bars[0][0][1].nearest(int(rng.choice(_FIRST)))
    first = _cell(rng, a, bars[0], start, metre)
    go_on = first[-1].step + int(rng.choice((-1, 1, 0, 2, -2)))
    second = _cell(rng, b, bars[1 % len(bars)], go_on, metre)
    return Material(
        first,
        second,
        ends[int(rng.integers(len(ends)))],
        inverts=bool(rng.random() < 0.4),
        lift=int(rng.choice((1, 1, -1))),
        upbeat=int(rng.choice((0, 0, 1, 2))),
    )


def _taste(material: Material) -> float:
    """What is good about a motif itself: rhythms that repeat and that have two lengths."""
    x, y = material.first, material.second
    is_same = [t.start for t in x] == [t.start for t in y]
    is_dull = x[0].step == y[0].step and len({t.step for t in x}) < 3
    return 0.3 * is_same + 0.3 * (len({t.length for t in x}) > 1) - 0.4 * is_dull


def _cell(
    rng: np.random.Generator, text: str, bar: Bar, first: int, metre: Metre
) -> tuple[Tone, ...]:
    """A random bar: steps mostly, leaps turn back, strong notes are of the chord."""
    out: list[Tone] = []
    step, last = first, 0
    for n, (start, length) in enumerate(rhythm(text)):
        if n:
            odds = _AFTER_LEAP[int(np.sign(last))] if abs(last) >= _LEAP else _ODDS
            last = int(rng.choice(_MOVES, p=odds / odds.sum()))
            step += last
        chord = chord_at(bar, start)
        if is_strong(start, length, metre) and not chord.has(step):
            step = chord.nearest(step, int(np.sign(last)))
        out.append(Tone(start, length, step))
    return tuple(out)


def singability(tones: list[Tone], bars: Bars, steps: int, *, rises: bool) -> float:
    """Return how well a tune sings; higher is better.

    It counts steps, a small range, leaps that turn back, one climax in the second half, and
    dissonances that are passed through.
    """
    places = np.array([t.step for t in tones])
    pitches = np.array(
        [chord_at(bars[t.start // steps], t.start % steps).pitch(t.step) for t in tones]
    )
    d, leap = np.diff(places), np.abs(np.diff(pitches))
    if len(d) < 3:
        return 0.0
    same = float(np.mean(d == 0))
    good = 1.2 * np.mean(np.abs(d) == 1) + 1.5 * min(same, _SAME) - 1.2 * max(0.0, same - _SAME)
    good -= np.mean(np.abs(d) >= 5) + 0.5 * abs(np.ptp(places) - _SPAN) / 3
    good -= 1.5 * np.mean(leap == 6) + np.mean(leap > 9)
    good -= 2.4 * np.mean((np.abs(d[:-1]) >= _LEAP) & (d[:-1] * d[1:] > 0))
    top = np.flatnonzero(places == places.max())
    climax = tones[int(top[0])].start / (steps * len(bars))
    good -= 0.12 * (len(top) - 1)
    good -= 0.8 * abs(climax - _CLIMAX) if rises else 0.5 * climax
    good -= 0.12 * np.sum((d[:-1] == 0) & (d[1:] == 0))
    good -= _OUTSIDE * (max(0, LOWEST - places.min()) + max(0, places.max() - HIGHEST))
    good -= _dissonance(tones, bars, steps, d)
    return float(good + 0.25 * (len(set(places.tolist())) >= 5))


def _dissonance(tones: list[Tone], bars: Bars, steps: int, d: np.ndarray) -> float:
    cost = 0.0
    for n, tone in enumerate(tones):
        if not chord_at(bars[tone.start // steps], tone.start % steps).has(tone.step):
            passes = 0 < n < len(tones) - 1 and abs(d[n - 1]) == abs(d[n]) == 1
            cost += 0.1 if passes else 0.35
    return cost
