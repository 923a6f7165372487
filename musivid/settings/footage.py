"""What a preset may say of films that are cut from people's own videos and photos."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from musivid.settings.base import Group
from musivid.settings.marks import SONG, Flag, Heeded

__all__ = ["FootagePreset"]

_GIVEN = Heeded("footage.clips", ("a folder",))
_PLANNED = Heeded("living.plan", ("a file",))


class FootagePreset(Group):
    """Videos and photos of the user's own that the film is cut from."""

    clips: Annotated[
        str | None,
        Flag("--footage", metavar="FOLDER", panel=SONG, is_path=True),
        Heeded("living.layer", ("none",)),
    ] = None
    """Folder of videos and photos that the film is cut from, on the beats of the song; None:
    scenes are drawn."""
    reuse: Annotated[bool, Flag("--reuse", panel=SONG, sets=True), _GIVEN] = False
    """Where there is too little footage, show again what was seen longest ago."""
    keep: Annotated[str | None, Flag("--keep", metavar="SHOTS", panel=SONG), _GIVEN, _PLANNED] = (
        None
    )
    """Shots of the cut given with --plan that stay, as 3,7-9; all others are chosen anew.
    None: see ban."""
    ban: Annotated[str | None, Flag("--ban", metavar="SHOTS", panel=SONG), _GIVEN, _PLANNED] = None
    """Shots of the cut given with --plan whose pieces are shown no more, as 7; without --keep all
    others stay. None: no piece is left out."""
    pace: Annotated[float, _GIVEN] = Field(1.0, ge=0.25, le=4)
    """Factor on how often it cuts."""
