"""What bands play from: grooves, fills, rhythms of tunes, chords and basses, by the metre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musivid.score.metre import METRES, Metre
from musivid.score.songs import six_eight, three_four
from musivid.score.songs.patterns import FILM_BASS, FILM_CHORDS, pattern_table
from musivid.score.songs.styles import (
    FILLS,
    GROOVES,
    RHYTHMS,
    DrumLane,
    Fills,
    Rhythms,
    read_fills,
    read_grooves,
    read_rhythms,
)

__all__ = ["Playbook", "metres_of", "playbook"]

_WALTZ, _OF_WALTZ = "waltz", "three"  # names of its styles, and of the rhythm of its tunes


@dataclass(frozen=True, slots=True)
class Playbook:
    """What is played in a metre.

    Attributes:
        grooves: layers of drums by genre.
        fills: drums at ends of phrases, the later the fuller.
        rhythms: of tunes, by style.
        chords: figures by style, from sparse to dense.
        basses: the same of basses.
        walk: of a walking bass.
    """

    grooves: Mapping[str, tuple[DrumLane, ...]]
    fills: Fills
    rhythms: Mapping[str, Rhythms]
    chords: Mapping[str, list[str]]
    basses: Mapping[str, list[str]]
    walk: str


_BOOKS = {
    "4/4": Playbook(
        {genre: lanes for genre, lanes in GROOVES.items() if genre != _WALTZ},
        FILLS, RHYTHMS, FILM_CHORDS, FILM_BASS, "r---t---f---a---",
    ),
    "3/4": Playbook(
        read_grooves(three_four.GROOVES) | {_WALTZ: GROOVES[_WALTZ]},
        FILLS,
        read_rhythms(three_four.RHYTHMS) | {_OF_WALTZ: RHYTHMS[_OF_WALTZ]},
        pattern_table(three_four.CHORDS) | {_WALTZ: FILM_CHORDS[_WALTZ]},
        pattern_table(three_four.BASS) | {_WALTZ: FILM_BASS[_WALTZ]},
        three_four.WALK,
    ),
    "6/8": Playbook(
        read_grooves(six_eight.GROOVES),
        read_fills(six_eight.FILLS),
        read_rhythms(six_eight.RHYTHMS),
        pattern_table(six_eight.CHORDS),
        pattern_table(six_eight.BASS),
        six_eight.WALK,
    ),
}  # fmt: skip


def playbook(metre: Metre) -> Playbook:
    """Return what is played in a metre."""
    return _BOOKS[str(metre)]


def metres_of(genre: str) -> tuple[str, ...]:
    """Return the metres that a genre has a groove in."""
    return tuple(name for name in METRES if genre in _BOOKS[name].grooves)
