"""The application: pages, scripts' answers and files, behind the doors."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from musivid.serving.doors import Doors
from musivid.web import api, events, media, pages, study_pages
from musivid.web.forms import FormError
from musivid.web.holding import keep_studies
from musivid.web.studio import StudioState
from musivid.web.tongues import language_of, said_in

__all__ = ["make_app"]

_KEEP_S = 1.0  # from one look after the workers to the next
_STATIC = Path(__file__).with_name("static")


def make_app(studio: StudioState, *, host: str, token: str | None) -> ASGIApp:
    """The application of a studio.

    Args:
        studio: what it shows.
        host: the address that it is served at.
        token: what must be known to come in; None: nothing, for this machine alone.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        keeper = asyncio.create_task(_keep_workers(studio))
        yield
        studio.closing = True
        keeper.cancel()
        await run_in_threadpool(studio.workers.close)
        await run_in_threadpool(studio.openings.close_all)

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.studio = studio
    for part in (pages.router, study_pages.router, api.router, events.router, media.router):
        app.include_router(part)
    app.add_api_route("/static/player.js", _player, methods=["GET"])
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_exception_handler(FormError, _tell_faults)
    app.add_exception_handler(RequestValidationError, _tell_request)
    app.add_exception_handler(HTTPException, _tell_refusal)
    app.add_exception_handler(404, pages.missing)
    app.add_exception_handler(500, _tell_bug)
    return Doors(app, host=host, token=token, most_bytes=studio.inputs.most_bytes)


def _player() -> FileResponse:
    """The script of the player that studies use, too."""
    from musivid.pipeline.render.switched import PLAYER

    return FileResponse(PLAYER, media_type="text/javascript")


async def _keep_workers(studio: StudioState) -> None:
    """See that whatever waits has somebody who does it, also after a worker was killed."""
    while True:
        with contextlib.suppress(SQLAlchemyError):  # the next look may find it free
            await run_in_threadpool(_keep_once, studio)
        await asyncio.sleep(_KEEP_S)


def _keep_once(studio: StudioState) -> None:
    studio.workers.keep(studio.jobs.open_roles())
    keep_studies(studio)


def _tell_faults(request: Request, error: Exception) -> Response:
    """Faults of a form, each at its field."""
    faults = error.faults if isinstance(error, FormError) else []
    language = language_of(request)
    listed = [{"key": fault.key, "message": said_in(language, fault.message)} for fault in faults]
    return JSONResponse({"faults": listed}, status_code=422)


def _tell_refusal(request: Request, error: Exception) -> Response:
    """Why something is not done, in the reader's language."""
    assert isinstance(error, HTTPException)
    detail = said_in(language_of(request), str(error.detail))
    return JSONResponse({"detail": detail}, error.status_code, headers=error.headers)


def _tell_request(request: Request, error: Exception) -> Response:
    """What is wrong with a request that no page of ours sends."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    listed = [
        {"key": ".".join(str(part) for part in one["loc"][1:])[:80], "message": one["msg"]}
        for one in found[:20]
    ]
    return JSONResponse({"faults": listed}, status_code=422)


def _tell_bug(request: Request, error: Exception) -> Response:
    """That musivid is at fault, and no more; the server's own window says where."""
    return JSONResponse({"detail": "musivid failed; its window says more"}, status_code=500)
