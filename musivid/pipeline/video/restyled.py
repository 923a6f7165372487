"""The film that another is painted over: which it is, and whether it is long enough."""

from __future__ import annotations

from pathlib import Path

from musivid.core.errors import InputError
from musivid.core.paths import expanded
from musivid.media.containers import check_file
from musivid.media.frames import probe_video
from musivid.settings.video import VideoPreset

__all__ = ["check_beneath", "film_beneath"]


def film_beneath(preset: VideoPreset) -> dict[str, Path]:
    """The film whose frames painted ones start from, if there is one, by its role."""
    path = preset.painting.restyle
    return {} if path is None else {"film beneath": expanded(path)}


def check_beneath(preset: VideoPreset, start_s: float, film_s: float | None) -> list[str]:
    """What is odd about the film whose frames painted ones start from.

    Args:
        preset: the settings.
        start_s: where in the song the film that is made begins.
        film_s: how long it will be, where that is known.

    Raises:
        InputError: it cannot be read, or ends before that part of the song begins.
    """
    warnings = []
    for path in film_beneath(preset).values():
        check_file(path, "a film")
        whole_s = probe_video(path).duration_s
        if whole_s is None:
            continue
        if whole_s <= start_s:
            raise InputError(
                f"{path} ends at {whole_s:.1f} s, before the part of the song begins",
                hint="It runs beside the song: give an earlier --from, or a longer film.",
            )
        if film_s is not None and whole_s < start_s + film_s - 1:
            warnings.append(f"{path} ends at {whole_s:.1f} s; its last picture holds from there on")
    return warnings
