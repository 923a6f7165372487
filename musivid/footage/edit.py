"""A cut of footage as a lane of clips with their handles, for editors to go on from."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from musivid.core.errors import InputError
from musivid.footage.cut import Cut
from musivid.footage.seen import Seen
from musivid.interchange.edit import Clip, EditLane, Media
from musivid.interchange.timecode import Rate, TimecodeError
from musivid.media.frames import stated_timecode

__all__ = ["cut_lane"]

_NEVER_ENDS_S = 3600  # of a photo: it can be drawn out as far as anybody wants


def cut_lane(cut: Cut, seen: Mapping[Path, Seen]) -> EditLane:
    """A cut as a lane of pictures.

    Args:
        cut: the film.
        seen: its files.
    """
    fps = cut.timeline.fps
    used = {shot.path for shot in cut.shots}
    media = {path: _media(one, fps) for path, one in seen.items() if path in used}
    clips = (
        Clip(media[shot.path], shot.first / fps, shot.last / fps, shot.source / fps)
        for shot in cut.shots
    )
    return EditLane("video", tuple(clips), "footage")


def _media(one: Seen, fps: Fraction) -> Media:
    if one.is_photo:
        return Media(one.path, Fraction(_NEVER_ENDS_S), rate=fps, size=one.size, still=True)
    length = Fraction(one.length_s).limit_denominator(1_000_000)
    return Media(one.path, length, rate=one.fps, start=_start(one), size=one.size)


def _start(one: Seen) -> Fraction:
    """The time code of a file's first frame, in seconds from label zero."""
    try:
        label = stated_timecode(one.path)
        if label is None:
            return Fraction(0)
        return Rate(one.fps, ";" in label).frame(label) / one.fps
    except (TimecodeError, InputError, KeyError):  # a label that its rate does not have
        return Fraction(0)
