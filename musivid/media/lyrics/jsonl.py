"""Lyrics as JSON lines: one cue a line."""

from __future__ import annotations

from collections.abc import Sequence

from musivid.core.timeline import Cue
from musivid.media.lyrics.json import cue_object
from musivid.media.lyrics.lines import NO, SURE, Format
from musivid.media.lyrics.objects import form_of, parse_objects

__all__ = ["JSON_LINES"]


def _shows(text: str) -> int:
    return SURE if form_of(text) == "jsonl" else NO


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    return "".join(f"{cue_object(cue)}\n" for cue in cues)


JSON_LINES = Format(
    "jsonl", "JSON lines", (".jsonl",), _shows, parse_objects, _write, has_marks=False
)
