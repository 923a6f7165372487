"""What a preset of `musivid markers` may say; `base.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.settings.base import Group, Preset
from musivid.settings.marks import Flag, Heeded

__all__ = ["Colour", "MarkerColours", "MarkerHits", "MarkersPreset", "Programme", "What"]

What = Literal["beats", "bars", "sections", "hits", "lyrics"]
Programme = Literal[
    "resolve", "premiere", "finalcut", "kdenlive", "avid", "aftereffects", "audacity", "reaper"
]
Colour = Literal[
    "red", "orange", "yellow", "green", "cyan", "blue", "purple", "magenta", "pink", "white",
    "black",
]  # fmt: skip

_SHOWN = Heeded("colours", ("shown",), typed=True)


class MarkerColours(Group):
    """What colour markers of a kind have; of what a programme lacks it takes its first."""

    beat: Annotated[Colour, Heeded("what", ("beats",))] = "cyan"
    """Of beats: red, orange, yellow, green, cyan, blue, purple, magenta, pink, white or black."""
    bar: Annotated[Colour, Heeded("what", ("bars",))] = "blue"
    """Of first beats of bars:
    red, orange, yellow, green, cyan, blue, purple, magenta, pink, white or black."""
    section: Annotated[Colour, Heeded("what", ("sections",))] = "red"
    """Of where parts of the song begin:
    red, orange, yellow, green, cyan, blue, purple, magenta, pink, white or black."""
    hit: Annotated[Colour, Heeded("what", ("hits",))] = "yellow"
    """Of hits:
    red, orange, yellow, green, cyan, blue, purple, magenta, pink, white or black."""
    lyric: Annotated[Colour, Heeded("what", ("lyrics",))] = "green"
    """Of lines of the lyrics:
    red, orange, yellow, green, cyan, blue, purple, magenta, pink, white or black."""


class MarkerHits(Group):
    """Which of the song's attacks are hits."""

    per_minute: float = Field(12.0, gt=0, le=600)
    """Number of hits a minute, the strongest, at most."""
    apart_s: float = Field(1.0, ge=0.05, le=60)
    """Seconds between two of them, at least."""


class MarkersPreset(Preset):
    """Settings of `musivid markers`."""

    what: Annotated[tuple[What, ...], Flag("--what")] = Field(("bars",), min_length=1)
    """What is marked: beats, bars, sections, hits, lyrics; a beat that begins a bar is the bar's
    where both are wanted."""
    every: Annotated[int, Flag("--every"), Heeded("what", ("beats", "bars"))] = Field(
        1, ge=1, le=1024
    )
    """Number of beats, or bars, of which one is marked, from the first bar on."""
    programme: Annotated[Programme | None, Flag("--for")] = None
    """Whom the file is for, which chooses its form: resolve, premiere, finalcut, kdenlive, avid,
    aftereffects, audacity, reaper; None: told by the name of the output."""
    fps: Annotated[str | None, Flag("--fps", metavar="25|29.97df")] = None
    """Frames per second of the timeline: 25, 23.976, 30000/1001, 29.97df; None: 25."""
    start: Annotated[str | None, Flag("--start", metavar="TIMECODE")] = None
    """Time code of the timeline's first frame; None: as the programme begins, 01:00:00:00 for
    Resolve and Avid, else 00:00:00:00."""
    colours: Annotated[MarkerColours, _SHOWN] = MarkerColours()
    hits: Annotated[MarkerHits, Heeded("what", ("hits",))] = MarkerHits()

    def aspects(self) -> dict[str, tuple[str, ...]]:
        """What is marked; whether a file has colours, it must say."""
        return {"what": self.what}
