"""Keys: tonic and mode, their names and their scales; for what is heard and for what is written."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MODES", "TONICS", "Key"]

TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# mode: semitones above the tonic
MODES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
}


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A tonic and a mode.

    Attributes:
        tonic: pitch class, 0 (C) to 11 (B).
        mode: a key of `MODES`.
    """

    tonic: int
    mode: str = "major"

    @classmethod
    def named(cls, text: str) -> Key:
        """Return the key that `str(key)` wrote: `Eb major`, `A harmonic minor`.

        Raises:
            ValueError: not a tonic of `TONICS` and a mode of `MODES`.
        """
        tonic, _, mode = text.strip().partition(" ")
        if tonic not in TONICS or mode not in MODES:
            raise ValueError(f"{text!r} is not a key")
        return cls(TONICS.index(tonic), mode)

    @property
    def tonic_name(self) -> str:
        """The name of the tonic, one of `TONICS`."""
        return TONICS[self.tonic]

    @property
    def pitch_classes(self) -> frozenset[int]:
        """The seven pitch classes of the scale."""
        return frozenset((self.tonic + step) % 12 for step in MODES[self.mode])

    def pitch(self, step: int, octave: int = 5) -> int:
        """Return the MIDI pitch of a scale step; 0 is the tonic of `octave` (5: C is 60)."""
        turns, degree = divmod(step, 7)
        return self.tonic + MODES[self.mode][degree] + 12 * (octave + turns)

    def __str__(self) -> str:
        """Return the name, as `named` reads it."""
        return f"{self.tonic_name} {self.mode}"
