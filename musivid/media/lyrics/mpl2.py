"""Lyrics in MPL2, which counts tenths of a second."""

from __future__ import annotations

import re
from fractions import Fraction

from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.microdvd import add_counted, begins_with

__all__ = ["MPL2"]

_LINE = re.compile(r"\s*\[(\d{1,9})\]\[(\d{0,9})\](.*)$")
_PER_S = Fraction(10)


def _shows(text: str) -> int:
    return SURE if begins_with(text, _LINE) else NO


def _read(text: str) -> Sheet:
    sheet = Sheet(may_be_unordered=True)
    add_counted(sheet, text.split("\n"), _LINE, _PER_S)
    return sheet


MPL2 = Format("mpl2", "MPL2", (".mpl",), _shows, _read, beside=True)
