"""A song is decoded for somebody who waits: how far it is, is told where it takes a while."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from musivid.core.progress import Reporter
from musivid.media.audio import AudioInfo, Track, load_track

__all__ = ["listen_to_song"]

_LONG_S = 600.0  # from which length on progress is told; shorter songs are there in a second or two


def listen_to_song(
    song: Path, reporter: Reporter, *, start_s: float = 0.0, end_s: float | None = None
) -> Track:
    """The track of a song, see `load_track`.

    Args:
        song: the file.
        reporter: told of a stage, for long songs second by second.
        start_s: where to begin.
        end_s: where to end; None: at the end.

    Raises:
        InputError, UsageError: as `load_track` has it.
    """

    def watch(info: AudioInfo) -> Callable[[int], None] | None:
        lasts_s = min(info.duration_s or 0.0, end_s or math.inf)
        if lasts_s < _LONG_S:
            reporter.stage("listen")
            return None
        reporter.stage("listen", int(lasts_s), "s")
        return reporter.advance

    track = load_track(song, start_s=start_s, end_s=end_s, watch=watch)
    if track.start_s + track.duration_s >= _LONG_S:
        reporter.stage("analyse")
    return track
