"""How long a stage will still take: by its pace since the first unit, which waits for set-up."""

from __future__ import annotations

import time

__all__ = ["Pace"]


class Pace:
    """Counts the units of a stage and says how long the rest takes.

    What is set up before the first unit is not done again, so its time is no part of the pace.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._began_s = time.monotonic()
        self._first: tuple[float, int] | None = None
        self.count = 0

    def advance(self, count: int) -> None:
        """Say that so many more units are done."""
        self.count += count
        if self._first is None:
            self._first = time.monotonic(), self.count

    @property
    def took_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began_s

    def left_s(self, total: int) -> float | None:
        """Seconds that the rest of all units takes; None before anything is done."""
        if self._first is None or not self.count:
            return None
        since_s, before = self._first
        rest = max(0, total - self.count)
        if self.count == before:
            return self.took_s / self.count * rest
        return (time.monotonic() - since_s) / (self.count - before) * rest
