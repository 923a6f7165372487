"""Markers of a composition of After Effects, as a script that sets them; File, Scripts, Run."""

from __future__ import annotations

import json
import re
from fractions import Fraction

from musivid.interchange.colours import nearest_colour
from musivid.interchange.edit import Edit
from musivid.interchange.exact import parse_marks_json
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.page import Output, Page

__all__ = ["JSX", "JSX_OUT"]

# Numbers of After Effects' labels as it comes.
_LABELS = {"red": 1, "yellow": 2, "cyan": 3, "pink": 4, "blue": 8, "green": 9, "purple": 10,
           "orange": 11, "magenta": 13}  # fmt: skip
_HEAD = """// Markers for the composition that is open: File > Scripts > Run Script File.
(function () {
  var comp = app.project.activeItem;
  if (!(comp instanceof CompItem)) {
    alert("Open the composition that the markers are for, then run this again.");
    return;
  }
  function mark(time, duration, name, note, label) {
    var value = new MarkerValue(name);
    value.duration = duration;
    value.chapter = note;
    try { value.label = label; } catch (error) {} // before After Effects 16 there is none
    comp.markerProperty.setValueAtTime(time, value);
  }
  app.beginUndoGroup("musivid markers");
"""
_TAIL = """  app.endUndoGroup();
})();
"""
_ROW = re.compile(r"\s*mark\((.*)\);\s*")
_CALL = "new MarkerValue("
_COLUMNS = 5


def _write(edit: Edit, page: Page) -> bytes:
    rows = []
    for mark in edit.marks:
        first, last = edit.span(mark)
        label = _LABELS[nearest_colour(mark, ("blue", *_LABELS))]
        times = [f"{float(edit.frame(mark.time) / edit.rate.fps):.6f}"]
        times.append(f"{float((0 if mark.end is None else last - first) / edit.rate.fps):.6f}")
        said = [page.name(text, lines=True) for text in (mark.name, mark.note)]
        # ASCII alone: scripts without a mark of their encoding are read in the system's.
        cells = [*times, *(json.dumps(text) for text in said), str(label)]
        rows.append(f"  mark({', '.join(cells)});\n")
    return (_HEAD + "".join(rows) + _TAIL).encode()


def _shows(source: Source) -> bool:
    return _CALL in source.text[:5000]


def _read(source: Source, counting: Counting) -> Sheet:
    sheet = Sheet()
    for number, line in enumerate(source.lines, start=1):
        if (found := _ROW.fullmatch(line)) and "function" not in line:
            sheet.mark(_mark(f"[{found[1]}]", number))
    return sheet


def _mark(row: str, line: int) -> Mark:
    try:
        cells = parse_marks_json(row, line - 1)
    except Unreadable:
        cells = []
    is_whole = len(cells) == _COLUMNS and all(
        isinstance(cell, str if 2 <= n <= 3 else Fraction) for n, cell in enumerate(cells)
    )
    if not is_whole:
        raise Unreadable(
            line, f"{row[:60]!r} is no marker of such a script", "Write the script again."
        )
    time, length, name, note, _ = cells
    return Mark(
        time, name, time + length if length else None, note=note, line=line, written=f"{time}"
    )


JSX = Format("jsx", "scripts for After Effects (.jsx)", (".jsx",), _shows, _read)
JSX_OUT = Output(
    "jsx",
    "a script for After Effects (.jsx)",
    ".jsx",
    _write,
    ("aftereffects",),
    counts="frames",
    has_colours=True,
)
