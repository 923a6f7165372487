"""The plan of a visualisation as a picture and as facts, before anything is painted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.clock import clock
from musivid.core.progress import Reporter
from musivid.core.run import run_folder
from musivid.core.timeline import Cue
from musivid.media.pictures import fit_picture, read_picture
from musivid.pipeline.caption import caption_kind
from musivid.pipeline.render.filming import ClipsFacts
from musivid.pipeline.visualize.captions import caption_sections, kept_captions
from musivid.pipeline.visualize.clips import planned_clips
from musivid.pipeline.visualize.job import CheckedVisualize, pocket_models
from musivid.pipeline.visualize.listen import SectionedSong, listen
from musivid.pipeline.visualize.plan import VisualizePlan, plan_visual
from musivid.pipeline.visualize.prompts import Prompt, prompts_of, read_prompts
from musivid.weights.names import find_model
from musivid.weights.session import Session

__all__ = ["SectionFacts", "VisualizePlanFacts", "draw_preview", "plan_facts"]

Opener = Callable[[], Session]

_STRIP_PX = 160  # height of the strip's pictures
_POINTS = 1600  # of a curve; more would not be seen
_SKY, _INK, _WARM, _FAINT = "#4c9be8", "#e8e8ec", "#ff9d5c", "#8a8a99"
_PAPER = "#16161d"


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """One section of a plan: when it is, its caption, and what its picture is asked for."""

    start_s: float
    end_s: float
    caption: str
    prompt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisualizePlanFacts:
    """What there is to tell of a plan, rounded; fields are the keys of its JSON.

    Attributes:
        song: the file.
        output: the video.
        duration_s: length of both.
        fps: frames a second, as a fraction.
        frames: of the video.
        size: width x height of the video.
        tempo_bpm: of the song; 0 without a pulse.
        walk: how one picture becomes the next.
        whole: where in its section a picture is seen whole.
        curve: form of the curve that leads the walk.
        genre: that the captions name; empty: none.
        models: names of models and pipelines.
        sections: one a picture.
        warnings: what the user should know.
        clips: what is filmed between the pictures; None: the walk needs no clips.
    """

    song: str
    output: str
    duration_s: float
    fps: str
    frames: int
    size: str
    tempo_bpm: float
    walk: str
    whole: str
    curve: str
    genre: str
    models: tuple[str, ...]
    sections: tuple[SectionFacts, ...]
    warnings: tuple[str, ...]
    clips: ClipsFacts | None = None


def plan_facts(
    checked: CheckedVisualize, session: Opener, reporter: Reporter
) -> VisualizePlanFacts:
    """What there is to tell of a plan.

    Args:
        checked: from `check_visualize`.
        session: opened only where captions have to be made, or clips filmed.
        reporter: told of stages.
    """
    song, plan, prompts = _planned(checked, session, reporter)
    facts = _facts(checked, song, plan, prompts)
    if checked.job.mode != "clips":
        return facts
    return replace(facts, clips=planned_clips(checked, plan, session))


def draw_preview(
    checked: CheckedVisualize, out: Path, session: Opener, reporter: Reporter
) -> VisualizePlanFacts:
    """Write curve, sections, captions and pictures into one PNG, and return the plan's facts.

    Pictures are the given ones, or those that an unfinished run has painted; else there are none.

    Args:
        checked: from `check_visualize`.
        out: the PNG.
        session: opened only where captions have to be made.
        reporter: told of stages.
    """
    song, plan, prompts = _planned(checked, session, reporter)
    reporter.stage("draw")
    _draw(checked, song, plan, prompts, out)
    return _facts(checked, song, plan, prompts)


def _planned(
    checked: CheckedVisualize, session: Opener, reporter: Reporter
) -> tuple[SectionedSong, VisualizePlan, list[Prompt]]:
    """The song, the plan, and the prompts as the user left them."""
    song = listen(checked, reporter)
    job, sections = checked.job, song.sections
    if not (job.images or checked.cues):
        kept = kept_captions(run_folder(checked.out) / "captions.json", song)
        sections = kept or _quickly_captioned(checked, song, session, reporter)
    plan = plan_visual(song.facts, song.samples, sections, job.preset, start_s=job.start_s)
    if job.images:
        return song, plan, []
    prompts = prompts_of(checked, plan)
    path = run_folder(checked.out) / "prompts.yaml"
    return song, plan, read_prompts(path, prompts) if path.is_file() else prompts


def _quickly_captioned(
    checked: CheckedVisualize, song: SectionedSong, session: Opener, reporter: Reporter
) -> list[Cue]:
    """The sections with their captions, where those cost only seconds."""
    if checked.captions is None:
        return caption_sections(checked, song, None, reporter)
    name = checked.captions.models.captioner
    if not caption_kind(find_model(name, "captioner").spec.kind).is_quick:
        return [replace(cue, text=f"(what {name} will say)") for cue in song.sections]
    return caption_sections(checked, song, session(), reporter)


def _facts(
    checked: CheckedVisualize, song: SectionedSong, plan: VisualizePlan, prompts: list[Prompt]
) -> VisualizePlanFacts:
    job = checked.job
    said = checked.captions if not (job.images or job.captions) else None
    names = [*pocket_models(job).values(), said.models.captioner if said else None]
    names += [Path(place).name for place in checked.pipelines.values()]
    sections = (
        SectionFacts(
            start_s=round(cue.start_s, 3),
            end_s=round(cue.end_s or plan.timeline.duration_s, 3),
            caption=cue.text,
            prompt=_said(checked, prompts, number),
        )
        for number, cue in enumerate(plan.sections)
    )
    return VisualizePlanFacts(
        song=str(job.song),
        output=str(checked.out),
        duration_s=round(plan.timeline.duration_s, 3),
        fps=str(plan.timeline.fps),
        frames=plan.timeline.frames,
        size=job.preset.output.frame,
        tempo_bpm=round(song.facts.tempo_bpm, 2),
        walk=job.mode,
        whole=job.preset.walk.whole,
        curve=job.preset.curve.form,
        genre=next((prompt.genre for prompt in prompts if prompt.genre), ""),
        models=tuple(name for name in names if name),
        sections=tuple(sections),
        warnings=tuple(checked.warnings),
    )


def _said(checked: CheckedVisualize, prompts: list[Prompt], number: int) -> str:
    if not prompts:
        return str(checked.job.images[number])
    return "; ".join(line for line in prompts[number].text().splitlines())


def _draw(
    checked: CheckedVisualize,
    song: SectionedSong,
    plan: VisualizePlan,
    prompts: list[Prompt],
    out: Path,
) -> None:
    """Draw energy, walk, captions and strip, one below the other on one clock."""
    import io

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from musivid.core.storage import write_atomic

    duration = plan.timeline.duration_s
    figure = Figure(figsize=(14, 7.2), dpi=110, facecolor=_PAPER, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(4, 1, sharex=True, height_ratios=(1.2, 1.6, 1.6, 1.2))
    for axis in axes:
        axis.set_facecolor(_PAPER)
        axis.tick_params(colors=_FAINT, labelsize=8)
        axis.set(xlim=(0, duration), yticks=[])
        for spine in axis.spines.values():
            spine.set_visible(False)
        for cue in plan.sections:
            axis.axvline(cue.start_s, color=_FAINT, linewidth=0.7, alpha=0.7)
    moments = np.linspace(0, duration, _POINTS)
    _draw_energy(axes[0], song, moments)
    _draw_walk(axes[1], plan)
    _draw_texts(axes[2], checked, plan, prompts)
    _draw_strip(axes[3], checked, plan, prompts)
    axes[3].set_xlabel("seconds", color=_FAINT, fontsize=8)
    figure.suptitle(_title(checked, song, plan), color=_INK, fontsize=11)
    png = io.BytesIO()
    figure.savefig(png, format="png", facecolor=_PAPER)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, png.getvalue())


def _title(checked: CheckedVisualize, song: SectionedSong, plan: VisualizePlan) -> str:
    preset, tempo = checked.job.preset, song.facts.tempo_bpm
    beats = f"{tempo:.0f} beats/min" if tempo else "no pulse"
    return (
        f"{checked.job.song.name}   {clock(plan.timeline.duration_s, 2)}   {beats}   "
        f"{len(plan.sections)} pictures   {checked.job.mode} walk, {preset.curve.form} curve   "
        f"{preset.output.frame} at {plan.timeline.fps} fps"
    )


def _draw_energy(axis: Any, song: SectionedSong, moments: NDArray[np.float64]) -> None:
    """Hits and loudness."""
    curves = song.facts.curves
    loudness = curves.at("loudness", moments)
    axis.fill_between(moments, loudness, color=_SKY, alpha=0.35, linewidth=0, label="loudness")
    axis.plot(moments, curves.at("percussive", moments), color=_WARM, lw=0.6, label="hits")
    axis.legend(loc="upper right", fontsize=7, labelcolor=_INK, frameon=False, ncols=2)


def _draw_walk(axis: Any, plan: VisualizePlan) -> None:
    """How far the walk has gone in each section."""
    for leg in plan.legs:
        step = max(1, len(leg.frames) * len(plan.legs) // _POINTS)
        frames = list(leg.frames)[::step]
        times = [plan.timeline.time_s(frame) for frame in frames]
        axis.plot(times, leg.shares[::step], color=_INK, lw=1.2)
        axis.fill_between(times, leg.shares[::step], color=_INK, alpha=0.08, linewidth=0)
    axis.set(ylim=(-0.04, 1.04), yticks=[0, 1])
    axis.set_ylabel("walk", color=_FAINT, fontsize=8)


def _draw_texts(
    axis: Any, checked: CheckedVisualize, plan: VisualizePlan, prompts: list[Prompt]
) -> None:
    """What each picture is asked for, within its section."""
    import textwrap

    duration = plan.timeline.duration_s
    for number, cue in enumerate(plan.sections):
        share = ((cue.end_s or duration) - cue.start_s) / duration
        width = max(4, int(share * 190))
        text = textwrap.fill(_said(checked, prompts, number).replace("$", r"\$"), width)
        lines = text.splitlines()[: 9 if width > 12 else 3]
        left = cue.start_s + 0.003 * duration
        axis.text(left, 0.97, "\n".join(lines), color=_INK, fontsize=7, va="top", clip_on=True)


def _draw_strip(
    axis: Any, checked: CheckedVisualize, plan: VisualizePlan, prompts: list[Prompt]
) -> None:
    """Pictures that there are already, each where it is whole."""
    axis.set(ylim=(0, 1))
    strip = _pictures(checked, plan, prompts)
    width, height = plan.size
    span = 0.9 * axis.get_position().width * 14 / (axis.get_position().height * 7.2)
    share = width / height / max(span, 1e-6) * plan.timeline.duration_s
    for number, picture in strip.items():
        cue = plan.sections[number]
        end = cue.end_s or plan.timeline.duration_s
        side = min(share, end - cue.start_s)
        left = cue.start_s if checked.job.preset.walk.whole == "start" else end - side
        axis.imshow(picture, extent=(left, left + side, 0, 1), aspect="auto", zorder=2)
    if not strip:
        axis.text(0.5, 0.5, "pictures are not painted yet", color=_FAINT, ha="center",
                  transform=axis.transAxes, fontsize=9)  # fmt: skip
    axis.set(xlim=(0, plan.timeline.duration_s))


def _pictures(
    checked: CheckedVisualize, plan: VisualizePlan, prompts: list[Prompt]
) -> dict[int, NDArray[np.uint8]]:
    """Small pictures by number: given ones, or those of an unfinished run."""
    job = checked.job
    height = _STRIP_PX
    size = (max(2, round(height * plan.size[0] / plan.size[1])), height)
    fit = job.preset.pictures.fit
    folder = run_folder(checked.out) / "keys"
    paths = dict(enumerate(job.images))
    if not job.images and folder.is_dir():
        paths = {n: folder / f"{n + 1:03d}.png" for n in range(len(prompts))}
    return {
        number: fit_picture(read_picture(path, size), size, fit)
        for number, path in paths.items()
        if path.is_file()
    }
