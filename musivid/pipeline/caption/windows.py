"""Which segments of a song get a caption: even ones, beats, sections or the whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import UsageError
from musivid.pipeline.caption.job import LEAST_S
from musivid.pipeline.guidance.windows import Window
from musivid.settings.caption import parse_windows

__all__ = ["place_captions"]

_FALLBACK_BEAT_S = 0.5  # where a song has no pulse, beats are counted as at 120 bpm


def place_captions(
    heard: SoundFacts, windows: str = "10s", *, overlap: bool = False
) -> list[Window]:
    """Return the windows of a song, ascending; together they cover all of it.

    Args:
        heard: what is known of the song.
        windows: as `parse_windows` takes it: 10s, beats:16, sections, song.
        overlap: begin twice as often, each window half over the one before.

    Raises:
        UsageError: no such windows, or windows that cannot overlap.
    """
    kind, count = parse_windows(windows)
    end_s = heard.duration_s
    if overlap and kind in ("sections", "song"):
        raise UsageError(
            f"windows of {windows} do not overlap",
            hint="Leave --overlap out, or give --windows 10s or beats:16.",
        )
    if kind == "song":
        return [Window(0.0, 0.0, end_s)]
    if kind == "sections":
        return _spans([float(time) for time in heard.sections_s], 1, end_s)
    parts = 2 if overlap else 1
    if kind == "seconds":
        return _spans([float(time) for time in np.arange(0.0, end_s, count / parts)], parts, end_s)
    if overlap and count % 2:
        raise UsageError(f"windows of {windows} cannot be halved", hint="Give an even number.")
    return _spans(_beat_borders(heard, round(count / parts)), parts, end_s)


def _beat_borders(heard: SoundFacts, step: int) -> list[float]:
    """Every `step`-th beat, counted from the first downbeat in both directions, and 0."""
    beats = heard.beats_s
    if len(beats) < 2:
        return [float(time) for time in np.arange(0.0, heard.duration_s, step * _FALLBACK_BEAT_S)]
    first = heard.downbeats_s[0] if len(heard.downbeats_s) else beats[0]
    span = step * float(np.median(np.diff(beats)))
    before = np.arange(first - span, 0.0, -span)[::-1]
    borders = [float(time) for time in (*before, *beats[beats >= first - 1e-6][::step])]
    return borders if borders[0] < LEAST_S else [0.0, *borders]


def _spans(starts: list[float], parts: int, end_s: float) -> list[Window]:
    """Windows from each start to the one `parts` later, or to the end; the first from 0."""
    starts = [0.0, *starts[1:]]
    ends = [*starts[parts:], *[end_s] * parts][: len(starts)]
    kept = [(a, b) for a, b in zip(starts, ends, strict=True) if b - a >= LEAST_S]
    if not kept:
        return [Window(0.0, 0.0, end_s)]
    kept[0] = (0.0, kept[0][1])
    if kept[-1][1] < end_s:
        kept[-1] = (kept[-1][0], end_s)
    # With overlap, a window that ends where the one before does says nothing of its own.
    kept = kept[:1] + [late for early, late in pairwise(kept) if late[1] > early[1]]
    return [Window(a, a, b) for a, b in kept]
