"""How a song is listened to: windows for the networks, and stems that its hits are taken from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.settings.base import Group, Unit
from musivid.settings.marks import Heeded

__all__ = ["AudioPreset", "Stem"]

_PAINTED = Heeded("painting.mode", ("keys", "every_frame"))
_AROUND = Heeded("audio.windows", ("around",))


class Stem(Group):
    """A sound file of one part of the song, as long as the song, that pictures may follow."""

    path: str
    """The file."""
    weight: float = Field(1.0, ge=0, le=10)
    """Weight, how strongly it moves the picture."""


class AudioPreset(Group):
    """How the song is cut for listening."""

    windows: Literal["around", "between"] = "around"
    """around: window_s of sound around each beat; between: from one beat to the next, no more."""
    window_s: Annotated[float, _AROUND] = Field(5.0, gt=0.1, le=60)
    """Seconds of sound around each beat that one audio embedding hears."""
    least_hop_s: Annotated[float, _AROUND] = Field(0.0, ge=0, le=30)
    """Fewest seconds between two windows: beats that follow sooner are not heard on their own."""
    detail: Annotated[Unit, _PAINTED] = 0.5
    """Share of a moment's difference from its section that counts (0: sections mean one thing)."""
    fallback_hop_s: float = Field(1.0, gt=0.05, le=30)
    """Seconds between windows when the song has no beats."""
    stems: list[Stem] = []
    """Sound files that hits are taken from instead of the song, as its drums; a hit of one with
    half the weight of another counts half."""
