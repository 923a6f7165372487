"""MIDI files of marks, written: a tempo a bar, metres and markers on the first track.

Logic, Cubase and Pro Tools have no other way to take marks, and all DAWs take this one.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from musivid.interchange.edit import Edit, Grid
from musivid.interchange.page import Output, Page

__all__ = ["MIDI_OUT", "Bar", "TempoMap", "tempo_map"]

TICKS = 960  # a quarter, as most DAWs count
_USUAL_TEMPO = 500_000  # microseconds a quarter, where there are no beats
_QUICKEST, _SLOWEST = 61_000, 6_000_000  # microseconds a quarter: 983 and 10 beats a minute
_SHORTEST = Fraction(1, 16)  # of a quarter: what a metre of 64ths counts in
_READ = ("key: ", "chord: ", "cue: ")  # what our own reading takes for something else


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a tempo map.

    Attributes:
        tick: where it begins.
        time: when that is, in seconds, by the map.
        tempo: microseconds a quarter.
        metre: beats, and what a beat is of a whole note.
    """

    tick: int
    time: Fraction
    tempo: int
    metre: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TempoMap:
    """Where bars begin, and how fast they go."""

    bars: tuple[Bar, ...]

    def tick(self, time: Fraction) -> int:
        """The tick that is nearest to a time."""
        at = max(0, bisect_right(self.bars, time, key=lambda bar: bar.time) - 1)
        bar = self.bars[at]
        return bar.tick + round((time - bar.time) * 1_000_000 * TICKS / bar.tempo)

    def time(self, tick: int) -> Fraction:
        """When a tick is."""
        at = max(0, bisect_right(self.bars, tick, key=lambda bar: bar.tick) - 1)
        bar = self.bars[at]
        return bar.time + Fraction((tick - bar.tick) * bar.tempo, TICKS * 1_000_000)


def tempo_map(grid: Grid | None) -> TempoMap:
    """Bars with tempi of whole microseconds; what rounding loses in one, the next makes up for.

    Args:
        grid: the beats; None or fewer than two bars: 120 beats a minute.
    """
    bars = grid.bars if grid else ()
    if grid is None or len(bars) < 2:
        return TempoMap((Bar(0, Fraction(0), _USUAL_TEMPO, (4, 4)),))
    counts = [_between(grid.beats, a, b) for a, b in pairwise(bars)]
    made, tick, time = list[Bar](), 0, Fraction(0)
    if bars[0] > 0:
        beat = (bars[1] - bars[0]) / counts[0]
        first = _lead_in(bars[0], beat, grid.unit)
        made.append(first)
        tick = round(Fraction(4 * first.metre[0], first.metre[1]) * TICKS)
        time = Fraction(tick * first.tempo, TICKS * 1_000_000)
    for end, count in zip(bars[1:], counts, strict=True):
        quarters = Fraction(4 * count, grid.unit)
        tempo = _tempo(end - time, quarters)
        made.append(Bar(tick, time, tempo, (count, grid.unit)))
        tick += round(quarters * TICKS)
        time += quarters * tempo / 1_000_000
    last = made[-1]
    return TempoMap((*made, Bar(tick, time, last.tempo, last.metre)))


def _between(beats: tuple[Fraction, ...], begin: Fraction, end: Fraction) -> int:
    """How many beats a bar has."""
    return max(1, sum(begin <= beat < end for beat in beats))


def _lead_in(length: Fraction, beat: Fraction, unit: int) -> Bar:
    """What comes before the first bar: beats, or where it is too short for one, parts of one."""
    count = round(length / beat)
    if count >= 1:
        return Bar(0, Fraction(0), _tempo(length, Fraction(4 * count, unit)), (count, unit))
    quarters, beat = Fraction(1), beat * unit / 4
    unit = 4
    while length / quarters < beat / 2 and quarters > _SHORTEST:
        quarters, unit = quarters / 2, unit * 2
    return Bar(0, Fraction(0), _tempo(length, quarters), (1, unit))


def _tempo(length: Fraction, quarters: Fraction) -> int:
    return min(max(round(length * 1_000_000 / quarters), _QUICKEST), _SLOWEST)


def _write(edit: Edit, page: Page) -> bytes:
    import mido

    tempi = tempo_map(edit.grid)
    # At one tick the metre comes before the tempo, and both before markers.
    events: list[tuple[int, int, Any]] = []
    for before, bar in zip((None, *tempi.bars), tempi.bars, strict=False):
        if before is None or before.metre != bar.metre:
            beats, unit = bar.metre
            metre = mido.MetaMessage("time_signature", numerator=beats, denominator=unit)
            events.append((bar.tick, 0, metre))
        events.append((bar.tick, 1, mido.MetaMessage("set_tempo", tempo=bar.tempo)))
    for mark in edit.marks:
        name = page.name(mark.name)
        name = f"cue: {name}" if name.startswith(_READ) else name
        marker = mido.MetaMessage("marker", text=name)
        events.append((max(0, tempi.tick(mark.time)), 2, marker))
    if any(mark.end is not None for mark in edit.marks):
        page.notes.append("markers of MIDI are points: ends are not written")
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS, charset="utf-8")
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=page.name(edit.name))])
    at = 0
    for tick, _, event in sorted(events, key=lambda each: each[:2]):
        track.append(event.copy(time=tick - at))
        at = tick
    end = max(at, tempi.tick(edit.length))
    track.append(mido.MetaMessage("end_of_track", time=end - at))
    file.tracks.append(track)
    made = io.BytesIO()
    file.save(file=made)
    return made.getvalue()


MIDI_OUT = Output(
    "midi", "tempo and markers as MIDI (.mid)", ".mid", _write, ("reaper",), counts="seconds"
)
