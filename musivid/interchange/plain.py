"""One time a line: seconds, clock times, frames as `120f`, or time codes, each with a name or not.

A comma within a number is a decimal comma. What can be read in two ways is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction

from musivid.core.clock import TIME_FORMS
from musivid.interchange.exact import exact
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.timecode import LABEL

__all__ = ["PLAIN"]

_CLOCK = r"(?:\d{1,9}:){0,2}(?:\d{1,9}(?:[.,]\d+|\.)?|[.,]\d+)"
_CODE = r"\d{1,2}[:;]\d{1,2}[:;]\d{1,2}(?:[:;]\d{1,3}|;\d{1,2}\.\d{1,3})"
_LINE = re.compile(rf"(?:({_CODE})|(\d{{1,9}})f|({_CLOCK})s?)(?:(?:\s*[,;]\s*|\s+)(.*))?", re.ASCII)
_TIME = re.compile(rf"(?:{LABEL}|\d{{1,9}}f|{_CLOCK})s?", re.ASCII)
_BARS = re.compile(r"\d{1,6}[.|]\d{1,3}[.|]\d{1,4}(?:[.|]\d{1,4})?", re.ASCII)
_HINT = f"Give one time a line, as {TIME_FORMS}, 120f or 01:00:02:12."


def _shows(source: Source) -> bool:
    return bool(source.text) or not source.data


def _read(source: Source, counting: Counting) -> Sheet:
    sheet = Sheet()
    for number, line in enumerate(source.lines, start=1):
        text, _, comment = line.partition("#")
        if not text.strip():
            continue
        found = _LINE.fullmatch(text.strip())
        if found is None:
            shown = text.split()[0].rstrip(",;")
            if _BARS.fullmatch(shown):
                raise Unreadable(
                    number,
                    f"{shown[:60]} counts bars and beats, which name no time",
                    "Set the ruler of the program to minutes and seconds, and export again.",
                )
            raise Unreadable(number, f"{shown[:60]!r} is not a time", _HINT)
        code, frames, clock, name = found.groups()
        _check_one_time(text.strip(), name or "", number)
        if code and sheet.markers and not sheet.is_labelled:
            raise Unreadable(number, "times and time codes are mixed", _HINT)
        if not code and sheet.is_labelled:
            raise Unreadable(number, "time codes and times are mixed", _HINT)
        sheet.is_labelled = bool(code)
        if code:
            time = counting.seconds(code, number)
        elif frames:
            time = int(frames) / counting.rate(number).fps
        else:
            time = _seconds(clock, number)
        written = code or (f"{frames}f" if frames else clock)
        sheet.mark(
            Mark(time, (name or "").strip() or comment.strip(), line=number, written=written)
        )
    return sheet


def _check_one_time(text: str, rest: str, line: int) -> None:
    """Refuse a second time behind the first, which could as well be its decimals or a name.

    Raises:
        Unreadable: there is one.
    """
    second = rest.split(maxsplit=1)[0].rstrip(",;") if rest.strip() else ""
    if not second or not _TIME.fullmatch(second):
        return
    first = text[: len(text) - len(rest)].rstrip(" \t,;")
    if re.fullmatch(r"\d+\.\d{3,}s?", first) and second.isdigit():
        return  # a time with its decimals; what follows is a name, such as the number of a bar
    reading = f"{first}.{second} s" if (first + second).isdigit() else f"{first} and {second}"
    raise Unreadable(
        line,
        f"{text[:60]!r} can be read in two ways: as {reading}, or as {first} called {rest!r}",
        "Give one time a line, with a point or a comma and no space before decimals.",
    )


def _seconds(clock: str, line: int) -> Fraction:
    seconds = Fraction(0)
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + exact(f"0{part}".rstrip("."), line)
    return seconds


PLAIN = Format("plain", "a time a line (.txt)", (".txt",), _shows, _read)
