"""An edit: what is written for editors, be it marks alone or clips on tracks.

Times are exact seconds from the edit's first frame; each becomes the nearest frame only when it is
written, counted from zero, so that nothing drifts.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from musivid.interchange.marks import Mark
from musivid.interchange.timecode import Rate

__all__ = ["Clip", "Edit", "EditLane", "Grid", "Media"]

_USUAL_SIZE = (1920, 1080)  # of a frame where there is no picture to go by


@dataclass(frozen=True, slots=True)
class Media:
    """A file that clips are taken from.

    Attributes:
        path: where it is.
        length: seconds of it.
        rate: frames a second, or None: it is sound.
        start: the time code of its first frame, in seconds from label zero.
        size: width and height of its picture in pixels, or None: it has none.
        channels: of its sound; 0: it has none.
        rate_hz: of its sound.
        still: whether it is a photo, which can be drawn out as long as anybody wants.
    """

    path: Path
    length: Fraction
    rate: Fraction | None = None
    start: Fraction = Fraction(0)
    size: tuple[int, int] | None = None
    channels: int = 0
    rate_hz: int = 48000
    still: bool = False


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of media on a lane; what the media has before and behind it are its handles.

    Attributes:
        media: where it is from.
        start: when it begins on the edit, in seconds.
        end: when it ends there, exclusive.
        source: what of the media is shown first, in seconds from its first frame.
        name: what it is called; empty: as its file.
    """

    media: Media
    start: Fraction
    end: Fraction
    source: Fraction = Fraction(0)
    name: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name or self.media.path.name


@dataclass(frozen=True, slots=True)
class EditLane:
    """A track of clips, ascending and apart; of pictures, later lanes lie above."""

    kind: Literal["video", "audio"]
    clips: tuple[Clip, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The beats of the music.

    Attributes:
        beats: when they are, ascending.
        bars: those of them that begin bars.
        unit: what a beat is written as: 4 a quarter, 8 an eighth.
    """

    beats: tuple[Fraction, ...]
    bars: tuple[Fraction, ...]
    unit: int = 4


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be written.

    Attributes:
        name: of the timeline.
        rate: frames a second, and how they are labelled.
        length: seconds.
        start: the label of the first frame, in seconds from label zero.
        lanes: of pictures from the lowest up, and of sound; empty: there are marks alone.
        marks: ascending.
        words: what is said or sung when, ascending.
        grid: the beats, for what counts in them.
        size: width and height of the picture in pixels.
    """

    name: str
    rate: Rate
    length: Fraction
    start: Fraction = Fraction(0)
    lanes: tuple[EditLane, ...] = ()
    marks: tuple[Mark, ...] = ()
    words: tuple[Mark, ...] = ()
    grid: Grid | None = None
    size: tuple[int, int] = _USUAL_SIZE

    @property
    def first(self) -> int:
        """The number of the first frame, from label zero."""
        return self.rate.nearest(self.start)

    @property
    def frames(self) -> int:
        """How many frames it has, at least one."""
        return max(1, self.frame(self.length))

    def frame(self, time: Fraction) -> int:
        """The frame that is nearest to a time; 0 is the first."""
        return self.rate.nearest(time)

    def label(self, frame: int) -> str:
        """The time code of a frame."""
        return self.rate.label(self.first + frame)

    def span(self, mark: Mark) -> tuple[int, int]:
        """The first frame of a mark and the one behind its last: one frame where it is a point."""
        first = self.frame(mark.time)
        last = first if mark.end is None else self.frame(mark.end)
        return first, max(first + 1, last)

    def of(self, kind: str) -> tuple[EditLane, ...]:
        """The lanes of a kind."""
        return tuple(lane for lane in self.lanes if lane.kind == kind)

    def media(self) -> tuple[Media, ...]:
        """The files in it, each once, in the order of their first use."""
        used = (clip.media for lane in self.lanes for clip in lane.clips)
        return tuple(dict.fromkeys(used))
