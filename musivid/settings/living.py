"""What a preset may say of living scenes; `video.py` says how groups are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from musivid.settings.base import Group, Strength
from musivid.settings.marks import SONG, Flag, Heeded

__all__ = ["LivingPreset"]

_WHOLE = Heeded("living.layer", ("none",))
_WORDS = Heeded("output.format", ("as size says", "wide", "shorts", "square"))


class LivingPreset(Group):
    """Scenes that are drawn and moved by the music (painting.mode living)."""

    scene: Annotated[str | None, Flag("--scene", metavar="NAME", panel=SONG), _WHOLE] = None
    """The scene to stay in: sea, shore, forest, city, rain, peaks, fire, camp, aurora, nebula,
    retro, mandala, wood, meadow, village, desk, river, lighthouse, stage, fireworks, clouds,
    deep, liquid, ink, threads, tunnel; or one look of it, as sea/moon; cover/ring, bars, wave or
    mountain: the song's artwork with its spectrum, without any network; picture: your own pictures
    alone; None: chosen by words and sound."""
    plan: Annotated[
        str | None, Flag("--plan", metavar="FILE", panel=SONG, is_path=True), _WHOLE
    ] = None
    """Plan of the film, as `--dry-run --plan-out FILE` writes it and you changed it; with footage
    its cut; None: the film goes where words and sound send it."""
    artwork: Annotated[
        str | None, Flag("--artwork", metavar="FILE", panel=SONG, is_path=True), _WHOLE
    ] = None
    """Picture that a cover shows, or that is one of the film's scenes; None: for a cover the one
    within the song's file or beside it, or made up."""
    logo: Annotated[
        str | None, Flag("--logo", metavar="FILE", panel=SONG, is_path=True), _WHOLE
    ] = None
    """Picture that stands on a cover as a mark, with its transparency; None: no mark."""
    show_title: Annotated[
        bool,
        Flag("--title/--no-title", panel=SONG),
        Heeded("living.scene", ("any other", "footage")),
    ] = False
    """Show title and artist over the first image of a film of scenes; a cover has them anyway."""
    title: str | None = None
    """Title that is shown; None: by the song's tags."""
    artist: str | None = None
    """Artist who is shown; None: by the song's tags."""
    layer: Annotated[Literal["lyrics"] | None, Flag("--layer", panel=SONG), _WORDS] = None
    """What is rendered alone, to be laid over another film, with alpha. lyrics: the lines, as .mov
    (ProRes 4444), .webm (VP9) or a folder of PNGs, without sound; None: the whole film."""
    edge: Annotated[float, Heeded("living.layer", ("lyrics",))] = Field(0.0, ge=0, le=3)
    """Factor on how wide the soft dark edge of the letters of a layer is (0: none, 1: as over
    scenes)."""
    pulse: Annotated[Strength, Heeded("living.scene", ("any other", "cover"))] = 1.0
    """Factor: beats and hits push the camera in and lift the light."""
    lyrics: Annotated[
        Literal["rise", "karaoke", "punch", "type", "subtitle", "off"],
        Flag("--lyrics-style", panel=SONG),
        _WORDS,
    ] = "rise"
    """How lines stand over the picture. rise: the whole line, its words light up as they are sung;
    karaoke: light runs through it; punch: one word at a time, large; type: letters come as they are
    sung, with a caret; subtitle: plain, at the bottom; off: not at all."""
