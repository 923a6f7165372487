"""Lyrics as our own cues in JSON: one array of objects, or an object with a list `cues`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import NO, SURE, Format
from musivid.media.lyrics.objects import form_of, parse_objects

__all__ = ["JSON", "cue_object"]


def cue_object(cue: Cue) -> str:
    """A cue as JSON on one line; with it nothing is lost."""
    fields: dict[str, object] = {
        "start_s": cue.start_s,
        "end_s": cue.end_s,
        "text": cue.text,
        "weight": cue.weight,
    }
    if cue.words:
        fields["words"] = [{"start_s": time_s, "word": word} for time_s, word in cue.words]
    if cue.confidence is not None:
        fields["confidence"] = cue.confidence
    return json.dumps(fields, ensure_ascii=False)


def _shows(text: str) -> int:
    return SURE if form_of(text) == "json" else NO


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    body = ",\n ".join(map(cue_object, cues))
    return f"[{body}]\n"


JSON = Format("json", "JSON cues", (".json",), _shows, parse_objects, _write, has_marks=False)
