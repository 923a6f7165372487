"""Marks as JSON: our own with all that is known, and Kdenlive's guides, which count frames."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from musivid.core.errors import UsageError
from musivid.interchange.edit import Edit
from musivid.interchange.exact import parse_marks_json
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.page import Output, Page
from musivid.interchange.timecode import Rate, parse_rate

__all__ = ["JSON_MARKS", "JSON_OUT", "KDENLIVE_JSON"]

_NAME = "musivid markers"
# The categories that Kdenlive has as it comes, by number.
_CATEGORIES = {"beat": 0, "bar": 1, "section": 2, "hit": 3, "lyric": 4, "cut": 5, "marker": 6}
_KINDS = {number: kind for kind, number in _CATEGORIES.items()}


def _write(edit: Edit, page: Page) -> bytes:
    said: dict[str, Any] = {
        "format": _NAME,
        "name": edit.name,
        "fps": str(edit.rate),
        "start": edit.label(0),
        "duration_s": round(float(edit.length), 6),
        "markers": [_row(mark) for mark in edit.marks],
    }
    return (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode()


def _row(mark: Mark) -> dict[str, Any]:
    row: dict[str, Any] = {"time_s": round(float(mark.time), 6), "name": mark.name}
    if mark.end is not None:
        row["end_s"] = round(float(mark.end), 6)
    row["kind"] = mark.kind
    if mark.colour:
        row["colour"] = mark.colour
    if mark.note:
        row["note"] = mark.note
    return row


def _kdenlive(edit: Edit, page: Page) -> bytes:
    if any(mark.end is not None for mark in edit.marks):
        page.notes.append("guides of Kdenlive are points: ends are not written")
    rows = [
        {
            "pos": edit.frame(mark.time),
            "comment": page.name(mark.name),
            "type": _CATEGORIES.get(mark.kind, _CATEGORIES["marker"]),
        }
        for mark in edit.marks
    ]
    return (json.dumps(rows, indent=1, ensure_ascii=False) + "\n").encode()


def _shows(source: Source) -> bool:
    head = source.text[:4000].lstrip()
    if head.startswith("["):
        return '"pos"' in head and '"comment"' in head
    return head.startswith("{") and f'"{_NAME}"' in head


def _read(source: Source, counting: Counting) -> Sheet:
    said = parse_marks_json(source.text)
    if isinstance(said, list):
        return _guides(said, counting)
    rows = said.get("markers")
    sheet = Sheet(rate=_rate(said.get("fps")))
    for number, row in enumerate(rows if isinstance(rows, list) else (), start=1):
        sheet.mark(_own(row, number))
    return sheet


def _own(row: Any, number: int) -> Mark:
    row = row if isinstance(row, dict) else {}
    time, end = row.get("time_s"), row.get("end_s")
    if not isinstance(time, Fraction) or not isinstance(end, Fraction | None):
        raise Unreadable(0, f"marker {number} has no time_s", "A marker is: time_s, name, kind.")
    name, kind, colour, note = (
        str(row.get(key) or "") for key in ("name", "kind", "colour", "note")
    )
    return Mark(time, name, end, kind or "marker", colour, note, written=f"{float(time):g} s")


def _guides(rows: list[Any], counting: Counting) -> Sheet:
    """Guides count frames, and the file does not say at which rate."""
    fps = counting.rate(1).fps
    sheet = Sheet()
    for number, row in enumerate(rows, start=1):
        frame = row.get("pos") if isinstance(row, dict) else None
        if not isinstance(frame, Fraction):
            raise Unreadable(0, f"guide {number} has no pos", "A guide is: pos, comment, type.")
        kind = _KINDS.get(int(row["type"]), "marker") if _is_number(row.get("type")) else "marker"
        name, written = str(row.get("comment") or ""), f"frame {frame}"
        sheet.mark(Mark(frame / fps, name, kind=kind, written=written))
    return sheet


def _is_number(value: Any) -> bool:
    return isinstance(value, Fraction)


def _rate(said: Any) -> Rate | None:
    try:
        return parse_rate(str(said)) if said else None
    except UsageError as error:
        raise Unreadable(0, error.problem, error.hint) from None


JSON_MARKS = Format("json", "marks as JSON (.json)", (".json",), _shows, _read)
JSON_OUT = Output(
    "json", "marks with all that is known, as JSON (.json)", ".json", _write, has_colours=True
)
KDENLIVE_JSON = Output(
    "kdenlive-json",
    "guides of Kdenlive (.json)",
    ".json",
    _kdenlive,
    ("kdenlive",),
    counts="frames",
)
