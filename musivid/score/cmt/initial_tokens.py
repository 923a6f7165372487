"""Initial tokens of the CMT form: what a piece is asked to be, said before its first bar.

Seven tokens of (genre, key, instrument): the genre, the key, then one token for each instrument in
the order of the track numbers. Class 0 stands for what is not said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from musivid.analysis.tonality import Key
from musivid.score.cmt.tokens import INSTRUMENTS

__all__ = [
    "KEY_CLASSES",
    "genre_class",
    "initial_tokens",
    "key_class",
    "key_of_class",
]

KEY_CLASSES = 25
"""Unknown, 12 major keys from C upwards, 12 minor keys from C upwards."""
# Third above the tonic in semitones: what tells minor from major.
_MINOR_THIRD = 3


def key_class(key: Key | None) -> int:
    """Return the class 1..24 of a key, 0 for none; other modes count by their third.

    Harmonic minor, dorian and phrygian are minor; lydian and mixolydian are major.
    """
    if key is None:
        return 0
    minor = (key.tonic + _MINOR_THIRD) % 12 in key.pitch_classes
    return 1 + key.tonic + 12 * minor


def key_of_class(number: int) -> Key | None:
    """Return the key of a class, None for 0.

    Raises:
        ValueError: not a class of `KEY_CLASSES`.
    """
    if not 0 <= number < KEY_CLASSES:
        raise ValueError(f"{number} is not the class of a key")
    minor, tonic = divmod(number - 1, 12)
    return Key(tonic, "minor" if minor else "major") if number else None


def genre_class(genre: str | None, genres: Sequence[str]) -> int:
    """Return the class of a genre in a model's own list, 0 for one that is not in it."""
    return genres.index(genre) + 1 if genre in genres else 0


def initial_tokens(genre: int, key: int, instruments: Collection[int]) -> list[list[int]]:
    """Return the seven tokens [7, 3] for a genre, a key and track numbers 1..5, all as classes.

    No instruments at all leave the choice open; any given exclude the others.
    """
    players = [[0, 0, i if i in instruments else 0] for i in range(1, len(INSTRUMENTS))]
    return [[genre, 0, 0], [0, key, 0], *players]
