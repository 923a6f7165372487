"""Who plays a song: parts and programs of a genre, and who has the tune."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from musivid.core.seeds import dice
from musivid.score.instruments import playable
from musivid.score.songs.genres import GENRES, ROLES, PlayerPart

__all__ = ["Band", "seat_band"]

_PLAYABLE = 0.04  # share of a tune that an instrument may be out of its range in
_CARRIERS = ("Lead", "Piano", "Guitar", "Strings")  # who can have the tune, the first first
_RARE = 0.7  # chance below which a part is left out of some songs
_MOST_PROGRAMS = 3  # the first of a part's are the usual ones


@dataclass(frozen=True, slots=True)
class Band:
    """Who plays.

    Attributes:
        parts: of each role, in their order.
        programs: General MIDI program of each role.
        carrier: who has the tune; empty: nobody can.
        named: whether the players were asked for by name.
    """

    parts: dict[str, PlayerPart]
    programs: dict[str, int]
    carrier: str
    named: bool


def seat_band(genre: str, players: Collection[str], tune: Sequence[int], seed: int) -> Band:
    """Return the band of a song.

    Args:
        genre: whose parts they have.
        players: roles that were asked for; empty: whoever the genre has.
        tune: pitches of the tune, which its player must reach.
        seed: of what is drawn.
    """
    rng = dice(seed, 26)
    table = GENRES[genre].parts
    named = bool(players) and set(players) != set(ROLES)
    parts, programs = {}, {}
    for role, part in table.items():
        lot, choice = float(rng.random()), int(rng.integers(_MOST_PROGRAMS))
        is_left_out = part.chance < _RARE and lot > part.chance and role in ("Piano", "Guitar")
        if role not in players if named else is_left_out:
            continue
        parts[role] = part
        programs[role] = part.programs[min(choice, len(part.programs) - 1)]
    carrier = next((role for role in _CARRIERS if role in parts), "")
    if carrier == "Lead" and len(tune):
        programs["Lead"] = _singer(table["Lead"].programs, np.array(tune), rng)
    return Band(parts, programs, carrier, named)


def _singer(programs: tuple[int, ...], tune: np.ndarray, rng: np.random.Generator) -> int:
    """A program that reaches the tune; of none that does, the one that misses least."""

    def missed(program: int) -> float:
        low, high = playable(program)
        return float(np.mean((tune < low) | (tune > high)))

    able = [program for program in programs if missed(program) < _PLAYABLE]
    able = able or [min(programs, key=missed)]
    return able[int(rng.integers(len(able)))]
