"""What all formats of lyrics share: what one is, the lines found in a file, and their faults."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from musivid.core.clock import parse_time_s
from musivid.core.counting import counted
from musivid.core.timeline import Cue

__all__ = [
    "LIKELY",
    "MAX_TEXT",
    "MAX_TIME_S",
    "NO",
    "PERHAPS",
    "SURE",
    "Format",
    "Line",
    "Sheet",
    "clean_text",
    "cue_spans",
    "writing_of",
]

MAX_TEXT = 2_000
"""Characters of one line; more is not a lyric."""

MAX_TIME_S = 35_999.0
"""The latest time that a line may have: just below ten hours, which is what subtitles can hold."""

NO, PERHAPS, LIKELY, SURE = range(4)
"""How well a text shows a format: not at all; by and large; by its rows; by marks of its own."""

_LAST_CUE_S = 5.0  # how long the last cue is shown if nobody says when it ends
_MAX_RAW = 10 * MAX_TEXT  # of a line with its markup
# Control characters and the spaces of Latin scripts; wide spaces of CJK texts are kept.
_BLANKS = re.compile("[\x00-\x20\x7f-\xa0\u2028\u2029]+")
# Halves of characters, marks that force a direction on what follows, and what is no character.
_UNSEEN = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A timed line as a parser found it.

    Attributes:
        number: where it is in the file, counted from 1.
        start_s: when it begins.
        end_s: when it ends, None if the file does not say.
        text: what it says; empty is a pause, a line break parts what is shown in two rows.
        weight: how strongly it pulls.
        words: when each of its words begins, and the word; empty: the file does not say.
        confidence: how sure its times are, 0 to 1; None: the file does not say.
    """

    number: int
    start_s: float
    end_s: float | None
    text: str
    weight: float = 1.0
    words: tuple[tuple[float, str], ...] = ()
    confidence: float | None = None


@dataclass(slots=True)
class Sheet:
    """What was read from a file so far.

    Attributes:
        lines: the timed lines in the order of the file.
        faults: what cannot be read, as (line number, message).
        warnings: what was read with doubts, as (line number, message).
        may_be_unordered: whether the format allows any order, so that it is worth no warning.
        lacks_rate: whether it counts frames, and nobody says how many make a second.
    """

    lines: list[Line] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[tuple[int, str]] = field(default_factory=list)
    may_be_unordered: bool = False
    lacks_rate: bool = False

    def fault(self, number: int, message: str) -> None:
        """Note something that makes the file unusable."""
        self.faults.append((number, message))

    def warn(self, number: int, message: str) -> None:
        """Note something that the user should know."""
        self.warnings.append((number, message))

    def warned(self, name: str) -> list[str]:
        """What the user should know of the file called `name`: each kind once, with examples."""
        return counted(
            f"{name}, line {number}: {message}" for number, message in sorted(self.warnings)
        )

    def short(self, number: int, text: str) -> str | None:
        """The text, or None and a fault where it is far too long for a line of a song."""
        if len(text) <= _MAX_RAW:
            return text
        self.fault(number, _too_long(len(text)))
        return None

    def time_s(self, number: int, text: str) -> float | None:
        """Read a time as written by people; a fault gives None."""
        try:
            seconds = round(parse_time_s(text), 6)  # sums of minutes and tenths are not exact
        except ValueError:
            shown = text if len(text) <= 30 else text[:30] + "…"
            self.fault(number, f"{shown!r} is not a time; write it as 1:05 or 1:05.5")
            return None
        if any(float(part.replace(",", ".")) >= 60 for part in text.split(":")[1:]):
            self.warn(number, f"{text.strip()} has 60 or more after a colon; read as {seconds:g} s")
        return seconds

    def add(
        self,
        number: int,
        start_s: float | None,
        end_s: float | None,
        text: str,
        weight: float = 1.0,
        *,
        words: Sequence[tuple[float, str]] = (),
        confidence: float | None = None,
        breaks: bool = False,
    ) -> None:
        """Add a line, or note why it cannot be used; a start of None was noted already.

        Times of words that do not go on are left out, all of them; syllables of a word are one
        where spaces stand between the others. Line breaks are kept where they
        part two writings, as in subtitles of two languages, and with `breaks` all.
        """
        if start_s is None:
            return
        text = _laid(text, breaks=breaks)
        fault = _line_fault(start_s, end_s, text, weight)
        if fault:
            self.fault(number, fault)
            return
        if end_s is not None and end_s < start_s:
            self.warn(number, f"it ends at {end_s:g} s, before it begins: its end is left out")
        if end_s is not None and end_s <= start_s:
            end_s = None  # a mark in time without length
        known = tuple(
            (time_s, said) for time_s, word in _whole_words(words) if (said := clean_text(word))
        )
        ordered = all(a[0] <= b[0] for a, b in pairwise(((start_s, ""), *known)))
        timed = known if ordered else ()
        self.lines.append(Line(number, start_s, end_s, text, weight, timed, confidence))


@dataclass(frozen=True, slots=True)
class Format:
    """A format of timed words: the row that it has in `formats.FORMATS`.

    Attributes:
        name: as `--format` has it, and `Lyrics.format`.
        title: what it is called in help and messages.
        suffixes: how its files end, the usual one first.
        shows: how well a text shows that it is of this format: NO to SURE.
        read: the lines of a text, and its faults.
        write: cues, sorted by time, as a text; the second argument is the song's length, where the
            last cue ends, or None. None where the format is only read.
        telling: whether the ending alone says that it is this format, where the text does not.
        beside: whether such a file beside a song of its name is likely the song's lyrics.
        read_at: as `read`, of what counts frames: how many of them make a second, if known.
        has_marks: whether signs of captions, as `[Music]`, may stand among the words.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    shows: Callable[[str], int]
    read: Callable[[str], Sheet]
    write: Callable[[Sequence[Cue], float | None], str] | None = None
    telling: bool = True
    beside: bool = False
    read_at: Callable[[str, Fraction | None], Sheet] | None = None
    has_marks: bool = True


def clean_text(text: str) -> str:
    """One line without control characters, with single spaces."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(" \ufeff")


def writing_of(text: str) -> str:
    """The writing of a text's first letter, as LATIN or CJK; empty: it has no letter."""
    first = next((letter for letter in text if letter.isalpha()), "")
    name = unicodedata.name(first, "").partition(" ")[0] if first else ""
    return "CJK" if name in ("HIRAGANA", "KATAKANA") else name


def cue_spans(
    cues: Sequence[Cue], duration_s: float | None = None
) -> list[tuple[float, float, str]]:
    """When each text is shown: (start, end, text), without pauses and negative prompts.

    A cue without an end holds until the next one, and the last until the song ends.
    """
    spans = []
    next_s, start_s = duration_s, None
    for cue in reversed([cue for cue in cues if cue.weight > 0]):
        if start_s is not None and start_s > cue.start_s:
            next_s = start_s
        start_s = cue.start_s
        end_s = cue.end_s if cue.end_s is not None else next_s
        if end_s is None:
            end_s = cue.start_s + _LAST_CUE_S
        if cue.text and end_s > cue.start_s:
            spans.append((cue.start_s, end_s, cue.text))
    return spans[::-1]


def _whole_words(pieces: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Pieces of a line as its words: what no space parts is one, but for letters that are words."""
    if not any(_parts(before, after) for (_, before), (_, after) in pairwise(pieces)):
        return list(pieces)  # nobody typed spaces
    found: list[tuple[float, str]] = []
    for time_s, piece in pieces:
        before = found[-1][1] if found else " "
        if _parts(before, piece) or "CJK" in (writing_of(before[-1:]), writing_of(piece[:1])):
            found.append((time_s, piece))
        else:
            found[-1] = (found[-1][0], before + piece)
    return found


def _parts(before: str, after: str) -> bool:
    """Whether a space stands between two pieces."""
    return before[-1:].isspace() or after[:1].isspace() or not before or not after


def _laid(text: str, *, breaks: bool) -> str:
    """A text in one row, or in rows where it is of several writings."""
    if "\n" not in text:
        return clean_text(text)
    rows = [row for line in text.split("\n") if (row := clean_text(line))]
    kept = breaks or len({writing for row in rows if (writing := writing_of(row))}) > 1
    return ("\n" if kept else " ").join(rows)


def _line_fault(start_s: float, end_s: float | None, text: str, weight: float) -> str:
    for time_s in (start_s, end_s or 0.0):
        if not 0 <= time_s <= MAX_TIME_S:
            return f"the time {time_s:g} s is not between 0 and 10 hours"
    if not math.isfinite(weight):
        return f"the weight {weight} is not a number"
    if len(text) > MAX_TEXT:
        return _too_long(len(text))
    return ""


def _too_long(letters: int) -> str:
    return f"the text has {letters} characters; at most {MAX_TEXT} make sense"
