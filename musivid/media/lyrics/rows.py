"""Lyrics in rows: what CSV, TSV and Audacity labels have in common."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from musivid.core.clock import parse_time_s
from musivid.media.lyrics.lines import Sheet

__all__ = ["find_delimiter", "has_labels", "is_time", "parse_table", "rows_of"]

_NAMES = {
    "start": {"timestamp", "time", "start", "start_s", "start_time", "begin", "from"},
    "end": {"end", "end_s", "end_time", "stop", "to"},
    "text": {"text", "lyric", "lyrics", "line", "prompt", "caption", "words"},
    "weight": {"weight", "w", "strength"},
}
_DELIMITERS = ",;\t"
_MAX_RECORD_LINES = 20  # a quoted text of more lines is an unclosed quotation mark
# Whisper writes whole milliseconds; from this number on they cannot be meant as seconds of a line.
_WHISPER_COLUMNS = ["start", "end", "text"]
_LEAST_MILLISECONDS = 1000  # times that all end before this are seconds


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column holds what; `end` and `weight` may be missing."""

    count: int
    start: int
    text: int
    end: int | None = None
    weight: int | None = None


def is_time(text: str) -> bool:
    """Whether a field, perhaps in quotation marks, is a time."""
    try:
        parse_time_s(text.strip().strip('"'))
    except ValueError:
        return False
    return True


def find_delimiter(text: str) -> str | None:
    """What separates the columns of a table: one with a heading, or times in most first cells."""
    rows = [line for _, line in rows_of(text)]
    best, most = None, 0
    for delimiter in _DELIMITERS:
        tables = [cells for cells in (row.split(delimiter) for row in rows) if len(cells) > 1]
        if tables and _is_heading(rows[0].split(delimiter)):
            return delimiter
        timed = sum(is_time(cells[0]) for cells in tables)
        if timed > most and timed * 2 >= len(rows):  # in 1,5;text the comma parts no columns
            best, most = delimiter, timed
    return best


def has_labels(text: str) -> bool:
    """Whether the first row is an Audacity label: start, end and text, separated by tabs."""
    first = next((line for _, line in rows_of(text)), "")
    return _is_labels(_cells(first, "\t"), "\t")


def parse_table(text: str, delimiter: str) -> Sheet:
    """Read rows of `time, text`, or with a heading also `end` and `weight`."""
    sheet = Sheet()
    records = list(_records(text, delimiter, sheet))
    columns = _Columns(2, 0, 1)
    if records and _is_heading(_cells(records[0][1], delimiter)):
        number, heading = records.pop(0)
        found = _read_heading(sheet, number, _cells(heading, delimiter))
        if found is None:
            return sheet
        columns = found
    elif records and _is_labels(_cells(records[0][1], delimiter), delimiter):
        columns = _Columns(3, 0, 2, end=1)
    rows = [(number, _split(record, delimiter, columns)) for number, record in records]
    unit_s = _unit_s(sheet, rows, columns, delimiter)
    for number, cells in rows:
        _read_row(sheet, number, cells, columns, unit_s)
    return sheet


def rows_of(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, but for blank ones and comments."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line


def _records(text: str, delimiter: str, sheet: Sheet) -> Iterator[tuple[int, str]]:
    """Rows with their numbers; a quoted text may go over several lines."""
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        number, line = position + 1, lines[position]
        position += 1
        # Audacity describes the range of frequencies of a label in a line of its own.
        if not line.strip() or line.lstrip().startswith("#") or line.startswith("\\"):
            continue
        more = _missing_lines(lines, position, delimiter)
        if more is None:
            sheet.warn(number, "a quotation mark is not closed; read as it stands")
            more = 0
        yield number, "\n".join(lines[position - 1 : position + more])
        position += more


def _missing_lines(lines: Sequence[str], following: int, delimiter: str) -> int | None:
    """How many of the following lines belong to the quoted text of the one before; None: no end."""
    first = following - 1
    if not _is_open(lines[first], delimiter):
        return 0
    is_odd = True  # the number of quotation marks so far, of which only an even one can be closed
    for last in range(following, min(first + _MAX_RECORD_LINES, len(lines))):
        if is_time(lines[last].split(delimiter, 1)[0]):
            return None
        is_odd ^= bool(lines[last].count('"') % 2)
        if not is_odd and not _is_open("\n".join(lines[first : last + 1]), delimiter):
            return last - first
    return None


def _is_open(record: str, delimiter: str) -> bool:
    """Whether a quotation mark of the record is not closed."""
    if '"' not in record:
        return False
    try:
        list(csv.reader([record], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _cells(record: str, delimiter: str, *, keep_spaces: bool = False) -> list[str]:
    """The fields of a record, by the rules of CSV as long as it keeps to them."""
    reader = csv.reader(
        [record], delimiter=delimiter, strict=True, skipinitialspace=not keep_spaces
    )
    try:
        rows = list(reader)
    except csv.Error:
        return record.split(delimiter)
    return rows[0] if len(rows) == 1 else record.split(delimiter)


def _split(record: str, delimiter: str, columns: _Columns) -> list[str]:
    """The fields of a row; what is too much belongs to a text in the last column."""
    cells = _cells(record, delimiter)
    if len(cells) <= columns.count or columns.text != columns.count - 1:
        return cells
    cells = _cells(record, delimiter, keep_spaces=True)
    return [*cells[: columns.text], delimiter.join(cells[columns.text :])]


def _is_heading(cells: Sequence[str]) -> bool:
    return not is_time(cells[0]) and any(_clean(cell) in _NAMES["start"] for cell in cells)


def _is_labels(cells: Sequence[str], delimiter: str) -> bool:
    """Whether a row is an Audacity label: start, end and text, separated by tabs."""
    return delimiter == "\t" and len(cells) >= 3 and is_time(cells[0]) and is_time(cells[1])


def _clean(cell: str) -> str:
    return cell.strip().strip('"').lower()


def _read_heading(sheet: Sheet, number: int, cells: Sequence[str]) -> _Columns | None:
    found: dict[str, int] = {}
    for position, cell in enumerate(map(_clean, cells)):
        role = next((role for role, names in _NAMES.items() if cell in names), None)
        if role is None:
            sheet.warn(number, f"the column {cell!r} is not used")
        elif role in found:
            sheet.fault(number, f"two columns mean {role}")
        else:
            found[role] = position
    if "text" not in found:
        sheet.fault(number, "no column is called text")
    return None if sheet.faults else _Columns(len(cells), **found)


def _unit_s(
    sheet: Sheet, rows: Sequence[tuple[int, Sequence[str]]], columns: _Columns, delimiter: str
) -> float:
    """Seconds per unit of the times: Whisper's tables count milliseconds."""
    if delimiter != "\t" or (columns.start, columns.end, columns.text) != (0, 1, 2) or not rows:
        return 1.0
    times = [cell.strip() for _, cells in rows for cell in cells[:2]]
    if not all(re.fullmatch(r"[0-9]{1,9}", time) for time in times):
        return 1.0
    if max(int(time) for time in times) < _LEAST_MILLISECONDS:
        return 1.0
    sheet.warn(rows[0][0], "all times are whole numbers; read as milliseconds, as Whisper writes")
    return 0.001


def _read_row(
    sheet: Sheet, number: int, cells: Sequence[str], columns: _Columns, unit_s: float
) -> None:
    if len(cells) > columns.count:
        sheet.fault(
            number,
            f"it has {len(cells)} fields, the heading {columns.count}; "
            "put a text with commas into quotation marks",
        )
        return
    text = _cell(cells, columns.text)
    if text == "#":
        return
    start_s = sheet.time_s(number, _cell(cells, columns.start))
    end = _cell(cells, columns.end)
    end_s = sheet.time_s(number, end) if end else None
    weight = _read_weight(sheet, number, _cell(cells, columns.weight))
    if start_s is None or weight is None or (end and end_s is None):
        return
    sheet.add(number, start_s * unit_s, end_s and end_s * unit_s, text, weight)


def _cell(cells: Sequence[str], position: int | None) -> str:
    return cells[position].strip() if position is not None and position < len(cells) else ""


def _read_weight(sheet: Sheet, number: int, text: str) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else 1.0
    except ValueError:
        sheet.fault(number, f"the weight {text[:30]!r} is not a number")
        return None
