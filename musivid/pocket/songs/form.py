"""Form: which sections a song has, how long and how intense each is."""

# ruff: noqa: E501 (tables read better unwrapped)
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.pocket.songs.facts import pick

__all__ = ["FORMS", "Stretch", "plan_form"]

_SHORTEST_SONG = 8  # bars; fewer are one section


@dataclass(frozen=True, slots=True)
class Stretch:
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
FORMS: dict[str, tuple[Stretch, ...]] = {}
for _line in _FORMS.strip().splitlines():
    _name, _rest = _line.split(": ", 1)
    _words = [part.split() for part in _rest.split(", ")]
    FORMS[_name] = tuple(Stretch(w[0], int(w[1]), float(w[2]), w[3]) for w in _words)
# Where a song is too short for all sections, these are left out first.
_EXPENDABLE = ("bridge", "break", "outro", "intro", "build", "solo", "verse")


def plan_form(rng: np.random.Generator, form: str, bars: int | None) -> list[Stretch]:
    """Return the sections in order, together exactly `bars` long (None: as the form has them).

    Fewer than eight bars are one section of any kind, as if cut out of a song.
    """
    whole = list(FORMS[form])
    if bars is not None and bars < _SHORTEST_SONG:
        chosen = pick(rng, whole)
        level = min(1.0, max(0.3, chosen.level + 0.1 * float(rng.normal())))
        return [Stretch(chosen.name, bars, level, chosen.material)]
    if bars is None:
        bars = sum(stretch.bars for stretch in whole)
    whole = _thin(whole, bars)
    lengths = _share_out([s.bars for s in whole], bars)
    last = {s.material + s.name: i for i, s in enumerate(whole)}
    return [
        Stretch(s.name, length, s.level, s.material, last[s.material + s.name] == i)
        for i, (s, length) in enumerate(zip(whole, lengths, strict=True))
    ]


def _thin(whole: list[Stretch], bars: int) -> list[Stretch]:
    """Leave sections out until each of the rest can have four bars, or two at least."""
    whole = list(whole)
    while len(whole) > max(2, bars // 4):
        name = next((n for n in _EXPENDABLE if any(s.name == n for s in whole)), None)
        index = next((i for i, s in enumerate(whole) if s.name == name), len(whole) - 1)
        del whole[index]
    return whole


def _share_out(wanted: list[int], bars: int) -> list[int]:
    """Return lengths like those wanted that sum to `bars`, in fours where that is possible."""
    unit = 4 if bars >= 4 * len(wanted) else 2 if bars >= 2 * len(wanted) else 1
    ideal = np.array(wanted) / sum(wanted) * bars
    lengths = [max(1, round(w / unit)) * unit for w in ideal]
    while sum(lengths) > bars:
        index = int(np.argmax(np.array(lengths) - ideal))
        lengths[index] -= min(unit, sum(lengths) - bars, max(lengths[index] - 1, 1))
    while sum(lengths) < bars:
        index = int(np.argmin(np.array(lengths) - ideal))
        lengths[index] += min(unit, bars - sum(lengths))
    return lengths
