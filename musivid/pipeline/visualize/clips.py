"""The ways between pictures as clips of an image-to-video pipeline: planned, made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.seeds import child_seed
from musivid.nets.protocols import ClipWish
from musivid.pipeline.render.clips import PlayedClip
from musivid.pipeline.render.filming import (
    ClipsFacts,
    FilmingSet,
    clip_lengths,
    clips_facts,
    clips_size,
)
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.keyframes import Keyframe
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.visualize import VisualizePreset
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["clip_size", "make_clips", "planned_clips"]

_FILM = 20  # place of seeds


def clip_size(checked: CheckedVisualize) -> tuple[int, int]:
    """(width, height) in pixels that clips are filmed at."""
    preset = checked.job.preset
    wanted = preset.pictures.size or preset.output.frame
    return clips_size(preset, checked.pipelines["animator"], wanted)


def planned_clips(
    checked: CheckedVisualize, plan: VisualizePlan, session: Callable[[], Session]
) -> ClipsFacts:
    """What there is to tell of a plan's clips; the session is opened to see how fast it is."""
    preset, place = checked.job.preset, checked.pipelines["animator"]
    return clips_facts(preset, place, _lengths(checked, plan), clip_size(checked), session)


def make_clips(
    stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt], keyframes: Sequence[Keyframe]
) -> list[PlayedClip]:
    """The clips of all ways, those that are there already kept.

    Raises:
        DeviceError: the device has no room for a clip, however its networks are kept.
    """
    filming = FilmingSet(
        stages.preset,
        stages.checked.pipelines["animator"],
        stages.session,
        stages.reporter,
        folder=stages.run.path("clips", "001.mp4").parent,
        stop=stages.stop,
    )
    wishes = dict(_wishes(stages, plan, prompts, keyframes))
    filming.film(wishes)
    legs = ((number, wish.frames, plan.legs[number]) for number, wish in wishes.items())
    return [
        PlayedClip(filming.folder.path(number), length, leg.frames, leg.shares)
        for number, length, leg in legs
    ]


def _lengths(checked: CheckedVisualize, plan: VisualizePlan) -> list[int]:
    """How many frames the clip of each way has; 0 where the film has no frame on that way."""
    lasting_s = [len(leg.frames) / float(plan.timeline.fps) for leg in plan.legs]
    return clip_lengths(checked.job.preset, checked.pipelines["animator"], lasting_s)


def _wishes(
    stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt], keyframes: Sequence[Keyframe]
) -> Iterator[tuple[int, ClipWish]]:
    """What each clip is asked for, by the number of its way."""
    preset, size = stages.preset, clip_size(stages.checked)
    black = np.zeros((size[1], size[0], 3), np.uint8)
    for number, length in enumerate(_lengths(stages.checked, plan)):
        if not length:
            continue
        leg = plan.legs[number]
        first, last = (
            black if which is None else keyframes[which].picture
            for which in (leg.first, leg.second)
        )
        wish = ClipWish(
            first=first,
            last=last,
            text=_text(prompts[number] if prompts else None, preset),
            negative=preset.clips.negative,
            frames=length,
            fps=preset.clips.fps,
            seed=child_seed(preset.seed, _FILM, number),
        )
        yield number, wish


def _text(prompt: Prompt | None, preset: VisualizePreset) -> str:
    """What a section shows, the heaviest first, and how it moves."""
    said = sorted(prompt.texts(), key=lambda part: -part.weight) if prompt else []
    return ", ".join(filter(None, [*(part.what for part in said), preset.clips.motion]))
