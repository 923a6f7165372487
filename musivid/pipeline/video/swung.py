"""Where a film goes that swings between the sound and the words: the sound's scene is its home.

Each line leads from the home of its part of the song into a scene of its own and back; without
words the way leads to what the sound has become half a period later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.errors import PresetError
from musivid.pipeline.guidance.swing import DEFAULT_PERIOD_S, Swing

if TYPE_CHECKING:
    from musivid.analysis.sound import SoundFacts
    from musivid.living.choosing import Chooser
    from musivid.living.directing import Heard
    from musivid.living.plan import Place
    from musivid.living.world import WorldLook

__all__ = ["LEAST_PERIOD_S", "swing_song"]

LEAST_PERIOD_S = 2.0
"""A way there and back that takes less would only flicker."""
_LINE_S = 4.0  # lines that are shorter go there and back together
_SNAP_S = 0.3  # how far a border moves to meet a beat
_PAUSE_S = 1.2  # a shorter one belongs to the line after it
_FIRES = {"fire", "camp"}


@dataclass(frozen=True, slots=True)
class _Swing:
    """A stretch of film: once there and back, or at home throughout."""

    start_s: float
    end_s: float
    text: str
    goes: bool


def swing_song(
    heard: Heard,
    lines: Sequence[tuple[float, float, str]],
    swing: Swing,
    chooser: Chooser,
    seed: int,
) -> list[Place]:
    """The plan of a film.

    Args:
        heard: the song.
        lines: start, end and text of each line that guides, ascending; empty: the sound alone.
        swing: how it goes there and back.
        chooser: chooses looks.
        seed: another one, another film.

    Raises:
        PresetError: there is but one look to be in.
    """
    if len(chooser.looks) < 2:
        raise PresetError(
            f"{chooser.looks[0].name} leaves nowhere to go to and back from",
            hint="Leave --scene out, or name a scene without its look.",
        )
    stretches = _swings(heard.facts, lines, swing)
    homes = _homes(stretches, heard.facts)
    words, sounds = _looks(heard, stretches, homes, chooser, seed)
    return _laid(heard.facts, stretches, homes, words, sounds)


def _swings(
    facts: SoundFacts, lines: Sequence[tuple[float, float, str]], swing: Swing
) -> list[_Swing]:
    """The stretches of a film, which they cover."""
    period = swing.period_s or (None if lines else DEFAULT_PERIOD_S)
    end_s = facts.duration_s
    found: list[_Swing] = []
    if period is not None:
        for start in np.arange(0.0, end_s, period).tolist():
            first, last = start + period / 4, start + 3 * period / 4
            said = ". ".join(text for a, b, text in lines if a < last and b > first)
            goes = last < end_s or start == 0
            found.append(_Swing(start, min(start + period, end_s), said, goes))
        return found
    for start, end, text in _joined(lines):
        begun = found[-1].end_s if found else 0.0
        if start - begun > _PAUSE_S:
            found.append(_Swing(begun, start, "", goes=False))
            begun = start
        found.append(_Swing(begun, end, text, goes=True))
    if end_s - found[-1].end_s > _PAUSE_S:
        found.append(_Swing(found[-1].end_s, end_s, "", goes=False))
    return found


def _joined(lines: Sequence[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    """Lines, of which short ones go together with those that follow at once."""
    found: list[tuple[float, float, str]] = []
    for start, end, text in lines:
        if found and found[-1][1] - found[-1][0] < _LINE_S and start - found[-1][1] < 1.0:
            found[-1] = (found[-1][0], end, f"{found[-1][2]}. {text}")
        else:
            found.append((start, end, text))
    return found


def _homes(stretches: Sequence[_Swing], facts: SoundFacts) -> list[int]:
    """Which part of the song each stretch is at home in: its section, where most of it lies."""
    sections = np.asarray(facts.sections_s, float)
    middles = np.array([(s.start_s + s.end_s) / 2 for s in stretches])
    found = np.searchsorted(sections, middles, "right").tolist()
    names = {section: number for number, section in enumerate(dict.fromkeys(found))}
    return [names[section] for section in found]


def _looks(
    heard: Heard,
    stretches: Sequence[_Swing],
    homes: Sequence[int],
    chooser: Chooser,
    seed: int,
) -> tuple[list[WorldLook], list[WorldLook]]:
    """The look that each stretch leads to, and that of each home."""
    from musivid.living.directing import lay_wishes

    spans = []
    for home in range(max(homes) + 1):
        own = [s for s, h in zip(stretches, homes, strict=True) if h == home]
        spans.append((own[0].start_s, own[-1].end_s, ""))
    for stretch in stretches:
        middle = (stretch.start_s + stretch.end_s) / 2
        start = stretch.start_s if stretch.text else middle
        spans.append((start, stretch.end_s, stretch.text))
    wishes = [replace(wish, same_as=None) for wish in lay_wishes(heard, spans)]
    count = max(homes) + 1
    order, said = [], set()
    for number, home in enumerate(homes):
        order += [home] * (home not in said) + [count + number]
        said.add(home)
    chosen = dict(zip(order, chooser.choose([wishes[k] for k in order], seed), strict=True))
    sounds = [chosen[home] for home in range(count)]
    words = []
    for number, home in enumerate(homes):
        look = chosen[count + number]
        if look == sounds[home]:  # its own scene in another light is where the way leads
            others = [k for k in chooser.looks if k != look]
            alike = [k for k in others if k.scene == look.scene]
            look = (alike or others)[seed % len(alike or others)]
        words.append(look)
    return words, sounds


def _laid(
    facts: SoundFacts,
    stretches: Sequence[_Swing],
    homes: Sequence[int],
    words: Sequence[WorldLook],
    sounds: Sequence[WorldLook],
) -> list[Place]:
    """Places: home, the line's scene, home; the way is half gone where one becomes the other."""
    from musivid.living.plan import lay_places

    starts: list[float] = []
    choices: list[tuple[str, str, str]] = []
    cuts: list[str] = []

    def enter(start_s: float, look: WorldLook, line: str, cut: str) -> None:
        if choices and choices[-1][:2] == (look.scene, look.look):
            return
        starts.append(_snapped(facts, start_s) if choices else 0.0)
        cuts.append(cut if choices else "cut")
        choices.append((look.scene, look.look, line))

    for stretch, home, word in zip(stretches, homes, words, strict=True):
        own = sounds[home]
        enter(stretch.start_s, own, "", "cut")
        if stretch.goes:
            quarter = (stretch.end_s - stretch.start_s) / 4
            opening = "ember" if {own.scene, word.scene} & _FIRES else "iris"
            enter(stretch.start_s + quarter, word, stretch.text, opening)
            enter(stretch.end_s - quarter, own, "", "iris")
    return lay_places([*starts, facts.duration_s], choices, cuts)


def _snapped(facts: SoundFacts, time_s: float) -> float:
    """The nearest beat, if one is near."""
    if not len(facts.beats_s):
        return time_s
    near = float(facts.beats_s[np.argmin(np.abs(facts.beats_s - time_s))])
    return near if abs(near - time_s) <= _SNAP_S else time_s
