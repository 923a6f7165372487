"""How long a stage will still take: by its pace of late, for what is set up once is slow once."""

from __future__ import annotations

import time
from collections import deque

__all__ = ["Pace"]

_LEAST_S = 2.0  # of work before anything is said of the rest
_APART_S = 0.1  # between two moments that are kept


class Pace:
    """Counts the units of a stage and says how long the rest takes.

    The pace is that of the later half of the time since the first unit: models are loaded and
    kernels compiled before it and in the units that follow, and not again.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._began_s = time.monotonic()
        self._first_s = self._began_s
        self._kept: deque[tuple[float, int]] = deque()  # moments, and how many units were done
        self.count = 0

    def advance(self, count: int) -> None:
        """Say that so many more units are done."""
        self.count += count
        now_s = time.monotonic()
        if not self._kept:
            self._first_s = now_s
        if not self._kept or now_s - self._kept[-1][0] >= _APART_S:
            self._kept.append((now_s, self.count))
        middle_s = (self._first_s + now_s) / 2
        while len(self._kept) > 1 and self._kept[1][0] <= middle_s:
            self._kept.popleft()

    @property
    def took_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began_s

    def left_s(self, total: int) -> float | None:
        """Seconds that the rest of all units takes; None while it is too early to say."""
        rest = max(0, total - self.count)
        if not rest:
            return 0.0
        now_s = time.monotonic()
        if not self._kept or now_s - self._first_s < _LEAST_S:
            return None
        since_s, before = self._kept[0]
        if self.count == before:
            return None
        return (now_s - since_s) / (self.count - before) * rest
