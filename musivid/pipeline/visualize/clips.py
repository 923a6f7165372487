"""The ways between pictures as clips of an image-to-video pipeline: planned, made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.seeds import child_seed
from musivid.nets.protocols import Animator, ClipWish
from musivid.pipeline.render.clips import ClipFolder, PlayedClip
from musivid.pipeline.render.machine_pace import gflop_per_s
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.keyframes import Keyframe
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.video import parse_size
from musivid.settings.visualize import VisualizePreset
from musivid.weights.animators import ClipForm, clip_form, clip_work
from musivid.weights.pipelines import pipeline_spec
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.pipeline.visualize.stages import Stages

__all__ = ["ClipsFacts", "clip_size", "clips_facts", "make_clips"]

_FILM = 20  # place of seeds


@dataclass(frozen=True, slots=True)
class ClipsFacts:
    """What there is to tell of a plan's clips; fields are the keys of its JSON.

    Attributes:
        size: width x height that is filmed.
        fps: frames a second that are filmed.
        frames: of the clip of each section; 0 where the film has no frame there.
        steps: of diffusion for each clip.
        guidance: its scale.
        estimate_s: how long filming them takes on this machine, roughly; None: not known.
    """

    size: str
    fps: float
    frames: tuple[int, ...]
    steps: int
    guidance: float
    estimate_s: float | None


@dataclass(frozen=True, slots=True)
class _Diffusion:
    """How a clip is made out of noise.

    Attributes:
        steps: number of steps.
        guidance: scale; above 1 each step takes two passes.
    """

    steps: int
    guidance: float


def _form_of(checked: CheckedVisualize) -> ClipForm:
    """What clips the job's pipeline makes."""
    return clip_form(checked.pipelines["animator"])


def clip_size(checked: CheckedVisualize) -> tuple[int, int]:
    """(width, height) in pixels that clips are filmed at."""
    preset = checked.job.preset
    wanted = preset.clips.size or preset.pictures.size or preset.output.frame
    return _form_of(checked).size(parse_size(wanted))


def _diffusion_of(checked: CheckedVisualize) -> _Diffusion:
    """Steps and guidance: the preset's, else the publisher's, else those of the class."""
    preset, form = checked.job.preset, _form_of(checked)
    said = pipeline_spec(preset.models.animator or "")
    steps, guidance = preset.clips.steps, preset.clips.guidance
    if steps is None:
        steps = said.steps if said and said.steps else form.steps
    if guidance is None:
        guidance = said.guidance if said and said.guidance is not None else form.guidance
    return _Diffusion(int(steps), guidance)


def _lengths(checked: CheckedVisualize, plan: VisualizePlan) -> list[int]:
    """How many frames the clip of each way has; 0 where the film has no frame on that way."""
    form, clips = _form_of(checked), checked.job.preset.clips
    lasting = [len(leg.frames) / float(plan.timeline.fps) for leg in plan.legs]
    return [form.frames(lasts * clips.fps, clips.most) if lasts else 0 for lasts in lasting]


def clips_facts(
    checked: CheckedVisualize, plan: VisualizePlan, session: Callable[[], Session]
) -> ClipsFacts:
    """What there is to tell of a plan's clips; the session is opened to see how fast it is."""
    size, diffusion, lengths = clip_size(checked), _diffusion_of(checked), _lengths(checked, plan)
    place, estimate_s = checked.pipelines["animator"], None
    if isinstance(place, Path):
        passes = diffusion.steps * (2 if diffusion.guidance > 1 else 1)
        work = passes * sum(clip_work(place, length, size) for length in lengths if length)
        estimate_s = round(1e-9 * work / gflop_per_s(session()), 1)
    return ClipsFacts(
        size=f"{size[0]}x{size[1]}",
        fps=checked.job.preset.clips.fps,
        frames=tuple(lengths),
        steps=diffusion.steps,
        guidance=diffusion.guidance,
        estimate_s=estimate_s,
    )


def make_clips(
    stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt], keyframes: Sequence[Keyframe]
) -> list[PlayedClip]:
    """The clips of all ways, those that are there already kept."""
    checked, tiled = stages.checked, stages.preset.clips.tiled
    diffusion = _diffusion_of(checked)
    folder = ClipFolder(stages.run, {**asdict(diffusion), "tiled": tiled})
    wishes = dict(_wishes(stages, plan, prompts, keyframes))
    missing = [number for number, wish in wishes.items() if not folder.has(number, wish)]
    if missing:
        stages.reporter.stage("load models")
        animator = _open(checked, stages.session, diffusion)
        stages.reporter.stage("film clips", len(wishes) * diffusion.steps, "steps")
        stages.reporter.advance((len(wishes) - len(missing)) * diffusion.steps)
    for number in missing:
        with stages.stop.at_once():  # a step may take minutes, and a clip begun is no clip
            clip = animator.film(wishes[number], stages.advance)
        folder.save(number, wishes[number], clip)
    legs = ((number, wish.frames, plan.legs[number]) for number, wish in wishes.items())
    return [
        PlayedClip(folder.path(number), length, leg.frames, leg.shares)
        for number, length, leg in legs
    ]


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
            black if place is None else keyframes[place].picture
            for place in (leg.first, leg.second)
        )
        yield (
            number,
            ClipWish(
                first=first,
                last=last,
                text=_text(prompts[number] if prompts else None, preset),
                negative=preset.clips.negative,
                frames=length,
                fps=preset.clips.fps,
                seed=child_seed(preset.seed, _FILM, number),
            ),
        )


def _text(prompt: Prompt | None, preset: VisualizePreset) -> str:
    """What a section shows, the heaviest first, and how it moves."""
    said = sorted(prompt.texts(), key=lambda part: -part.weight) if prompt else []
    return ", ".join(filter(None, [*(part.what for part in said), preset.clips.motion]))


def _open(checked: CheckedVisualize, session: Session, diffusion: _Diffusion) -> Animator:
    """The pipeline of a job, loaded.

    Raises:
        WeightsError: it cannot be loaded.
    """
    from musivid.nets.diffusion.image_to_video import ClipAnimator

    preset, place = checked.job.preset, checked.pipelines["animator"]
    folder = session.folder(place)
    pipeline = session.pipeline(
        folder, loader=clip_form(folder).loader, offload=preset.models.offload
    )
    return ClipAnimator(
        pipeline, steps=diffusion.steps, guidance=diffusion.guidance, tiled=preset.clips.tiled
    )
