"""Times as people write them: read from 1:05.5, printed as 1:05 or as files have them.

Every command, preset, report and format of lyrics reads and prints its times here.
"""

from __future__ import annotations

import re

__all__ = ["TIME_FORMS", "clock", "parse_time_s", "stamp"]

TIME_FORMS = "seconds, m:ss or h:mm:ss: 12.5, 1:05, 1:02:05.5"
"""How a time may be written, for messages."""

# Up to nine digits, so that no time is infinite; only the last part may have a fraction.
_TIME = re.compile(r"(?:\d{1,9}:){0,2}(?:\d{1,9}(?:[.,]\d*)?|[.,]\d+)", re.ASCII)


def parse_time_s(text: str | int | float) -> float:
    """Return seconds from `65`, `1:05`, `1:05.5`, `0:01:05,5`.

    Raises:
        ValueError: not a time, or negative.
    """
    plain = str(text).strip()
    if not _TIME.fullmatch(plain):
        raise ValueError(f"{text!r} is not a time")
    seconds = 0.0
    for part in plain.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def clock(seconds: float, digits: int = 0) -> str:
    """Seconds for people: 1:05, with digits 1:05.50, and from an hour on 1:02:05."""
    minutes, rest = _minutes(seconds, digits)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest}" if hours else f"{minutes}:{rest}"


def stamp(seconds: float, digits: int) -> str:
    """Seconds for files that count minutes: 01:05.50, and after an hour 62:05.50."""
    minutes, rest = _minutes(seconds, digits)
    return f"{minutes:02d}:{rest}"


def _minutes(seconds: float, digits: int) -> tuple[int, str]:
    """Whole minutes and the seconds behind them, rounded once, so that no minute has sixty."""
    unit = 10**digits
    minutes, rest = divmod(round(seconds * unit), 60 * unit)
    whole, part = divmod(rest, unit)
    return minutes, f"{whole:02d}.{part:0{digits}d}" if digits else f"{whole:02d}"
