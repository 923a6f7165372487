"""Labels of Audacity: start, end and text, parted by tabs; lines with a backslash tell pitches."""

from __future__ import annotations

import re

from musivid.interchange.exact import exact
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable

__all__ = ["AUDACITY"]

_ROW = re.compile(r"(\d{1,9}(?:[.,]\d+)?)\t(\d{1,9}(?:[.,]\d+)?)(?:\t(.*))?", re.ASCII)


def _shows(source: Source) -> bool:
    first = next((line for line in source.lines if line.strip()), "")
    return _ROW.fullmatch(first.rstrip("\n")) is not None


def _read(source: Source, counting: Counting) -> Sheet:
    sheet = Sheet()
    for number, line in enumerate(source.lines, start=1):
        if not line.strip() or line.startswith("\\"):
            continue
        found = _ROW.fullmatch(line)
        if found is None:
            raise Unreadable(
                number,
                f"{line.strip()[:60]!r} is no label of Audacity",
                "A row is: start, end, text, parted by tabs.",
            )
        start, end = (exact(found[n].replace(",", "."), number) for n in (1, 2))
        name = (found[3] or "").strip()
        sheet.mark(Mark(start, name, end if end > start else None, line=number, written=found[1]))
    return sheet


AUDACITY = Format("audacity", "labels of Audacity (.txt)", (".txt",), _shows, _read)
