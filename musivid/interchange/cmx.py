"""Edit decision lists: cuts of CMX 3600, and markers as Resolve, Avid and others put them in.

An event is `001  AX  V  C  srcIn srcOut recIn recOut`; out points are exclusive. What follows an
event belongs to it: `* FROM CLIP NAME:`, `* LOC: label COLOUR text`, Resolve's `note |C:colour
|M:name |D:frames`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from musivid.interchange.exact import whole
from musivid.interchange.marks import Counting, Format, Mark, Sheet, Source, Unreadable
from musivid.interchange.timecode import LABEL, Rate, TimecodeError

__all__ = ["EDL"]

_EVENT = re.compile(
    rf"\s*(\d+)\s+(\S+)\s+(\S+)\s+(C|D|W\d+|K[BO]?(?:\s+[BO])?)(?:\s+\(?(\d+)\)?(?:\s+\(F\))?)?"
    rf"\s+({LABEL})\s+({LABEL})\s+({LABEL})\s+({LABEL})\s*",
    re.ASCII,
)
_FCM = re.compile(r"\s*FCM:\s*(NON[- ]?)?DROP", re.IGNORECASE)
_HEAD = re.compile(r"\s*(TITLE:|FCM:|\d{1,6}\s+\S+\s+\S+\s+[CDWK]\d*\s)", re.IGNORECASE)
_LOCATOR = re.compile(rf"\*\s*LOC:\s*({LABEL})(?:\s+([A-Z]+))?(?:\s+(.*))?", re.IGNORECASE)
_CLIP = re.compile(r"\*\s*(FROM|TO) CLIP NAME:\s*(.*\S)\s*", re.IGNORECASE)
_VIDEO = re.compile(r"(V\d*|B|BOTH|.*/V\d*|VA\d*|AV\d*)", re.IGNORECASE)
_USUAL = tuple(
    Rate(fps, drop)
    for fps, drop in (
        (Fraction(24), False),
        (Fraction(25), False),
        (Fraction(30), False),
        (Fraction(30000, 1001), True),
        (Fraction(50), False),
        (Fraction(60), False),
        (Fraction(60000, 1001), True),
    )
)


@dataclass(slots=True)
class _Event:
    """An event with what belongs to it."""

    line: int
    number: str
    track: str
    kind: str
    length: int
    labels: tuple[str, ...]
    drop: bool
    names: dict[str, str] = field(default_factory=dict)
    is_retimed: bool = False
    is_marker: bool = False

    @property
    def is_video(self) -> bool:
        return _VIDEO.fullmatch(self.track) is not None

    @property
    def is_empty(self) -> bool:
        """Whether it lasts no time: what a dissolve comes from."""
        return self.labels[2] == self.labels[3]


def _shows(source: Source) -> bool:
    head = [line for line in source.lines[:200] if line.strip()][:12]
    return any(_HEAD.match(line) for line in head[:4]) and (
        any(_EVENT.fullmatch(line) for line in source.lines[:2000])
        or any(line.lstrip().upper().startswith(("TITLE:", "FCM:")) for line in head[:2])
    )


def _read(source: Source, counting: Counting) -> Sheet:
    sheet, events = Sheet(is_labelled=True), list[_Event]()
    is_drop = False
    for number, line in enumerate(source.lines, start=1):
        if found := _FCM.match(line):
            is_drop = not found[1]
        elif found := _EVENT.fullmatch(line):
            kind, track, length = found[4], found[3], whole(found[5] or "0", number)
            labels = (found[6], found[7], found[8], found[9])
            drop = is_drop or any(";" in label for label in labels)
            events.append(_Event(number, found[1], track, kind, length, labels, drop))
            sheet.check(len(events), number)
        elif _HEAD.match(line) and not line.lstrip().upper().startswith("TITLE:"):
            raise Unreadable(
                number,
                f"{line.strip()[:60]!r} is no event of an edit list",
                "An event is: 001  AX  V  C  in out in out, each 01:00:02:12.",
            )
        else:
            _belonging(line, number, events, (sheet, counting, is_drop))
    if not events and not sheet.markers:
        raise Unreadable(
            len(source.lines),
            "there is no event in this edit list",
            "The file may be cut off; export it again.",
        )
    shots = [event for event in events if not event.is_marker]
    _check_lengths(shots, counting, sheet)
    _cuts(shots, counting, sheet)
    if events:
        sheet.rate = counting.rate(events[0].line, drop=events[0].drop)
    return sheet


def _belonging(
    line: str, number: int, events: list[_Event], into: tuple[Sheet, Counting, bool]
) -> None:
    """Take what a line says of the event before it."""
    sheet, counting, is_drop = into
    if (said := _resolve(line)) and events:
        event, (note, colour, name, length) = events[-1], said
        event.is_marker = True
        start = counting.seconds(event.labels[2], event.line, drop=event.drop)
        frames = whole(length, number)
        fps = counting.rate(number, drop=event.drop).fps
        end = start + frames / fps if frames > 1 else None
        sheet.mark(
            Mark(
                start,
                name,
                end,
                colour=colour.lower(),
                note=note,
                line=number,
                written=event.labels[2],
            )
        )
    elif found := _LOCATOR.match(line.strip()):
        time = counting.seconds(found[1], number, drop=is_drop)
        colour, text = found[2] or "", (found[3] or "").strip()
        if colour and not colour.isupper():  # no colour, but the first word of the text
            colour, text = "", f"{colour} {text}".strip()
        sheet.mark(Mark(time, text, colour=colour.lower(), line=number, written=found[1]))
    elif (found := _CLIP.fullmatch(line.strip())) and events:
        events[-1].names[found[1].upper()] = found[2]
    elif line.strip().upper().startswith("M2") and events:
        events[-1].is_retimed = True


def _resolve(line: str) -> tuple[str, str, str, str] | None:
    """Note, colour, name and frames of a marker of Resolve, or None: it is none."""
    note, _, said = line.partition("|C:ResolveColor")
    colour, _, said = said.partition("|M:")
    name, is_long, frames = said.rpartition("|D:")
    parts = note.strip(), colour.strip(), name.strip(), frames.strip()
    is_one = is_long and parts[3].isdecimal() and parts[3].isascii()
    return parts if is_one and (not parts[1] or parts[1].isidentifier()) else None


def _cuts(events: list[_Event], counting: Counting, sheet: Sheet) -> None:
    """Where the events on the picture begin, but for the first; dissolves count at their middle."""
    shots = [e for e in events if e.is_video]
    sound = len(events) - len(shots)
    if sound:
        sheet.notes.append(f"{sound} events of sound are no cuts")
    # The first line of a dissolve says what it comes from; it lasts no time.
    spans = [e for n, e in enumerate(shots) if not (e.is_empty and n + 1 < len(shots))]
    begin = [counting.seconds(e.labels[2], e.line, drop=e.drop) for e in spans]
    earliest = min(begin, default=None)
    for event, time in zip(spans, begin, strict=True):
        if time == earliest:
            continue
        if event.kind != "C":
            time += Fraction(event.length, 2) / counting.rate(event.line, drop=event.drop).fps
        name = event.names.get("TO") or event.names.get("FROM") or event.number
        sheet.cuts.append(Mark(time, name, kind="cut", line=event.line, written=event.labels[2]))


def _check_lengths(events: list[_Event], counting: Counting, sheet: Sheet) -> None:
    """Lengths on both sides of an event are equal where it plays at its own speed.

    Raises:
        Unreadable: they are not, but would be at another rate.
    """
    plain = [e for e in events if e.kind == "C" and not e.is_retimed]
    odd = [e for e in plain if not _is_even(e, counting.rate(e.line, drop=e.drop))]
    if not odd:
        return
    drop = odd[0].drop
    fitting = [r for r in _USUAL if r.drop == drop and all(_is_even(e, r) for e in plain)]
    text = "its lengths in the source and in the list differ"
    if fitting and counting.asked is None:
        rate = counting.rate(odd[0].line, drop=drop)
        names = " or ".join(f"--fps {each}" for each in fitting)
        raise Unreadable(
            odd[0].line,
            f"{text} at {rate} frames a second",
            f"The list seems to be made at another rate: {names}.",
        )
    sheet.notes.append(
        f"line {odd[0].line}: {text}, so it may be made at another rate than --fps or the film say"
    )


def _is_even(event: _Event, rate: Rate) -> bool:
    try:
        frames = [rate.frame(label) for label in event.labels]
    except TimecodeError:
        return False
    return (frames[1] - frames[0]) % rate.day == (frames[3] - frames[2]) % rate.day


EDL = Format("edl", "edit decision lists (.edl)", (".edl",), _shows, _read)
