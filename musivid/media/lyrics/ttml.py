"""Lyrics in XML: TTML of subtitles and of Apple Music, and the two forms that YouTube writes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from musivid.media.lyrics.lines import MAX_TIME_S, NO, SURE, Format, Sheet

__all__ = ["TTML"]

_DECLARED = r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
_TYPED = r"(?:<!DOCTYPE[^\[<>]*(?:\[[^\]]*\])?\s*>\s*)?"
_ROOT = re.compile(rf"{_DECLARED}{_TYPED}<(?:\w+:)?(tt|transcript|timedtext)[\s>]", re.DOTALL)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,9})?)(?::(\d{1,3}(?:\.\d+)?))?")
_OFFSET = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(h|m|s|ms|f|t|)")
_UNIT_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "": 1.0, "ms": 0.001}
_DEEPEST = 100  # elements within elements
_BEHIND = "x-bg"
_UNSUNG = ("translation", "roman")  # ends of roles of what stands beside the words
_FRAMES = 30.0  # a second, where a document counts frames and does not say (TTML 1, 6.2.4)


@dataclass(slots=True)
class _Said:
    """A line as it is read."""

    number: int
    start_s: float | None
    end_s: float | None
    pieces: list[tuple[float | None, str]] = field(default_factory=list)
    last_s: float = 0.0


class _Reader:
    """Takes what expat finds."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.entity
        self.fps, self.ticks = _FRAMES, 0.0
        self.absolute = False  # Apple's lines are timed from the song's beginning, not the part's
        self.said: _Said | None = None
        self.piece_s: list[float | None] = []  # of the elements within a line
        self.origins: list[float] = []  # of all that is open, in seconds
        self.silent = 0  # depth within what is beside the words
        self.behind = 0  # and within what voices behind the singer say, at times of their own

    def entity(self, name: str, *_: object) -> None:
        raise _Refused(f"it declares an entity, {name[:30]!r}")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if len(self.origins) >= _DEEPEST:
            raise _Refused(f"more than {_DEEPEST} elements within each other")
        has = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if not self.origins:
            self._learn(attributes, has)
        origin = self.origins[-1] if self.origins else 0.0
        begin_s = self._time(has, "begin", "start")
        if begin_s is None and "t" in has:
            begin_s = self._time({"begin": f"{has['t']}ms"}, "begin")
        if self.said is not None:
            self._within(name, has, begin_s, origin)
        elif name == "p" or (name == "text" and begin_s is not None):
            self._open(has, begin_s, origin)
        self.origins.append(origin + (begin_s or 0.0 if not self.absolute else 0.0))

    def end(self, tag: str) -> None:
        self.origins.pop()
        if self.said is None:
            return
        if self.piece_s:
            self.piece_s.pop()
            self.silent, self.behind = max(0, self.silent - 1), max(0, self.behind - 1)
            return
        said, self.said = self.said, None
        text = "".join(piece for _, piece in said.pieces)
        if not text.strip():
            return  # a new row of captions that roll up
        words = [(at, piece) for at, piece in said.pieces if at is not None]
        whole = all(at is not None for at, piece in said.pieces if piece.strip())
        start_s = said.start_s if said.start_s is not None else (words[0][0] if words else None)
        if start_s is None:
            return  # a paragraph without times is no line
        self.sheet.add(
            said.number, start_s, said.end_s, text, words=_spaced(said.pieces) if whole else ()
        )

    def data(self, text: str) -> None:
        if self.said is None or self.silent:
            return
        at = next((time_s for time_s in reversed(self.piece_s) if time_s is not None), None)
        if at is not None:
            at = max(at, self.said.last_s) if self.behind else at
            self.said.last_s = max(at, self.said.last_s)
        # What stands in a file on several rows is one; YouTube escapes twice.
        self.said.pieces.append((at, re.sub(r"\s+", " ", html.unescape(text))))

    def _learn(self, attributes: dict[str, str], has: dict[str, str]) -> None:
        self.absolute = any("apple.com" in value for value in attributes.values())
        self.fps = _positive(has.get("frameRate", ""), _FRAMES)
        by = [_positive(part, 0.0) for part in has.get("frameRateMultiplier", "").split()]
        if len(by) == 2 and all(by):
            self.fps *= by[0] / by[1]
        self.ticks = _positive(has.get("tickRate", ""), 0.0)

    def _within(self, name: str, has: dict[str, str], begin_s: float | None, origin: float) -> None:
        """An element within a line."""
        assert self.said is not None
        role = has.get("role", "")
        self.silent += bool(self.silent or role.endswith(_UNSUNG))
        self.behind += bool(self.behind or role == _BEHIND)
        if name == "s" and begin_s is None:
            begin_s = 0.0  # YouTube's first word
        at = None if begin_s is None else (begin_s if self.absolute else origin + begin_s)
        self.piece_s.append(at)
        if name == "br":
            self.said.pieces.append((None, "\n"))

    def _open(self, has: dict[str, str], begin_s: float | None, origin: float) -> None:
        start_s = None if begin_s is None else origin * (not self.absolute) + begin_s
        end_s = self._time(has, "end")
        if end_s is not None and not self.absolute:
            end_s += origin
        lasts_s = self._time(has, "dur")
        if lasts_s is None and "d" in has:
            lasts_s = self._time({"dur": f"{has['d']}ms"}, "dur")
        if end_s is None and lasts_s is not None and start_s is not None:
            end_s = start_s + lasts_s
        number = self.parser.CurrentLineNumber
        self.said = _Said(number, start_s, None if end_s is None else round(end_s, 6))

    def _time(self, has: dict[str, str], *names: str) -> float | None:
        """The time that an attribute says; a fault gives none."""
        said = next((has[name].strip() for name in names if name in has), None)
        if said is None:
            return None
        time_s = self._seconds(said)
        if time_s is None:
            self.sheet.fault(self.parser.CurrentLineNumber, f"{said[:30]!r} is not a time of TTML")
        return None if time_s is None else round(min(time_s, 2 * MAX_TIME_S), 6)

    def _seconds(self, said: str) -> float | None:
        if found := _CLOCK.fullmatch(said):
            frames_s = float(found[4] or 0) / self.fps
            return int(found[1] or 0) * 3600 + int(found[2]) * 60 + float(found[3]) + frames_s
        found = _OFFSET.fullmatch(said)
        if found is None:
            return None
        amount = float(found[1])
        if found[2] == "f":
            return amount / self.fps
        if found[2] == "t":  # TTML 1, 6.2.10: a tick is a frame's share where nothing is said
            return amount / (self.ticks or 1.0)
        return amount * _UNIT_S[found[2]]


class _Refused(ValueError):
    """Something that no subtitles have."""


def _shows(text: str) -> int:
    return SURE if _ROOT.match(text) else NO


def _read(text: str) -> Sheet:
    """Read all lines that have times, as well as the times of their words."""
    sheet = Sheet(may_be_unordered=True)
    reader = _Reader(sheet)
    try:
        reader.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        sheet.fault(error.lineno, f"this is not XML: {expat.errors.messages[error.code]}")
    except _Refused as error:
        sheet.fault(reader.parser.CurrentLineNumber, str(error))
    return sheet


def _spaced(pieces: list[tuple[float | None, str]]) -> list[tuple[float, str]]:
    """Words and syllables with the spaces that stand between them."""
    found: list[tuple[float, str]] = []
    for at, piece in pieces:
        if at is not None and (piece.strip() or not found):
            found.append((at, piece))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] + " ")
    return found


def _positive(text: str, otherwise: float) -> float:
    return (
        float(text) if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?", text) and float(text) else otherwise
    )


TTML = Format("ttml", "TTML", (".ttml", ".xml", ".dfxp"), _shows, _read, telling=False)
