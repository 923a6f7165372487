"""The grammar of BMT tokens as a state machine: bars, rhythm tokens, positions and their notes.

As `grammar.py` for CMT: it says which values may come next and takes what was chosen. The film
decides tempo, number of bars, progress, positions per bar and notes on visual beats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.score.bmt.vocabulary import CONTINUED, Event, Value, Vocabulary
from musivid.score.control_rows import TICKS_PER_BAR, BarControl

__all__ = ["EMOTIONS", "Grammar", "Rules"]

Mask = NDArray[np.bool_]
_Next = Literal["bar", "density", "place", "beat", "notes", "note"]

EMOTIONS = {"happy": 1, "angry": 2, "sad": 3, "calm": 4}
"""Quadrants of valence and arousal, as published."""

_MOST_NOTES, _MOST_DENSITY = 6, 20  # on one position; of a bar
_BAR_LENGTH = 1920  # ticks of the longest note
_CHORD_STRENGTH = 3  # of the rhythm token that announces a chord


@dataclass(frozen=True, slots=True)
class Rules:
    """What a piece must obey.

    Attributes:
        controls: what each bar is asked for.
        is_free: bool per bar, whether the model may choose the density itself.
        bar_share: float per bar and one more, share of the film that has passed at its start.
        tempo_bpm: mean tempo, for the tokens of it.
        emotion: 1 to 4.
        pitches: MIDI pitches that may be played.
        density_range: for bars whose density the model chooses.
    """

    controls: Sequence[BarControl]
    is_free: Sequence[bool]
    bar_share: Sequence[float]
    tempo_bpm: float
    emotion: int
    pitches: frozenset[int]
    density_range: tuple[int, int]


class Grammar:
    """State of one piece while its tokens are chosen.

    Use: `opening()` are the first tokens; then, until `is_done`, choose a type of `types`, ask for
    masks of `open_fields(type)`, and hand what was chosen to `add`, which returns the token.
    """

    def __init__(self, rules: Rules, vocabulary: Vocabulary) -> None:
        self._rules, self._vocabulary = rules, vocabulary
        self.is_done = False
        self.bar, self.tick = -1, -1
        self._next: _Next = "bar"
        self._density = self._used = 0
        self._chord_told = self._chord_done = False
        self._notes_left = 0
        self._pitches_used: set[int] = set()

    def opening(self) -> list[Event]:
        """Return the first tokens: the emotion, and the first bar."""
        return [
            Event(type="Emotion", emotion=self._rules.emotion),
            self._open_bar(),
        ]

    @property
    def types(self) -> tuple[str, ...]:
        """Types that the next token may have."""
        if self._next == "place":
            if self._used >= self._density:
                return ("Metrical",)
            return ("Metrical",) if self._chord_done else ("Metrical", "Rhythm")
        return {
            "density": ("Rhythm",),
            "beat": ("Metrical",),
            "notes": ("Rhythm",),
            "note": ("Note",),
            "bar": ("Metrical",),
        }[self._next]

    def masks(self, kind: str) -> dict[str, Mask]:
        """Return which values each open field of a token of this type may take, bool [classes]."""
        if kind == "Note":
            return {
                "pitch": self._mask("pitch", lambda v: _number(v) in self._free_pitches()),
                "duration": self._within("duration", 1, _BAR_LENGTH),
                "velocity": self._mask("velocity", lambda v: True),
            }
        if kind == "Rhythm":
            return self._rhythm_masks()
        if self._ends_bar():
            return {}
        low, high = self._places()
        masks = {
            "tempo": self._mask("tempo", lambda v: True),
            "beat": self._within("beat", low, high),
        }
        if self._chord_told:
            masks["chord"] = self._mask("chord", lambda v: v != CONTINUED)
        return masks

    def add(self, kind: str, chosen: dict[str, int]) -> Event:
        """Take the numbers chosen for the open fields and return the whole token."""
        values = {name: self._vocabulary.values[name][n] for name, n in chosen.items()}
        if kind == "Note":
            return self._add_note(values)
        if kind == "Rhythm":
            return self._add_rhythm(values)
        if self._ends_bar():
            return self._open_bar()
        return self._add_beat(values)

    def _rhythm_masks(self) -> dict[str, Mask]:
        if self._next == "density":
            low, high = self._density_limits()
            return {"density": self._within("density", low + 1, high + 1)}
        if self._next == "notes":
            hit = self._hit(self.tick) or self._told_strength()
            low, high = (min(hit, _MOST_NOTES),) * 2 if hit else (1, _MOST_NOTES)
            most = max(1, min(high, len(self._rules.pitches)))
            low = min(low, most)
            return {"strength": self._within("strength", low, most)}
        return {}  # a chord is announced

    def _add_note(self, values: Mapping[str, Value]) -> Event:
        self._notes_left -= 1
        self._pitches_used.add(_number(values["pitch"]))
        if not self._notes_left:
            self._next = "place"
        return self._event("Note", **values)

    def _add_rhythm(self, values: Mapping[str, Value]) -> Event:
        if self._next == "density":
            # One more than positions with notes: a chord counts as well.
            self._density = _number(values["density"]) - 1
            self._next = "place"
            return self._event("Rhythm", **values)
        if self._next == "notes":
            self._notes_left = min(_number(values["strength"]), len(self._rules.pitches))
            self._pitches_used = set()
            self._next = "note"
            return self._event("Rhythm", **values)
        self._chord_told, self._next = True, "beat"
        return self._event("Rhythm", strength=_CHORD_STRENGTH)

    def _add_beat(self, values: Mapping[str, Value]) -> Event:
        self.tick = _number(values["beat"])
        self._used += 1
        if self._chord_told:
            self._chord_done = True
        self._chord_told, self._next = False, "notes"
        # Which tempo it is, the film decides; whether one is told here, the model, as published.
        tempo = values["tempo"]
        if tempo != CONTINUED:
            tempo = self._vocabulary.tempo(self._rules.tempo_bpm)
        return self._event("Metrical", **{"chord": CONTINUED, **values, "tempo": tempo})

    def _open_bar(self) -> Event:
        self.bar += 1
        if self.bar >= len(self._rules.controls):
            self.is_done = True
            return Event()
        self.tick, self._used, self._density = -1, 0, 0
        self._chord_told = self._chord_done = False
        low, high = self._density_limits()
        self._next = "density" if high > 0 and max(low, high) > 0 else "place"
        return self._event("Metrical", beat="Bar")

    def _ends_bar(self) -> bool:
        return self._next == "place" and self._used >= self._density and not self._chord_told

    def _density_limits(self) -> tuple[int, int]:
        """Fewest and most positions with notes of the bar."""
        control = self._rules.controls[self.bar]
        low, high = self._rules.density_range
        if not self._rules.is_free[self.bar]:
            low = high = control.density
        low = max(low, len(control.hits))
        return low, min(_MOST_DENSITY - 1, max(low, high))

    def _places(self) -> tuple[int, int]:
        """First and last tick on which the next position may be."""
        left = self._density - self._used
        first, last = self.tick + 1, TICKS_PER_BAR - left
        ahead = [h.tick for h in self._rules.controls[self.bar].hits if h.tick > self.tick]
        if ahead:
            last = min(last, ahead[0])
            if left <= len(ahead):
                first = ahead[0]
        return first, last

    def _hit(self, tick: int) -> int:
        hits = self._rules.controls[self.bar].hits
        return next((hit.strength for hit in hits if hit.tick == tick), 0)

    def _told_strength(self) -> int:
        """Notes of the group in hand by its number in the bar; 0 where none is said."""
        told = self._rules.controls[self.bar].strengths
        return told[self._used - 1] if self._used <= len(told) else 0

    def _free_pitches(self) -> frozenset[int]:
        return self._rules.pitches - self._pitches_used

    def _event(self, kind: str, **values: Value) -> Event:
        shares = self._rules.bar_share
        start, end = shares[self.bar], shares[self.bar + 1]
        share = start + (end - start) * max(self.tick, 0) / TICKS_PER_BAR
        return Event(type=kind, p_time=min(99, int(100 * share)), **values)

    def _within(self, family: str, low: int, high: int) -> Mask:
        """Values of a family whose number is in a range; the nearest one where none is."""
        values = self._vocabulary.values[family]
        far = {
            n: max(low - _number(v), _number(v) - high, 0)
            for n, v in enumerate(values)
            if v and _number(v) >= 0
        }
        least = min(far.values())
        return np.array([far.get(n, -1) == least for n in range(len(values))], np.bool_)

    def _mask(self, family: str, allows: Callable[[Value], bool]) -> Mask:
        """Values of a family that are allowed; 0, which says nothing, never is."""
        values = self._vocabulary.values[family]
        return np.array([bool(v) and allows(v) for v in values], np.bool_)


def _number(value: object) -> int:
    text = str(value).rpartition("_")[2]
    return int(text) if text.lstrip("-").isdigit() else -1
