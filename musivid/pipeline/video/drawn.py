"""A film of scenes as a file: planned with what hears and reads, then drawn without it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2

from musivid.analysis.sound import SoundFacts
from musivid.core.apart import apart
from musivid.core.errors import Interrupted
from musivid.core.progress import Reporter
from musivid.core.stopping import soft_stop
from musivid.pipeline.video.job import CheckedJob
from musivid.pipeline.video.listen import Listened, listen_to
from musivid.pipeline.video.living import draw_film, telling_number
from musivid.pipeline.video.makers import make_scenes
from musivid.pipeline.video.places import find_places, needs_ears, plan_text
from musivid.pipeline.video.plan import VideoPlan
from musivid.pipeline.video.stages import Networks, VideoResult, VideoWork, networks_of, open_run
from musivid.pipeline.video.timeline_file import write_timeline
from musivid.weights.session import LateSession, Session, Wanted

if TYPE_CHECKING:
    from musivid.living.plan import Place
    from musivid.pipeline.render.together import Team

__all__ = ["PlannedFilm", "make_drawn", "plan_drawn", "render_drawn"]


@dataclass(frozen=True, slots=True)
class PlannedFilm:
    """All that a film of scenes is drawn from.

    Attributes:
        facts: what was heard.
        plan: clock, size and lines.
        places: what it shows when.
        networks: what chose them.
    """

    facts: SoundFacts
    plan: VideoPlan
    places: list[Place]
    networks: Networks


def make_drawn(
    checked: CheckedJob,
    session: Session | LateSession,
    *,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    team: Team | None = None,
    reporter: Reporter,
) -> VideoResult:
    """Make the film of a job of living scenes; the same call goes on after a kill.

    Networks work in a process of their own where this one has no torch yet, and so never gets it.

    Args:
        checked: the job.
        session: device and models, or what opens them.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        team: who draws instead of this process.
        reporter: told of stages and progress.
    """
    if not needs_ears(checked.job.preset):
        planned = plan_drawn(checked, None, listen_to(checked, reporter), reporter)
    elif isinstance(session, LateSession) and "torch" not in sys.modules:
        planned = apart(_plan, checked, session.wanted, reporter=reporter)
    else:
        opened = session() if isinstance(session, LateSession) else session
        planned = plan_drawn(checked, opened, listen_to(checked, reporter), reporter)
    return render_drawn(
        checked,
        planned,
        offline=session.offline,
        force=force,
        resume=resume,
        resume_any=resume_any,
        team=team,
        reporter=reporter,
    )


def _plan(checked: CheckedJob, wanted: Wanted, *, reporter: Reporter) -> PlannedFilm:
    """Hear and plan the film of a job."""
    listened = listen_to(checked, reporter)
    return plan_drawn(checked, wanted.open(reporter), listened, reporter)


def plan_drawn(
    checked: CheckedJob, session: Session | None, listened: Listened, reporter: Reporter
) -> PlannedFilm:
    """Choose what a film shows when.

    Args:
        checked: the job.
        session: device and models; None: no network is needed.
        listened: what was heard.
        reporter: told of stages.
    """
    job = checked.job
    places = find_places(job.preset, job.song, listened, session, reporter)
    return PlannedFilm(listened[1], listened[2], places, networks_of(session, job))


def render_drawn(
    checked: CheckedJob,
    planned: PlannedFilm,
    *,
    offline: bool = False,
    force: bool = False,
    resume: bool = False,
    resume_any: bool = False,
    team: Team | None = None,
    reporter: Reporter,
) -> VideoResult:
    """Draw a film that is planned, part by part; the same call goes on after a kill.

    Args:
        checked: the job.
        planned: what it shows when.
        offline: nothing may be fetched.
        force: throw an unfinished run of other settings away.
        resume: demand that there is a run to go on with.
        resume_any: go on where the machine is another; the recipe then says `mixed`.
        team: who draws instead of this process.
        reporter: told of stages and progress.
    """
    facts, plan, places, networks = (
        planned.facts, planned.plan, planned.places, planned.networks,
    )  # fmt: skip
    with (
        open_run(
            checked,
            networks.machine,
            offline=offline,
            force=force,
            resume=resume,
            resume_any=resume_any,
        ) as run,
        soft_stop() as stop,
        _few_threads(),
    ):
        work = VideoWork(checked, plan, run, stop, reporter)
        work.assembly().rehearse()
        parts = work.parts()
        work.keep_plan(plan_text(places))
        drawing = draw_film(checked.job, plan, facts, facts.spectrum, places, reporter=reporter)
        try:
            if team is None:
                reporter.stage("render", plan.timeline.frames, "frames")
                parts.make(drawing, stop, reporter)
            else:
                make_scenes(work, parts, facts, places, team=team)
        except Interrupted:
            raise work.stopped(parts) from None
        still = drawing.still(telling_number(plan, facts, places))
        path = work.join(parts, networks.hashes, still)
        made = work.finish(path, facts.tempo_bpm, networks.hashes)
    write_timeline(checked, facts, plan, places, reporter)
    return made


@contextmanager
def _few_threads() -> Iterator[None]:
    """Let OpenCV keep to the thread that calls it.

    Painting, developing and encoding go on at once: more threads wait for one another, which costs
    a twentieth of the processor's time. Pictures do not depend on it.
    """
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
