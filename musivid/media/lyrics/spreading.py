"""Lines without times laid over the parts of a song where somebody seems to sing."""

from __future__ import annotations

from collections.abc import Sequence

from musivid.core.timeline import Cue

__all__ = ["spread_lines"]

_BREATH = 4.0  # what a line takes besides its letters, in letters
_MOST_S = 8.0  # a line is shown no longer
_WHOLE = 0.5  # share of a line that a part must have room for, or it begins in the next one


def spread_lines(lines: Sequence[str], parts_s: Sequence[tuple[float, float]]) -> list[Cue]:
    """A cue for each line, in their order, each as long as its letters are many.

    Args:
        lines: that are sung.
        parts_s: start and end of each part in which they may be, ascending.
    """
    if not lines or not parts_s:
        return []
    weights = [_BREATH + len(line) for line in lines]
    pace_s = sum(end - start for start, end in parts_s) / sum(weights)
    cues: list[Cue] = []
    part, now_s = 0, parts_s[0][0]
    for index, (line, weight) in enumerate(zip(lines, weights, strict=True)):
        wanted_s = weight * pace_s
        # What does not fit behind the last part must still be said, so lines move up.
        while part + 1 < len(parts_s) and parts_s[part][1] - now_s < _WHOLE * wanted_s:
            part += 1
            now_s = parts_s[part][0]
        room_s = parts_s[part][1] - now_s
        if part + 1 == len(parts_s):
            wanted_s = room_s * weight / sum(weights[index:])
        length_s = min(wanted_s, room_s)
        end_s = now_s + min(length_s, _MOST_S)
        cues.append(Cue(round(now_s, 3), round(end_s, 3), line))
        now_s += length_s
    return [cue for cue in cues if cue.end_s is not None and cue.end_s > cue.start_s]
