"""When a song's film cuts: on beats, more often where it is loud, at phrases rather than anywhere.

Each section gets a usual length of its shots by how loud it is; of all ways to part its beats, the
one is taken whose lengths are near to it, that cuts at bars and hits, and that does not count off
equal lengths (dynamic programming).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.footage.returns import Part, find_parts

__all__ = ["MOST_EQUAL", "Slot", "lengths_in_beats", "place_slots", "song_beats"]

Times = NDArray[np.float64]

MOST_EQUAL = 4
"""So many shots of one length may follow each other."""

_CALM_S, _LOUD_S = 4.6, 1.3  # usual length of shots where a song is calmest and loudest
_LEAST_S, _MOST_S = 0.55, 8.0  # lengths that eyes follow, and bear
_GRID_S = 0.5  # of a song without a pulse
_MOST_BEATS = 32
_PAUSE_BEATS = 3.5  # a longer silence of the pulse is counted through
_BUILD = (
    0.3  # how far what is louder than its section shortens a shot, and what is calmer lengthens
)
# What cuts are worth at bars, amid bars and elsewhere, and on hits besides. A usual cut is worth
# nothing in itself: lengths, and so the loudness of the part, decide how many there are.
_BAR, _HALF, _OFF, _HIT = -0.15, -0.35, -1.0, 0.3
_UNEVEN = 1.1  # exponent on how far a length is from the usual one
_AGAIN = 0.12  # what each equal length costs more


@dataclass(frozen=True, slots=True)
class Slot:
    """A shot's place in the film.

    Attributes:
        number: counted from 1.
        start_s: when it begins.
        end_s: when it ends.
        part: the part of the song that it lies in.
        energy: 0..1, how loud and busy the music is there.
        begins_part: whether a part begins with it.
    """

    number: int
    start_s: float
    end_s: float
    part: int
    energy: float
    begins_part: bool = False

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def song_beats(facts: SoundFacts) -> Times:
    """Where cuts may stand: beats, which go on evenly where none is heard for a while.

    An even grid where there is no pulse at all.
    """
    beats = np.asarray(facts.beats_s, np.float64)
    if len(beats) < 4:
        return np.arange(_GRID_S, facts.duration_s, _GRID_S)
    step = float(np.median(np.diff(beats)))
    before = np.arange(beats[0] - step, 0.0, -step)[::-1]
    after = np.arange(beats[-1] + step, facts.duration_s, step)
    within = [
        np.linspace(a, b, round((b - a) / step), endpoint=False)[1:]
        for a, b in pairwise(beats)
        if b - a > _PAUSE_BEATS * step
    ]
    return np.sort(np.concatenate([before, beats, *within, after]))


def place_slots(facts: SoundFacts, *, pace: float = 1.0) -> tuple[list[Slot], list[Part]]:
    """The shots' places in a song, and the parts that it has.

    Args:
        facts: what was heard.
        pace: factor on how often it cuts.
    """
    beats = song_beats(facts)
    beats = beats[(beats > _LEAST_S / 2) & (beats < facts.duration_s - _LEAST_S / 2)]
    parts = find_parts(facts, beats)
    heat = _heat(facts, beats)
    usual = _usual_lengths(parts, pace)
    slots: list[Slot] = []
    run: tuple[int, int] = (0, 0)
    for number, part in enumerate(parts):
        inside = np.flatnonzero((beats > part.start_s + 0.05) & (beats < part.end_s - 0.05))
        times = np.concatenate([[part.start_s], beats[inside], [part.end_s]])
        worth = np.concatenate([[0.0], _worth(facts, beats)[inside], [0.0]])
        local = np.concatenate([heat[inside][:1], heat[inside], heat[inside][-1:]])
        local = local if len(local) == len(times) else np.full(len(times), part.energy)
        ends, run = _parted(times, worth, usual[number], local - local.mean(), run)
        for first, last in pairwise(ends):
            energy = 0.5 * part.energy + 0.5 * float(local[first:last].mean())
            slots.append(
                Slot(len(slots) + 1, float(times[first]), float(times[last]), number, energy,
                     first == 0)
            )  # fmt: skip
    return slots, parts


def _usual_lengths(parts: Sequence[Part], pace: float) -> list[float]:
    """Seconds of a shot in each part, shorter the louder it is among the others."""
    return [_CALM_S * (_LOUD_S / _CALM_S) ** part.energy / pace for part in parts]


def _heat(facts: SoundFacts, beats: Times) -> Times:
    """How loud and busy each beat is, 0..1 by rank."""
    if not len(beats):
        return np.zeros(0)
    ends = np.append(beats[1:], facts.duration_s)
    levels = np.array(
        [
            float(np.mean(facts.curves.at("loudness", np.linspace(a, b, 5))))
            + 0.3 * float(np.max(facts.curves.at("percussive", np.linspace(a, b, 9))))
            for a, b in zip(beats, ends, strict=True)
        ]
    )
    order = np.sort(levels)
    low, high = (np.searchsorted(order, levels, side=side) for side in ("left", "right"))
    return np.asarray((low + high) / 2 / len(levels), np.float64)


def _worth(facts: SoundFacts, beats: Times) -> Times:
    """How good it is to cut at each beat: bars most, amid bars some; hits besides."""
    hits = facts.curves.peaks_at("onset", beats) if len(beats) else np.zeros(0)
    bars = np.asarray(facts.downbeats_s, np.float64)
    if len(bars) < 2:
        return np.asarray(_BAR + _HIT * hits, np.float64)
    places = np.searchsorted(bars, beats + 0.05) - 1
    since = beats - bars[np.maximum(places, 0)]
    bar_s = float(np.median(np.diff(bars)))
    beat_s = bar_s / max(1, facts.beats_per_bar)
    nth = np.round(since / beat_s).astype(int) % max(1, facts.beats_per_bar)
    amid = nth * 2 == facts.beats_per_bar
    at = np.where(nth == 0, _BAR, np.where(amid, _HALF, _OFF))
    return np.asarray(at + _HIT * hits, np.float64)


def _parted(
    times: Times, worth: Times, usual_s: float, hotter: Times, run: tuple[int, int]
) -> tuple[list[int], tuple[int, int]]:
    """Which of a part's beats begin shots, from its first to its last, and the run at its end.

    Args:
        times: its first moment, the beats in it, its last moment.
        worth: of a cut at each.
        usual_s: length of a shot.
        hotter: how much hotter than the whole part each beat is.
        run: length in beats of the last shots before, and how many of them are equal.
    """
    count = len(times)
    # (beat, length of the last shot in beats, how many equal ones) -> cost, where from
    best: list[dict[tuple[int, int], tuple[float, int, tuple[int, int]]]] = [
        {} for _ in range(count)
    ]
    best[0][run] = (0.0, -1, run)
    for last in range(1, count):
        for first in range(max(0, last - _MOST_BEATS), last):
            if not best[first]:
                continue
            cost = _cost(times, worth, usual_s, hotter, (first, last))
            if cost is None:
                continue
            length = last - first
            for (before, equal), (sum_, _, _) in best[first].items():
                state = (length, equal + 1 if before == length else 1)
                if state[1] > MOST_EQUAL:
                    continue
                total = sum_ + cost + _AGAIN * (state[1] - 1)
                if state not in best[last] or total < best[last][state][0]:
                    best[last][state] = (total, first, (before, equal))
    if not best[-1]:  # a part too short to be parted
        return [0, count - 1], (count - 1, 1)
    end = min(best[-1], key=lambda one: best[-1][one][0])
    found, at, state = [count - 1], count - 1, end
    while at > 0:
        _, at, state = best[at][state]
        found.append(at)
    return found[::-1], end


def _cost(
    times: Times, worth: Times, usual_s: float, hotter: Times, ends: tuple[int, int]
) -> float | None:
    """What a shot from one beat to another costs; None: it cannot be."""
    first, last = ends
    length_s = float(times[last] - times[first])
    whole = first == 0 and last == len(times) - 1
    if not whole and not _LEAST_S <= length_s <= _MOST_S:
        return None
    wanted = usual_s * float(np.exp(-_BUILD * 2 * hotter[first:last].mean()))
    off = abs(np.log(length_s / wanted))
    # Weighed by its length, so that many short shots do not cost more than few long ones.
    cost = off**_UNEVEN * length_s / usual_s
    return float(cost - (worth[last] if last < len(times) - 1 else 0.0))


def lengths_in_beats(slots: Sequence[Slot], beats: Times) -> Iterator[int]:
    """How many beats each shot lasts."""
    for slot in slots:
        yield int(((beats > slot.start_s + 0.05) & (beats < slot.end_s - 0.05)).sum()) + 1
