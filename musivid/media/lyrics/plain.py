"""Lyrics as plain text: lines that begin with a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from musivid.core.clock import stamp
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import NO, PERHAPS, Format, Sheet
from musivid.media.lyrics.rows import is_time, rows_of

__all__ = ["PLAIN"]

_LINE = re.compile(r"\s*(\d+(?::\d{1,2}){0,2}(?:[.,]\d{1,3})?)(?:\s+(.*))?$", re.DOTALL)


def _shows(text: str) -> int:
    first = [line.split()[0] for line in text.split("\n") if line.strip()]
    timed = sum(is_time(word) for word in first)
    return PERHAPS if timed and timed * 2 >= len(first) else NO


def _read(text: str) -> Sheet:
    """Read lines of `mm:ss text`."""
    sheet = Sheet()
    for number, line in rows_of(text):
        match = _LINE.match(line)
        if match is None:
            sheet.fault(number, "it does not begin with a time; write it as 1:05 followed by text")
            continue
        if (match[2] or "").strip() != "#":
            sheet.add(number, sheet.time_s(number, match[1]), None, match[2] or "")
    return sheet


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    """A time and a text a line; ends are lost, and negative prompts left out."""
    return "".join(
        f"{stamp(cue.start_s, 3)} {row}\n"
        for cue in cues
        if cue.weight > 0
        for row in cue.text.split("\n")
    )


PLAIN = Format(
    "txt", "text lines that begin with mm:ss", (".txt",), _shows, _read, _write, telling=False
)
