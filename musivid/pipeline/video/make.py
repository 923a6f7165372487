"""A song becomes a film: `make_video`, file to file, which goes on after a kill.

Below it lies what all rungs share: what the pictures should mean, and the film of keyframes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from musivid.analysis.sound import SoundFacts
from musivid.analysis.spectrum import Spectrum
from musivid.core.errors import Interrupted
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.run import Run, run_folder
from musivid.core.stopping import soft_stop
from musivid.nets.protocols import Perceptor
from musivid.painting.camera import Camera
from musivid.painting.inits import load_picture
from musivid.painting.looks import Finish
from musivid.pipeline.guidance.schedule import Schedule, make_schedule, prompted_texts
from musivid.pipeline.guidance.swing import swing_of
from musivid.pipeline.guidance.understanding import read_lines, warn_unread
from musivid.pipeline.guidance.windows import calm_windows
from musivid.pipeline.render.assembly import CLUTTER
from musivid.pipeline.render.depends import film_machine
from musivid.pipeline.render.film import Film, PaintedFilm, WalkedFilm
from musivid.pipeline.render.keyframe_painting import plan_keyframes
from musivid.pipeline.render.reactions import keyframe_numbers, lay_reactions
from musivid.pipeline.render.studio import Studio, open_studio, painted_size
from musivid.pipeline.video.job import CheckedJob, check_models, picture_files, stem_files
from musivid.pipeline.video.listen import Listened, listen_to
from musivid.pipeline.video.places import (
    needs_ears,
    place_song,
    plan_text,
    song_number,
)
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import VideoWork
from musivid.settings.presets import dump_preset
from musivid.settings.video import VideoPreset
from musivid.weights.session import Session

if TYPE_CHECKING:
    from musivid.pipeline.video.living import DrawnFilm

__all__ = ["VideoResult", "make_film", "make_video", "render_video", "schedule_song"]


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What came of a job.

    Attributes:
        path: the mp4.
        folder: the run's folder: manifest, preset, keyframes.
        frames: how many frames it has.
        duration_s: length of its sound.
        keyframes: how many keyframes were painted.
        tempo_bpm: of the song; 0 without a pulse.
    """

    path: Path
    folder: Path
    frames: int
    duration_s: float
    keyframes: int
    tempo_bpm: float


def make_video(
    checked: CheckedJob,
    session: Session,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    reporter: Reporter | None = None,
) -> VideoResult:
    """Make a video file; killed at any moment, the same call goes on and gives the same frames.

    Args:
        checked: from `job.check_job`.
        session: device and models.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        reporter: told of stages and progress.

    Raises:
        Interrupted: Ctrl-C; what is done is kept, and the message says how to go on.
        MusividError: the subclass says what is wrong.
    """
    reporter = reporter or Silent()
    return render_video(
        checked,
        session,
        lambda: listen_to(checked, reporter),
        force=force,
        resume=resume,
        resume_any=resume_any,
        reporter=reporter,
    )


def render_video(
    checked: CheckedJob,
    session: Session,
    hear: Callable[[], Listened],
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    painted: Sequence[Tensor] = (),
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
        reporter: told of stages and progress.
    """
    track, facts, plan = hear()
    preset = checked.job.preset
    drawn = preset.painting.mode == "living"
    # Before the run: weights that are refused make no folder, and clear none.
    ears = _load_models(preset, session, reporter)
    with (
        _open_run(checked, session, force=force, resume=resume, resume_any=resume_any) as run,
        soft_stop() as stop,
    ):
        spectrum = facts.spectrum if drawn else None
        work = VideoWork(checked, plan, run, stop, reporter)
        work.assembly().rehearse()
        parts = work.parts()
        try:
            sounds = np.empty((0, 0), np.float32)
            if ears is not None:
                sounds = work.embed_sounds(ears, session.device, track)
            number = song_number(track)
            del track  # an hour of stereo is more than a gigabyte
            film: Film
            drawing: DrawnFilm | None = None
            shown = _loudest(facts, plan)
            if spectrum is not None:
                drawing, shown = _draw(work, ears, facts, spectrum, sounds=sounds, number=number)
                film = drawing
            else:
                film = _prepare(work, open_studio(session, preset), facts, sounds, painted)
            reporter.stage("render", plan.timeline.frames, "frames")
            parts.make(film, stop, reporter)
        except Interrupted:
            raise work.stopped(parts) from None
        path = work.join(parts, session.hashes(), drawing.still(shown) if drawing else shown)
        result = VideoResult(
            path=path,
            folder=run.folder,
            frames=plan.timeline.frames,
            duration_s=plan.timeline.duration_s,
            keyframes=len(plan.keyframes),
            tempo_bpm=facts.tempo_bpm,
        )
        found = {"output": str(path), "frames": result.frames, "models": session.hashes()}
        run.finish(found, remove=CLUTTER)
        return result


def _load_models(preset: VideoPreset, session: Session, reporter: Reporter) -> Perceptor | None:
    """Load all that a preset names; what hears the song, where something must."""
    if preset.painting.mode == "living" and not needs_ears(preset):
        return None
    reporter.stage("load models")
    if preset.painting.mode != "living":
        return open_studio(session, preset).perceptor
    return session.perceptor(preset.models.perceptor, preset.models.listener)


def _draw(
    work: VideoWork,
    ears: Perceptor | None,
    facts: SoundFacts,
    spectrum: Spectrum,
    *,
    sounds: NDArray[np.float32],
    number: int,
) -> tuple[DrawnFilm, int]:
    """The film of a job that is drawn, and the number of the frame that stands for it."""
    from musivid.pipeline.video.living import draw_film, telling_number

    checked, plan = work.checked, work.plan
    preset = checked.job.preset
    places = place_song(
        ears, plan, facts, spectrum,
        sounds=sounds, preset=preset, song=checked.job.song, number=number,
        reporter=work.reporter,
    )  # fmt: skip
    work.keep_plan(plan_text(places))
    film = draw_film(checked.job, plan, facts, spectrum, places, reporter=work.reporter)
    return film, telling_number(plan, facts, places)


def _loudest(facts: SoundFacts, plan: VideoPlan) -> int:
    """The frame where the song is loudest."""
    loudness = facts.curves.at("loudness", np.asarray(plan.timeline.times_s()))
    return int(np.argmax(loudness))


def _prepare(
    work: VideoWork,
    studio: Studio,
    facts: SoundFacts,
    sounds: NDArray[np.float32],
    painted: Sequence[Tensor],
) -> Film:
    """The film of a job, with its keyframes painted."""
    preset, plan = work.checked.job.preset, work.plan
    schedule = schedule_song(studio, plan, sounds, preset, work.reporter)
    latents: list[Tensor] = []
    if plan.keyframes:
        size = painted_size(plan.size, preset.painting, studio.painter.factor)
        keyframes = plan_keyframes(plan.keyframes, schedule, facts.curves, preset, size)
        latents = work.paint_keyframes(studio, keyframes, painted)
    return make_film(studio, schedule, facts, preset, plan, latents=latents)


def schedule_song(
    studio: Studio,
    plan: VideoPlan,
    sounds: NDArray[np.float32],
    preset: VideoPreset,
    reporter: Reporter,
) -> Schedule:
    """What the pictures should mean over time; texts that are not read are told."""
    said = (span.text for lane in plan.spans for span in lane)
    warn_unread(read_lines(studio.perceptor, said), reporter)
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
) -> Film:
    """The film that a preset asks for, seen by a camera that follows the music."""
    every_frame = preset.painting.mode == "every_frame"
    keyframes_at = [0, plan.timeline.frames]
    if not every_frame:
        keyframes_at = keyframe_numbers(
            [keyframe.time_s for keyframe in plan.keyframes], plan.timeline
        )
    lines = [number for number, keyframe in enumerate(plan.keyframes) if keyframe.why == "line"]
    reactions = lay_reactions(facts.curves, plan.timeline, keyframes_at, preset, lines=lines)
    size = painted_size(plan.size, preset.painting, studio.painter.factor)
    camera = Camera(
        plan.size,
        plan.timeline.fps,
        preset.camera,
        preset.react,
        reactions.camera,
        painted_size=size,
        finish=_finish(preset, size),
    )
    if not every_frame:
        return WalkedFilm(studio, preset, reactions, camera, latents)
    return PaintedFilm(
        studio,
        preset,
        reactions,
        camera,
        schedule=schedule,
        timeline=plan.timeline,
        windows=plan.windows,
        size=size,
    )


def _finish(preset: VideoPreset, size: tuple[int, int]) -> Finish | None:
    """What redraws painted frames in the preset's style."""
    style = preset.drawn
    if style is None or not style.strength:
        return None
    return Finish(style.finish, size, strength=style.strength, seed=preset.seed)


def _open_run(
    checked: CheckedJob, session: Session, *, force: bool, resume: bool, resume_any: bool
) -> Run:
    """The run of a job; its recipe holds all that the frames depend on."""
    job = checked.job
    inputs = {"song": job.song, **picture_files(job), **stem_files(job)}
    inputs |= check_models(job.preset, offline=session.offline)
    told: dict[str, object] = {}
    drawn = job.preset.painting.mode == "living"
    if job.preset.living.plan is not None:
        inputs["plan"] = expanded(job.preset.living.plan)
    if isinstance(job.lyrics, Path):
        inputs["lyrics"] = job.lyrics
    elif job.lyrics:
        told["cues"] = [dataclasses.astuple(cue) for cue in job.lyrics]
    return Run.open(
        run_folder(checked.out),
        command=job.command,
        inputs=inputs,
        preset_yaml=dump_preset(job.preset),
        facts={
            "output": checked.out.name,
            "start_s": job.start_s,
            "end_s": job.end_s,
            "burn_lyrics": job.burn_lyrics,
            **({"subtitles": True} if job.subtitles else {}),
            **({"spread_lyrics": True} if job.spread_lyrics else {}),
            **({"lyrics_encoding": job.lyrics_encoding} if job.lyrics_encoding else {}),
            **told,
        },
        machine=film_machine(session, drawn=drawn, worded=drawn or bool(job.lyrics)),
        resume=resume,
        force=force,
        any_machine=resume_any,
    )
