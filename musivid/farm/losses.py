"""Whether a unit ends its actors, or they are ended from outside whatever they are at.

Clusters lose actors by the dozen: machines are taken back, restarted, unplugged. The unit that was
in hand is not at fault for it; but one that crashes, or for which memory never suffices, would be
done over for ever. Nothing tells them apart for sure, so chance is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Losses"]


@dataclass(slots=True)
class Losses:
    """What was lost with actors so far.

    A unit is given up once it was lost `least` times and it, of all that were at work, was hit so
    often that chance does so less than once in `chance` times; or it was seen to crash that often;
    or it was lost `most` times.

    Attributes:
        least: fewer losses are nobody's fault.
        most: more are too many, whosesoever fault they are.
        chance: how unlikely is too unlikely.
    """

    least: int = 3
    most: int = 12
    chance: float = 1e-4
    _log: list[tuple[str, float]] = field(default_factory=list)
    _crashes: dict[str, int] = field(default_factory=dict)

    def add(self, unit: str, at_work: int, *, by_itself: bool) -> None:
        """Note that a unit was lost.

        Args:
            unit: by its name.
            at_work: how many actors had something in hand, this one among them.
            by_itself: whether it was seen to crash.
        """
        self._log.append((unit, 1 / max(at_work, 1)))
        if by_itself:
            self._crashes[unit] = self._crashes.get(unit, 0) + 1

    def count(self, unit: str) -> int:
        """How often a unit was lost."""
        return sum(name == unit for name, _ in self._log)

    def is_at_fault(self, unit: str) -> bool:
        """Whether a unit is to be given up."""
        count = self.count(unit)
        if count < self.least:
            return False
        if count >= self.most or self._crashes.get(unit, 0) >= self.least:
            return True
        first = next(place for place, (name, _) in enumerate(self._log) if name == unit)
        shares = [share for _, share in self._log[first + 1 :]]  # any unit is lost first
        return _tail(shares, count - 1) < self.chance


def _tail(shares: Sequence[float], least: int) -> float:
    """How likely at least so many of some events happen, of which each has its own likelihood.

    The distribution is Poisson's binomial, summed up event by event.
    """
    likely = [1.0]  # by how many have happened
    for share in shares:
        missed = [value * (1 - share) for value in likely] + [0.0]
        happened = [0.0] + [value * share for value in likely]
        likely = [a + b for a, b in zip(missed, happened, strict=True)]
    return sum(likely[least:])
