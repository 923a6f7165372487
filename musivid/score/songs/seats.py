"""Where the chords of each player lie: guitars low, pianos in the middle, strings spread around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from musivid.score.instruments import playable
from musivid.score.songs.genres import PlayerPart
from musivid.score.songs.hall import Hall
from musivid.score.songs.theory import Seat, voicing

__all__ = ["Lying", "seated"]

_ORDER = ("Guitar", "Piano", "Strings")  # the first choose first
_CENTRES = {"Guitar": 50, "Piano": 61, "Strings": 57}  # MIDI pitches
_ALONE = {"Guitar": 54, "Piano": 59, "Strings": 58}  # where nobody else plays chords
_BOTTOMS = {"Guitar": 43, "Piano": 50, "Strings": 45}  # below which chords grow muddy
_PRINCIPAL = 0.3  # level of entry up to which strings carry the chords
_FEWEST = 2  # voices of a chord from which those that others have are left out


@dataclass(frozen=True, slots=True)
class Lying:
    """A chord as it lies for a player.

    Attributes:
        at: sixteenth of the bar from which on.
        voices: all its pitches, ascending: what is broken.
        whole: those that are struck together, without what others have.
    """

    at: int
    voices: tuple[int, ...]
    whole: tuple[int, ...]


def seated(
    hall: Hall, parts: Mapping[str, PlayerPart], programs: Mapping[str, int], top: int
) -> dict[str, list[list[Lying]]]:
    """Return how the chords of each bar lie for each player of chords.

    Args:
        hall: whose chords they are.
        parts: of the band, by role; those without chords are passed over.
        programs: of each role.
        top: pitch above which nobody goes.
    """
    roles = [role for role in _ORDER if role in parts]
    taken: dict[tuple[object, ...], frozenset[int]] = {}
    return {
        role: _seat(hall, _place(hall, role, (roles, parts[role], programs[role]), top), taken)
        for role in roles
    }


def _place(hall: Hall, role: str, player: tuple[list[str], PlayerPart, int], top: int) -> Seat:
    """Where a player sits in a band."""
    roles, part, program = player
    low, high = playable(program)
    centre = (_CENTRES if len(roles) > 1 else _ALONE)[role]
    centre = min(centre + hall.mood.register // 2, top - 6)
    fills = role == "Strings" and part.enter > _PRINCIPAL
    is_open = role == "Strings" or (role == "Guitar" and "Piano" not in roles)
    most = 2 if fills and len(roles) == len(_ORDER) else 3 if fills else 4
    bottom = min(_BOTTOMS[role], top - 12)
    return Seat(int(np.clip(centre, low + 6, high - 6)), top, bottom, is_open, most)


def _seat(
    hall: Hall, seat: Seat, taken: dict[tuple[object, ...], frozenset[int]]
) -> list[list[Lying]]:
    """How the chords of each bar lie in a seat; what they take is added to what is taken."""
    known: dict[tuple[object, ...], list[Lying]] = {}
    before: tuple[int, ...] | None = None
    out = []
    for bar, chords in enumerate(hall.bars):
        phrase = hall.of_bar[bar]
        # What returns lies as it lay; broken chords would be others in other positions.
        slot = (phrase.letter, phrase.movement, bar - phrase.start, *(c for _, c in chords))
        if slot not in known:
            known[slot] = []
            for at, chord in chords:
                there = taken.get((*slot, at), frozenset())
                before = voicing(chord, seat.beside(there), before)
                left = tuple(pitch for pitch in before if pitch not in there)
                whole = left if len(left) >= _FEWEST else before
                known[slot].append(Lying(at, before, whole))
                taken[(*slot, at)] = there | set(whole)
        before = known[slot][-1].voices
        out.append(known[slot])
    return out
