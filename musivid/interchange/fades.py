"""Transitions of a track: where the clips begin and end that they cover."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction

__all__ = ["Fades"]


class Fades:
    """The transitions of a track, in seconds.

    Args:
        spans: where each begins and ends; in a track they do not overlap.
    """

    def __init__(self, spans: Iterable[tuple[Fraction, Fraction]]) -> None:
        self._spans = sorted(spans)
        self._starts = [a for a, _ in self._spans]
        self._ends = sorted(b for _, b in self._spans)

    def begin(self, before: Fraction | None, usual: Fraction) -> Fraction:
        """Where the last one begins that does so before a time, or at all; without one, `usual`."""
        count = len(self._starts) if before is None else bisect_left(self._starts, before)
        return self._starts[count - 1] if count else usual

    def end(self, first: Fraction, length: Fraction) -> Fraction:
        """Where the first one ends behind a clip that begins there; without one, the clip's end."""
        place = bisect_right(self._ends, first)
        if length > 0:
            place = max(place, bisect_left(self._ends, first + length))
        return self._ends[place] if place < len(self._ends) else first + length

    def cut(self, time: Fraction) -> Fraction:
        """The middle of the one that begins or ends, or lies, at a time; without one, the time."""
        before = bisect_left(self._starts, time)
        for a, b in self._spans[max(0, before - 1) : before + 1]:
            if a <= time <= b:
                return (a + b) / 2
        return time
