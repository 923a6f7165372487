"""Form: which sections a song has, how long and how intense each is."""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.pocket.songs.facts import pick

__all__ = ["FORMS", "Segment", "plan_form"]

_SHORTEST_SONG = 8  # bars; fewer are one section


@dataclass(frozen=True, slots=True)
class Segment:
    """One section to be composed.

    Attributes:
        name: intro, verse, build, chorus, drop, bridge, break, solo or outro.
        bars: its length.
        level: how intense, 0..1, beside the other sections.
        material: whose harmony it uses: verse, chorus or bridge.
        final: whether it is the last time that this section comes.
    """

    name: str
    bars: int
    level: float
    material: str
    final: bool = False


# name bars level material
_FORMS = """
song: intro 4 .4 verse, verse 8 .55 verse, chorus 8 .9 chorus, verse 8 .62 verse, chorus 8 .95 chorus, bridge 8 .55 bridge, chorus 8 1 chorus, outro 4 .35 chorus
dance: intro 8 .4 verse, build 8 .65 chorus, drop 8 1 chorus, break 8 .35 bridge, build 8 .7 chorus, drop 16 1 chorus, outro 8 .4 verse
arc: intro 4 .25 verse, verse 8 .45 verse, chorus 8 .75 chorus, bridge 8 .5 bridge, chorus 8 1 chorus, outro 4 .3 verse
jazz: intro 4 .4 verse, verse 8 .6 verse, verse 8 .65 verse, bridge 8 .7 bridge, solo 8 .9 chorus, verse 8 .75 verse, outro 4 .45 verse
beat: intro 4 .35 verse, verse 8 .65 verse, chorus 8 .9 chorus, verse 8 .72 verse, chorus 8 .92 chorus, bridge 4 .4 bridge, chorus 8 1 chorus, outro 4 .35 verse
"""
FORMS: dict[str, tuple[Segment, ...]] = {}
for _line in _FORMS.strip().splitlines():
    _name, _rest = _line.split(": ", 1)
    _words = [part.split() for part in _rest.split(", ")]
    FORMS[_name] = tuple(Segment(w[0], int(w[1]), float(w[2]), w[3]) for w in _words)
# How much a song needs the first section of a name, and how much each further one.
_NEED = {"verse": 9.0, "chorus": 8.0, "drop": 8.0, "intro": 7.0, "outro": 6.0, "build": 5.8,
         "bridge": 5.0, "break": 5.0, "solo": 5.3}  # fmt: skip
_NEED_AGAIN = {"chorus": 5.5, "drop": 5.5, "verse": 5.2, "build": 4.8}
_EDGES = ("intro", "outro")


def plan_form(rng: np.random.Generator, form: str, bars: int | None) -> list[Segment]:
    """Return the sections in order, together exactly `bars` long (None: as the form has them).

    Fewer than eight bars are one section of any kind, as if cut out of a song.
    """
    whole = list(FORMS[form])
    if bars is not None and bars < _SHORTEST_SONG:
        chosen = pick(rng, whole)
        level = min(1.0, max(0.3, chosen.level + 0.1 * float(rng.normal())))
        return [Segment(chosen.name, bars, level, chosen.material)]
    if bars is None:
        bars = sum(segment.bars for segment in whole)
    whole = _thin(whole, max(bars // 5, 4 if bars >= 12 else 2))
    lengths = _share_out(whole, bars)
    last = {s.name: i for i, s in enumerate(whole)}
    return [
        Segment(s.name, length, s.level, s.material, last[s.name] == i)
        for i, (s, length) in enumerate(zip(whole, lengths, strict=True))
    ]


def _thin(whole: list[Segment], count: int) -> list[Segment]:
    """Leave out what a song needs least until `count` sections are left."""
    whole = list(whole)
    while len(whole) > count:
        needs = []
        for index, segment in enumerate(whole):
            before = sum(s.name == segment.name for s in whole[:index])
            need = (
                _NEED[segment.name]
                if not before
                else _NEED_AGAIN[segment.name] - 0.6 * (before - 1)
            )
            needs.append(need)
        del whole[int(np.argmin(needs))]
    return whole


def _share_out(whole: list[Segment], bars: int) -> list[int]:
    """Return lengths near to those of the form that sum to `bars`.

    Sections get fours, intro and outro twos where there is room; what is over or missing is made up
    at the edges first.
    """
    wanted = np.array([segment.bars for segment in whole], float)
    ideal = wanted / wanted.sum() * bars
    edge = np.array([segment.name in _EDGES for segment in whole])
    units = (
        np.where(edge, 2, 4) if bars >= 4 * len(whole) - 2 * edge.sum() else np.full(len(whole), 1)
    )
    lengths = np.maximum(np.round(ideal / units), 1).astype(int) * units
    while lengths.sum() != bars:
        missing = bars - int(lengths.sum())
        if missing < 0:
            room = np.where(lengths > units, lengths - ideal + 100 * edge, -np.inf)
            index = int(np.argmax(room if np.isfinite(room).any() else lengths))
            lengths[index] -= min(int(units[index]), -missing)
        else:
            index = int(np.argmax(ideal - lengths))
            lengths[index] += min(int(units[index]), missing)
    return [int(length) for length in lengths]
