"""A song's film cut from footage: planned, shown, rendered part by part."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import SoundFacts
from musivid.core.clock import clock
from musivid.core.errors import InputError, Interrupted
from musivid.core.paths import cache_folder, expanded
from musivid.core.progress import Reporter
from musivid.core.stopping import soft_stop
from musivid.footage.cut import Cut, Wish, plan_cut
from musivid.footage.cutfile import cut_text, numbers_in, read_cut
from musivid.footage.edit import cut_lane
from musivid.footage.faults import grade
from musivid.footage.film import CutFilm
from musivid.footage.looking import Looked, clips_in, look_through
from musivid.footage.pool import Pool, pool_of
from musivid.living.sheet import Thumb, contact_sheet
from musivid.painting.looks import Finish
from musivid.pipeline.video.footage import footage_folder
from musivid.pipeline.video.job import CheckedJob, VideoJob
from musivid.pipeline.video.listen import Listened, listen_to
from musivid.pipeline.video.makers import make_footage
from musivid.pipeline.video.models import check_models, used_models
from musivid.pipeline.video.over import words_over
from musivid.pipeline.video.places import sung_lines
from musivid.pipeline.video.plan import ShotFacts, VideoPlan, VideoPlanFacts
from musivid.pipeline.video.sight import sight_of
from musivid.pipeline.video.stages import VideoResult, VideoWork, networks_of, open_run
from musivid.pipeline.video.timeline_file import write_timeline
from musivid.weights.files import sha256_of
from musivid.weights.session import LateSession, Session

if TYPE_CHECKING:
    from torch import Tensor

    from musivid.pipeline.render.together import Team

__all__ = [
    "FinishedFilm",
    "PlannedCut",
    "ShownCut",
    "cut_film",
    "cut_sheet",
    "make_cut",
    "planned_cut",
    "planned_text",
    "render_cut",
    "shown_cut",
]

Frame = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class ShownCut:
    """What the frames of a film of footage are made from; can be pickled.

    Attributes:
        cut: what is shown when.
        plan: clock, size and lines.
        facts: what was heard.
        shapes: width and height of each file as shown.
    """

    cut: Cut
    plan: VideoPlan
    facts: SoundFacts
    shapes: dict[Path, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class PlannedCut:
    """All that a film of footage is made from.

    Attributes:
        cut: what is shown when.
        pool: the footage.
        looked: what came of looking through it.
        root: its folder.
        plan: clock, size and lines.
        facts: what was heard.
    """

    cut: Cut
    pool: Pool
    looked: Looked
    root: Path
    plan: VideoPlan
    facts: SoundFacts

    @property
    def shown(self) -> ShownCut:
        """What its frames are made from, of files that are shown alone."""
        used = {shot.path for shot in self.cut.shots}
        shapes = {one.path: one.size for one in self.looked.seen if one.path in used}
        return ShownCut(self.cut, self.plan, self.facts, shapes)


@dataclass(frozen=True, slots=True)
class FinishedFilm:
    """A film of footage, whose frames may be redrawn in a style."""

    film: CutFilm
    finish: Finish | None

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        return self.film.frames(first)

    def still(self, number: int) -> Frame:
        """A frame uint8 [h, w, 3] without words."""
        frame = self.film.still(number)
        return frame if self.finish is None else self.finish(frame)

    def state(self) -> dict[str, Tensor]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Tensor]) -> None:
        """Do nothing."""


def planned_cut(
    checked: CheckedJob, listened: Listened, session: Session | LateSession, reporter: Reporter
) -> PlannedCut:
    """Look through the footage of a job, and choose what its film shows when.

    Args:
        checked: the job.
        listened: what was heard.
        session: asked for a published perceptor, where one is there and words are sung.
        reporter: told of stages, and of files that are passed over.

    Raises:
        InputError: there is too little footage, or a plan that it does not fit.
    """
    job, (_, facts, plan) = checked.job, listened
    preset, root = job.preset, footage_folder(job.preset)
    cache = cache_folder() / "footage"
    looked = look_through(clips_in(root), cache=cache, reporter=reporter)
    pool = pool_of(grade(looked.seen))
    base = root if root.is_dir() else root.parent
    old: Cut | None = None
    keep: set[int] = set()
    ban: set[int] = set()
    if preset.living.plan is not None:
        old = read_cut(expanded(preset.living.plan), pool, plan.timeline, base)
        count, asked = len(old.shots), preset.footage
        keep = numbers_in(asked.keep, "--keep", count) if asked.keep else set()
        ban = numbers_in(asked.ban, "--ban", count) if asked.ban else set()
        if both := sorted(keep & ban):
            raise InputError(f"shot {both[0]} is both kept and banned", hint="Leave it in one.")
    lines = sung_lines(plan.spans[0] or plan.spans[1])
    sight = sight_of(preset, pool, session, cache, reporter) if lines else None
    reporter.stage("choose shots")
    wish = Wish(
        seed=preset.seed, pace=preset.footage.pace, reuse=preset.footage.reuse, old=old,
        keep=tuple(keep), ban=tuple(ban), sight=sight,
    )  # fmt: skip
    cut = plan_cut(pool, facts, plan.timeline, lines, wish, root=base)
    for note in (*looked.notes, *cut.notes):
        reporter.warn(note)
    if cut.meaning:
        reporter.note(f"meaning of words: {cut.meaning}")
    return PlannedCut(cut, pool, looked, base, plan, facts)


def cut_film(job: VideoJob, shown: ShownCut, reporter: Reporter) -> FinishedFilm:
    """The film of a cut.

    Args:
        job: its settings.
        shown: the cut, and what is laid over it.
        reporter: told of letters that no font has.
    """
    preset, plan = job.preset, shown.plan
    style, finish = preset.drawn, None
    if style is not None and style.strength:
        finish = Finish(style.finish, plan.size, strength=style.strength, seed=preset.seed)
    words = words_over(job, plan, shown.facts, reporter)

    def over(frame: Frame, number: int) -> Frame:
        drawn = frame if words is None else words(frame, number)
        return drawn if finish is None else finish(drawn)

    laid = None if words is None and finish is None else over
    return FinishedFilm(CutFilm(shown.cut, plan.size, shown.shapes, over=laid), finish)


def cut_sheet(job: VideoJob, planned: PlannedCut, reporter: Reporter) -> Frame:
    """A contact sheet of all shots, uint8 [h, w, 3]: number, time, file and reason of each."""
    cut, width, height = planned.cut, *planned.plan.size
    scale = min(1.0, 320 / width)
    size = 2 * max(8, round(width * scale / 2)), 2 * max(8, round(height * scale / 2))
    film = CutFilm(cut, size, planned.shown.shapes)
    reporter.stage("draw", len(cut.shots), "shots")
    thumbs = []
    for shot in cut.shots:
        begin_s = float(shot.first / cut.timeline.fps)
        name = f"{shot.number}   {clock(begin_s, 2)}   {shot.path.name}"
        thumbs.append(Thumb(film.still((shot.first + shot.last) // 2), name, shot.why))
        reporter.advance()
    return contact_sheet(thumbs, f"{job.song.stem}   {len(cut.shots)} shots")


def planned_text(planned: PlannedCut, song: Path) -> str:
    """A cut as JSON, to be changed and given back."""
    return cut_text(planned.cut, planned.root, song=song)


def shown_cut(planned: PlannedCut, facts: VideoPlanFacts) -> VideoPlanFacts:
    """The facts of a plan with those of its cut."""
    fps = planned.cut.timeline.fps
    shots = tuple(
        ShotFacts(
            shot.number,
            round(float(shot.first / fps), 3),
            round(float(shot.last / fps), 3),
            os.path.relpath(shot.path, planned.root),
            round(float(shot.source / fps), 3),
            shot.why,
        )
        for shot in planned.cut.shots
    )
    return replace(facts, shots=shots, footage=tuple(_told(planned)))


def _told(planned: PlannedCut) -> Iterator[str]:
    """What there is to know of the footage and the cut."""
    pool, looked = planned.pool, planned.looked
    yield f"{len(looked.seen)} files, {pool.usable_s:.1f} s can be shown; {looked.kept} known"
    for one in pool.files:
        if one.why:
            faults = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in one.why.items())
            yield f"{one.seen.path.name}: {faults}"
    for pair in pool.pairs():
        names = [pool.files[n].seen.path.name for n in pair]
        yield f"{names[0]} and {names[1]} show the same in part"
    for path, why in looked.lost:
        yield f"{path.name} is passed over: {why}"
    yield f"meaning of words: {planned.cut.meaning}"
    yield from (*looked.notes, *planned.cut.notes)


def make_cut(
    checked: CheckedJob,
    session: Session | LateSession,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    team: Team | None = None,
    reporter: Reporter,
) -> VideoResult:
    """Make the film of a job with footage; the same call goes on after a kill."""
    planned = planned_cut(checked, listen_to(checked, reporter), session, reporter)
    return render_cut(
        checked, planned, offline=session.offline, force=force, resume=resume,
        resume_any=resume_any, team=team, reporter=reporter,
    )  # fmt: skip


def render_cut(
    checked: CheckedJob,
    planned: PlannedCut,
    *,
    offline: bool = False,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    team: Team | None = None,
    reporter: Reporter,
) -> VideoResult:
    """Render a cut part by part.

    Args:
        checked: the job.
        planned: the cut.
        offline: nothing may be fetched.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        team: who renders instead of this process.
        reporter: told of stages and progress.
    """
    job, plan, cut = checked.job, planned.plan, planned.cut
    networks = networks_of(None, job)
    hashes = _hashes(job, offline=offline)
    with (
        open_run(
            checked, networks.machine, offline=offline, force=force, resume=resume,
            resume_any=resume_any, planned={"cut": _digest(planned)},
        ) as run,
        soft_stop() as stop,
    ):  # fmt: skip
        work = VideoWork(checked, plan, run, stop, reporter)
        work.assembly().rehearse()
        parts = work.parts()
        work.keep_plan(cut_text(cut, planned.root, song=job.song), "cut.json")
        film = cut_film(job, planned.shown, reporter)
        try:
            if team is None:
                reporter.stage("render", plan.timeline.frames, "frames")
                parts.make(film, stop, reporter)
            else:
                make_footage(work, parts, planned.shown, team=team)
        except Interrupted:
            raise work.stopped(parts) from None
        path = work.join(parts, hashes, film.still(_telling(cut)))
        made = work.finish(path, planned.facts.tempo_bpm, hashes)
    lane = cut_lane(cut, {one.path: one for one in planned.looked.seen})
    write_timeline(checked, planned.facts, plan, (), reporter, lane=lane)
    return made


def _digest(planned: PlannedCut) -> str:
    """What tells a cut from others: what is shown when, and where in the frame."""
    rows = [
        (shot.first, shot.last, os.path.relpath(shot.path, planned.root), shot.source,
         *(round(share, 4) for share in shot.at))
        for shot in planned.cut.shots
    ]  # fmt: skip
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]


def _hashes(job: VideoJob, *, offline: bool) -> dict[str, str]:
    """What tells the networks that took part from others, by their names."""
    models = used_models(job.preset, worded=job.is_worded).values()
    files = check_models(job.preset, offline=offline, worded=job.is_worded).values()
    return {name or "": sha256_of(file) for name, file in zip(models, files, strict=True)}


def _telling(cut: Cut) -> int:
    """The frame that stands for a film: amid the longest shot of its second half."""
    half = [shot for shot in cut.shots if shot.first >= cut.timeline.frames // 3] or cut.shots
    shot = max(half, key=lambda one: one.frames)
    return (shot.first + shot.last) // 2
