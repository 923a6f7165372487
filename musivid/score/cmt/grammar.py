"""The grammar of CMT tokens as a state machine: what may come next, so that every piece is whole.

`Grammar` says which values are allowed and takes what was chosen; it knows no network. Published
sampling has no grammar: notes without pitch, bars that lose count, pieces that end too early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.score.control_rows import TICKS_PER_BAR, BarControl, Hit

__all__ = ["BAR", "DRUMS", "Grammar", "Rules", "Token"]

Mask = NDArray[np.bool_]

DRUMS = 1
"""The instrument whose pitches are drums; piano, guitar, bass and strings are 2 to 5."""
BAR = 17
"""Value of the beat field that opens a bar."""

_METRICAL, _NOTE = 1, 2  # classes of the type
_DENSITIES = 18  # classes: none, and 0 to 16 onsets
_PITCHES, _DURATIONS, _INSTRUMENTS = 129, 18, 6  # classes, each with none first
_LEADERS = 3  # players that a visual beat calls, as published
_MOST_P = 101  # last class of the progress: percent and one, as published
_PHRASE = 4  # bars
_METRE = (5, 1, 2, 1, 4, 1, 2, 1, 5, 1, 2, 1, 4, 1, 2, 1)  # weight of each tick of a bar


@dataclass(frozen=True, slots=True)
class Token:
    """One compound token in the order of the model's columns."""

    beat: int
    type: int
    density: int
    pitch: int
    duration: int
    instrument: int
    strength: int
    p_beat: int
    i_beat: int

    def row(self) -> tuple[int, ...]:
        """Return the columns."""
        return (
            self.beat, self.type, self.density, self.pitch, self.duration, self.instrument,
            self.strength, self.p_beat, self.i_beat,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """What a piece must obey.

    Attributes:
        controls: what each bar is asked for; their number is the number of bars.
        is_free: bool per bar, whether the model may choose the density itself.
        instruments: who plays, ascending ids of 1..5.
        pitches: bool [129] by instrument; entry p + 1 is MIDI pitch p.
        most_notes: how many notes an instrument may begin at once.
        density_range: for bars whose density the model chooses.
        length_ticks: length of the film; progress is measured against it.
        within_bars: whether notes end with their bar, as where chords change.
        grooves: whether bars of one density keep one rhythm; every fourth is free, for fills.
    """

    controls: Sequence[BarControl]
    is_free: Sequence[bool]
    instruments: tuple[int, ...]
    pitches: Mapping[int, Mask]
    most_notes: Mapping[int, int]
    density_range: tuple[int, int]
    length_ticks: int
    within_bars: bool = False
    grooves: bool = False


class Grammar:
    """State of one piece while its tokens are chosen.

    Use: `opening()` is the first token; then, until `is_done`, look at `type`, ask for masks, and
    call `open_bar`, `open_group` or `add_note`, which return the finished token.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.bar = -1
        self.tick = -1  # of the group in hand; -1 before the bar's first
        self.is_done = False
        self._density = 0  # ticks that the bar must have
        self._used = 0  # ticks that it has
        self._last = 0  # last instrument on this tick
        self._notes_left = 0
        self._pitches_used: set[int] = set()
        self._instrument = 0
        self._ticks: list[int] = []  # of this bar, so far
        self._rhythms: dict[int, tuple[int, ...]] = {}  # of the last bar of each density
        self._groove: tuple[int, ...] = ()  # that this bar keeps to

    @property
    def type(self) -> int:
        """Type of the next token: 2 while a group lacks notes, else 1."""
        return _NOTE if self._notes_left else _METRICAL

    @property
    def instrument(self) -> int:
        """Instrument of the group in hand."""
        return self._instrument

    @property
    def i_beat(self) -> int:
        """Absolute tick of the group in hand."""
        return self.bar * TICKS_PER_BAR + max(self.tick, 0)

    def opening(self) -> Token:
        """Return the first token, the first bar."""
        return self.open_bar(self._rules.density_range[0] + 1)

    def beat_mask(self) -> Mask:
        """Which values of the beat field may come next, bool [18]; never all False."""
        mask = np.zeros(BAR + 1, np.bool_)
        if self._called():
            mask[self.tick + 1] = True
            return mask
        left = self._density - self._used
        if left > 0:
            first, last = self.tick + 1, TICKS_PER_BAR - left
            ahead = [hit.tick for hit in self._control.hits if hit.tick > self.tick]
            if ahead:
                # The next hit may not be passed, and ticks must be left for all of them.
                last = min(last, ahead[0])
                if left <= len(ahead):
                    first = ahead[0]
            kept = [tick for tick in self._groove if tick > self.tick]
            if kept:
                first = last = kept[0]
            mask[first + 1 : last + 2] = True
        else:
            mask[BAR] = True
        if self.tick >= 0 and self._others():
            mask[self.tick + 1] = True
        return mask

    def instrument_mask(self, beat: int) -> Mask:
        """Which instruments may play on `beat`, a value of the beat field below 17."""
        mask = np.zeros(_INSTRUMENTS, np.bool_)
        if beat - 1 == self.tick:
            players = self._called()[:1] or self._others()
        else:
            hit = self._hit(beat - 1)
            players = self._rules.instruments[:1] if hit else self._rules.instruments
        mask[list(players)] = True
        return mask

    def strength_range(self, beat: int, instrument: int) -> tuple[int, int]:
        """Return the least and the most notes of a group; equal where a visual beat decides."""
        most = self._rules.most_notes[instrument]
        hit = self._hit(beat - 1)
        if hit and instrument in self._rules.instruments[:_LEADERS]:
            wanted = min(most, max(1, hit))
            return wanted, wanted
        return 1, most

    def pitch_mask(self) -> Mask:
        """Which pitches the group in hand may still take, bool [129]; never all False."""
        mask = self._rules.pitches[self._instrument].copy()
        mask[list(self._pitches_used)] = False
        return mask

    def duration_mask(self) -> Mask:
        """Which durations may be taken, bool [18]: no notes without length."""
        mask = np.zeros(_DURATIONS, np.bool_)
        most = TICKS_PER_BAR - max(self.tick, 0) if self._rules.within_bars else TICKS_PER_BAR
        mask[2 : most + 2] = True
        return mask

    def density_mask(self) -> Mask:
        """Which values of the density field the next bar may have, bool [18]."""
        mask = np.zeros(_DENSITIES, np.bool_)
        bar = self.bar + 1
        if bar >= len(self._rules.controls):
            mask[1] = True
            return mask
        control = self._rules.controls[bar]
        low, high = self._rules.density_range
        if not self._rules.is_free[bar]:
            low = high = control.density
        low = max(low, len(control.hits))
        mask[low + 1 : max(low, high) + 2] = True
        return mask

    def open_bar(self, density: int) -> Token:
        """Begin the next bar; `density` is a value of the density field. Ends after the last."""
        if self._ticks:
            self._rhythms[len(self._ticks)] = tuple(self._ticks)
        self.bar += 1
        if self.bar >= len(self._rules.controls):
            self.is_done = True
            return Token(0, 0, 0, 0, 0, 0, 0, 0, self.bar * TICKS_PER_BAR)
        self._density, self._used = self._density_of(density), 0
        self.tick, self._last, self._ticks = -1, 0, []
        self._groove = self._known_groove()
        return self._metrical(BAR, self._density + 1, 0, 0)

    def open_group(self, beat: int, instrument: int, strength: int) -> Token:
        """Begin a group of `strength` notes of an instrument on a beat of the bar."""
        if beat - 1 != self.tick:
            self.tick = beat - 1
            self._ticks.append(self.tick)
            self._used += 1
        self._last = self._instrument = instrument
        free = int(self._rules.pitches[instrument].sum())
        self._notes_left = min(strength, free)
        self._pitches_used = set()
        left = self._density - self._used
        return self._metrical(beat, left + 1, instrument, self._notes_left)

    def add_note(self, pitch: int, duration: int) -> Token:
        """Add a note to the group; both are values of their fields."""
        self._notes_left -= 1
        self._pitches_used.add(pitch)
        place = self.i_beat
        return Token(0, _NOTE, 0, pitch, duration, self._instrument, 0, self._progress(), place)

    @property
    def _control(self) -> BarControl:
        return self._rules.controls[self.bar]

    def _density_of(self, density: int) -> int:
        """The density that the bar gets, whatever was drawn."""
        control = self._rules.controls[self.bar]
        wanted = density - 1 if self._rules.is_free[self.bar] else control.density
        return min(TICKS_PER_BAR, max(wanted, len(control.hits)))

    def _known_groove(self) -> tuple[int, ...]:
        """The rhythm that this bar takes over, bent to its hits; empty where it is free."""
        if not self._rules.grooves or self.bar % _PHRASE == _PHRASE - 1:
            return ()
        known = [n for n in self._rhythms if n >= self._density]
        if not known:
            return ()
        return _adapted(self._rhythms[min(known)], self._density, self._control.hits)

    def _hit(self, tick: int) -> int:
        """Strength of the hit on a tick of this bar, 0 for none."""
        return next((hit.strength for hit in self._control.hits if hit.tick == tick), 0)

    def _called(self) -> tuple[int, ...]:
        """Players whom the hit on this tick calls and who have not answered."""
        if self.tick < 0 or not self._hit(self.tick):
            return ()
        leaders = self._rules.instruments[:_LEADERS]
        return tuple(player for player in leaders if player > self._last)

    def _others(self) -> tuple[int, ...]:
        """Players who may join on this tick; they come in ascending order."""
        return tuple(player for player in self._rules.instruments if player > self._last)

    def _metrical(self, beat: int, density: int, instrument: int, strength: int) -> Token:
        place = self.i_beat
        return Token(beat, _METRICAL, density, 0, 0, instrument, strength, self._progress(), place)

    def _progress(self) -> int:
        """Share of the film that has passed, 1..101, as in training."""
        return min(_MOST_P, int(self.i_beat / self._rules.length_ticks * 100) + 1)


def _adapted(rhythm: tuple[int, ...], density: int, hits: Sequence[Hit]) -> tuple[int, ...]:
    """A rhythm of another bar with so many ticks and with these hits, as like it as can be."""
    wanted = {hit.tick for hit in hits}
    free = [tick for tick in rhythm if tick not in wanted]
    for tick in wanted - set(rhythm):
        # A hit takes the place of its neighbour.
        if free:
            free.remove(min(free, key=lambda other: (abs(other - tick), other)))
    # The ticks that carry the metre least go first.
    free.sort(key=lambda tick: (-_METRE[tick], tick))
    return tuple(sorted([*wanted, *free[: max(0, density - len(wanted))]]))
