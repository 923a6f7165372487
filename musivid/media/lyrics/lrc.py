"""Lyrics in LRC, plain and enhanced: times in brackets before each line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from musivid.core.clock import stamp
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import NO, SURE, Format, Sheet

__all__ = ["LRC"]

_NUMBER = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
_TIME_TAG = re.compile(rf"\s*\[\s*({_NUMBER})\s*\]")
_WORD_TAG = re.compile(rf"<\s*({_NUMBER})\s*>")
_ID_TAG = re.compile(r"\s*\[\s*([A-Za-z#]\w*|#)\s*:(.*?)\]?\s*$")


def _shows(text: str) -> int:
    return SURE if any(_TIME_TAG.match(line) for line in text.split("\n")) else NO


def _read(text: str) -> Sheet:
    """Read LRC: id tags, several times before a line, word times within it, empty lines as pauses.

    A line's end is known only if a word time stands at its end.
    """
    sheet = Sheet()
    offset_s = 0.0
    found: list[tuple[int, float, float | None, str]] = []
    timed: dict[int, list[tuple[float, str]]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        times, rest = _take_times(sheet, number, line)
        if times:
            sheet.may_be_unordered |= len(times) > 1
            end_s = _end_s(sheet, number, rest) if len(times) == 1 else None
            if len(times) == 1:
                timed[number] = _words(sheet, number, times[0], rest)
            words = _WORD_TAG.sub(" ", rest)
            found += [(number, time_s, end_s, words) for time_s in times]
        elif tag := _ID_TAG.match(line):
            if tag[1].lower() == "offset":
                offset_s = _offset_s(sheet, number, tag[2])
        elif re.match(r"\s*\[\s*\d", line):
            shown = line.strip().split("]")[0][:30] + "]"
            sheet.fault(number, f"{shown} is not a time; write it as [01:05.50]")
        elif line.strip():
            sheet.warn(number, "it has no time and is left out")
    for number, time_s, end_s, words in found:
        # A positive offset shows the lines earlier.
        begin_s = max(0.0, time_s - offset_s)
        end_s = end_s and max(begin_s, end_s - offset_s)
        moved = [(max(0.0, at - offset_s), word) for at, word in timed.get(number, ())]
        sheet.add(number, begin_s, end_s, words, words=moved)
    return sheet


def _take_times(sheet: Sheet, number: int, line: str) -> tuple[list[float], str]:
    """The times at the beginning of a line, and the rest of it."""
    times = []
    while match := _TIME_TAG.match(line):
        time_s = _tag_s(sheet, number, match[1])
        if time_s is not None:
            times.append(time_s)
        line = line[match.end() :]
    return times, line


def _tag_s(sheet: Sheet, number: int, tag: str) -> float | None:
    parts = tag.split(":")
    if len(parts) == 3 and not re.search("[.,]", tag):
        # Old programs separate hundredths by a colon too.
        sheet.warn(number, f"[{tag}] is read as minutes, seconds and hundredths")
        tag = f"{parts[0]}:{parts[1]}.{parts[2]:0>2}"
    return sheet.time_s(number, tag)


def _words(sheet: Sheet, number: int, start_s: float, rest: str) -> list[tuple[float, str]]:
    """When each piece between word tags begins; nothing if there are none."""
    tags = list(_WORD_TAG.finditer(rest))
    if not tags:
        return []
    found = [(start_s, rest[: tags[0].start()])]
    for tag, later in zip_longest(tags, tags[1:]):
        time_s = _tag_s(sheet, number, tag[1])
        if time_s is not None:
            found.append((time_s, rest[tag.end() : later.start() if later else None]))
    return [(time_s, text) for time_s, text in found if text.strip()]


def _end_s(sheet: Sheet, number: int, rest: str) -> float | None:
    """The time of the word tag at the end of a line, if there is one."""
    tags = list(_WORD_TAG.finditer(rest))
    if not tags or rest[tags[-1].end() :].strip() or not _WORD_TAG.sub("", rest).strip():
        return None
    return _tag_s(sheet, number, tags[-1][1])


def _offset_s(sheet: Sheet, number: int, text: str) -> float:
    try:
        return int(text.strip().strip("]").replace(" ", "")) / 1000
    except ValueError:
        sheet.fault(number, f"the offset {text.strip()[:30]!r} is not a number of milliseconds")
        return 0.0


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    """LRC has no ends: an empty line marks one that comes before the next line."""
    lines = []
    for cue, following in zip_longest(cues, cues[1:]):
        lines.append(f"[{stamp(cue.start_s, 2)}]{cue.text}")
        if cue.end_s is not None and (following is None or cue.end_s < following.start_s):
            lines.append(f"[{stamp(cue.end_s, 2)}]")
    return "".join(f"{line}\n" for line in lines)


LRC = Format("lrc", "LRC", (".lrc",), _shows, _read, _write, beside=True)
