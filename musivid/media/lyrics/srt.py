"""Lyrics in SRT."""

from __future__ import annotations

from collections.abc import Sequence

from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import NO, PERHAPS, SURE, Format, Sheet
from musivid.media.lyrics.subtitles import (
    format_subtitles,
    has_arrows,
    has_timings,
    parse_subtitles,
)

__all__ = ["SRT"]


def _shows(text: str) -> int:
    if has_timings(text):
        return SURE
    return PERHAPS if has_arrows(text) else NO


def _read(text: str) -> Sheet:
    return parse_subtitles(text, "srt")


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    return format_subtitles(cues, duration_s, "srt")


SRT = Format("srt", "SRT", (".srt",), _shows, _read, _write, beside=True)
