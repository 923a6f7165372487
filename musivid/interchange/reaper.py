"""Markers and regions of Reaper: `#,Name,Start,End,Length,Color`, M1 a marker, R1 a region.

Times are as the ruler has them: minutes and seconds, seconds, or time codes; bars name no time.
"""

from __future__ import annotations

import re
from fractions import Fraction

from musivid.core.clock import parse_time_s
from musivid.interchange.exact import exact
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.tables import Row, first_rows, rows_of
from musivid.interchange.timecode import is_label

__all__ = ["REAPER"]

_BARS = re.compile(r"-?\d+\.\d+\.\d+", re.ASCII)
_NUMBER = re.compile(r"[MR]\d+", re.ASCII | re.IGNORECASE)


def _shows(source: Source) -> bool:
    rows = first_rows(source)
    return bool(rows) and [cell.lower() for cell in rows[0][1][:3]] == ["#", "name", "start"]


def _read(source: Source, counting: Counting) -> Sheet:
    rows, sheet = rows_of(source), Sheet()
    heads = [cell.lower() for cell in rows[0][1]]
    for row in rows[1:]:
        line, cells = row
        said = dict(zip(heads, cells, strict=False))
        if not _NUMBER.fullmatch(said["#"]):
            raise Unreadable(line, f"{said['#'][:20]!r} is neither a marker (M1) nor a region (R1)")
        start, labelled = _time(said.get("start", ""), row, counting)
        if sheet.markers and labelled != sheet.is_labelled:
            raise Unreadable(line, "times and time codes are mixed", "Export the list anew.")
        sheet.is_labelled = labelled
        end = _time(said["end"], row, counting)[0] if said.get("end") else None
        sheet.mark(
            Mark(
                start,
                said.get("name", ""),
                end if end and end > start else None,
                line=line,
                colour=said.get("color", "").lower(),
                written=said.get("start", ""),
            )
        )
    return sheet


def _time(text: str, row: Row, counting: Counting) -> tuple[Fraction, bool]:
    """Seconds of a cell, and whether they count from label zero."""
    line = row[0]
    if _BARS.fullmatch(text):
        raise Unreadable(
            line,
            f"{text} counts bars and beats, which name no time",
            "In Reaper choose View, Time unit for ruler, Minutes:Seconds, and export again.",
        )
    if is_label(text) and not re.fullmatch(r"\d+:\d+:\d+\.\d+", text):
        return counting.seconds(text, line), True
    try:
        parse_time_s(text)
    except ValueError:
        raise Unreadable(
            line, f"{text[:40]!r} is not a time", "Export with Minutes:Seconds."
        ) from None
    return _exact(text, line), False


def _exact(text: str, line: int) -> Fraction:
    """Seconds of a time that `parse_time_s` accepts, without rounding."""
    seconds = Fraction(0)
    for part in text.replace(",", ".").split(":"):
        seconds = seconds * 60 + exact(part if part.strip(".") else "0", line)
    return seconds


REAPER = Format("reaper", "markers and regions of Reaper (.csv)", (".csv",), _shows, _read)
