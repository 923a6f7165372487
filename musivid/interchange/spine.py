"""Lanes with their gaps: what lies on a lane from the first frame to the last, in frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from musivid.interchange.edit import Clip, Edit, EditLane

__all__ = ["Piece", "pieces", "source_frame"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a lane.

    Attributes:
        clip: what lies there, or None: a gap.
        first: its first frame on the edit.
        last: the frame behind its last.
    """

    clip: Clip | None
    first: int
    last: int

    @property
    def frames(self) -> int:
        """How long it is."""
        return self.last - self.first


def pieces(edit: Edit, lane: EditLane | None) -> Iterator[Piece]:
    """What lies on a lane and the gaps between; without a lane one gap."""
    at = 0
    for clip in lane.clips if lane else ():
        first, last = max(at, edit.frame(clip.start)), edit.frame(clip.end)
        if last <= first:
            continue
        if first > at:
            yield Piece(None, at, first)
        yield Piece(clip, first, last)
        at = last
    if at < edit.frames:
        yield Piece(None, at, edit.frames)


def source_frame(edit: Edit, clip: Clip, frames: int) -> int:
    """Where in its media a clip begins, in frames of the edit from the media's first.

    Rounding must not ask for more than the media has, or editors refuse the file.

    Args:
        edit: whose frames are counted.
        clip: the clip.
        frames: how long it is.
    """
    has = int(Fraction(clip.media.length * edit.rate.fps))
    return max(0, min(edit.frame(clip.source), has - frames))
