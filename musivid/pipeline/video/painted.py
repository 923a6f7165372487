"""A film of keyframes or of painted frames, as a file: what the pictures should mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.sound import SoundFacts
from musivid.core.errors import Interrupted
from musivid.core.paths import expanded
from musivid.core.progress import Reporter
from musivid.core.stopping import soft_stop
from musivid.painting.inits import load_picture
from musivid.pipeline.guidance.schedule import Schedule, make_schedule, prompted_texts
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.guidance.understanding import read_lines, warn_unread
from musivid.pipeline.guidance.windows import calm_windows
from musivid.pipeline.render.beneath import FilmBeneath
from musivid.pipeline.render.film import Film, PaintedFilm
from musivid.pipeline.render.keyframe_painting import KeyframePlan, plan_keyframes
from musivid.pipeline.render.studio import Studio, open_studio, painted_size
from musivid.pipeline.render.together import Team
from musivid.pipeline.video.clips import clip_film
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.listen import Listened
from musivid.pipeline.video.makers import make_walk
from musivid.pipeline.video.memory import painting_memory
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import VideoResult, VideoWork, networks_of, open_run
from musivid.pipeline.video.timeline_file import write_timeline
from musivid.pipeline.video.walks import seen_by_camera, walk_film
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

__all__ = ["make_film", "render_painted", "schedule_song"]


def render_painted(
    checked: CheckedJob,
    session: Session,
    hear: Callable[[], Listened],
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    painted: Sequence[Tensor] = (),
    team: Team | None = None,
    reporter: Reporter,
) -> VideoResult:
    """Make a video file of a song that is heard when it is needed; else as `make_video`.

    Args:
        checked: the job.
        session: device and models.
        hear: gives the song, what is heard in it and the plan; nobody else need hold the song.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        painted: latents of all keyframes, where they were painted before in this process.
        team: who paints and walks instead of this process; a film of painted frames has none, and
            clips are filmed by this one.
        reporter: told of stages and progress.
    """
    track, facts, plan = hear()
    preset = checked.job.preset
    # Before the run: weights that are refused make no folder, and clear none.
    reporter.stage("load models")
    if memory := painting_memory(preset, plan.size, session):
        reporter.note(f"painting takes {memory.told}")
        if memory.warning:
            reporter.warn(memory.warning)
    studio = open_studio(session, preset)
    networks = networks_of(session, checked.job)
    with (
        open_run(
            checked,
            networks.machine,
            offline=session.offline,
            force=force,
            resume=resume,
            resume_any=resume_any,
        ) as run,
        soft_stop() as stop,
    ):
        work = VideoWork(checked, plan, run, stop, reporter)
        work.assembly().rehearse()
        parts = work.parts()
        try:
            sounds = work.embed_sounds(studio.perceptor, session.device, track)
            del track  # an hour of stereo is more than a gigabyte
            schedule = schedule_song(studio, plan, sounds, preset, reporter)
            keyframes = _plan_keyframes(work, studio, facts, schedule)
            if team is not None and keyframes is not None and not preset.is_clips:
                make_walk(work, parts, studio, facts, keyframes, team=team)
            else:
                latents = work.paint_keyframes(studio, keyframes, painted) if keyframes else []
                if preset.is_clips:
                    film: Film = clip_film(
                        studio, facts, preset, plan, latents,
                        session=session, folder=run.path("clips", "001.mp4").parent, stop=stop,
                        reporter=reporter,
                    )  # fmt: skip
                else:
                    film = make_film(
                        studio, schedule, facts, preset, plan,
                        latents=latents, start_s=checked.job.start_s,
                    )  # fmt: skip
                reporter.stage("render", plan.timeline.frames, "frames")
                parts.make(film, stop, reporter)
        except Interrupted:
            raise work.stopped(parts) from None
        path = work.join(parts, session.hashes(), _loudest(facts, plan))
        hashes = session.hashes()
        made = work.finish(path, facts.tempo_bpm, hashes, keyframes=len(plan.keyframes))
    write_timeline(checked, facts, plan, (), reporter)
    return made


def _loudest(facts: SoundFacts, plan: VideoPlan) -> int:
    """The frame where the song is loudest."""
    loudness = facts.curves.at("loudness", np.asarray(plan.timeline.times_s()))
    return int(np.argmax(loudness))


def _plan_keyframes(
    work: VideoWork, studio: Studio, facts: SoundFacts, schedule: Schedule
) -> KeyframePlan | None:
    """What each keyframe should mean; None: there are none."""
    preset, plan = work.checked.job.preset, work.plan
    if not plan.keyframes:
        return None
    size = painted_size(plan.size, preset.painting, studio.painter.factor)
    return plan_keyframes(plan.keyframes, schedule, facts.curves, preset, size)


def schedule_song(
    studio: Studio,
    plan: VideoPlan,
    sounds: NDArray[np.float32],
    preset: VideoPreset,
    reporter: Reporter,
) -> Schedule:
    """What the pictures should mean over time; texts that are not read are told."""
    said = (span.text for lane in plan.spans for span in lane)
    cure = "--preset living lets the sound guide where a line is not"
    warn_unread(read_lines(studio.perceptor, said), reporter, cure)
    for text in studio.perceptor.too_long(prompted_texts(plan.spans, preset.meant)):
        reporter.warn(f"{preset.models.perceptor} reads only the beginning of: {text}")

    def open_picture(path: str, side: int) -> Tensor:
        return load_picture(expanded(path), (side, side))

    times_s = [window.time_s for window in plan.windows]
    return make_schedule(
        studio.perceptor,
        times_s,
        calm_windows(sounds, times_s, plan.sections_s, preset.audio.detail),
        plan.spans,
        preset.meant,
        stepped=preset.audio.windows == "between",
        swing=swing_of(preset),
        device=studio.device,
        load_picture=open_picture,
    )


def make_film(
    studio: Studio,
    schedule: Schedule,
    facts: SoundFacts,
    preset: VideoPreset,
    plan: VideoPlan,
    *,
    latents: Sequence[Tensor],
    start_s: float = 0.0,
) -> Film:
    """The film that a preset asks for, seen by a camera that follows the music.

    Args:
        studio: the networks.
        schedule: what the pictures should mean.
        facts: what was heard.
        preset: how to paint.
        plan: clock, size, moments of keyframes.
        latents: of keyframes.
        start_s: where in the song the film begins, and with it a film beneath.
    """
    if preset.painting.mode != "every_frame":
        return walk_film(studio, facts, preset, plan, latents)
    reactions, camera = seen_by_camera(studio, facts, preset, plan)
    size, restyle = painted_size(plan.size, preset.painting, studio.painter.factor), None
    if preset.painting.restyle is not None:
        restyle = FilmBeneath(expanded(preset.painting.restyle), size, start_s)
    return PaintedFilm(
        studio,
        preset,
        reactions,
        camera,
        schedule=schedule,
        timeline=plan.timeline,
        windows=plan.windows,
        size=size,
        beneath=restyle,
    )
