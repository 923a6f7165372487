"""Numbers of strangers' files, exactly, and no larger than a time or a count of frames can be.

A fraction of `1e999999999` would fill the memory, and Python reads no whole number of 5,000 digits.
"""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from typing import Any

from musivid.interchange.marks import Unreadable

__all__ = ["bounded", "exact", "exact_float", "parse_marks_json", "whole"]

_LONGEST = 60  # letters of a number; a double has 25
_FARTHEST = 10**12  # seconds, or frames; thirty thousand years
_FINEST = (
    10**30
)  # of a denominator: rates, clocks of media and their common multiples are far below
_NUMBER = re.compile(r"-?\d*\.?\d*(?:[eE][-+]?\d{1,2})?", re.ASCII)
_HINT = "Export it again; no editor writes such a number."


def exact(text: str, line: int = 0) -> Fraction:
    """The number of a text such as `12`, `-0.5`, `1e-3`.

    Raises:
        Unreadable: none, or far beyond any time.
    """
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        raise Unreadable(line, f"{_shown(text)} is no number of seconds or frames", _HINT)
    try:
        return bounded(Fraction(text), line)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(line, f"{_shown(text)} is no number", _HINT) from None


def exact_float(value: float, line: int = 0) -> Fraction:
    """The number that a library read.

    Raises:
        Unreadable: not finite, or far beyond any time.
    """
    if not math.isfinite(value):
        raise Unreadable(line, f"{value} is no time", _HINT)
    return bounded(Fraction(value), line)


def bounded(value: Fraction, line: int = 0) -> Fraction:
    """The number itself.

    Raises:
        Unreadable: it is far beyond any time, or so fine that it makes all others slow.
    """
    if abs(value) > _FARTHEST or value.denominator > _FINEST:
        raise Unreadable(line, "a time in it is too large, or too fine, to be one", _HINT)
    return value


def whole(text: str, line: int = 0) -> int:
    """The whole number of some digits.

    Raises:
        Unreadable: far beyond any count.
    """
    return int(exact(text, line))


def parse_marks_json(text: str, line: int = 0, *, exactly: bool = True) -> Any:
    """What a JSON document says.

    Args:
        text: the document.
        line: on which it begins in its file, less one.
        exactly: whether numbers are fractions; else what JSON makes of them.

    Raises:
        Unreadable: damaged, cut off, nested without end, or with a number that is none.
    """
    number = _exact_of(line) if exactly else None
    try:
        return json.loads(text, parse_float=number, parse_int=number)
    except json.JSONDecodeError as error:
        raise Unreadable(
            line + error.lineno,
            f"the JSON is damaged: {error.msg}",
            "The file may be cut off; export it again.",
        ) from None
    except RecursionError:
        raise Unreadable(line + 1, "it is nested too deeply", _HINT) from None
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(line, "it has a number of thousands of digits", _HINT) from None


def _exact_of(line: int) -> Any:
    return lambda text: exact(text, line)


def _shown(text: str) -> str:
    more = len(text) - _LONGEST
    return repr(text[:_LONGEST]) + f" and {more:,} letters more" * (more > 0)
