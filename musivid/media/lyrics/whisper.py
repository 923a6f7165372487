"""What speech tools write: Whisper's JSON, that of its pipelines, and whisper.cpp's."""

from __future__ import annotations

from musivid.media.lyrics.lines import NO, SURE, Format
from musivid.media.lyrics.objects import form_of, parse_objects

__all__ = ["WHISPER"]


def _shows(text: str) -> int:
    return SURE if form_of(text) == "whisper" else NO


WHISPER = Format("whisper", "Whisper's JSON", (".json",), _shows, parse_objects, telling=False)
