"""Lyrics in CSV: `timestamp,text`, or with a heading also `end` and `weight`."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from musivid.core.clock import stamp
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import LIKELY, NO, Format, Sheet
from musivid.media.lyrics.rows import find_delimiter, parse_table

__all__ = ["CSV"]


def _shows(text: str) -> int:
    return LIKELY if find_delimiter(text) not in (None, "\t") else NO


def _read(text: str) -> Sheet:
    return parse_table(text, find_delimiter(text) or ",")


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    """Columns for end and weight only where they say something."""
    with_end = any(cue.end_s is not None for cue in cues)
    with_weight = any(cue.weight != 1 for cue in cues)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["timestamp", *["end"] * with_end, *["weight"] * with_weight, "text"])
    for cue in cues:
        end = "" if cue.end_s is None else stamp(cue.end_s, 3)
        weight = f"{cue.weight:g}"
        writer.writerow(
            [stamp(cue.start_s, 3), *[end] * with_end, *[weight] * with_weight, cue.text]
        )
    return buffer.getvalue()


CSV = Format(
    "csv", "CSV (timestamp,text)", (".csv",), _shows, _read, _write, beside=True, has_marks=False
)
