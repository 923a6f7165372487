"""The form of a song for a film: phrases whose beginnings meet its cuts, and what each is.

Phrases of about seven seconds are chosen by a dynamic programme; letters say what they are made
of: A opens and returns, B answers, C is a second theme. Long films have several movements, each
with themes of its own; the last one brings back the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from musivid.score.metre import Metre
from musivid.score.songs.outline import FilmOutline
from musivid.score.tempo_map import TempoMap

__all__ = ["LONG_PHRASE", "Form", "Phrase", "plan_form"]

LONG_PHRASE = 8
"""Bars of a phrase that has two halves."""

_HOLD_S, _SHORT_S = 1.2, 3.0  # of the last chord; films too short for it
_LEAST_RING_S = 0.2  # before the film ends: nothing is struck so late
_LATE_S = 3.2  # a last chord that would be held longer than this comes half a bar later
_LONG_BAR_S = 2.6  # from which on a phrase is two bars
_SHORT_BAR_S = 1.25  # below which it is eight, where bars have but two beats
_NEAR_S = 0.08  # a cut this near to a point of the grid is struck on it
_MOMENT_S, _STRONG = 0.06, 0.5  # the same for other moments, and their least weight
# Price of a phrase by its length in bars, where phrases are of eight bars, four, and two.
_PRICES = {8: {8: 0.0, 4: 0.8, 6: 0.9, 10: 1.1, 12: 1.4, 2: 1.6, 7: 1.7, 9: 1.7, 5: 1.9, 3: 1.9,
               11: 1.9, 1: 2.6},
           4: {4: 0.0, 2: 0.9, 6: 1.2, 3: 2.0, 5: 2.0, 1: 2.6, 7: 2.8},
           2: {2: 0.0, 4: 0.9, 3: 1.1, 1: 1.8}}  # fmt: skip
_AT_CUT, _AT_SECTION = 0.7, 2.0  # what a phrase gains that begins there
_OPENING, _ENDING = 0.9, 0.6  # gain of two bars before the tune; price of an odd end
_FORMS = ("A", "AA", "ABA", "AABA", "AABBA", "AABABA", "AABABCA", "AABBACBA", "AABBACCBA",
          "AABBACCABA", "AABBACCAABA", "AABBACCAABBA", "AABBACCABAABA")  # fmt: skip
_MIDDLES = (*_FORMS[:2], "ABC", "ABCA", "AABCA", "AABBCA", "AABBACA", *_FORMS[7:])
_MOVEMENT = 8  # phrases of one, where there are several
_LONG, _RAISED = 9, 3  # phrases: of long songs at least; that stand in a higher key at their end
_LEVELS = {"B": 0.14, "C": -0.12}  # fuller or thinner than what is around
_LEAST_LEVEL = 0.15  # of a phrase, 0..1
_FEW, _FIRST, _FIRST_OF_FEW = 4, 0.42, 0.68  # phrases; level of the first one
_MOST_OF_FEW = 0.84  # below the second voice, so that what returns is known again
_BY_ENERGY = 0.3  # how much the film's energy counts


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase.

    Attributes:
        start: its first bar.
        bars: its length.
        letter: what it is made of: I (an introduction), A, B or C.
        movement: whose themes it has.
        turn: how often its letter came before in them.
        level: how full it is, 0..1.
        closes: whether it ends on the tonic.
        is_last: whether the last chord follows.
        begins_section: whether something new begins with it.
        is_raised: whether it belongs to the end of a long song, where the key may rise.
    """

    start: int
    bars: int
    letter: str
    movement: int = 0
    turn: int = 0
    level: float = 0.5
    closes: bool = False
    is_last: bool = False
    begins_section: bool = False
    is_raised: bool = False

    @property
    def end(self) -> int:
        """The bar after its last."""
        return self.start + self.bars


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a song.

    Attributes:
        tempo: when each beat is.
        metre: of its bars.
        strike: sixteenth of the last chord.
        unit: bars of a usual phrase.
        phrases: in order; none in films of a second or two.
        hits: sixteenths of cuts and strong moments, with their weight 0..1.
        late: sixteenths of cuts that come while the last chord rings, ascending.
    """

    tempo: TempoMap
    metre: Metre
    strike: int
    unit: int
    phrases: tuple[Phrase, ...]
    hits: Mapping[int, float]
    late: tuple[int, ...] = ()

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return self.metre.steps

    def phrase_of(self, bar: int) -> Phrase:
        """Return the phrase of a bar; the last one goes on to the end."""
        starts = [phrase.start for phrase in self.phrases]
        return self.phrases[max(0, int(np.searchsorted(starts, bar, "right")) - 1)]


def plan_form(film: FilmOutline, metre: Metre, tempo: TempoMap) -> Form:
    """Return the form of a song in a metre on its tempo map."""
    beats, steps = metre.beats, metre.steps
    strike = _strike(tempo, metre)
    unit = _unit(metre, tempo)
    every = _hits(film, tempo)
    hits = {place: weight for place, weight in every.items() if place < strike}
    last = tempo.step_at(film.duration_s - _LEAST_RING_S)
    late = tuple(sorted(p for p, weight in every.items() if weight >= 1 and strike < p <= last))
    # A last chord in the middle of a bar has the half bar before it beside the phrases.
    bars = strike // steps if strike > steps else -(-strike // steps)
    downbeats = {place // steps for place in hits if place % steps == 0}
    sections = {round(tempo.beat_at(time) / beats) for time in film.sections_s}
    lengths = _lengths(max(1, bars), unit, downbeats, sections)
    phrases = _named(lengths, unit, sections)
    if film.energy:
        most = _most(len(phrases))
        phrases = [_lit(phrase, film, (tempo, beats), most) for phrase in phrases]
    return Form(tempo, metre, strike, unit, tuple(phrases) if strike else (), hits, late)


def _unit(metre: Metre, tempo: TempoMap) -> int:
    """Bars of a usual phrase, which is about seven seconds long."""
    bar_s = metre.beats * 60 / tempo.mean_bpm
    if bar_s > _LONG_BAR_S:
        return 2
    return LONG_PHRASE if metre.is_compound and bar_s < _SHORT_BAR_S else 4


def _strike(tempo: TempoMap, metre: Metre) -> int:
    """The sixteenth of the last chord: the last downbeat that leaves it time to sound."""
    duration_s, beats = tempo.duration_s, metre.beats
    hold_s = _HOLD_S if duration_s >= _SHORT_S else duration_s / 3
    last = int(tempo.beat_at(max(0.0, duration_s - hold_s)) + 1e-6)
    if duration_s < _SHORT_S or last < beats:
        return metre.beat * last
    strike = metre.beat * (last // beats * beats)
    is_late = duration_s - tempo.step_s(strike) > _LATE_S
    return strike + 8 * (beats == 4 and last % 4 >= 2 and is_late)


def _hits(film: FilmOutline, tempo: TempoMap) -> dict[int, float]:
    """Sixteenths that are struck: cuts on the grid, other strong moments on any sixteenth."""
    found: dict[int, float] = {}
    for time_s, weight in film.moments:
        place = tempo.step_at(time_s)
        if weight >= _STRONG and abs(tempo.step_s(place) - time_s) <= _MOMENT_S:
            found[place] = max(weight, found.get(place, 0.0))
    for time_s in film.met_s:
        beat = tempo.snapped(time_s)
        if abs(tempo.time_s(beat) - time_s) <= _NEAR_S:
            found[round(tempo.steps * beat)] = 1.0
    return {place: weight for place, weight in found.items() if place > 0}


def _lengths(bars: int, unit: int, cuts: set[int], sections: set[int]) -> list[int]:
    """Lengths of phrases that fill the film, their beginnings drawn to cuts and sections."""
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost up to each bar, and the last phrase's length
    for at in range(1, bars + 1):
        met = _AT_CUT * (at in cuts) + _AT_SECTION * (at in sections) if at < bars else 0.0
        options = []
        for length, price in _PRICES[unit].items():
            if length <= at:
                is_half = length == at == unit // 2 and bars >= 2.5 * unit
                opening = _OPENING * (is_half and unit > 2)
                ending = _ENDING * (at == bars and length != unit)
                options.append((best[at - length][0] + price - opening + ending - met, length))
        best.append(min(options))
    lengths: list[int] = []
    while bars:
        lengths.append(best[bars][1])
        bars -= lengths[-1]
    return lengths[::-1]


def _named(lengths: list[int], unit: int, sections: set[int]) -> list[Phrase]:
    """Phrases with their letters, turns and levels."""
    intro = len(lengths) > (2 if unit > 2 else 5) and lengths[0] <= max(2, unit // 2)
    starts = np.cumsum([0, *lengths])[:-1].tolist()
    names = [("I", 0)] * intro + _letters(len(lengths) - intro, starts[intro:], sections)
    seen: dict[tuple[str, int], int] = {}
    phrases: list[Phrase] = []
    for n, (length, name) in enumerate(zip(lengths, names, strict=True)):
        turn = seen.get(name, 0)
        seen[name] = turn + 1
        is_last = n == len(lengths) - 1
        after = names[n + 1] if not is_last else None
        is_new = n == 0 or name != names[n - 1] or starts[n] in sections
        phrases.append(
            Phrase(
                start=starts[n],
                bars=length,
                letter=name[0],
                movement=name[1],
                turn=turn,
                level=_most(len(names)) if is_last else _level(n, names),
                closes=_closes(name, turn, after),
                is_last=is_last,
                begins_section=is_new,
                is_raised=len(names) >= _LONG and n >= len(names) - _RAISED,
            )
        )
    return phrases


def _closes(name: tuple[str, int], turn: int, after: tuple[str, int] | None) -> bool:
    """Whether a phrase comes home: every second A, and one before something else begins."""
    return name[0] in "AC" and after is not None and (turn % 2 == 1 or after != name)


def _level(place: int, names: list[tuple[str, int]]) -> float:
    """How full the phrase at a place is: the whole rises, and so does each movement."""
    letter, movement = names[place]
    if letter == "I":
        return 0.3
    share = place / max(1, len(names) - 1)
    own = [n for n, (_, other) in enumerate(names) if other == movement and abs(n - place) < 20]
    local = (place - own[0]) / max(1, len(own) - 1)
    # Where little returns, it returns as it was: players are there from the start.
    first = _FIRST if len(names) > _FEW else _FIRST_OF_FEW
    level = first + 0.25 * share + 0.25 * local + _LEVELS.get(letter, 0.0)
    return min(_most(len(names)), level)


def _letters(count: int, starts: list[int], sections: set[int]) -> list[tuple[str, int]]:
    """Letter and movement of each phrase."""
    if count <= len(_FORMS):
        return [(letter, 0) for letter in _FORMS[count - 1]]
    movements = max(3, round(count / _MOVEMENT))
    borders = [0]
    for n in range(1, movements):
        ideal = round(n * count / movements)
        near = [k for k in (ideal, ideal - 1, ideal + 1) if starts[k] in sections]
        borders.append((near or [ideal])[0])
    found = []
    for n, (first, last) in enumerate(zip(borders, [*borders[1:], count], strict=True)):
        theme = 0 if n == movements - 1 else n
        forms = _FORMS if theme in (0, movements - 1) else _MIDDLES
        found += [(letter, theme) for letter in forms[last - first - 1]]
    return found


def _most(phrases: int) -> float:
    """How full a song of so many phrases becomes."""
    return 1.0 if phrases > _FEW else _MOST_OF_FEW


def _lit(phrase: Phrase, film: FilmOutline, pulse: tuple[TempoMap, int], most: float) -> Phrase:
    """The phrase fuller or thinner as the film is livelier or calmer there."""
    tempo, beats = pulse
    first, last = (int(tempo.time_s(beats * bar)) for bar in (phrase.start, phrase.end))
    seen = film.energy[first : max(last, first + 1)] or film.energy[-1:]
    change = _BY_ENERGY * (float(np.mean(seen)) - float(np.mean(film.energy)))
    return replace(phrase, level=min(max(phrase.level + change, _LEAST_LEVEL), most))
