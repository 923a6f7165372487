"""Markers of Avid as text: user, time code, track, colour, comment and length, parted by tabs."""

from __future__ import annotations

import re

from musivid.interchange.exact import whole
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.timecode import is_label

__all__ = ["AVID"]

_TRACK = re.compile(r"([VAD]|TC|ST|EC|TO)\d*", re.ASCII | re.IGNORECASE)
_COLUMNS = 5


def _shows(source: Source) -> bool:
    first = next((line for line in source.lines if line.strip()), "")
    return _is_row(first.split("\t"))


def _read(source: Source, counting: Counting) -> Sheet:
    sheet = Sheet(is_labelled=True)
    for number, line in enumerate(source.lines, start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if not _is_row(cells):
            raise Unreadable(
                number,
                f"{line.strip()[:60]!r} is no marker of Avid",
                "A row is: user, time code, track, colour, comment, parted by tabs.",
            )
        start = counting.seconds(cells[1], number)
        frames = (
            whole(cells[5], number)
            if len(cells) > 5 and cells[5].isascii() and cells[5].isdigit()
            else 1
        )
        fps = counting.rate(number, drop=";" in cells[1]).fps
        end = start + frames / fps if frames > 1 else None
        sheet.mark(
            Mark(start, cells[4], end, colour=cells[3].lower(), line=number, written=cells[1])
        )
    return sheet


def _is_row(cells: list[str]) -> bool:
    if len(cells) < _COLUMNS:
        return False
    return bool(is_label(cells[1].strip()) and _TRACK.fullmatch(cells[2].strip()))


AVID = Format("avid", "markers of Avid (.txt)", (".txt",), _shows, _read)
