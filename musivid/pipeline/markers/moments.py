"""What is marked of what was heard: beats, bars, parts, hits and lines, with names and colours."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.timeline import Cue
from musivid.interchange.edit import Grid
from musivid.interchange.marks import Mark
from musivid.settings.markers import MarkerHits, MarkersPreset, What

__all__ = ["beat_grid", "find_hits", "line_marks", "song_marks"]

Times = NDArray[np.float64]

_EXACT = 1_000_000  # parts of a second: what is heard is never more exact
_SAME_S = 0.03  # a beat this near to a bar is its first
# In which order marks of one moment come.
_ORDER = {"section": 0, "bar": 1, "beat": 2, "hit": 3, "lyric": 4}


def song_marks(
    facts: SoundFacts, onsets_s: Times, cues: Sequence[Cue], preset: MarkersPreset
) -> tuple[Mark, ...]:
    """The marks that are wanted, ascending.

    Args:
        facts: what was heard.
        onsets_s: when something begins, for hits; empty where they are not wanted.
        cues: the lyrics.
        preset: what is wanted.
    """
    made: dict[What, Callable[[], Iterable[Mark]]] = {
        "sections": lambda: _sections(facts),
        "bars": lambda: _bars(facts, preset.every),
        "beats": lambda: _beats(facts, preset.every, with_bars="bars" not in preset.what),
        "hits": lambda: _numbered(find_hits(facts, onsets_s, preset.hits), "hit"),
        "lyrics": lambda: line_marks(cues, facts.duration_s),
    }
    found = [
        replace(mark, colour=getattr(preset.colours, mark.kind))
        for what in preset.what
        for mark in made[what]()
    ]
    return tuple(sorted(found, key=lambda mark: (mark.time, _ORDER[mark.kind])))


def beat_grid(facts: SoundFacts) -> Grid:
    """All beats and bars."""
    return Grid(
        tuple(_exact(time) for time in facts.beats_s),
        tuple(_exact(time) for time in facts.downbeats_s),
    )


def find_hits(facts: SoundFacts, onsets_s: Times, wanted: MarkerHits) -> Times:
    """The strongest attacks, so many a minute at most, ascending.

    Args:
        facts: what was heard, whose onset curve says how strong an attack is.
        onsets_s: when something begins.
        wanted: how many, and how far apart.
    """
    curve = facts.curves.onset
    columns = np.clip(np.round(onsets_s / facts.curves.hop_s).astype(int), 0, len(curve) - 1)
    near = np.clip(columns[:, None] + np.arange(-2, 3), 0, len(curve) - 1)
    strength = curve[near].max(1) if len(onsets_s) else np.empty(0)
    apart_s, most = wanted.apart_s, max(1, round(wanted.per_minute * facts.duration_s / 60))
    chosen: list[float] = []
    for at in np.argsort(-strength, kind="stable"):
        time = float(onsets_s[at])
        if len(chosen) < most and all(abs(time - other) >= apart_s for other in chosen):
            chosen.append(time)
    return np.array(sorted(chosen))


def line_marks(cues: Sequence[Cue], duration_s: float) -> tuple[Mark, ...]:
    """A mark a line that says something, until the line ends or the next one comes."""
    marks = []
    for number, cue in enumerate(cues):
        after = cues[number + 1].start_s if number + 1 < len(cues) else duration_s
        end = min(after if cue.end_s is None else cue.end_s, duration_s)
        text = " ".join(cue.text.split())
        if text and cue.start_s < duration_s:
            last = _exact(end) if end > cue.start_s else None
            marks.append(Mark(_exact(cue.start_s), text, last, "lyric"))
    return tuple(marks)


def _sections(facts: SoundFacts) -> Iterator[Mark]:
    borders = [*facts.sections_s, facts.duration_s]
    for number, (start, end) in enumerate(pairwise(borders), start=1):
        yield Mark(_exact(start), f"part {number}", _exact(end), "section")


def _bars(facts: SoundFacts, every: int) -> Iterator[Mark]:
    for number, time in enumerate(facts.downbeats_s):
        if number % every == 0:
            yield Mark(_exact(time), f"bar {number + 1}", kind="bar")


def _beats(facts: SoundFacts, every: int, *, with_bars: bool) -> Iterator[Mark]:
    """Beats by bar and place in it; those before the first bar are of bar 0."""
    bars, beats = facts.downbeats_s, facts.beats_s
    first = int(np.searchsorted(beats, bars[0] - _SAME_S)) if len(bars) else 0
    of_bar = np.searchsorted(bars - _SAME_S, beats, side="right")
    for number, time in enumerate(beats):
        bar = int(of_bar[number])
        begin = int(np.searchsorted(of_bar, bar))
        place = number - begin + 1
        if bar == 0:  # they count up to the bar
            place += max(0, facts.beats_per_bar - first)
        if (number - first) % every == 0 and (with_bars or bar == 0 or place > 1):
            yield Mark(_exact(time), f"beat {bar}.{place}", kind="beat")


def _numbered(times: Times, kind: str) -> Iterator[Mark]:
    for number, time in enumerate(times, start=1):
        yield Mark(_exact(time), f"{kind} {number}", kind=kind)


def _exact(time: float) -> Fraction:
    return Fraction(round(time * _EXACT), _EXACT)
