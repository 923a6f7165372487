"""Four moods: how each is played, in any genre and key."""

from __future__ import annotations

from dataclasses import dataclass

from musivid.analysis.tonality import Key
from musivid.core.seeds import dice
from musivid.score.songs.genres import GENRES

__all__ = ["MOODS", "Mood", "key_for"]

# Tonics whose scales lie well for all players.
_TONICS = (0, 2, 4, 5, 7, 9, 10)


@dataclass(frozen=True, slots=True)
class Mood:
    """How a mood is played.

    Attributes:
        modes: wished for, the first that the genre knows is taken.
        tempo: part of the genre's range, 0 its lowest, 1 its highest tempo.
        density: added to fullness where figures are chosen.
        register: of the tune, in semitones.
        loud: MIDI velocity in the middle.
        swell: velocity between the quietest and the fullest phrase.
        held: share of its length that a note sounds.
        rises: whether tunes rise to a climax rather than sink.
    """

    modes: tuple[str, str]
    tempo: tuple[float, float]
    density: float
    register: int
    loud: int
    swell: int
    held: float
    rises: bool


MOODS = {
    "happy": Mood(("major", "lydian"), (0.45, 1.0), 0.1, 4, 86, 18, 0.8, True),
    "angry": Mood(("minor", "phrygian"), (0.7, 1.2), 0.28, -5, 104, 22, 0.66, True),
    "sad": Mood(("minor", "minor"), (-0.3, 0.25), -0.2, -4, 58, 14, 1.0, False),
    "calm": Mood(("major", "lydian"), (0.0, 0.55), -0.32, 0, 68, 10, 0.95, True),
}
"""By their names: quadrants of arousal and valence."""


def key_for(genre: str, mood: str, seed: int) -> Key:
    """Return a key for a song of a genre in a mood."""
    known, wished = GENRES[genre].modes, MOODS[mood].modes
    mode = next((mode for mode in wished if mode in known), wished[0])
    return Key(int(dice(seed, 21).choice(_TONICS)), mode)
