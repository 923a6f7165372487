"""Lyrics in SBV, which YouTube's studio writes: start and end in a line, then the text."""

from __future__ import annotations

import re

from musivid.media.lyrics.lines import NO, SURE, Format, Sheet
from musivid.media.lyrics.subtitles import Block, add_blocks, seconds_of

__all__ = ["SBV"]

_TIME = r"(\d{1,3}:\d{1,2}:\d{1,2}[.,]\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}\s*,\s*{_TIME}\s*$")


def _shows(text: str) -> int:
    return SURE if any(_TIMING.match(line) for line in text.split("\n")) else NO


def _read(text: str) -> Sheet:
    """Read SBV: a text goes on to the next timing line; `[br]` breaks it."""
    sheet = Sheet(may_be_unordered=True)
    blocks: list[Block] = []
    for number, line in enumerate(text.split("\n"), 1):
        if timing := _TIMING.match(line):
            blocks.append(Block(number, seconds_of(timing[1]), seconds_of(timing[2])))
        elif blocks:
            blocks[-1].lines.extend(line.split("[br]"))
        elif line.strip():
            sheet.warn(number, "it has no time and is left out")
    add_blocks(sheet, blocks)
    return sheet


SBV = Format("sbv", "SBV", (".sbv",), _shows, _read, beside=True)
