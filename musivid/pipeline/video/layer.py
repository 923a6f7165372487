"""The words of a film alone, on what can be seen through: rendered part by part for editors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import Interrupted, UsageError
from musivid.core.progress import Reporter
from musivid.core.stopping import soft_stop
from musivid.core.timeline import Timeline, parse_fps
from musivid.living.lettering.laying import layer_planes, straight
from musivid.living.moment import Music, lay_music
from musivid.media.codecs import Codec
from musivid.media.sink import join_parts
from musivid.media.stills import write_stills
from musivid.pipeline.render.parts import PartMaker
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.layer_target import FRAME_NAME, layer_codec
from musivid.pipeline.video.listen import Listened, listen_to
from musivid.pipeline.video.living import words_overlay
from musivid.pipeline.video.over import WORDS_BACKDROP
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import VideoResult, VideoWork, networks_of, open_run

if TYPE_CHECKING:
    from torch import Tensor

    from musivid.living.film import Overlay

__all__ = ["LayerFilm", "layer_film", "make_layer", "render_layer"]

Frame = NDArray[np.uint8]

_FRAMES = "frames"  # folder of the run in which PNGs are put together


@dataclass(frozen=True, slots=True)
class LayerFilm:
    """Words alone, frame by frame.

    Attributes:
        draw: draws the words of a moment.
        music: the song on the frames of the film.
        plan: clock and size.
    """

    draw: Overlay
    music: Music
    plan: VideoPlan

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 4] from `first` on: RGB and straight alpha."""
        for number in range(first, self.plan.timeline.frames):
            yield self.frame(number)

    def frame(self, number: int) -> Frame:
        """One of them."""
        planes = layer_planes(self.plan.size)
        self.draw(planes, self.music.at(number), WORDS_BACKDROP)
        return straight(planes)

    def state(self) -> dict[str, Tensor]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""


def layer_film(checked: CheckedJob, listened: Listened, reporter: Reporter) -> LayerFilm:
    """The words of a job.

    Args:
        checked: the job.
        listened: what was heard.
        reporter: told of letters that no font has.

    Raises:
        UsageError: none of its lines says anything.
    """
    _, facts, plan = listened
    music = lay_music(facts, facts.spectrum, Timeline(facts.duration_s, plan.timeline.fps))
    draw = words_overlay(plan, music, checked.job.preset, reporter)
    if draw is None:
        raise UsageError("--layer lyrics has no lines to show", hint="Give --lyrics with some.")
    return LayerFilm(draw, music, plan)


def make_layer(
    checked: CheckedJob,
    *,
    offline: bool = False,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    reporter: Reporter,
) -> VideoResult:
    """Make the layer of a job; the same call goes on after a kill."""
    return render_layer(
        checked, listen_to(checked, reporter), offline=offline, force=force, resume=resume,
        resume_any=resume_any, reporter=reporter,
    )  # fmt: skip


def render_layer(
    checked: CheckedJob,
    listened: Listened,
    *,
    offline: bool = False,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    reporter: Reporter,
) -> VideoResult:
    """Render words part by part.

    Args:
        checked: the job.
        listened: what was heard.
        offline: nothing may be fetched.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        reporter: told of stages and progress.
    """
    job, (_, facts, plan) = checked.job, listened
    film = layer_film(checked, listened, reporter)
    with (
        open_run(
            checked, networks_of(None, job).machine, offline=offline, force=force, resume=resume,
            resume_any=resume_any,
        ) as run,
        soft_stop() as stop,
    ):  # fmt: skip
        work = VideoWork(checked, plan, run, stop, reporter)
        codec = layer_codec(checked.out)
        parts = PartMaker(run, plan.parts, plan.size, job.preset.output, codec)
        try:
            reporter.stage("render", plan.timeline.frames, "frames")
            parts.make(film, stop, reporter)
        except Interrupted:
            done = parts.finished()
            kept = plan.parts[done].start if done < len(plan.parts) else plan.timeline.frames
            raise Interrupted(
                f"stopped; {kept} of {plan.timeline.frames} frames are kept",
                hint="Give the same command again to go on.",
            ) from None
        reporter.stage("join")
        return work.finish(_joined(work, parts, codec), facts.tempo_bpm, {})


def _joined(work: VideoWork, parts: PartMaker, codec: Codec) -> Path:
    """All parts as one film, or as a folder of pictures."""
    out, run = work.checked.out, work.run
    files = [parts.path(part) for part in range(len(parts.ranges))]
    if codec.name != "png":
        run.deliver()
        named = {"title": f"{work.checked.job.song.stem}: lyrics"}
        fps = parse_fps(work.checked.job.preset.output.fps)
        join_parts(files, out, fps=fps, metadata=named, frames=work.plan.timeline.frames)
        return out
    folder = run.path(_FRAMES)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_stills(files, folder, FRAME_NAME)
    run.deliver()
    if out.is_dir():
        for old in out.iterdir():
            old.unlink()  # all are frames of a layer: this was looked at before
        out.rmdir()
    os.replace(folder, out)
    return out
