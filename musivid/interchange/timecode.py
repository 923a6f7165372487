"""Time codes: labels as `01:00:02;21` and the frames that they name, at any rate, exactly.

Labels count frames at the rounded rate, so that at 29.97 frames a second they run slow. Drop frame
leaves out labels, no frames: the first 2 (4 at 59.94) of each minute but every tenth, so that the
labels keep to the clock within a frame or so. SMPTE ST 12-1 defines it at these two rates alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from musivid.core.errors import UsageError
from musivid.core.timeline import parse_fps

__all__ = [
    "LABEL",
    "Rate",
    "TimecodeError",
    "drops_frames",
    "is_label",
    "parse_rate",
    "snapped",
]

LABEL = r"\d{1,2}[:;]\d{1,2}[:;]\d{1,2}[:;.]\d{1,3}"
"""What a label looks like, as a pattern; `1:02:05.5` is one only where labels are expected."""

_PARTS = re.compile(rf"(?=({LABEL})$)(\d+)([:;])(\d+)([:;])(\d+)([:;.])(\d+)", re.ASCII)
_LABEL = re.compile(LABEL, re.ASCII)
_NEAR = Fraction(1, 100)  # how far a rate that is stated in short may be from what it means
_DROPPED = {Fraction(30000, 1001): 2, Fraction(60000, 1001): 4}


class TimecodeError(ValueError):
    """A label that names no frame at a rate; its text says why, and how to mend it."""


def is_label(text: str) -> bool:
    """Whether a text looks like a label."""
    return _LABEL.fullmatch(text) is not None


def snapped(rate: Fraction | float) -> Fraction:
    """The rate that is meant: 24000/1001 for 23.98 or 23.976, 25 for 25.0001."""
    exact = Fraction(rate)
    whole = max(1, round(exact))
    usual = Fraction(1000 * whole, 1001)
    if whole % 6 == 0 and abs(exact - usual) <= _NEAR and abs(exact - usual) < abs(exact - whole):
        return usual
    return Fraction(whole) if abs(exact - whole) <= _NEAR else exact


@dataclass(frozen=True, slots=True)
class Rate:
    """Frames a second, and whether their labels drop.

    Attributes:
        fps: exact.
        drop: whether drop frame is what the labels are in.
    """

    fps: Fraction
    drop: bool = False

    @property
    def base(self) -> int:
        """How many frames a second of labels has."""
        return max(1, round(self.fps))

    @property
    def dropped(self) -> int:
        """How many labels are left out each minute but every tenth."""
        return _DROPPED[self.fps] if self.drop else 0

    @property
    def day(self) -> int:
        """How many frames 24 hours of labels have."""
        return 24 * (3600 * self.base - 54 * self.dropped)

    def __str__(self) -> str:
        """As people write it: 29.97df, 25, 23.976."""
        whole = self.fps.denominator == 1
        text = str(self.fps) if whole else f"{float(self.fps):.3f}".rstrip("0")
        return text + "df" * self.drop

    def frame(self, label: str) -> int:
        """The frame that a label names.

        Raises:
            TimecodeError: no label, or one that is not counted at this rate.
        """
        found = _PARTS.fullmatch(label.strip())
        if found is None:
            raise TimecodeError(f"{label[:40]!r} is not a time code; write it as 01:00:02:12")
        hours, minutes, seconds, frames = (int(found[n]) for n in (2, 4, 6, 8))
        self._check(label.strip(), (hours, minutes, seconds, frames))
        minute = 60 * hours + minutes
        count = (60 * minute + seconds) * self.base + frames
        return count - self.dropped * (minute - minute // 10)

    def label(self, frame: int) -> str:
        """The label of a frame, with `;` before the frames where it drops; begins anew each day."""
        frame %= self.day
        base, drop = self.base, self.dropped
        tens, rest = divmod(frame, 600 * base - 9 * drop)
        extra = drop * ((rest - drop) // (60 * base - drop)) if rest >= drop else 0
        seconds, frames = divmod(frame + 9 * drop * tens + extra, base)
        minutes, hours = seconds // 60, seconds // 3600
        wide = len(str(base - 1))
        mark = ";" if self.drop else ":"
        clock = f"{hours:02d}:{minutes % 60:02d}:{seconds % 60:02d}"
        return f"{clock}{mark}{frames:0{max(2, wide)}d}"

    def seconds(self, label: str) -> Fraction:
        """When the frame of a label is shown, from the frame of label zero.

        Raises:
            TimecodeError: as `frame` has it.
        """
        return self.frame(label) / self.fps

    def nearest(self, time_s: Fraction) -> int:
        """The frame whose time is nearest; of two, the later."""
        return (2 * time_s * self.fps + 1) // 2

    def _check(self, label: str, parts: tuple[int, int, int, int]) -> None:
        hours, minutes, seconds, frames = parts
        if hours > 23 or minutes > 59 or seconds > 59:
            raise TimecodeError(f"{label} is no time of a day")
        if frames >= self.base:
            raise TimecodeError(
                f"{label} has frame {frames}, but at {self} a second has {self.base}; "
                "name the rate that it was made at with --fps"
            )
        if frames < self.dropped and seconds == 0 and minutes % 10:
            raise TimecodeError(
                f"{label} is no frame: drop frame leaves that label out; "
                f"the next is {self.label(self.frame(_after(parts, self.dropped)))}"
            )


def parse_rate(text: str) -> Rate:
    """The rate of `25`, `30000/1001`, `23.976`, `29.97df`, `59.94ndf`.

    Raises:
        UsageError: no rate, or drop frame where there is none.
    """
    plain = text.strip().lower().replace(" ", "")
    name = plain.removesuffix("df").removesuffix("n") if plain.endswith("df") else plain
    fps = snapped(parse_fps(name))
    drop = plain.endswith("df") and not plain.endswith("ndf")
    if drop and fps not in _DROPPED:
        raise UsageError(
            f"frame rate {text!r}: there is no drop frame at {Rate(fps)}",
            hint="Drop frame exists at 29.97 and 59.94 alone: 29.97df, 59.94df.",
        )
    return Rate(fps, drop)


def drops_frames(fps: Fraction) -> bool:
    """Whether drop frame exists at a rate."""
    return fps in _DROPPED


def _after(parts: tuple[int, int, int, int], frames: int) -> str:
    hours, minutes, seconds, _ = parts
    return f"{hours:02d}:{minutes:02d}:{seconds:02d};{frames:02d}"
