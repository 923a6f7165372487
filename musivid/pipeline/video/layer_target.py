"""Where a layer goes, and what does not go with it: asked before anything is heard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from musivid.core.errors import OutputError, PresetError, UsageError
from musivid.core.outputs import check_folder, check_output
from musivid.core.run import is_being_delivered
from musivid.media.codecs import CONTAINERS, LAYERS, Codec, check_codec
from musivid.media.kinds import FILM, PICTURE, SONG
from musivid.settings.heeded import refuse_unheeded
from musivid.settings.video import InterpolatePreset

if TYPE_CHECKING:
    from musivid.pipeline.video.job import VideoJob

__all__ = ["FRAME_NAME", "LAYER_FILMS", "check_layer", "layer_codec"]

FRAME_NAME = "lyrics_{:06d}.png"
"""How pictures of a layer are called, by their frames."""

LAYER_FILMS = tuple(suffix for suffix, container in CONTAINERS.items() if container.layer)
"""Endings of films that hold a layer."""

_OWN = re.compile(r"lyrics_\d{6,}\.png")


def layer_codec(out: Path) -> Codec:
    """What a layer is coded in, by where it goes: a film, or a folder of pictures."""
    container = CONTAINERS.get(out.suffix.lower())
    return LAYERS[container.layer] if container and container.layer else LAYERS["png"]


def check_layer(job: VideoJob, *, force: bool = False) -> None:
    """Check that there are words for a layer, nothing that it leaves out, and a place for it.

    Raises:
        UsageError: no words, or what a layer does not have. PresetError: settings without effect.
        OutputError: it is there, cannot hold a layer, or cannot be written.
    """
    idle = {"--burn-lyrics": job.burn_lyrics, "--subtitles": job.subtitles,
            "--timeline": job.timeline is not None}  # fmt: skip
    if useless := [flag for flag, given in idle.items() if given]:
        raise UsageError(f"{' and '.join(useless)} has no effect on a layer", hint="Leave it out.")
    if not job.lyrics:
        raise UsageError("--layer lyrics has no lines", hint="Give --lyrics FILE as well.")
    if job.preset.living.lyrics == "off":
        raise PresetError("--layer lyrics shows what --lyrics-style off hides",
                          hint="Leave one of them out.")  # fmt: skip
    if isinstance(job.preset, InterpolatePreset):
        raise PresetError("a layer of words is not interpolated", hint="Use `musivid video`.")
    if job.out is None:
        return
    if job.out.suffix.lower() in LAYER_FILMS:
        check_output(job.out, force=force)
        check_codec(job.out, layer_codec(job.out).name)
    else:
        _check_pictures(job.out, force=force)
    refuse_unheeded(job.preset, {"output.codec": (layer_codec(job.out).name,)})


def _check_pictures(out: Path, *, force: bool) -> None:
    """Check that a folder of pictures can be made.

    Raises:
        OutputError: a file is meant, or what is there is not only ours.
    """
    known = (*FILM.suffixes, *PICTURE.suffixes, *SONG.suffixes)
    if out.is_file() or out.suffix.lower() in known:
        raise OutputError(
            f"output {out.name} cannot hold what is seen through",
            hint=f"Name it {out.stem}.mov or {out.stem}.webm, or a folder for PNGs: {out.stem}/",
        )
    if out.is_dir():
        others = [path.name for path in out.iterdir() if not _OWN.fullmatch(path.name)]
        if others:
            raise OutputError(
                f"{out} holds what is no frame of a layer: {others[0]}",
                hint="Name another folder, or one that is not there yet.",
            )
        if any(out.iterdir()) and not force and not is_being_delivered(out):
            raise OutputError(
                f"output {out} exists already",
                hint="Give --force to replace it, or another name with -o.",
            )
    check_folder(out.absolute().parent, f"output {out}", hint="Choose another place with -o.")
