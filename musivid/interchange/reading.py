"""Marks of a file laid on the clock of the film or song that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

from musivid.core.clock import clock, parse_time_s
from musivid.core.errors import InputError, UsageError
from musivid.interchange.formats import accepted, format_of
from musivid.interchange.marks import Counting, Mark, Sheet, Source, Unreadable
from musivid.interchange.timecode import Rate, drops_frames, snapped
from musivid.media.containers import check_file
from musivid.media.lyrics.encoding import decode_text

__all__ = ["Marks", "MediaClock", "Wish", "read_marks"]

Take = Literal["markers", "cuts"]

_MOST_BYTES = 20_000_000  # of a file; a feature film's timeline has a tenth
_MOST_LETTERS = 300  # of what a file says, in a message
_SHOWN = 60  # letters of a name
_MOST_TOLD = 20  # of what is left out
_INFO = "Info.fcpxml"  # in a folder that calls itself .fcpxmld
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class MediaClock:
    """What is known of the film or song that marks belong to.

    Attributes:
        name: for messages.
        duration_s: how long it is.
        fps: frames a second, or None: it is sound.
        timecode: the label that its file says it begins with, or None.
        is_even: whether all its frames are shown equally long.
        kind: what it is, for messages.
    """

    name: str
    duration_s: float
    fps: Fraction | None = None
    timecode: str | None = None
    is_even: bool = True
    kind: str = "the clip"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says of a file of marks.

    Attributes:
        take: markers or cuts alone; None: the one, else the other.
        rate: of its time codes; None: as the file or the film has it.
        start: the time code, or seconds, at which the film begins in it; None: told from both.
        prefers: which of the two is taken where a file has both.
    """

    take: Take | None = None
    rate: Rate | None = None
    start: str | None = None
    prefers: Take = "markers"


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks on the clock of a film.

    Attributes:
        path: the file.
        format: its name in `formats.FORMATS`.
        marks: ascending, from the film's first frame.
        notes: what the user should know, each with the file's name.
        left_out: what was not taken, and why, each with file and line.
        label: time code of the film's first frame in the file; empty: it has none.
    """

    path: Path
    format: str
    marks: tuple[Mark, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    label: str = ""


def read_marks(path: Path, film: MediaClock, wish: Wish | None = None) -> Marks:
    """Read a file of marks, of any kind that `formats.FORMATS` has.

    Args:
        path: the file, or a folder that is an .fcpxmld.
        film: what they belong to.
        wish: what the user says of it.

    Raises:
        InputError: it cannot be read, or has marks beyond the film; with line and cure.
        MissingError: an .otio without its library.
    """
    wish = wish or Wish()
    if path.is_dir() and (path / _INFO).is_file():
        path = path / _INFO
    source, doubts = _source(path)
    counting = Counting(wish.rate, film.fps)
    try:
        found = format_of(source)
        if found is None:
            raise InputError(f"{path} is of no kind that can be read", hint=accepted())
        sheet = found.read(source, counting)
        marks = _chosen(sheet, wish, source)
    except Unreadable as fault:
        where = f"{path}:{fault.line}" if fault.line else str(path)
        problem = fault.problem
        if len(problem) > _MOST_LETTERS:
            problem = f"{problem[:_MOST_LETTERS]}..."
        raise InputError(f"{where}: {problem}", hint=fault.hint or accepted()) from None
    start, told = _start(sheet, marks, film, wish)
    inside = tuple(_inside(marks, (start, _day(sheet, marks, film, wish)), film, path))
    notes = [*doubts, *sheet.notes, *told, *_told_rate(sheet, film, wish, found.name)]
    return Marks(
        path,
        found.name,
        inside,
        tuple(f"{path.name}: {note}" for note in notes),
        _told(sheet, path),
        _first_label(sheet, start, _label_rate(sheet, marks, film, wish)),
    )


def _source(path: Path) -> tuple[Source, list[str]]:
    """The content of a file, and what is doubtful of its encoding.

    Raises:
        InputError: not readable, or too large.
    """
    check_file(path, "a list of marks or cuts")
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError(
            f"{path} is larger than {_MOST_BYTES // 1_000_000} MB",
            hint="Lists of marks are far smaller; export the one timeline of the film alone.",
        )
    if data[:4] == b"MThd":
        return Source(path.name, data, ""), []
    try:
        text, warnings = decode_text(data, path.name)
    except InputError as error:
        raise InputError(error.problem, hint=accepted()) from None
    doubts = [f"line {line}: {told.partition(': if its')[0]}" for line, told in warnings]
    return Source(path.name, data, text), doubts


def _chosen(sheet: Sheet, wish: Wish, source: Source) -> list[Mark]:
    """The marks that are wanted of a file.

    Raises:
        Unreadable: it has none.
    """
    both: dict[Take, list[Mark]] = {"markers": sheet.markers, "cuts": sheet.cuts}
    first = wish.take or wish.prefers
    other: Take = "cuts" if first == "markers" else "markers"
    if both[first]:
        return both[first]
    if both[other] and wish.take is None:
        if first == "markers":
            sheet.notes.append("it has no markers; its cuts are taken")
        return both[other]
    if both[other]:
        raise Unreadable(
            0,
            f"it has no {first}, but {len(both[other])} {other}",
            f"Take these with --hit-from {other}.",
        )
    if sheet.left_out:
        line, why = sheet.left_out[0]
        raise Unreadable(line, f"nothing of it can be taken: {why}")
    if not source.text.strip() and not source.data.strip():
        raise Unreadable(0, "there is nothing in it", accepted())
    return []


def _start(
    sheet: Sheet, marks: list[Mark], film: MediaClock, wish: Wish
) -> tuple[Fraction, list[str]]:
    """The time in the file at which the film begins, and how that is told.

    Raises:
        UsageError: the start that the user named is no time.
    """
    rate = _label_rate(sheet, marks, film, wish)
    if wish.start is not None:
        return _asked_start(wish.start, rate), []
    if not sheet.is_labelled or not marks:
        return Fraction(0), []
    if sheet.start is not None:
        told = f"begins at {_label(sheet.start, rate)}, which is the film's first frame"
        return sheet.start, [told] * (sheet.start != 0)
    own = _own_start(film.timecode, rate)
    if own and _fits(marks, own, film, rate):
        return own, [f"begins at {_label(own, rate)}, as {film.name} says of its first frame"]
    hour = rate.seconds("01:00:00:00") if rate else Fraction(_HOUR)
    hours = min(mark.time for mark in marks) // hour * hour
    if hours and _fits(marks, hours, film):
        return hours, [
            f"{_label(hours, rate)} was taken off, the whole hour before its first mark; "
            "if it begins elsewhere, say so with --start"
        ]
    return Fraction(0), []


def _first_label(sheet: Sheet, start: Fraction, rate: Rate | None) -> str:
    return rate.label(rate.nearest(start)) if rate and sheet.is_labelled else ""


def _label_rate(sheet: Sheet, marks: list[Mark], film: MediaClock, wish: Wish) -> Rate | None:
    """What labels are counted at: an hour of drop frame is not one of others."""
    rate = wish.rate or sheet.rate or (Rate(snapped(film.fps)) if film.fps else None)
    is_drop = rate is not None and any(";" in mark.written for mark in marks)
    return replace(rate, drop=True) if rate and is_drop and drops_frames(rate.fps) else rate


def _asked_start(text: str, rate: Rate | None) -> Fraction:
    """Seconds of what the user says."""
    if text.count(":") + text.count(";") == 3:
        if rate is None:
            raise UsageError(f"--start {text} needs a frame rate", hint="Name it: --fps 25.")
        try:
            return Counting(rate).seconds(text, 0)
        except Unreadable as fault:
            raise UsageError(f"--start: {fault.problem}", hint=fault.hint) from None
    try:
        return Fraction(str(parse_time_s(text)))
    except ValueError:
        raise UsageError(
            f"--start {text!r} is no time", hint="Give a time code, 01:00:00:00, or seconds."
        ) from None


def _own_start(label: str | None, rate: Rate | None) -> Fraction | None:
    """When the film's own label is, or None: it has none that counts at this rate."""
    if label is None or rate is None:
        return None
    try:
        return Counting(media=rate.fps).seconds(label, 0)
    except Unreadable:
        return None


def _label(time: Fraction, rate: Rate | None) -> str:
    return rate.label(rate.nearest(time)) if rate else clock(float(time), 3)


def _fits(marks: list[Mark], start: Fraction, film: MediaClock, rate: Rate | None = None) -> bool:
    """Whether all marks lie within the film, over midnight too where a rate says when that is."""
    day = rate.day / rate.fps if rate else None
    times = (mark.time - start for mark in marks)
    return all(0 <= (time % day if day else time) <= _latest(film) for time in times)


def _latest(film: MediaClock) -> Fraction:
    """Up to half a frame behind the end is the end."""
    return Fraction(film.duration_s) + (1 / (2 * film.fps) if film.fps else Fraction(1, 1000))


def _day(sheet: Sheet, marks: list[Mark], film: MediaClock, wish: Wish) -> Fraction | None:
    """Seconds after which labels begin anew, or None: times do not."""
    rate = _label_rate(sheet, marks, film, wish)
    return rate.day / rate.fps if sheet.is_labelled and rate else None


def _inside(
    marks: list[Mark], clock_of: tuple[Fraction, Fraction | None], film: MediaClock, path: Path
) -> Iterator[Mark]:
    """The marks from the film's first frame on, ascending.

    Args:
        marks: as they come.
        clock_of: when the film begins on their clock, and seconds after which that begins anew.
        film: what they belong to.
        path: their file.

    Raises:
        InputError: one lies beyond the film.
    """
    start, day = clock_of
    ended = Fraction(film.duration_s)
    for mark in sorted(marks, key=lambda m: m.time - start if m.time >= start else m.time + 10**6):
        moved = mark.later(-start)
        if moved.time < 0 and day and moved.time + day <= _latest(film):
            moved = moved.later(day)  # labels begin anew at midnight
        if not 0 <= moved.time <= _latest(film):
            where = f"{path}:{mark.line}" if mark.line else str(path)
            named = f" {mark.name[:_SHOWN]!r}" if mark.name else ""
            shown = mark.written[:_SHOWN] or f"{float(mark.time):g} s"
            raise InputError(
                f"{where}: {shown}{named} is not within {film.kind} of {film.duration_s:.2f} s",
                hint=f"It would be at {float(moved.time):.3f} s. Times count from the first frame; "
                "if the list begins elsewhere, name its --start, and its rate with --fps.",
            )
        yield replace(moved, time=min(moved.time, ended))


def _told_rate(sheet: Sheet, film: MediaClock, wish: Wish, name: str) -> Iterator[str]:
    """What there is to say of rates."""
    if not film.is_even and film.fps and (sheet.is_labelled or sheet.rate):
        yield (
            f"the frames of {film.name} are not equally long; the list was taken to run at "
            f"{wish.rate or sheet.rate or Rate(snapped(film.fps))}"
        )
    own = sheet.rate
    if own and film.fps and own.fps != snapped(film.fps) and name in ("otio", "fcpxml", "xmeml"):
        yield f"it runs at {own} frames a second, the film at {Rate(snapped(film.fps))}"


def _told(sheet: Sheet, path: Path) -> tuple[str, ...]:
    """What was left out, each with its place."""
    told = [f"{path.name}{f':{line}' if line else ''}: {why}" for line, why in sheet.left_out]
    more = len(told) - _MOST_TOLD
    return (*told[:_MOST_TOLD], *[f"{path.name}: and {more} more"] * (more > 0))
