"""Cues out: as JSON, JSON lines, SRT, WebVTT, LRC, CSV or plain text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from musivid.core.errors import UsageError
from musivid.core.storage import write_atomic
from musivid.core.timeline import Cue
from musivid.media.lyrics.subtitles import format_subtitles

__all__ = ["CUE_FORMATS", "cue_spans", "format_cues", "write_cues"]

CUE_FORMATS = ("json", "jsonl", "srt", "vtt", "lrc", "csv", "txt")
"""Formats that cues can be written in; `json` and `jsonl` alone keep everything."""

_LAST_CUE_S = 5.0  # how long the last cue is shown if nobody says when it ends


def write_cues(cues: Sequence[Cue], target: Path | str, *, duration_s: float | None = None) -> str:
    """The text of a cue file; given a path and not just a format, it is also written there.

    Args:
        cues: sorted by time.
        target: one of `CUE_FORMATS`, or a path that ends in one of them.
        duration_s: length of the song, where the last cue ends in subtitles.

    Raises:
        UsageError: no such format.
        OutputError: the file cannot be written.
    """
    if isinstance(target, str):
        return format_cues(cues, target, duration_s=duration_s)
    text = format_cues(cues, target.suffix.removeprefix("."), duration_s=duration_s)
    write_atomic(target, text)
    return text


def format_cues(cues: Sequence[Cue], form: str, *, duration_s: float | None = None) -> str:
    """Cues as the text of a file; `form` is one of `CUE_FORMATS`.

    Raises:
        UsageError: no such format.
    """
    form = form.lower()
    if form == "json":
        body = ",\n ".join(map(_object, cues))
        return f"[{body}]\n"
    if form == "jsonl":
        return "".join(f"{_object(cue)}\n" for cue in cues)
    if form in ("srt", "vtt"):
        return format_subtitles(cue_spans(cues, duration_s), "srt" if form == "srt" else "vtt")
    if form == "lrc":
        return _lrc(cues)
    if form == "csv":
        return _csv(cues)
    if form == "txt":
        return "".join(f"{cue.text}\n" for cue in cues if cue.text)
    raise UsageError(
        f"cues cannot be written as {form!r}", hint=f"Give one of {', '.join(CUE_FORMATS)}."
    )


def cue_spans(
    cues: Sequence[Cue], duration_s: float | None = None
) -> list[tuple[float, float, str]]:
    """When each text is shown: (start, end, text), without pauses and negative prompts.

    A cue without an end holds until the next one, and the last until the song ends.
    """
    spans = []
    next_s, start_s = duration_s, None
    for cue in reversed([cue for cue in cues if cue.weight > 0]):
        if start_s is not None and start_s > cue.start_s:
            next_s = start_s
        start_s = cue.start_s
        end_s = cue.end_s if cue.end_s is not None else next_s
        if end_s is None:
            end_s = cue.start_s + _LAST_CUE_S
        if cue.text and end_s > cue.start_s:
            spans.append((cue.start_s, end_s, cue.text))
    return spans[::-1]


def _object(cue: Cue) -> str:
    """A cue as JSON on one line."""
    fields = {
        "start_s": cue.start_s,
        "end_s": cue.end_s,
        "text": cue.text,
        "weight": cue.weight,
    }
    return json.dumps(fields, ensure_ascii=False)


def _lrc(cues: Sequence[Cue]) -> str:
    """LRC has no ends: an empty line marks one that comes before the next line."""
    lines = []
    for cue, following in zip_longest(cues, cues[1:]):
        lines.append(f"[{_stamp(cue.start_s, 2)}]{cue.text}")
        if cue.end_s is not None and (following is None or cue.end_s < following.start_s):
            lines.append(f"[{_stamp(cue.end_s, 2)}]")
    return "".join(f"{line}\n" for line in lines)


def _csv(cues: Sequence[Cue]) -> str:
    """CSV with columns for end and weight only where they say something."""
    with_end = any(cue.end_s is not None for cue in cues)
    with_weight = any(cue.weight != 1 for cue in cues)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["timestamp", *["end"] * with_end, *["weight"] * with_weight, "text"])
    for cue in cues:
        end = "" if cue.end_s is None else _stamp(cue.end_s, 3)
        writer.writerow(
            [
                _stamp(cue.start_s, 3),
                *[end] * with_end,
                *[f"{cue.weight:g}"] * with_weight,
                cue.text,
            ]
        )
    return buffer.getvalue()


def _stamp(seconds: float, digits: int) -> str:
    """Minutes and seconds, as 01:05.50."""
    units = round(seconds * 10**digits)
    minutes, rest = divmod(units, 60 * 10**digits)
    return f"{minutes:02d}:{rest // 10**digits:02d}.{rest % 10**digits:0{digits}d}"
