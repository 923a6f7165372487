"""Marker lists of Premiere: name, description, in, out, duration, type, in that order.

They call themselves .csv, but are UTF-16 with tabs; their heading is in the user's language, so
columns go by their place.
"""

from __future__ import annotations

from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.tables import Row, first_rows, rows_of
from musivid.interchange.timecode import is_label

__all__ = ["PREMIERE"]

_IN, _OUT, _COLUMNS = 2, 3, 5


def _shows(source: Source) -> bool:
    rows = first_rows(source)
    if len(rows) < 2 or min(len(rows[0][1]), len(rows[1][1])) < _COLUMNS:
        return False
    cells = rows[1][1]
    return is_label(cells[_IN]) and is_label(cells[_OUT]) and not is_label(rows[0][1][_IN])


def _read(source: Source, counting: Counting) -> Sheet:
    sheet = Sheet(is_labelled=True)
    for row in rows_of(source)[1:]:
        sheet.mark(_mark(row, counting))
    return sheet


def _mark(row: Row, counting: Counting) -> Mark:
    line, cells = row
    if len(cells) <= _OUT or not is_label(cells[_IN]):
        raise Unreadable(
            line,
            "the third column has no time code",
            "Let Premiere show time codes, and export the markers again.",
        )
    start = counting.seconds(cells[_IN], line)
    end = counting.seconds(cells[_OUT], line) if is_label(cells[_OUT]) else start
    return Mark(
        start, cells[0], end if end > start else None, note=cells[1], line=line, written=cells[_IN]
    )


PREMIERE = Format("premiere", "marker lists of Premiere (.csv)", (".csv",), _shows, _read)
