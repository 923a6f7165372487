"""What every film file of ours has in common: its clock, its tags and its flags."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from musivid.media.codecs import container_of

__all__ = ["container_options", "frame_ticks", "text_tags", "timescale"]

# Tags that players show; with any other, ffmpeg must be told to write a table of free names,
# which most players do not read.
_COMMON_TAGS = {"title", "artist", "album", "comment", "genre", "date", "description", "copyright"}
_MIN_TIMESCALE = 10_000  # ticks per second from which on players keep time well


def timescale(fps: Fraction) -> int:
    """Ticks per second of which each frame of this rate takes a whole number."""
    ticks = fps.numerator
    while ticks < _MIN_TIMESCALE:
        ticks *= 2
    return ticks


def frame_ticks(fps: Fraction, time_base: Fraction) -> int | None:
    """How many units of `time_base` a frame takes; None if it is not a whole number."""
    ticks = 1 / (fps * time_base)
    return int(ticks) if ticks.denominator == 1 else None


def text_tags(metadata: Mapping[str, object] | None) -> dict[str, str]:
    """Tags as text; whatever is not text becomes JSON."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in (metadata or {}).items()
    }


def container_options(out: Path, fps: Fraction, tags: Mapping[str, str]) -> dict[str, str]:
    """Options of the output for ffmpeg: playable before it is whole, exact times, our tags only."""
    container = container_of(out)
    plain = {"format": container.format, "map_metadata": "-1", "map_chapters": "-1"}
    if not container.counts:  # it counts milliseconds; without a number drawn by chance in it
        return {**plain, "cues_to_front": "1", "fflags": "+bitexact"}
    free_names = "" if set(tags) <= _COMMON_TAGS else "+use_metadata_tags"
    # The index of a QuickTime film comes last: there a cover can be added to it.
    flags = ("+faststart" if container.format == "mp4" else "") + free_names
    return {
        **plain,
        **({"movflags": flags} if flags else {}),
        "video_track_timescale": str(timescale(fps)),
    }
