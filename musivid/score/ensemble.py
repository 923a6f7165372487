"""Who plays in which genre: General MIDI programs and places in the mix for the five players."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musivid.score.metre import METRES, Metre
from musivid.score.notes import TrackNotes

__all__ = ["GENRES", "PLAYERS", "Ensemble", "ensemble_of", "genre_for"]

PLAYERS = ("Drums", "Piano", "Guitar", "Bass", "Strings")
"""In the order of their classes in CMT tokens, which begin at 1."""

# genre: programs of the five players, usual tempo, room, and how lively it is (0..1)
_TABLE = """
pop          0  0 25 33 48  108 0.20 0.60
rock        16 18 29 34 48  126 0.15 0.80
metal       16 19 30 34 48  150 0.12 0.95
house       24  4 28 38 50  124 0.20 0.75
techno      25 62 28 38 95  134 0.25 0.85
trance      25 81 28 38 90  138 0.35 0.85
synthwave   24 90 28 38 50  100 0.30 0.60
ambient      0  4 99 35 89   72 0.60 0.05
ballad      40  0 24 33 48   70 0.35 0.20
jazz        32  0 26 32 48  126 0.15 0.50
bossa_nova  40  4 24 32 48  124 0.20 0.40
latin        0  0 24 33 48  100 0.15 0.70
folk        40  0 25 32 48  104 0.20 0.35
orchestral  48 46 45 43 48   96 0.45 0.50
hip_hop     25  4 27 38 48   90 0.20 0.55
lo-fi        8  4 26 33 89   80 0.25 0.20
funk         0  7 27 36 48  106 0.10 0.70
reggae       0 16 27 33 48   80 0.15 0.45
country      0  3 25 33 48  112 0.15 0.60
waltz       48  0 24 43 48  132 0.30 0.40
"""
_METRES = {"waltz": "3/4"}  # of genres that are not in 4/4
_VOLUMES = (0.85, 0.58, 0.48, 0.8, 0.42)  # gain of each player in the mix; by ear
_PANS = (0.0, -0.2, 0.35, 0.0, -0.1)  # of each player, -1 left to 1 right
_ROOMS = (0.5, 1.0, 0.8, 0.1, 1.7)  # shares of the genre's room


@dataclass(frozen=True, slots=True)
class Ensemble:
    """The players of a genre.

    Attributes:
        genre: its name.
        programs: General MIDI program by player; the kit for drums.
        tempo_bpm: usual tempo.
        room: how much reverb there is, 0..1.
        energy: how lively the genre is, 0..1.
        metre: in which it is usually played.
    """

    genre: str
    programs: Mapping[str, int]
    tempo_bpm: float
    room: float
    energy: float
    metre: Metre = METRES["4/4"]

    def seated(self, track: TrackNotes) -> TrackNotes:
        """Return a player's notes with program, volume, place and room of this genre."""
        index = PLAYERS.index(track.name)
        return TrackNotes(
            name=track.name,
            program=self.programs[track.name],
            is_drum=track.is_drum,
            notes=track.notes,
            volume=_VOLUMES[index],
            pan=_PANS[index],
            reverb=round(min(1.0, self.room * _ROOMS[index]), 3),
        )


def _read_table() -> dict[str, Ensemble]:
    found = {}
    for line in _TABLE.strip().splitlines():
        name, *numbers = line.split()
        name = name.replace("_", " ")
        programs = dict(zip(PLAYERS, (int(n) for n in numbers[:5]), strict=True))
        tempo, room, energy = (float(n) for n in numbers[5:])
        metre = METRES[_METRES.get(name, "4/4")]
        found[name] = Ensemble(name, programs, tempo, room, energy, metre)
    return found


GENRES: Mapping[str, Ensemble] = _read_table()
"""All genres by name."""

# Genres that suit films of rising energy when none is asked for.
_BY_ENERGY = ("ambient", "ballad", "folk", "orchestral", "pop", "synthwave", "rock")


def ensemble_of(genre: str) -> Ensemble:
    """Return the players of a genre.

    Raises:
        KeyError: no such genre.
    """
    return GENRES[genre]


def genre_for(energy: float) -> str:
    """Return the genre that suits a film whose motion is `energy`, 0 (still) to 1 (wild)."""
    return _BY_ENERGY[min(len(_BY_ENERGY) - 1, int(max(0.0, energy) * len(_BY_ENERGY)))]
