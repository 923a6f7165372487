"""Lyrics in MicroDVD, which counts frames of a film."""

from __future__ import annotations

import re
from fractions import Fraction

from musivid.core.errors import UsageError
from musivid.core.timeline import parse_fps
from musivid.media.lyrics.lines import NO, SURE, Format, Sheet

__all__ = ["MICRODVD", "add_counted", "begins_with"]

_FRAMES = re.compile(r"\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)$")
_CODE = re.compile(r"\{[A-Za-z]:[^{}]*\}")


def begins_with(text: str, form: re.Pattern[str]) -> bool:
    """Whether the first line of a text has a form."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return form.match(first) is not None


def _shows(text: str) -> int:
    return SURE if begins_with(text, _FRAMES) else NO


def _read(text: str, fps: Fraction | None = None) -> Sheet:
    """Read MicroDVD; a rate on its first line counts where none is given."""
    sheet = Sheet(may_be_unordered=True)
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if line.strip())
    head = _FRAMES.match(lines[first])
    counts = {int(count or 2) for count in head.groups()[:2]} if head else {2}
    own = _rate(head[3]) if head and max(counts) <= 1 else None
    if own is not None:
        lines[first] = ""
    rate = fps or own
    if rate is None:
        sheet.lacks_rate = True
    else:
        add_counted(sheet, lines, _FRAMES, rate)
    return sheet


def add_counted(sheet: Sheet, lines: list[str], form: re.Pattern[str], per_s: Fraction) -> None:
    """Add lines that begin with two counts, start and end, of which some make a second."""
    for number, line in enumerate(lines, 1):
        if found := form.match(line):
            start, end = int(found[1]), int(found[2] or 0)
            rows = _CODE.sub("", found[3]).split("|")
            said = "\n".join(row.removeprefix("/") for row in rows)  # a slash slants a row
            end_s = round(float(end / per_s), 3) if found[2] else None
            sheet.add(number, round(float(start / per_s), 3), end_s, said)
        elif line.strip():
            sheet.warn(number, "it has no time and is left out")


def _rate(text: str) -> Fraction | None:
    try:
        return parse_fps(text.strip().replace(",", "."))
    except UsageError:
        return None


MICRODVD = Format(
    "microdvd", "MicroDVD", (".sub",), _shows, _read, telling=False, beside=True, read_at=_read
)
