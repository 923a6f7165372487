"""What `musivid video --footage --dry-run` shows: the shots of a cut, and why each is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from musivid.commands.filming_checks import sheet_of
from musivid.core.outputs import check_apart

if TYPE_CHECKING:
    from pathlib import Path

    from musivid.commands.console import Result
    from musivid.core.progress import Reporter
    from musivid.weights.session import LateSession

__all__ = ["show_cut"]


def show_cut(
    checked: Any, session: LateSession, plan_out: Path | None, reporter: Reporter
) -> Result:
    """The shots of a film of footage; with a plan, its file and a contact sheet beside it."""
    from dataclasses import asdict

    from musivid.commands.console import Result
    from musivid.commands.plans import video_text
    from musivid.core.storage import write_atomic
    from musivid.media.pictures import save_picture
    from musivid.pipeline.video import (
        cut_sheet,
        files_read,
        listen_to,
        plan_facts,
        planned_cut,
        planned_text,
        shown_cut,
    )

    job = checked.job
    sheet = None if plan_out is None else sheet_of(plan_out)
    check_apart({"plan": plan_out, "sheet": sheet}, files_read(job))
    listened = _, heard, plan = listen_to(checked, reporter)
    planned = planned_cut(checked, listened, session, reporter)
    if plan_out is not None and sheet is not None:
        write_atomic(plan_out, planned_text(planned, job.song))
        save_picture(sheet, cut_sheet(job, planned, reporter))
    facts = shown_cut(planned, plan_facts(plan, heard, checked))
    return Result(facts=asdict(facts), text=video_text(facts))
