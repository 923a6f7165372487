"""What bands play from: grooves, fills, rhythms of tunes, chords and basses, by the metre."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musivid.score.metre import Metre
from musivid.score.songs import six_eight
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

__all__ = ["Playbook", "playbook"]


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


_QUARTERS = Playbook(GROOVES, FILLS, RHYTHMS, FILM_CHORDS, FILM_BASS, "r---t---f---a---")
_DOTTED = Playbook(
    read_grooves(six_eight.GROOVES),
    read_fills(six_eight.FILLS),
    read_rhythms(six_eight.RHYTHMS),
    pattern_table(six_eight.CHORDS),
    pattern_table(six_eight.BASS),
    six_eight.WALK,
)


def playbook(metre: Metre) -> Playbook:
    """Return what is played in a metre."""
    return _DOTTED if metre.is_compound else _QUARTERS
