"""What is exchanged with editors: marks, what a file says of them, and what a format is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from musivid.interchange.timecode import Rate, TimecodeError, drops_frames, snapped

__all__ = ["Counting", "Format", "Mark", "Sheet", "Source", "Unreadable"]


_MOST_MARKS = 100_000  # of a file


class Unreadable(ValueError):
    """A fault in a file: its line, what is wrong, and how to mend it."""

    def __init__(self, line: int, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment with a name.

    Attributes:
        time: seconds, exact.
        name: may be empty.
        end: where it ends, or None: it is a point.
        kind: `bar`, `beat`, `section`, `hit`, `lyric`, `cut`, `marker`.
        colour: as people call it, in lower case; empty: none.
        note: what else is said of it.
        line: where it is in its file, from 1; 0: not known.
        written: its time as the file has it.
    """

    time: Fraction
    name: str = ""
    end: Fraction | None = None
    kind: str = "marker"
    colour: str = ""
    note: str = ""
    line: int = 0
    written: str = ""

    def later(self, by: Fraction) -> Mark:
        """The same, so many seconds later."""
        end = None if self.end is None else self.end + by
        return replace(self, time=self.time + by, end=end)


@dataclass(slots=True)
class Sheet:
    """What a file says.

    Attributes:
        markers: as they come; from label zero where `is_labelled`, else from the beginning.
        cuts: where the picture changes, likewise.
        is_labelled: whether times count from label 00:00:00:00.
        start: when the file's own timeline begins, in seconds from label zero; None: it is silent.
        rate: what the file says it runs at, or None.
        notes: what the user should know.
        left_out: what is not taken, as (line, why).
    """

    markers: list[Mark] = field(default_factory=list)
    cuts: list[Mark] = field(default_factory=list)
    is_labelled: bool = False
    start: Fraction | None = None
    rate: Rate | None = None
    notes: list[str] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)

    def mark(self, mark: Mark) -> None:
        """Take a marker.

        Raises:
            Unreadable: there are too many.
        """
        self.markers.append(mark)
        self.check(len(self.markers), mark.line)

    def check(self, count: int, line: int = 0) -> None:
        """Look at a count of markers, cuts or events while it grows.

        Raises:
            Unreadable: there are too many.
        """
        if count > _MOST_MARKS:
            raise Unreadable(
                line,
                f"it has more than {_MOST_MARKS:,} marks",
                "Export those of the one film alone.",
            )

    def leave_out(self, line: int, why: str) -> None:
        """Note what is not taken."""
        self.left_out.append((line, why))


@dataclass(frozen=True, slots=True)
class Source:
    """A file's content.

    Attributes:
        name: of the file, for messages.
        data: its bytes.
        text: the same as text with line feeds as line ends; empty where it is none.
    """

    name: str
    data: bytes
    text: str

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class Counting:
    """At which rate a file without one of its own is read.

    Attributes:
        asked: what the user said, or None.
        media: frames a second of the film that it belongs to, or None.
    """

    asked: Rate | None = None
    media: Fraction | None = None

    def rate(self, line: int, *, drop: bool = False) -> Rate:
        """The rate of labels.

        Args:
            line: for messages.
            drop: whether the labels say that they drop frames.

        Raises:
            Unreadable: nobody says a rate, or it has no drop frame.
        """
        if self.asked is not None and not drop:
            return self.asked
        fps = self.asked.fps if self.asked else self.media
        if fps is None:
            raise Unreadable(line, "the file does not say its frame rate", "Name it with --fps 25.")
        fps = snapped(fps)
        if drop and not drops_frames(fps):
            raise Unreadable(
                line,
                f"its labels are drop frame, which does not exist at {Rate(fps)} frames a second",
                "Name the rate that the list was made at: --fps 29.97df or --fps 59.94df.",
            )
        return Rate(fps, drop)

    def seconds(self, label: str, line: int, *, drop: bool = False) -> Fraction:
        """When a label is shown, in seconds from label zero.

        Raises:
            Unreadable: no label of this rate.
        """
        rate = self.rate(line, drop=drop or ";" in label)
        try:
            return rate.seconds(label)
        except TimecodeError as error:
            problem, _, hint = str(error).partition("; ")
            raise Unreadable(
                line, problem, hint[:1].upper() + hint[1:] + "." * bool(hint)
            ) from None


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the row that it has in `formats.FORMATS`.

    Attributes:
        name: as messages and plans call it.
        title: what it is called in help.
        suffixes: how its files end, the usual one first.
        shows: whether a file is of this format.
        read: what such a file says.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    shows: Callable[[Source], bool]
    read: Callable[[Source, Counting], Sheet]
