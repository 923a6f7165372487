"""What happens, told to open pages as it happens: server-sent events, a change of a job each."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from musivid.web.api import studio_of
from musivid.web.shown import shown_job
from musivid.web.studio import StudioState

__all__ = ["router"]

router = APIRouter()

_LOOK_S = 0.25  # from one look to the next
_ALIVE_S = 15.0  # so that nobody between takes the line for dead


@router.get("/events")
async def events(request: Request, after: int | None = None) -> StreamingResponse:
    """Changes of jobs from now on, or after the one that a page saw last."""
    studio = studio_of(request)
    last = request.headers.get("last-event-id", "")
    seen = int(last) if last.isdigit() and len(last) < 16 else after
    if seen is None:
        seen = await run_in_threadpool(studio.jobs.latest_change)
    return StreamingResponse(
        _changes(studio, seen),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _changes(studio: StudioState, seen: int) -> AsyncIterator[str]:
    """The events of a page."""
    yield "retry: 1000\n\n"
    told_s = time.monotonic()
    while not studio.closing:
        jobs = await run_in_threadpool(studio.jobs.changed_since, seen)
        for job in jobs:
            seen = job.change
            yield f"id: {seen}\nevent: job\ndata: {json.dumps(shown_job(job))}\n\n"
        if jobs:
            told_s = time.monotonic()
        elif time.monotonic() - told_s > _ALIVE_S:
            told_s = time.monotonic()
            yield ": still here\n\n"
        await asyncio.sleep(_LOOK_S)
