"""Metres: what a listener taps, where a bar is strong, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from musivid.score.notes import TICKS_PER_BEAT

__all__ = ["METRES", "Metre"]


@dataclass(frozen=True, slots=True)
class Metre:
    """A metre.

    Attributes:
        beats: that a listener taps in a bar.
        beat: sixteenths in one; 6 where beats have three parts.
        middle: sixteenth of the bar's second strong place; 0: it has none.
        signature: upper and lower number of the time signature.
    """

    beats: int
    beat: int
    middle: int
    signature: tuple[int, int]

    def __str__(self) -> str:
        """How it is written, as `6/8`."""
        return "/".join(map(str, self.signature))

    @property
    def steps(self) -> int:
        """Sixteenths in a bar."""
        return self.beats * self.beat

    @property
    def beat_ticks(self) -> int:
        """Ticks of a beat."""
        return self.beat * TICKS_PER_BEAT // 4

    @property
    def eighths(self) -> int:
        """Eighths in a beat."""
        return self.beat // 2

    @property
    def is_compound(self) -> bool:
        """Whether beats have three parts."""
        return self.eighths == 3

    @property
    def pulse(self) -> int:
        """Sixteenths of what accompanies the beat: quarters, or eighths where beats have three."""
        return 2 if self.is_compound else 4

    @property
    def split(self) -> int:
        """The sixteenth from which the second of two chords of a bar sounds."""
        return self.middle or self.steps - self.beat

    def halved(self, length: int) -> int:
        """Return where a note of so many sixteenths is divided: after an eighth, if of three."""
        half = length // 2
        return half + half % 2 if self.is_compound else half

    def is_strong(self, step: int) -> bool:
        """Whether a sixteenth is strong; it may be counted from any downbeat."""
        return step % (self.middle or self.steps) == 0


METRES: Mapping[str, Metre] = {
    "4/4": Metre(4, 4, 8, (4, 4)),
    "3/4": Metre(3, 4, 0, (3, 4)),
    "6/8": Metre(2, 6, 6, (6, 8)),
}
"""All metres in which songs are written, by name."""
