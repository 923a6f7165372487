"""What comes of one song besides its film: a preview, a still, or the plan, as results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from musivid.core.outputs import check_apart

if TYPE_CHECKING:
    from musivid.commands.console import Result
    from musivid.commands.filming import Filming
    from musivid.core.progress import Reporter
    from musivid.weights.session import Session

__all__ = ["draw_still", "preview_of", "show_plan"]


def preview_of(checked: Any, session: Session, reporter: Reporter) -> Result:
    """A contact sheet and some seconds."""
    from dataclasses import asdict

    from musivid.commands.console import Result
    from musivid.pipeline.video import make_preview

    made = make_preview(checked, session, reporter)
    return Result(facts=asdict(made), text=f"{made.sheet}\n{made.film}")


def draw_still(checked: Any, session: Session, reporter: Reporter) -> Result:
    """One picture of a song."""
    from dataclasses import asdict

    from musivid.commands.console import Result
    from musivid.pipeline.video import make_still

    made = make_still(checked, session, reporter)
    return Result(facts=asdict(made), text=str(made.path))


def show_plan(checked: Any, session: Session, asked: Filming, reporter: Reporter) -> Result:
    """The plan as text and as facts; makes nothing but the plan's file."""
    from dataclasses import asdict, replace

    from musivid.commands.console import Result
    from musivid.commands.plans import video_text
    from musivid.core.storage import write_atomic
    from musivid.pipeline.video import (
        estimate_s,
        files_read,
        find_places,
        listen_to,
        painting_memory,
        plan_facts,
        plan_text,
        planned_clips,
        read_words,
    )

    preset = checked.job.preset
    check_apart({"plan": asked.plan_out}, files_read(checked.job))
    listened = _, heard, plan = listen_to(checked, reporter)
    drawn = preset.painting.mode == "living" and not preset.is_layer
    places = find_places(preset, checked.job.song, listened, session, reporter) if drawn else []
    if asked.plan_out is not None:
        write_atomic(asked.plan_out, plan_text(places))
    estimate = round(estimate_s(plan, preset, session), 1)
    words, memory = read_words(preset, plan, session), painting_memory(preset, plan.size, session)
    told = plan_facts(plan, heard, checked, places, words)
    facts = replace(told, estimate_s=estimate, memory=memory.told if memory else "")
    if preset.is_clips:
        clips = planned_clips(preset, plan, session)
        facts = replace(facts, clips=clips, estimate_s=round(estimate + (clips.estimate_s or 0), 1))
    return Result(facts=asdict(facts), text=video_text(facts))
