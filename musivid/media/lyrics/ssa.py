"""Lyrics in SubStation Alpha (ASS, SSA), with the times that karaoke has for syllables."""

from __future__ import annotations

import re

from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.subtitles import seconds_of

__all__ = ["SSA"]

_EVENT = re.compile(r"\s*Dialogue\s*:", re.IGNORECASE)
_FORMAT = re.compile(r"\s*Format\s*:", re.IGNORECASE)
_SECTION = re.compile(r"\s*\[([^\]]*)\]\s*$")
_TIME = re.compile(r"\d{1,2}:\d{1,2}:\d{1,2}[.,:]\d{1,3}")
_USUAL = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect",
          "text")  # fmt: skip
_CODES = re.compile(r"\{([^{}]*)\}")
_LASTS = re.compile(r"\\[kK][fot]?(\d{1,6})")  # of a syllable, in hundredths
_DRAWS = re.compile(r"\\p[1-9]")
_BREAK = re.compile(r"\\[Nn]")


def _shows(text: str) -> int:
    if re.match(r"\s*\[Script Info\]", text, re.IGNORECASE):
        return SURE
    return SURE if any(map(_EVENT.match, text.split("\n"))) else NO


def _read(text: str) -> Sheet:
    """Read the lines that are said; shapes that are drawn, and comments, are left out."""
    sheet = Sheet(may_be_unordered=True)
    columns, section = list(_USUAL), "events"
    for number, line in enumerate(text.split("\n"), 1):
        if head := _SECTION.match(line):
            section = head[1].strip().lower()
        elif section == "events" and _FORMAT.match(line):
            named = [cell.strip().lower() for cell in line.partition(":")[2].split(",")]
            columns = named if {"start", "end", "text"} <= set(named) else columns
        elif section == "events" and _EVENT.match(line):
            _add_event(sheet, number, line.partition(":")[2], columns)
    return sheet


def _add_event(sheet: Sheet, number: int, line: str, columns: list[str]) -> None:
    """Add a line of the script; its text is the rest of it, commas and all."""
    cells = dict(zip(columns, line.split(",", len(columns) - 1), strict=False))
    start, end = cells.get("start", "").strip(), cells.get("end", "").strip()
    for time in (start, end):
        if not _TIME.fullmatch(time):
            sheet.fault(number, f"{time[:30]!r} is not a time; write it as 0:01:05.50")
            return
    said = sheet.short(number, cells.get("text", ""))
    if said is None or _DRAWS.search(said):
        return
    start_s = seconds_of(start)
    plain = _BREAK.sub("\n", _CODES.sub("", said).replace("\\h", " "))
    sheet.add(number, start_s, seconds_of(end), plain, words=_syllables(said, start_s))


def _syllables(said: str, start_s: float) -> list[tuple[float, str]]:
    """When each syllable of karaoke begins, and the syllable; none: it is no karaoke."""
    parts = _CODES.split(said)
    if not any(_LASTS.search(codes) for codes in parts[1::2]):
        return []
    pieces, time_s, lasts_s = [], start_s, 0.0
    for codes, text in zip(["", *parts[1::2]], parts[::2], strict=True):
        for found in _LASTS.finditer(codes):
            time_s, lasts_s = time_s + lasts_s, int(found[1]) / 100
        if text:
            pieces.append((round(time_s, 3), _BREAK.sub(" ", text)))
    return pieces


SSA = Format("ass", "ASS", (".ass", ".ssa"), _shows, _read, beside=True)
