"""The pages of a study and what their scripts ask for.

Participants meet nothing else: no list of studies, no result, no name of a system.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, HTTPException, Request
from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)
from starlette.staticfiles import StaticFiles

from musivid.core.errors import InputError
from musivid.pipeline.render.switched import PLAYER
from musivid.studies.questions import Language
from musivid.studies.site.creating import Creations, read_controls
from musivid.studies.site.store import Newcomer, Standing, Store
from musivid.studies.site.taking import BadAnswer, Taking
from musivid.studies.site.texts import LANGUAGES, TEXTS

__all__ = ["AGES", "ROLES", "Site", "make_site"]

ROLES = ("none", "amateur", "professional")
AGES = ("18-24", "25-34", "35-44", "45-54", "55-64", "65+")
_HERE = Path(__file__).parent
_PANELS = ("PROLIFIC_PID", "workerId", "participant")  # what panels call their people
_MOST_CHARS = 2000  # of a comment
_MOST_FIELDS = 20  # of a form
_NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages need.

    Attributes:
        taking: the study.
        store: where answers go.
        salt: of digests of outside names; known to this study alone.
        is_preview: whether no answer is kept, of which each page speaks.
        creations: clips that participants bring; None: they bring none.
    """

    taking: Taking
    store: Store
    salt: bytes
    is_preview: bool = False
    creations: Creations | None = None

    def text(self, language: Language) -> dict[str, str]:
        """Return all words of a language."""
        return {name: texts[language] for name, texts in TEXTS.items()}

    def language(self, asked: str) -> Language:
        """Return the language asked for, where the study has it, else its first one."""
        languages = self.taking.manifest.languages
        return next((one for one in languages if one == asked), languages[0])

    def outside(self, request: Request) -> str:
        """Return the salted digest of what a panel calls a participant; empty if none did."""
        name = next((request.query_params[key] for key in _PANELS if request.query_params.get(key)),
                    "")  # fmt: skip
        return hmac.new(self.salt, name.encode(), hashlib.sha256).hexdigest() if name else ""


def make_site(site: Site) -> FastAPI:
    """The application of a study; what is around it checks hosts, origins and sizes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = site
    app.get("/static/player.js")(_player)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    app.get("/")(_start)
    app.post("/begin")(_begin)
    app.get("/p/{code}")(_page)
    app.get("/p/{code}/now")(_now)
    app.post("/p/{code}/answer")(_answer)
    app.post("/p/{code}/clip")(_bring)
    app.get("/p/{code}/media/{token}")(_media)
    app.post("/p/{code}/finish")(_finish)
    app.post("/p/{code}/withdraw")(_withdraw)
    app.add_exception_handler(404, _lost)
    return app


def _site(request: Request) -> Site:
    found = request.app.state.site
    assert isinstance(found, Site)
    return found


def _player() -> Response:
    return FileResponse(PLAYER, media_type="text/javascript")


def _start(request: Request, lang: str = "") -> Response:
    site = _site(request)
    language = site.language(lang)
    manifest = site.taking.manifest
    query = {key: request.query_params[key] for key in _PANELS if key in request.query_params}
    return _html(
        site, "start.html", language, consent=manifest.consent[language], roles=ROLES, ages=AGES,
        languages={one: LANGUAGES[one] for one in manifest.languages}, query=query
    )  # fmt: skip


async def _begin(request: Request) -> Response:
    form = await _form(request)
    return await run_in_threadpool(_take_in, request, form)


def _take_in(request: Request, form: Mapping[str, str]) -> Response:
    site = _site(request)
    if form.get("agree") != "yes":
        raise HTTPException(422, "Nobody takes part who has not agreed.")
    language = site.language(form.get("language", ""))
    consent = site.taking.manifest.consent[language]
    code = site.store.begin(
        Newcomer(
            language,
            _one_of(form.get("role"), ROLES),
            _one_of(form.get("age"), AGES),
            _one_of(form.get("headphones"), ("yes", "no")),
            hashlib.sha256(consent.encode()).hexdigest(),
            site.outside(request),
        )
    )
    return RedirectResponse(f"/p/{code}", 303)


def _page(request: Request, code: str) -> Response:
    site, place = _found(request, code)
    language = site.language(place.language)
    if place.is_finished:
        return _html(site, "end.html", language, code=code, completion=_completion(site, code))
    return _html(site, "trial.html", language, code=code, data=json.dumps(site.text(language)))


def _now(request: Request, code: str) -> Response:
    site, place = _found(request, code)
    if place.trial is not None:
        site.store.show(code, place.trial.position)
    return JSONResponse(site.taking.shown(code, place), headers=_NO_STORE)


async def _answer(request: Request, code: str) -> Response:
    try:
        sent = await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(422, "This is not JSON.") from None
    return await run_in_threadpool(_keep, request, code, sent)


def _keep(request: Request, code: str, sent: Any) -> Response:
    """Keep what was sent for the current trial; what is sent twice is well, once kept."""
    site, place = _found(request, code)
    position = sent.get("position") if isinstance(sent, dict) else None
    if not isinstance(position, int) or isinstance(position, bool):
        raise HTTPException(422, "position must be a number")
    reached = place.trials if place.trial is None else place.trial.position
    if place.trial is None or position < reached:
        return JSONResponse({"kept": position < reached}, 200 if position < reached else 409)
    if position > reached:
        raise HTTPException(409, "This trial is not yet open.")
    try:
        given = site.taking.read(place.trial, sent)
    except BadAnswer as error:
        raise HTTPException(422, str(error)) from None
    site.store.answer(code, place.trial, given)
    if site.creations is not None:
        site.creations.forget(code, place.trial.position)
    return JSONResponse({"kept": True})


async def _bring(request: Request, code: str) -> Response:
    """Take in the clip of a trial, whose bytes are the body, with what is set for its music."""
    site, place = await run_in_threadpool(_found, request, code)
    creations, trial, asked = site.creations, place.trial, dict(request.query_params)
    if creations is None or trial is None:
        raise HTTPException(404)
    held = await run_in_threadpool(creations.get, code, trial.position)
    if asked.get("position") != str(trial.position) or (held and held.state != "failed"):
        raise HTTPException(409, "The clip of this trial was brought before.")
    try:
        controls = read_controls(asked)
    except ValueError as error:
        raise HTTPException(422, f"{error} cannot be this") from None
    room = creations.room()
    try:
        with (room / "clip").open("xb") as file:
            async for chunk in request.stream():
                await run_in_threadpool(file.write, chunk)
        share = asked.get("share") == "yes"
        await run_in_threadpool(creations.take, room, code, trial, controls, share=share)
    except InputError as error:
        problem = error.problem.replace(str(room / "clip"), "this file")
        raise HTTPException(415, f"{problem}.") from None
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return JSONResponse({"kept": True}, 201)


def _media(request: Request, code: str, token: str) -> Response:
    site, place = _found(request, code)
    path = site.taking.file(code, place.trial, token) if place.trial else None
    if path is None:
        raise HTTPException(404)
    kind = "video/mp4" if path.suffix == ".mp4" else "audio/mp4"
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})


async def _finish(request: Request, code: str) -> Response:
    form = await _form(request)
    return await run_in_threadpool(_close, request, code, form.get("comment", ""))


def _close(request: Request, code: str, comment: str) -> Response:
    site, place = _found(request, code)
    if place.trial is not None:
        raise HTTPException(409, "There are trials left.")
    site.store.finish(code, comment[:_MOST_CHARS])
    return RedirectResponse(f"/p/{code}", 303)


def _withdraw(request: Request, code: str) -> Response:
    site, place = _found(request, code)
    if site.creations is not None:
        site.creations.forget(code)
    site.store.withdraw(code)
    return _html(site, "withdrawn.html", site.language(place.language))


def _lost(request: Request, error: Exception) -> Response:
    site = _site(request)
    language = site.language(request.headers.get("accept-language", "")[:2])
    return _html(site, "lost.html", language, status=404)


def _found(request: Request, code: str) -> tuple[Site, Standing]:
    site = _site(request)
    place = site.store.place(code)
    if place is None:
        raise HTTPException(404)
    return site, place


async def _form(request: Request) -> dict[str, str]:
    """The fields of a plain form, the last of each name."""
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS))


def _one_of(text: str | None, known: Sequence[str]) -> str:
    return text if text is not None and text in known else ""


def _completion(site: Site, code: str) -> dict[str, str]:
    ours = site.taking.manifest.completion
    return {"code": ours.code or code, "url": ours.url}


def _html(
    site: Site, template: str, language: Language, *, status: int = 200, **more: Any
) -> Response:
    page = _templates().get_template(template)
    words = {"title": site.taking.manifest.title, "lang": language, "t": site.text(language),
             "preview": site.is_preview}  # fmt: skip
    return HTMLResponse(page.render(**words, **more), status, headers=_NO_STORE)


@functools.cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
