"""The pages themselves: templates filled with words of the reader's language."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from musivid.serving.doors import is_loopback
from musivid.web.api import job_of, sheet_of, studio_of
from musivid.web.forms import presets_of
from musivid.web.shown import command_line, shown_job
from musivid.web.studio import StudioState
from musivid.web.texts import LANGUAGES, words_of
from musivid.web.tongues import LANGUAGE, language_of
from musivid.web.works import job_folder

__all__ = ["films_of", "missing", "page", "router"]

router = APIRouter()

_YEAR_S = 31_536_000
_MOST_FILMS = 24  # that are offered to be chosen from
_FOLDER = Path(__file__).with_name("templates")
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@router.get("/")
def start() -> RedirectResponse:
    """The first page."""
    return RedirectResponse("/video", 307)


@router.get("/video")
def video(request: Request, again: str = "", song: str = "", lyrics: str = "") -> Response:
    """Song to video: what is wanted."""
    studio = studio_of(request)
    spec: dict[str, Any] = {}
    if again:
        spec = dict(job_of(studio, again).spec)
    names = {"song": song or spec.get("song"), "lyrics": lyrics or spec.get("lyrics"),
             "artwork": spec.get("artwork")}  # fmt: skip
    brought = {kind: found.shown() for kind, name in names.items()
               if name and (found := studio.inputs.get(name))}  # fmt: skip
    kept = ("preset", "settings", "start_s", "end_s", "subtitles")
    data = {
        "brought": brought,
        "asked": {name: spec[name] for name in kept if name in spec},
        "presets": presets_of("video"),
    }
    return page(request, "video", data)


@router.get("/plans/{sheet}")
def plan(request: Request, sheet: str) -> Response:
    """The plan of a film, row by row."""
    studio = studio_of(request)
    found = sheet_of(studio, sheet)
    studio.workers.wake("desk")  # which loads what pictures need
    job = next(
        (j for j in studio.jobs.listed(("plan", "draw")) if j.spec.get("sheet") == found.id), None
    )
    data = {
        "sheet": found.shown(),
        "choices": studio.sheets.choices() or {},
        "job": shown_job(job) if job else None,
    }
    return page(request, "plan", data, title=found.title)


@router.get("/words")
def words(request: Request, song: str = "", words: str = "") -> Response:
    """Time the words of a song."""
    studio = studio_of(request)
    names = {"song": song, "words": words}
    brought = {kind: found.shown() for kind, name in names.items()
               if name and (found := studio.inputs.get(name))}  # fmt: skip
    return page(request, "words", {"brought": brought})


@router.get("/music")
def music(request: Request, again: str = "") -> Response:
    """Clip to soundtrack: what is wanted."""
    studio = studio_of(request)
    spec = dict(job_of(studio, again).spec) if again else {}
    clip = studio.inputs.get(spec.get("clip")) if spec else None
    data = {
        "brought": {"clip": clip.shown()} if clip else {},
        "asked": {name: spec[name] for name in ("preset", "settings") if name in spec},
        "presets": presets_of("bgm_infer"),
    }
    return page(request, "music", data)


@router.get("/evaluate")
def evaluate(request: Request, again: str = "") -> Response:
    """Films to be measured."""
    studio = studio_of(request)
    spec = dict(job_of(studio, again).spec) if again else {}
    names = [*spec.get("films", ()), *(spec.get(kind) for kind in ("song", "lyrics", "notes"))]
    brought = [found.shown() for name in names if name and (found := studio.inputs.get(name))]
    data = {
        "brought": brought,
        "chosen": [name for name in names if name],
        "runs": films_of(studio),
    }
    return page(request, "evaluate", data)


@router.get("/runs")
def runs(request: Request) -> Response:
    """All films and soundtracks."""
    jobs = studio_of(request).jobs.listed(("video", "music", "evaluate"))
    days = studio_of(request).keep_days
    before_s = time.time() - days * 86_400 if days else 0.0
    over = (job for job in jobs if job.state in ("done", "failed", "stopped"))
    old = [job.id for job in over if (job.ended_s or job.created_s) < before_s]
    data = {"jobs": [shown_job(job) for job in jobs], "old": old, "days": days}
    return page(request, "runs", data)


@router.get("/runs/{job}")
def run(request: Request, job: str) -> Response:
    """One run: at work, done, stopped or failed."""
    studio = studio_of(request)
    found = job_of(studio, job)
    if found.kind not in ("video", "music", "evaluate"):
        return missing(request, Exception())
    ahead = studio.jobs.ahead_of(found) if found.state == "waiting" else 0
    rows: list[dict[str, Any]] = []
    if found.spec.get("sheet") and (sheet := studio.sheets.get(found.spec["sheet"])):
        rows = [{"key": row["picture"], "start_s": row["start_s"]} for row in sheet.rows]
    data = {
        "job": {**shown_job(found), "ahead": ahead},
        "command": command_line(found.kind, found.title, found.spec, studio.inputs),
        "rows": rows,
        "folder": str(job_folder(studio.data, found.id)) if is_loopback(studio.host) else "",
    }
    return page(request, "run", data, title=found.title)


@router.get("/language/{code}")
def language(request: Request, code: str, back: str = "/") -> Response:
    """Remember the reader's language."""
    place = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    answer = RedirectResponse(place, 303)
    if code in LANGUAGES:
        answer.set_cookie(
            LANGUAGE, code, max_age=_YEAR_S, httponly=True, samesite="strict", path="/"
        )
    return answer


def films_of(studio: StudioState) -> list[dict[str, Any]]:
    """Runs whose films can be chosen, the newest first."""
    done = studio.jobs.listed(("video", "music"), state="done")
    films = [job for job in done if "film" in job.result.get("files", {})]
    return [shown_job(job) for job in films[:_MOST_FILMS]]


def missing(request: Request, error: Exception) -> Response:
    """What is not there: a page for people, a word for scripts."""
    if request.url.path.startswith(("/api/", "/files/", "/inputs/", "/static/")):
        return JSONResponse({"detail": getattr(error, "detail", "not found")}, 404)
    return page(request, "missing", {}, status=404)


def page(
    request: Request, name: str, data: dict[str, Any], *, title: str = "", status: int = 200
) -> HTMLResponse:
    """A page in the reader's language, with what its script needs."""
    code = language_of(request)
    texts = words_of(code)
    text = _PAGES.get_template(f"{name}.html").render(
        t=texts.__getitem__,
        lang=code,
        languages=LANGUAGES,
        page=name,
        title=title or texts[f"{name}.title"],
        version=studio_of(request).version,
        here=request.url.path,
        data=_harmless({"texts": texts, "data": data, "version": studio_of(request).version}),
    )
    return HTMLResponse(text, status)


def _harmless(data: dict[str, Any]) -> str:
    """JSON that can stand within a page, whatever words are in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
