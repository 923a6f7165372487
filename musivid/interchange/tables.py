"""Tables of marks: the rows of CSV files with the lines on which they begin."""

from __future__ import annotations

import csv
import io

from musivid.interchange.marks import Source, Unreadable

__all__ = ["Row", "first_rows", "rows_of"]

Row = tuple[int, list[str]]
"""The line on which a row begins, from 1, and its cells."""


_SAMPLE = 20  # lines by which a format is told


def first_rows(source: Source) -> list[Row]:
    """The first rows of a file, by which its format is told; none where it is no table."""
    try:
        return rows_of(source, most=_SAMPLE)
    except Unreadable:
        return []


def rows_of(source: Source, delimiter: str | None = None, most: int | None = None) -> list[Row]:
    """The rows that are not empty; commas, tabs or semicolons part cells, told by the first row.

    Args:
        source: the file.
        delimiter: what parts cells; None: told.
        most: how many lines are looked at; None: all.

    Raises:
        Unreadable: quotes that never end, or a cell that is no text of a mark.
    """
    text = source.text if most is None else "\n".join(source.text.split("\n", most)[:most])
    first = text.lstrip().split("\n", 1)[0]
    parted = delimiter or max("\t,;", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=parted)
    rows: list[Row] = []
    begin = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begin, [cell.strip() for cell in cells]))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(reader.line_num, f"the table cannot be read: {error}") from None
    return rows
