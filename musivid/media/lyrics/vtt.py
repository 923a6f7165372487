"""Lyrics in WebVTT."""

from __future__ import annotations

from collections.abc import Sequence

from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.subtitles import format_subtitles, parse_subtitles

__all__ = ["VTT"]


def _shows(text: str) -> int:
    return SURE if text.lstrip().startswith("WEBVTT") else NO


def _read(text: str) -> Sheet:
    return parse_subtitles(text, "vtt")


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    return format_subtitles(cues, duration_s, "vtt")


VTT = Format("vtt", "WebVTT", (".vtt",), _shows, _read, _write, beside=True)
