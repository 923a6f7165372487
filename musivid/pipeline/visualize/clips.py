"""The ways between pictures as clips of an image-to-video pipeline: planned, made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from musivid.core.errors import DeviceError
from musivid.core.refused import is_full
from musivid.core.seeds import child_seed
from musivid.nets.protocols import Animator, ClipWish
from musivid.pipeline.render.clips import ClipFolder, PlayedClip
from musivid.pipeline.render.machine_pace import gflop_per_s
from musivid.pipeline.visualize.job import CheckedVisualize
from musivid.pipeline.visualize.kept import Kept
from musivid.pipeline.visualize.keyframes import Keyframe
from musivid.pipeline.visualize.kinds import clip_numbers
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.prompts import Prompt
from musivid.settings.video import parse_size
from musivid.settings.visualize import VisualizePreset
from musivid.weights.animators import ClipForm, clip_form, clip_work
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.nets.diffusion.pipelines import Offload
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


def _form_of(checked: CheckedVisualize) -> ClipForm:
    """What clips the job's pipeline makes."""
    return clip_form(checked.pipelines["animator"])


def clip_size(checked: CheckedVisualize) -> tuple[int, int]:
    """(width, height) in pixels that clips are filmed at."""
    preset = checked.job.preset
    wanted = preset.clips.size or preset.pictures.size or preset.output.frame
    return _form_of(checked).size(parse_size(wanted))


def _lengths(checked: CheckedVisualize, plan: VisualizePlan) -> list[int]:
    """How many frames the clip of each way has; 0 where the film has no frame on that way."""
    form, clips = _form_of(checked), checked.job.preset.clips
    lasting = [len(leg.frames) / float(plan.timeline.fps) for leg in plan.legs]
    return [form.frames(lasts * clips.fps, clips.most) if lasts else 0 for lasts in lasting]


def clips_facts(
    checked: CheckedVisualize, plan: VisualizePlan, session: Callable[[], Session]
) -> ClipsFacts:
    """What there is to tell of a plan's clips; the session is opened to see how fast it is."""
    preset, place, size = checked.job.preset, checked.pipelines["animator"], clip_size(checked)
    (steps, guidance), lengths = clip_numbers(preset, place), _lengths(checked, plan)
    estimate_s = None
    if isinstance(place, Path):
        passes = steps * (2 if guidance > 1 else 1)
        work = passes * sum(clip_work(place, length, size) for length in lengths if length)
        estimate_s = round(1e-9 * work / gflop_per_s(session()), 1)
    return ClipsFacts(
        size=f"{size[0]}x{size[1]}",
        fps=preset.clips.fps,
        frames=tuple(lengths),
        steps=steps,
        guidance=guidance,
        estimate_s=estimate_s,
    )


def make_clips(
    stages: Stages, plan: VisualizePlan, prompts: Sequence[Prompt], keyframes: Sequence[Keyframe]
) -> list[PlayedClip]:
    """The clips of all ways, those that are there already kept.

    Raises:
        DeviceError: the device has no room for a clip, however its networks are kept.
    """
    set_of = _Set(stages, dict(_wishes(stages, plan, prompts, keyframes)))
    for number in set_of.missing():
        set_of.film(number)
    legs = ((number, wish.frames, plan.legs[number]) for number, wish in set_of.wishes.items())
    return [
        PlayedClip(set_of.folder.path(number), length, leg.frames, leg.shares)
        for number, length, leg in legs
    ]


class _Set:
    """Where clips are filmed, one by one; the pipeline is loaded for the first that is missing."""

    def __init__(self, stages: Stages, wishes: dict[int, ClipWish]) -> None:
        """Load nothing yet."""
        self.wishes, self._stages = wishes, stages
        self._place = stages.checked.pipelines["animator"]
        self._steps, self._guidance = clip_numbers(stages.preset, self._place)
        tiled = stages.preset.clips.tiled
        self.folder = ClipFolder(
            stages.run, {"steps": self._steps, "guidance": self._guidance, "tiled": tiled}
        )
        self._kept = Kept(stages, self._open)

    def missing(self) -> list[int]:
        """Numbers of the clips that are not there."""
        return [number for number, wish in self.wishes.items() if not self.folder.has(number, wish)]

    def film(self, number: int) -> None:
        """Make a clip and keep it."""
        wish = self.wishes[number]
        try:
            with self._stages.stop.at_once():  # a step may take minutes, a clip begun is no clip
                clip = self._kept.use(lambda animator: animator.film(wish, self._stages.advance))
        except RuntimeError as error:
            if not is_full(error):
                raise
            high, wide = wish.first.shape[:2]
            raise DeviceError(
                f"the device has no room for a clip of {wish.frames} frames of {wide}x{high}",
                hint="Set clips.tiled to true, or clips.size or clips.most smaller.",
            ) from error
        self.folder.save(number, wish, clip)

    def _open(self, offload: Offload) -> Animator:
        """The pipeline, loaded."""
        from musivid.nets.diffusion.image_to_video import ClipAnimator

        stages = self._stages
        stages.reporter.stage("load models")
        folder = stages.session.folder(self._place)
        loader = clip_form(folder).loader
        animator = ClipAnimator(
            stages.session.pipeline(folder, loader=loader, offload=offload),
            steps=self._steps,
            guidance=self._guidance,
            tiled=stages.preset.clips.tiled,
        )
        stages.reporter.stage("film clips", len(self.wishes) * self._steps, "steps")
        stages.reporter.advance((len(self.wishes) - len(self.missing())) * self._steps)
        return animator


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
