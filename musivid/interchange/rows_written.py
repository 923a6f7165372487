"""Lists of marks a line each, written: for Premiere, Reaper, Audacity, Avid and Kdenlive."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from musivid.core.clock import clock
from musivid.interchange.colours import RGB, colour_of, nearest_colour
from musivid.interchange.edit import Edit
from musivid.interchange.marks import Mark
from musivid.interchange.page import Output, Page

__all__ = ["AUDACITY_OUT", "AVID_OUT", "KDENLIVE_TEXT", "PREMIERE_OUT", "REAPER_OUT"]

_AVID = ("red", "green", "blue", "cyan", "magenta", "yellow", "black", "white")
_TIME = re.compile(r"[\d:;.,]+[fs]?(\s|$)", re.ASCII)
_POINTS = "it has no place for the ends of markers"


def _premiere(edit: Edit, page: Page) -> bytes:
    heads = ("Marker Name", "Description", "In", "Out", "Duration", "Marker Type")
    rows: list[tuple[str, ...]] = [heads]
    for mark in edit.marks:
        first, last = edit.span(mark)
        long = 0 if last == first + 1 else last - first
        labels = [edit.label(first), edit.label(first + long), edit.rate.label(long)]
        if edit.rate.drop:
            labels = [label.replace(":", ";") for label in labels]
        kind = "Chapter" if mark.kind == "section" else "Comment"
        rows.append((page.name(mark.name), page.name(mark.note), *labels, kind))
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-16")


def _reaper(edit: Edit, page: Page) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("#", "Name", "Start", "End", "Length", "Color"))
    points, regions = 0, 0
    for mark in edit.marks:
        colour = "{:02X}{:02X}{:02X}".format(*RGB.get(colour_of(mark), RGB["blue"]))
        start, end, length = clock(float(mark.time), 3), "", ""
        if mark.end is None:
            points += 1
            number = f"M{points}"
        else:
            regions += 1
            number = f"R{regions}"
            end, length = clock(float(mark.end), 3), clock(float(mark.end - mark.time), 3)
        rows.writerow((number, page.name(mark.name), start, end, length, colour))
    return text.getvalue().encode()


def _audacity(edit: Edit, page: Page) -> bytes:
    def row(mark: Mark) -> str:
        end = mark.time if mark.end is None else mark.end
        return f"{float(mark.time):.6f}\t{float(end):.6f}\t{page.name(mark.name)}"

    return _lines(edit, row)


def _avid(edit: Edit, page: Page) -> bytes:
    def row(mark: Mark) -> str:
        first, last = edit.span(mark)
        colour, name = nearest_colour(mark, _AVID), page.name(mark.name)
        return f"musivid\t{edit.label(first)}\tV1\t{colour}\t{name}\t{last - first}"

    return _lines(edit, row)


def _kdenlive(edit: Edit, page: Page) -> bytes:
    if any(mark.end is not None for mark in edit.marks):
        page.notes.append(_POINTS)

    def row(mark: Mark) -> str:
        name = page.name(mark.name, {"#": "\uff03"})
        if _TIME.match(name):  # a second time, for whoever reads it
            name = page.name(f"\u201c{name}\u201d")
            page.renamed[mark.name] = name
        return f"{float(mark.time):.6f} {name}".rstrip()

    return _lines(edit, row)


def _lines(edit: Edit, row: Callable[[Mark], str]) -> bytes:
    def all_rows() -> Iterator[str]:
        for mark in edit.marks:
            yield row(mark) + "\n"

    return "".join(all_rows()).encode()


PREMIERE_OUT = Output(
    "premiere-csv",
    "marker lists as Premiere writes them (.csv)",
    ".csv",
    _premiere,
    ("premiere",),
)
REAPER_OUT = Output(
    "reaper-csv",
    "markers and regions of Reaper (.csv)",
    ".csv",
    _reaper,
    ("reaper",),
    counts="seconds",
    has_colours=True,
)
AUDACITY_OUT = Output(
    "audacity", "labels of Audacity (.txt)", ".txt", _audacity, ("audacity",), counts="seconds"
)
AVID_OUT = Output(
    "avid", "markers of Avid (.txt)", ".txt", _avid, ("avid",), has_colours=True, start_hours=1
)
KDENLIVE_TEXT = Output(
    "kdenlive-text",
    "guides of Kdenlive, a time a line (.txt)",
    ".txt",
    _kdenlive,
    ("kdenlive",),
    counts="seconds",
)
