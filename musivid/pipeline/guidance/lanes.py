"""Lanes of timed prompts: which line speaks when, and how one gives way to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.core.timeline import Cue
from musivid.painting.directions import slerp_directions

__all__ = ["Lane", "Span", "lay_spans"]

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A text that guides from `start_s` to `end_s`; spans of a lane do not overlap.

    `words` says when each of its words begins, where that is known.
    """

    start_s: float
    end_s: float
    text: str
    weight: float
    words: tuple[tuple[float, str], ...] = ()


def lay_spans(
    cues: Sequence[Cue],
    duration_s: float,
    *,
    hold_s: float | None = None,
    beats_s: Sequence[float] = (),
    fill: bool = False,
) -> list[Span]:
    """Return the spans in which cues guide, ascending, inside 0..duration.

    A cue holds until the next one begins or its own end, but no longer than `hold_s`; an empty
    text is a pause. With `beats_s` a cue guides only the segment between beats it begins in.

    Args:
        cues: ascending by start.
        duration_s: seconds of the song.
        hold_s: longest span; None: no limit.
        beats_s: borders of the segments, ascending; empty: cues hold.
        fill: hold each cue through the pause behind it, and the first from 0 on.
    """
    spans: list[Span] = []
    for cue, later in zip_longest(cues, cues[1:]):
        start = cue.start_s
        end = min(duration_s, later.start_s if later else duration_s)
        if cue.end_s is not None:
            end = min(end, cue.end_s)
        if hold_s is not None:
            end = min(end, start + hold_s)
        if beats_s:
            borders = [0.0, *(beat for beat in beats_s if beat > 0), duration_s]
            index = min(bisect_right(borders, start), len(borders) - 1)
            start, end = borders[index - 1], borders[index]
        if cue.text and end > start:
            spans.append(Span(start, end, cue.text, cue.weight, cue.words))
    return _filled(spans, duration_s) if fill and spans else _apart(spans)


def _apart(spans: list[Span]) -> list[Span]:
    """Spans without overlap: of two lines in one beat the later has it."""
    return [
        span
        for span, later in zip_longest(spans, spans[1:])
        if later is None or later.start_s > span.start_s
    ]


def _filled(spans: list[Span], duration_s: float) -> list[Span]:
    """Spans that leave no gap from 0 to the end."""
    starts = [0.0] + [span.start_s for span in spans[1:]]
    ends = [*starts[1:], duration_s]
    return [replace(s, start_s=a, end_s=b) for s, a, b in zip(spans, starts, ends, strict=True)]


class Lane:
    """Spans and the directions of their texts; between spans it fades over `crossfade_s`."""

    def __init__(self, spans: Sequence[Span], directions: Array, crossfade_s: float) -> None:
        """Keep spans and their unit directions, float32 [spans, dim]."""
        self.spans = list(spans)
        self._directions = directions
        self._crossfade_s = crossfade_s
        self._starts = [span.start_s for span in self.spans]

    def span_at(self, time_s: float) -> Span | None:
        """The span that covers the moment."""
        index = bisect_right(self._starts, time_s) - 1
        span = self.spans[index] if index >= 0 else None
        return span if span and time_s < span.end_s else None

    def at(self, time_s: float) -> tuple[Array, float]:
        """Direction [dim] and weight at the moment; in a pause the weight is 0.

        At a border the fade takes half its time on either side, and never reaches past the middle
        of a span, so a short line is still said in full.
        """
        here = self._side(time_s)
        border, reach = self._nearest_border(time_s)
        if border is None or reach <= 0 or abs(time_s - border) >= reach:
            return self._voice(here)
        before, after = self._side(border - 1e-6), self._side(border)
        share = smoothstep((time_s - border) / (2 * reach) + 0.5)
        return _fade(self._voice(before), self._voice(after), share)

    def _side(self, time_s: float) -> int | None:
        index = bisect_right(self._starts, time_s) - 1
        return index if index >= 0 and time_s < self.spans[index].end_s else None

    def _voice(self, index: int | None) -> tuple[Array, float]:
        if index is None:
            return np.zeros(self._directions.shape[1], np.float32), 0.0
        return self._directions[index], self.spans[index].weight

    def _nearest_border(self, time_s: float) -> tuple[float | None, float]:
        """The border nearest to the moment, and how far its fade reaches to either side."""
        index = bisect_right(self._starts, time_s) - 1
        near = self.spans[max(index, 0) : index + 2]
        borders = sorted({edge for span in near for edge in (span.start_s, span.end_s)})
        if not borders:
            return None, 0.0
        border = min(borders, key=lambda edge: abs(edge - time_s))
        reach = self._crossfade_s / 2
        for span in near:
            if border in (span.start_s, span.end_s):
                reach = min(reach, (span.end_s - span.start_s) / 2)
        return (border if border > 0 else None), reach


def _fade(
    before: tuple[Array, float], after: tuple[Array, float], share: float
) -> tuple[Array, float]:
    """A voice between two; one that is silent takes the other's direction and fades in weight."""
    weight = (1 - share) * before[1] + share * after[1]
    if before[1] == 0:
        return after[0], weight
    if after[1] == 0:
        return before[0], weight
    return slerp_directions(before[0], after[0], share), weight
