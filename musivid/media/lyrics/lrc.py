"""Lyrics in LRC, plain and enhanced: times in brackets before each line and within it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from musivid.core.clock import stamp
from musivid.core.timeline import Cue
from musivid.media.lyrics.lines import MAX_TEXT, MAX_TIME_S, NO, SURE, Format, Sheet, writing_of

__all__ = ["LRC"]

_NUMBER = r"\d{1,4}:\d{1,2}(?::\d{1,3})?(?:[.,]\d{1,6})?"
_TIME_TAG = re.compile(rf"\s*\[\s*({_NUMBER})\s*\]")
# Words within a line have their times in either kind of brackets.
_WORD_TAG = re.compile(rf"<\s*({_NUMBER})\s*>|\[\s*({_NUMBER})\s*\]")
# Voices behind the singer, in a line of their own, behind or within another one.
_BEHIND = re.compile(rf"\[\s*bg\s*:((?:[^\[\]]|\[\s*{_NUMBER}\s*\])*)\]?", re.IGNORECASE)
_ROUND = ("(", "（")
_OPENED = re.compile(rf"^\s*([(（])\s*([<\[]\s*{_NUMBER}\s*[>\]])")
_CLOSED = re.compile(rf"([<\[]\s*{_NUMBER}\s*[>\]])\s*([)）])\s*$")
_APART_S = 1.0  # voices that come so much later than the line before them ends are their own line
_SINGER = re.compile(r"\s*(?:v\d{1,2}|[FMD])\s?:(?=\s|<)\s*")  # who sings, of duets
_WRAPPED = re.compile(r"\s*\[\s*(?:v\d{1,2}|[FMD])\s?:(.*)\]\s*$")
_ID_TAG = re.compile(r"\s*\[\s*([A-Za-z#]\w*|#)\s*:")
_OFFSET = re.compile(r"([+-]?\s*\d{0,9}(?:[.,]\d{1,6})?)\s*(ms|s|)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    """A line of a file: its times, its text, and the times within it."""

    number: int
    times_s: Sequence[float]
    text: str
    words: Sequence[tuple[float, str]]
    end_s: float | None


def _shows(text: str) -> int:
    return SURE if any(_TIME_TAG.match(line) for line in text.split("\n")) else NO


def _read(text: str) -> Sheet:
    """Read LRC: id tags, several times before a line, word times within it, empty lines as pauses.

    A line's end is known only if a word time stands at its end.
    """
    sheet = Sheet()
    offset_s = 0.0
    found: list[_Found] = []
    for number, line in enumerate(text.split("\n"), 1):
        if _BEHIND.search(line) and sheet.short(number, line) is None:
            continue
        behind = _BEHIND.findall(line)
        times, rest = _take_times(sheet, number, _BEHIND.sub("", line))
        if times and behind and not rest.strip():
            pass
        elif times:
            sheet.may_be_unordered |= len(times) > 1
            found.append(_timed(sheet, number, times, rest))
        elif tag := _ID_TAG.match(rest):
            if tag[1].lower() == "offset":
                offset_s = _offset_s(sheet, number, rest[tag.end() :])
        elif re.match(r"\s*\[\s*\d", rest):
            shown = rest.strip().split("]", 1)[0][:30] + "]"
            sheet.fault(number, f"{shown} is not a time; write it as [01:05.50]")
        elif rest.strip():
            sheet.warn(number, "it has no time and is left out")
        for said in behind:
            _add_behind(sheet, number, found, said, times)
    for one in found:
        for time_s in one.times_s:
            # A positive offset shows the lines earlier.
            begin_s = max(0.0, time_s - offset_s)
            end_s = one.end_s and max(begin_s, one.end_s - offset_s)
            moved = [(max(0.0, at - offset_s), word) for at, word in one.words]
            sheet.add(one.number, begin_s, end_s, one.text, words=moved)
    return sheet


def _take_times(sheet: Sheet, number: int, line: str) -> tuple[list[float], str]:
    """The times at the beginning of a line, and the rest of it."""
    times, position = [], 0
    while match := _TIME_TAG.match(line, position):
        time_s = _tag_s(sheet, number, match[1])
        if time_s is not None:
            times.append(time_s)
        position = match.end()
    return times, line[position:]


def _timed(sheet: Sheet, number: int, times: list[float], rest: str) -> _Found:
    """A line with its times; those of its words count where it is said only once."""
    if wrapped := _WRAPPED.match(rest):
        rest = wrapped[1]
    elif singer := _SINGER.match(rest):
        rest = rest[singer.end() :]
    tags = list(_WORD_TAG.finditer(rest))
    text = sheet.short(number, _WORD_TAG.sub(_between(rest, tags), rest))
    if text is None:
        return _Found(number, (), "", (), None)
    if len(times) > 1 or not tags:
        return _Found(number, times, text, (), None)
    pieces = [(times[0], rest[: tags[0].start()])]
    for tag, later in zip_longest(tags, tags[1:]):
        time_s = _tag_s(sheet, number, tag[1] or tag[2])
        if time_s is not None:
            pieces.append((time_s, rest[tag.end() : later.start() if later else None]))
    last_s, behind = pieces[-1]
    end_s = last_s if len(pieces) > 1 and text.strip() and not behind.strip() else None
    return _Found(number, times, text, [piece for piece in pieces if piece[1].strip()], end_s)


def _add_behind(
    sheet: Sheet, number: int, found: list[_Found], said: str, times: Sequence[float]
) -> None:
    """Add what voices behind the singer say: in brackets behind the line that they go with.

    Their words are lit from the time on at which the singer has come to the line's last word.
    """
    first = _WORD_TAG.search(said)
    begin_s = _tag_s(sheet, number, first[1] or first[2]) if first else next(iter(times), None)
    place = _lead(found, said, begin_s)
    lead = None if place is None else found[place]
    if lead is not None and len(lead.text) + len(said) > MAX_TEXT:
        sheet.warn(number, "there is no room for more voices in its line: left out")
        return
    if lead is None and begin_s is None:
        sheet.warn(number, "it has no time and is left out")
        return
    said = _CLOSED.sub(r"\2\1", _OPENED.sub(r"\2\1", said))  # brackets belong to the words
    own = _timed(sheet, number, [begin_s or 0.0], said)
    text = own.text.strip()
    opens, closes = ("", "") if text[:1] in _ROUND or not text else ("(", ")")
    if place is None or lead is None or not lead.text.strip():
        found.append(replace(own, text=f"{opens}{text}{closes}", words=()))
        return
    words: list[tuple[float, str]] = []
    if lead.words:
        words, last_s = [*lead.words], lead.words[-1][0]
        pieces = own.words or ((begin_s or last_s, text),)
        words += [(max(at, last_s), piece) for at, piece in pieces]
        words[-len(pieces)] = words[-len(pieces)][0], f" {opens}{pieces[0][1].lstrip()}"
        words[-1] = words[-1][0], f"{words[-1][1].rstrip()}{closes}"
    ends = [end_s for end_s in (lead.end_s, own.end_s) if end_s]
    said = f"{lead.text.rstrip()} {opens}{text}{closes}"
    found[place] = replace(lead, text=said, words=words, end_s=max(ends, default=None))


def _lead(found: Sequence[_Found], said: str, begin_s: float | None) -> int | None:
    """Which line voices go with: of the last one and its translation that of their own writing."""
    if not found:
        return None
    last = found[-1]
    if last.end_s and begin_s and begin_s > last.end_s + _APART_S:
        return None
    writing, alike = writing_of(_WORD_TAG.sub("", said)), len(found) - 1
    for place in range(len(found) - 1, max(-1, len(found) - 3), -1):
        if found[place].times_s == last.times_s and writing_of(found[place].text) == writing:
            alike = place
    return alike


def _between(rest: str, tags: Sequence[re.Match[str]]) -> str:
    """What stands where a time within a line is taken out: nothing where spaces are typed."""
    typed = any(
        rest[tag.start() - 1 : tag.start()].isspace() or rest[tag.end() : tag.end() + 1].isspace()
        for tag in tags
    )
    return "" if typed or writing_of(_WORD_TAG.sub("", rest)) == "CJK" else " "


def _tag_s(sheet: Sheet, number: int, tag: str) -> float | None:
    parts = tag.split(":")
    if len(parts) == 3 and not re.search("[.,]", tag):
        # Old programs separate the share of a second by a colon too.
        unit = "hundredths" if len(parts[2]) < 3 else "thousandths"
        sheet.warn(number, f"[{tag}] is read as minutes, seconds and {unit}")
        tag = f"{parts[0]}:{parts[1]}.{parts[2]:0>2}"
    return sheet.time_s(number, tag)


def _offset_s(sheet: Sheet, number: int, text: str) -> float:
    """Seconds by which all lines come earlier: milliseconds, unless it says that it is seconds."""
    said = text.split("]", 1)[0].strip()
    match = _OFFSET.fullmatch(said)
    if match is None or (said and not re.search(r"\d", said)):
        sheet.fault(number, f"the offset {said[:30]!r} is not a number of milliseconds")
        return 0.0
    amount = float(match[1].replace(" ", "").replace(",", ".") or 0)
    offset_s = amount if match[2].lower() == "s" else amount / 1000
    if abs(offset_s) > MAX_TIME_S:
        sheet.fault(number, f"the offset {said[:30]!r} is longer than any song")
        return 0.0
    return offset_s


def _write(cues: Sequence[Cue], duration_s: float | None) -> str:
    """LRC has no ends: an empty line marks one that comes before the next line.

    Where all of a line's words have times, these stand before them (enhanced LRC).
    """
    lines = []
    for cue, following in zip_longest(cues, cues[1:]):
        lines += [f"[{stamp(cue.start_s, 2)}]{row}" for row in _rows(cue)]
        if cue.end_s is not None and (following is None or cue.end_s < following.start_s):
            lines.append(f"[{stamp(cue.end_s, 2)}]")
    return "".join(f"{line}\n" for line in lines)


def _rows(cue: Cue) -> list[str]:
    """The rows of a cue, with a time before each word where all of its words have one."""
    said = [word for _, word in cue.words]
    joiner = "" if writing_of(cue.text) == "CJK" else " "
    if not said or joiner.join(said) != cue.text:
        return cue.text.split("\n")
    return [joiner.join(f"<{stamp(time_s, 2)}>{word}" for time_s, word in cue.words)]


LRC = Format("lrc", "LRC", (".lrc",), _shows, _read, _write, beside=True)
