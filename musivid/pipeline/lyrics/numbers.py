"""Numbers as they are said in English: 21 is twenty one, 1999 nineteen ninety nine."""

from __future__ import annotations

import re

__all__ = ["said_numbers"]

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(st|nd|rd|th|s)?(?![\d])", re.IGNORECASE)
_YEARS = range(1100, 2000)  # said by their hundreds: nineteen ninety nine
_MOST_DIGITS = 12  # of a number that is said as one; longer ones are said digit by digit


def said_numbers(text: str) -> str:
    """The text with its numbers in words."""
    return _NUMBER.sub(_said, text)


def _said(found: re.Match[str]) -> str:
    digits, ending = found[1], (found[2] or "").lower()
    plain = digits.replace(",", "")
    if len(plain) > _MOST_DIGITS or (len(plain) > 1 and plain[0] == "0"):
        return " ".join(_ONES[int(digit)] for digit in plain)
    value = int(plain)
    words = _year(value) if "," not in digits and value in _YEARS else _whole(value)
    if ending == "s":
        return _plural(words)
    return _ordinal(words) if ending else words


def _whole(value: int) -> str:
    """A number below a million millions."""
    for unit, name in _UNITS:
        if value >= unit:
            rest = value % unit
            return f"{_whole(value // unit)} {name}" + (f" {_whole(rest)}" if rest else "")
    if value < len(_ONES):
        return _ONES[value]
    return _TENS[value // 10] + (f" {_ONES[value % 10]}" if value % 10 else "")


def _year(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not rest:
        return f"{_whole(hundreds)} hundred"
    return f"{_whole(hundreds)} {'oh ' if rest < 10 else ''}{_whole(rest)}"


def _ordinal(words: str) -> str:
    before, _, last = words.rpartition(" ")
    said = _ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{before} {said}".strip()


def _plural(words: str) -> str:
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"
