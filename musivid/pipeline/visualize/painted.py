"""Painted pictures as scenes: what falls over them, and before which of them somebody stands.

A picture that the user gave, or changed, is shown as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from musivid.living.casting import shows_somebody
from musivid.living.forecast import is_indoors, weather_in
from musivid.living.weather import Weather
from musivid.pipeline.render.pictures import OwnPicture
from musivid.pipeline.visualize.keyframes import KeyframeFolder
from musivid.pipeline.visualize.prompts import Prompt

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["painted_pictures", "peopled_pictures", "weather_of"]


def painted_pictures(stages: Stages, prompts: Sequence[Prompt]) -> list[OwnPicture]:
    """The picture of each section, with its weather where an artist painted it."""
    folder, painted = KeyframeFolder(stages.run), _painted(stages, prompts)
    return [
        OwnPicture(folder.path(n, ".png"), 1.0, weather_of(prompt) if n in painted else "")
        for n, prompt in enumerate(prompts)
    ]


def peopled_pictures(stages: Stages, prompts: Sequence[Prompt]) -> set[str]:
    """Looks of painted pictures before which the film's figure stands.

    Those that are outside, and have nobody in them anyway.
    """
    captions = {n: prompts[n].caption.what for n in _painted(stages, prompts)}
    return {
        str(number + 1)
        for number, caption in captions.items()
        if not shows_somebody(caption) and not is_indoors(caption)
    }


def weather_of(prompt: Prompt) -> Weather:
    """What falls over the picture of a prompt, unless it must not show it."""
    found = weather_in(prompt.caption.what) if prompt.caption.weight else ""
    return "" if found == weather_in(prompt.negative) else found


def _painted(stages: Stages, prompts: Sequence[Prompt]) -> list[int]:
    """Sections whose pictures an artist painted, and that the user left as they are."""
    if stages.checked.job.images or stages.looks is not None:
        return []
    folder = KeyframeFolder(stages.run)
    return [number for number in range(len(prompts)) if not folder.is_changed(number)]
