"""Shots on tracks: where what is seen changes, the topmost counting."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction

from musivid.interchange.marks import Mark

__all__ = ["Laid", "visible_cuts"]


@dataclass(frozen=True, slots=True)
class Laid:
    """A shot on a track.

    Attributes:
        start: seconds from the beginning of the timeline.
        end: where it ends, exclusive.
        layer: of two at one time, the higher is seen.
        name: of its media.
        line: in its file, or 0.
    """

    start: Fraction
    end: Fraction
    layer: int
    name: str = ""
    line: int = 0


def visible_cuts(spans: list[Laid]) -> list[Mark]:
    """Where another shot is seen, or none where there was one, ascending; ends of all are none."""
    found: list[Mark] = []
    order = sorted((s for s in spans if s.end > s.start), key=lambda s: s.start)
    borders = sorted({time for span in order for time in (span.start, span.end)})
    seen: list[tuple[int, int]] = []  # minus layer, place in `order`
    shown, taken = None, 0
    for time in borders:
        while taken < len(order) and order[taken].start <= time:
            heapq.heappush(seen, (-order[taken].layer, -taken))
            taken += 1
        while seen and order[-seen[0][1]].end <= time:
            heapq.heappop(seen)
        now = order[-seen[0][1]] if seen else None
        is_over = now is None and taken == len(order)
        if now is not shown and time > 0 and not is_over:
            name = now.name if now else "gap"
            found.append(Mark(time, name, kind="cut", line=now.line if now else 0))
        shown = now
    return found
