"""Chords with a function: Roman numerals to pitches, the scale sung over them, voice leading."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from musivid.analysis.tonality import MODES, TONICS, Key
from musivid.score.metre import Metre

__all__ = [
    "Bars",
    "Chord",
    "Seat",
    "chord_at",
    "home_chord",
    "is_minor",
    "read_bar",
    "read_chord",
    "voicing",
]

_ROMAN = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}  # steps of the scale
_TOKEN = re.compile(r"^(b?)([ivIV]+)(o?)(maj7|7|6|add9|sus4|)(?:/([357]))?$")
_SEVENTHS = {"maj7": 11, "7": 10}  # semitones above the root
_INVERSIONS = {None: 0, "3": 2, "5": 4, "7": 6}  # steps of the bass above the root
_MINOR_THIRD, _AUGMENTED_SECOND, _TRITONE = 3, 3, 6  # semitones
_MIDDLE_C = 60  # MIDI pitch
_MOST_VOICES = 4  # of a chord
# What a voicing costs: far from its middle, above what is allowed, moved away from its top, each
# pitch that another player has, each minor second or ninth with one, each semitone too low.
_OFF_CENTRE, _TOO_HIGH, _TOP_MOVES, _SHARED, _CLASHES, _TOO_LOW = 0.6, 50.0, 0.5, 4.0, 8.0, 2.0


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord as steps of the scale that is sung while it sounds.

    Attributes:
        token: its Roman numeral.
        tonic: pitch class of the key.
        scale: semitones above the tonic, with the chord's own alterations.
        steps: of its tones, from the root up.
        bass: step of the lowest tone, 0..6.
        degrees: its steps, all in one octave.
    """

    token: str
    tonic: int
    scale: tuple[int, ...]
    steps: tuple[int, ...]
    bass: int
    degrees: frozenset[int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Look up what is asked for again and again."""
        object.__setattr__(self, "degrees", frozenset(step % 7 for step in self.steps))

    def pitch(self, step: int) -> int:
        """Return the MIDI pitch of a scale step; 0 is the tonic from middle C up."""
        turns, degree = divmod(step, 7)
        return _MIDDLE_C + self.tonic + self.scale[degree] + 12 * turns

    def has(self, step: int) -> bool:
        """Whether a scale step, in any octave, is one of its tones."""
        return step % 7 in self.degrees

    def nearest(self, step: int, towards: int = 0) -> int:
        """Return the tone nearest to a step; of two, the one on the side of `towards`."""
        near = (s for s in range(step - 4, step + 5) if self.has(s))
        return min(near, key=lambda s: (abs(s - step), -s * towards))

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of its tones, the root first."""
        return tuple(self.pitch(step) % 12 for step in self.steps)

    @property
    def name(self) -> str:
        """How musicians write it: `Am7`, `C/E`."""
        _, roman, dim, suffix, under = _parts(self.token)
        third = "dim" if dim else "m" if roman.islower() else ""
        if dim and suffix == "7":
            third, suffix = "m", "7b5"
        root, bass = (TONICS[pc] for pc in (self.pitch_classes[0], self.pitch(self.bass) % 12))
        return f"{root}{third}{suffix}" + f"/{bass}" * (under is not None)


Bars = list[list[tuple[int, Chord]]]
"""The chords of each bar as (start in sixteenths, chord)."""


def is_minor(key: Key) -> bool:
    """Whether a key has a minor third."""
    return MODES[key.mode][2] == _MINOR_THIRD


def _parts(token: str) -> tuple[bool, str, bool, str, str | None]:
    match = _TOKEN.match(token)
    if match is None:
        raise ValueError(f"{token!r} is not a chord")
    flat, roman, dim, suffix, under = match.groups()
    return bool(flat), roman, bool(dim), suffix, under


def read_chord(token: str, key: Key) -> Chord:
    """Return the chord of a Roman numeral in a key.

    The case says the third, `b` lowers the root, `o` the fifth, `/3` is an inversion. Roots are
    those of major or natural minor, so that a progression fits every mode.

    Raises:
        ValueError: not a chord.
    """
    flat, roman, dim, suffix, under = _parts(token)
    degree = _ROMAN[roman.upper()]
    root = MODES["minor" if is_minor(key) else "major"][degree] - flat
    middle = 3 if suffix == "sus4" else 2
    third = 5 if suffix == "sus4" else 4 if roman.isupper() else _MINOR_THIRD
    scale = list(MODES[key.mode])
    scale[degree] = root
    scale[(degree + middle) % 7] = (root + third) % 12
    scale[(degree + 4) % 7] = (root + (_TRITONE if dim else 7)) % 12
    steps = [degree, degree + middle, degree + 4]
    if suffix in _SEVENTHS:
        scale[(degree + 6) % 7] = (root + _SEVENTHS[suffix]) % 12
        steps.append(degree + 6)
    elif suffix == "6":
        scale[(degree + 5) % 7] = (root + 9) % 12
        steps.append(degree + 5)
    elif suffix == "add9":
        steps.append(degree + 8)
    if scale[6] - scale[5] == _AUGMENTED_SECOND:
        scale[5] = 9  # melodic minor on the way to the leading note
    bass = (degree + _INVERSIONS[under]) % 7
    return Chord(token, key.tonic, tuple(scale), tuple(steps), bass)


def home_chord(key: Key) -> Chord:
    """Return the tonic."""
    return read_chord("i" if is_minor(key) else "I", key)


def read_bar(word: str, key: Key, metre: Metre) -> list[tuple[int, Chord]]:
    """Return the chords of a bar; `+` parts it in two.

    In three, the second chord has the third beat.
    """
    chords = [read_chord(token, key) for token in word.split("+")]
    return [(0, chords[0]), *((metre.split, chord) for chord in chords[1:])]


def chord_at(bar: list[tuple[int, Chord]], step: int) -> Chord:
    """Return the chord of a bar at one of its sixteenths."""
    return next(chord for start, chord in reversed(bar) if start <= step)


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a player's chords lie.

    Attributes:
        centre: around which, a MIDI pitch.
        top: above which no voice goes.
        bottom: below which none should go.
        is_open: whether they are spread over more than an octave.
        most: voices of a chord.
        taken: pitches that others have meanwhile, which are left to them where that can be.
    """

    centre: int
    top: int
    bottom: int = 36
    is_open: bool = False
    most: int = _MOST_VOICES
    taken: frozenset[int] = frozenset()

    def beside(self, taken: frozenset[int]) -> Seat:
        """Return the same seat where others have those pitches."""
        return replace(self, taken=taken)


def voicing(chord: Chord, seat: Seat, before: tuple[int, ...] | None) -> tuple[int, ...]:
    """Return a chord as it lies for a player, ascending: common tones stay, the others move least.

    Args:
        chord: whose tones; its root and fifth give way where there are too few voices.
        seat: where it lies.
        before: the chord before it, or None.
    """
    classes = list(dict.fromkeys(chord.pitch_classes))
    for tone in (0, 2):  # the bass has the root; the third and the seventh say which chord it is
        if len(classes) > seat.most:
            classes.remove(chord.pitch_classes[tone])
    best: tuple[float, tuple[int, ...]] = (float("inf"), ())
    for lowest in classes:
        others = sorted((pc for pc in classes if pc != lowest), key=lambda pc: (pc - lowest) % 12)
        for octave in range(2, 7):
            root = lowest + 12 * octave
            close = (root, *(root + (pc - lowest) % 12 for pc in others))
            placed = _opened(close) if seat.is_open else close
            best = min(best, (_price(placed, seat, before), placed))
    return best[1]


def _opened(close: tuple[int, ...]) -> tuple[int, ...]:
    """A chord in close position with its second voice from above an octave lower."""
    return (close[-2] - 12, *close[:-2], close[-1])


def _price(placed: tuple[int, ...], seat: Seat, before: tuple[int, ...] | None) -> float:
    cost = _OFF_CENTRE * abs(sum(placed) / len(placed) - seat.centre)
    cost += _TOO_HIGH * (placed[-1] > seat.top) + _SHARED * len(seat.taken.intersection(placed))
    cost += _TOO_LOW * max(0, seat.bottom - placed[0])
    cost += _CLASHES * sum((b - a) % 12 == 1 for a in seat.taken for b in placed if b > a)
    cost += _CLASHES * sum((b - a) % 12 == 1 for a in placed for b in seat.taken if b > a)
    if before:
        cost += sum(min(abs(p - q) for q in before) for p in placed)
        cost += _TOP_MOVES * abs(placed[-1] - before[-1])
    return cost
