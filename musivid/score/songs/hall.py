"""What every player of a song reads: chords, form, how loud a note is and when it sounds."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from musivid.score.notes import TICKS_PER_BEAT
from musivid.score.songs.cells import Bar
from musivid.score.songs.form import LONG_PHRASE, Form, Phrase
from musivid.score.songs.genres import GENRES, Genre
from musivid.score.songs.moods import Mood
from musivid.score.songs.playbooks import Playbook, playbook
from musivid.score.songs.styles import STYLES, Style
from musivid.score.songs.theory import Bars

__all__ = ["QUIET", "SIXTEENTH", "Event", "Hall", "events", "split_at_chords"]

SIXTEENTH = TICKS_PER_BEAT // 4
"""Ticks."""

QUIET = frozenset({"ambient", "jazz", "bossa nova", "ballad", "folk", "lo-fi", "waltz"})
"""Genres without cymbal crashes and loud fills."""

Event = tuple[int, int, str]
"""Start and length in sixteenths, and a sign of a pattern."""

_ACCENT = {"X": 9, "R": 9, "x": 0, "o": -20, "g": -22, "m": -26}  # of MIDI's velocity
# Of MIDI's velocity: how much louder or softer each role plays.
_ROLES = {"Drums": 0, "Lead": 6, "Second": -6, "Bass": 0, "Piano": -12, "Guitar": -13,
          "Strings": -16}  # fmt: skip
_HIT = 11  # velocity that a hit adds
_UNEVEN, _MACHINE = 3.2, 1.5  # deviation of velocities: by people, by sequencers
_LATEST = 18  # ticks by which nobody is later or earlier
_TRIPLETS = 1.0  # swing of two to one; less would fall between two sixteenths
# Which figures a phrase chooses beside its genre's and mood's: sparser or denser.
_LETTERS = {"I": -0.15, "A": -0.02, "B": 0.12, "C": -0.1}
_TURNS, _OTHER = 4, 2  # turns of a letter in long songs, and which is accompanied otherwise
_SHORT, _LONG = 5, 9  # phrases: songs in which little returns; in which much does
_STILL = 0.45  # level of entry up to which ambient players play throughout


@dataclass(frozen=True, slots=True)
class Hall:
    """What every player reads.

    Attributes:
        genre: its name.
        mood: how it is played.
        form: phrases, metre, hits.
        bars: chords.
        rng: the unevenness of hands.
        named: whether the players were asked for by name, so that each must be heard.
        of_bar: phrase of each bar.
    """

    genre: str
    mood: Mood
    form: Form
    bars: Bars
    rng: np.random.Generator
    named: bool = False
    of_bar: tuple[Phrase, ...] = field(init=False)
    hits: dict[int, dict[int, float]] = field(init=False)

    def __post_init__(self) -> None:
        """Look up what is asked for again and again."""
        phrases = tuple(self.form.phrase_of(bar) for bar in range(len(self.bars)))
        object.__setattr__(self, "of_bar", phrases)
        hits: dict[int, dict[int, float]] = {}
        for place, weight in sorted(self.form.hits.items()):
            bar, step = divmod(place, self.form.steps)
            hits.setdefault(bar, {})[step] = weight
        object.__setattr__(self, "hits", hits)

    @property
    def table(self) -> Genre:
        """The genre's band, range and swing."""
        return GENRES[self.genre]

    @property
    def style(self) -> Style:
        """The genre's manner."""
        return STYLES[self.genre]

    @property
    def book(self) -> Playbook:
        """What is played in the metre."""
        return playbook(self.form.metre)

    def tick(self, bar: int, step: float, loose: float = 1.0) -> int:
        """Return when a step of a bar sounds: swung, and a little early or late."""
        pair = self.table.swing_steps
        swing = _TRIPLETS if self.genre == "jazz" else self.table.swing
        if self.form.metre.is_compound:  # its beats have three parts already
            swing = 0.0
        turn, within = divmod(step, pair)
        middle, part = 0.5 + swing / 6, within / pair
        moved = part * 2 * middle if part < 0.5 else middle + (part - 0.5) * 2 * (1 - middle)
        exact = (bar * self.form.steps + (turn + moved) * pair) * SIXTEENTH
        late = 0.0
        if self.table.loose and step:
            late = float(np.clip(self.table.loose * loose * self.rng.normal(), -_LATEST, _LATEST))
        return max(0, round(exact + late))

    def span(self, bar: int, step: float, length: float) -> int:
        """Return the ticks from a step over so many sixteenths, without unevenness."""
        return self.tick(bar, step + length, 0) - self.tick(bar, step, 0)

    def level(self, bar: int) -> float:
        """Return how full a bar is, 0..1."""
        phrase = self.of_bar[bar]
        return phrase.level + 0.06 * (bar - phrase.start) / max(1, phrase.bars)

    def plays(self, bar: int, enter: float) -> bool:
        """Return whether a player who enters at a level plays in a bar."""
        if self.genre == "ambient":  # it grows by loudness, so that what returns is the same
            return enter <= _STILL or self.level(bar) >= enter
        level, phrases = self.level(bar), self.form.phrases
        if len(phrases) < _SHORT:  # what returns but once returns with the players that it had
            own = [p.level for p in phrases if p.letter == self.of_bar[bar].letter]
            level = max(level, *own)
        return level >= (min(enter, 0.45) if self.named else enter)

    def pick(self, bar: int, options: int, least: int = 0) -> int:
        """Return which of so many figures, sparse to dense, a bar has; `least` is the sparsest.

        A letter's first two turns have the same ones, so that they are known again; in long songs
        the third has others, and so has the second half of a long phrase.
        """
        phrase = self.of_bar[bar]
        wish = self.style.busy + self.mood.density + _LETTERS[phrase.letter]
        usual = int(np.clip(int(wish * options), least, options - 1))
        is_other = len(self.form.phrases) >= _LONG and phrase.turn % _TURNS == _OTHER
        is_second = self.form.unit == LONG_PHRASE <= 2 * (bar - phrase.start)
        if is_other == is_second:
            return usual
        return usual + 1 if usual + 1 < options else max(usual - 2, least)

    def loud(self, role: str, bar: int, step: int, sign: str = "x") -> int:
        """Return how hard a note is struck, by mood, form, metre, hits and hand."""
        mood = self.mood
        v = mood.loud + _ROLES[role] + 1.6 * mood.swell * (self.level(bar) - 0.65)
        v += _ACCENT.get(sign, 0)
        if role != "Strings":
            metre = self.form.metre
            is_middle = metre.is_strong(step)
            v += 5 if step == 0 else 2 if is_middle else -2 if step % metre.pulse == 0 else -5
        v += _HIT * self.hits.get(bar, {}).get(step, 0.0)
        v += float(self.rng.normal(0, _UNEVEN if self.table.loose else _MACHINE))
        return int(np.clip(round(v), 22, 125))


def events(pattern: str) -> list[Event]:
    """Return what a pattern of one bar strikes."""
    found = []
    for start, sign in enumerate(pattern):
        if sign not in ".-":
            end = start + 1
            while end < len(pattern) and pattern[end] == "-":
                end += 1
            found.append((start, end - start, sign))
    return found


def split_at_chords(struck: list[Event], bar: Bar) -> list[Event]:
    """Return the events, those that are held struck again where the chord changes under them."""
    for at, _ in bar[1:]:
        struck = [
            part
            for start, length, sign in struck
            for part in (
                [(start, at - start, sign), (at, start + length - at, sign)]
                if start < at < start + length
                else [(start, length, sign)]
            )
        ]
    return struck
