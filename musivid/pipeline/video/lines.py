"""The lines of a film's words as they are given, before its song is decoded."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.timeline import Cue, shift_cues
from musivid.media.containers import check_file
from musivid.media.frames import film_rate
from musivid.media.lyrics.reading import read_cues, read_plain

if TYPE_CHECKING:
    from musivid.pipeline.video.job import VideoJob

__all__ = ["lines_of"]


def lines_of(job: VideoJob) -> tuple[list[Cue], list[str]]:
    """The cues on the clock of the rendered part, and what is odd about them.

    Which of them lie within the song is not known before it is decoded: files guess their length.
    Lines that are still to be spread are all at 0.

    Raises:
        InputError: a file that cannot be read, or has faults.
    """
    given = job.lyrics
    if given is None:
        return [], []
    if not isinstance(given, Path):
        if job.spread_lyrics:
            return list(given), []
        return shift_cues(sorted(given, key=lambda cue: cue.start_s), job.start_s), []
    check_file(given, "lyrics")
    if job.spread_lyrics:
        lines, warnings = read_plain(given, job.lyrics_encoding)
        return [Cue(0.0, None, line) for line in lines], warnings
    lyrics = read_cues(
        given, job.lyrics_encoding, fps=job.lyrics_fps, film_fps=partial(film_rate, job.song)
    )
    return shift_cues(lyrics.cues, job.start_s), list(lyrics.warnings)
