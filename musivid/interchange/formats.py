"""The formats of marks: the one table that reading, writing, help and messages go by."""

from __future__ import annotations

from musivid.interchange.audacity import AUDACITY
from musivid.interchange.avid import AVID
from musivid.interchange.cmx import EDL
from musivid.interchange.fcpxml import FCPXML
from musivid.interchange.json_marks import JSON_MARKS
from musivid.interchange.jsx import JSX
from musivid.interchange.marks import Format, Source
from musivid.interchange.midi import MIDI
from musivid.interchange.otio import OTIO
from musivid.interchange.plain import PLAIN
from musivid.interchange.premiere import PREMIERE
from musivid.interchange.reaper import REAPER
from musivid.interchange.subtitles import LRC, SRT, VTT
from musivid.interchange.xmeml import XMEML

__all__ = ["FORMATS", "accepted", "format_of"]

FORMATS: tuple[Format, ...] = (
    MIDI,
    OTIO,
    JSON_MARKS,
    JSX,
    FCPXML,
    XMEML,
    EDL,
    PREMIERE,
    REAPER,
    AVID,
    AUDACITY,
    VTT,
    SRT,
    LRC,
    PLAIN,
)
"""In the order in which a file is asked what it is; the last takes what no other does."""


def accepted() -> str:
    """What can be read, for messages."""
    return f"Accepted are {', '.join(each.title for each in FORMATS)}."


def format_of(source: Source) -> Format | None:
    """The format that a file shows to be of, by its content."""
    return next((each for each in FORMATS if each.shows(source)), None)
