"""A song becomes a walk between pictures of what its captions say: `make_visual`, file to file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from musivid.core.errors import Interrupted
from musivid.core.paths import expanded
from musivid.core.progress import Reporter, Silent
from musivid.core.run import Run, check_unfinished, run_folder
from musivid.core.stopping import soft_stop
from musivid.core.timeline import Timeline, parse_fps
from musivid.media.labels import Source
from musivid.pipeline.render.assembly import CLUTTER, Assembly
from musivid.pipeline.render.depends import film_machine
from musivid.pipeline.render.film import Film
from musivid.pipeline.render.parts import PartMaker
from musivid.pipeline.visualize.job import CheckedVisualize, VisualizeJob, pocket_models
from musivid.pipeline.visualize.listen import listen
from musivid.pipeline.visualize.plan import VisualizePlan
from musivid.pipeline.visualize.stages import Stages
from musivid.settings.presets import dump_preset
from musivid.settings.visualize import PUBLISHED
from musivid.weights.registry import Family
from musivid.weights.session import Session

__all__ = ["Stop", "VisualizeResult", "make_visual", "open_run"]

Stop = Literal["prompts", "keys"]


@dataclass(frozen=True, slots=True)
class VisualizeResult:
    """What came of a job.

    Attributes:
        path: the mp4; where the work was stopped on demand, what there is to look at and change.
        folder: the run's folder: prompts, keyframes, manifest.
        frames: how many frames the video has, or will have.
        duration_s: length of its sound.
        pictures: how many keyframes there are.
        stopped_after: prompts or keyframes; None: the video is whole.
    """

    path: Path
    folder: Path
    frames: int
    duration_s: float
    pictures: int
    stopped_after: str | None = None


def make_visual(
    checked: CheckedVisualize,
    session: Session,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    stop_after: Stop | None = None,
    begun: Run | None = None,
    reporter: Reporter | None = None,
) -> VisualizeResult:
    """Make a video file; killed at any moment, the same call goes on and gives the same frames.

    Args:
        checked: from `check_visualize`.
        session: device and pocket models.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        stop_after: stop when prompts are written, or keyframes are painted.
        begun: another run of the same job, whose captions, prompts and pictures are taken over.
        reporter: told of stages and progress.

    Raises:
        Interrupted: Ctrl-C; what is done is kept, and the message says how to go on.
        MusividError: the subclass says what is wrong.
    """
    reporter = reporter or Silent()
    if resume:
        check_unfinished(run_folder(checked.out))
    song = listen(checked, reporter)
    # Before the run: weights that are refused make no folder, and clear none.
    _load_models(checked, session, reporter)
    with (
        soft_stop() as stop,
        open_run(checked, session, force=force, resume=resume, resume_any=resume_any) as run,
    ):
        _assembly(checked, song.facts.duration_s, (), run).rehearse()
        if begun is not None:
            _take_over(begun, run)
        stages = Stages(checked, session, song, run, stop, reporter=reporter)
        plan = stages.plan()
        assembly = _assembly(checked, plan.timeline.duration_s, plan.parts, run)
        parts = assembly.parts()
        try:
            seen = _to_film(stages, plan, stop_after)
            if isinstance(seen, Path):
                return _result(seen, run, plan, stop_after)
            reporter.stage("render", plan.timeline.frames, "frames")
            parts.make(seen, stop, reporter)
        except Interrupted:
            raise assembly.stopped(parts) from None
        path = _join(checked, session, assembly, parts, reporter)
        run.finish({"output": str(path), "frames": plan.timeline.frames}, remove=CLUTTER)
        return _result(path, run, plan, None)


def _load_models(checked: CheckedVisualize, session: Session, reporter: Reporter) -> None:
    """Load our own networks that the job needs; published ones take turns in memory."""
    loaders: dict[Family, Callable[[str], object]] = {
        "painter": session.painter, "perceptor": session.perceptor, "dreamer": session.dreamer
    }  # fmt: skip
    named = {family: name for family, name in pocket_models(checked.job).items() if name}
    if named:
        reporter.stage("load models")
    for family, name in named.items():
        loaders[family](name)


def _take_over(begun: Run, run: Run) -> None:
    """Copy what another run of the same job has made, where this one has not got so far itself."""
    for name in ("captions.json", "prompts.yaml"):
        if begun.path(name).is_file() and not run.path(name).is_file():
            shutil.copyfile(begun.path(name), run.path(name))
    if run.done("pictures") or not begun.done("pictures"):
        return
    for name in ("keys", "between"):
        if begun.path(name).is_dir():
            shutil.copytree(begun.path(name), run.path(name), dirs_exist_ok=True)
    run.finish_stage("pictures", sha256=begun.stage_facts("pictures")["sha256"])


def _to_film(stages: Stages, plan: VisualizePlan, stop_after: Stop | None) -> Film | Path:
    """The film of a plan, or what to look at where the work is to stop before."""
    prompts = stages.prompts(plan)
    if stop_after == "prompts":
        return stages.prompts_path()
    keyframes = stages.keyframes(plan, prompts)
    if stop_after == "keys":
        return stages.keyframes_path()
    return stages.film(plan, prompts, keyframes)


def _result(
    path: Path, run: Run, plan: VisualizePlan, stopped_after: str | None
) -> VisualizeResult:
    return VisualizeResult(
        path=path,
        folder=run.folder,
        frames=plan.timeline.frames,
        duration_s=plan.timeline.duration_s,
        pictures=len(plan.sections),
        stopped_after=stopped_after,
    )


def _source(job: VisualizeJob) -> Source:
    """How the pictures of a film are made, in IPTC's words."""
    published = job.preset.models.artist in PUBLISHED
    if job.images or (job.artwork and job.mode == "living" and not published):
        return "compositeSynthetic"
    drawn = job.mode == "living" and not published
    return "algorithmicMedia" if drawn else "trainedAlgorithmicMedia"


def _assembly(
    checked: CheckedVisualize, duration_s: float, parts: Sequence[range], run: Run
) -> Assembly:
    job, output = checked.job, checked.job.preset.output
    return Assembly(
        run=run,
        timeline=Timeline(duration_s, parse_fps(output.fps)),
        ranges=parts,
        size=output.frame_size,
        output=output,
        song=job.song,
        start_s=job.start_s,
        out=checked.out,
        source=_source(job),
    )


def _join(
    checked: CheckedVisualize,
    session: Session,
    assembly: Assembly,
    parts: PartMaker,
    reporter: Reporter,
) -> Path:
    reporter.stage("join")
    preset = checked.job.preset
    models = session.hashes() | {role: str(name) for role, name in checked.pipelines.items()}
    return assembly.join(parts, preset, preset.seed, models)


def open_run(
    checked: CheckedVisualize,
    session: Session,
    *,
    force: bool,
    resume: bool,
    resume_any: bool = False,
) -> Run:
    """The run of a job; its recipe holds all that the frames depend on."""
    job = checked.job
    inputs = {"song": job.song, **checked.models}
    inputs |= {f"artwork {number}": path for number, path in enumerate(job.artwork)}
    inputs |= {f"image {number}": path for number, path in enumerate(job.images)}
    inputs |= {
        f"stem {number}": expanded(stem.path) for number, stem in enumerate(job.preset.curve.stems)
    }
    if job.captions is not None:
        inputs["captions"] = job.captions
    if job.beats is not None:
        inputs["beats"] = job.beats.path
    for role, place in checked.pipelines.items():
        if isinstance(place, Path):
            inputs[f"pipeline {role}"] = place / "model_index.json"
    return Run.open(
        run_folder(checked.out),
        command="visualize",
        inputs=inputs,
        preset_yaml=dump_preset(job.preset),
        facts={
            "output": checked.out.name,
            "start_s": job.start_s,
            "end_s": job.end_s,
            **({"encoding": job.captions_encoding} if job.captions_encoding else {}),
            "styles": [[*style.words, style.style] for style in checked.styles.styles],
        },
        machine=film_machine(
            session, drawn=job.mode == "living", published=bool(checked.pipelines)
        ),
        resume=resume,
        force=force,
        any_machine=resume_any,
    )
