"""What scripts of the pages ask for and change, in JSON; every fault comes back at its field."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from musivid.core.errors import InputError
from musivid.core.timeline import Cue
from musivid.media.lyrics.json import cue_object
from musivid.web.forms import Fault, FormError, form_of, presets_of
from musivid.web.inputs import KINDS, TooLargeError, safe_title
from musivid.web.jobs import Job
from musivid.web.sheets import Sheet
from musivid.web.shown import shown_job
from musivid.web.studio import StudioState
from musivid.web.tongues import language_of, spoken

__all__ = ["Asked", "job_of", "router", "sheet_of", "studio_of"]

router = APIRouter(prefix="/api")

_MOST_CUES = 5_000
_SHOWN = ("video", "music", "evaluate")


class Asked(BaseModel):
    """Base of what pages send: nothing else may be in it."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _VideoAsked(Asked):
    """A film that is asked for."""

    song: str = Field(max_length=40)
    lyrics: str | None = Field(None, max_length=40)
    artwork: str | None = Field(None, max_length=40)
    preset: str = Field(max_length=40)
    settings: dict[str, Any] = {}
    start: str | float | None = None
    end: str | float | None = None
    subtitles: bool = False


class _MusicAsked(Asked):
    """Music that is asked for."""

    clip: str = Field(max_length=40)
    preset: str = Field(max_length=40)
    settings: dict[str, Any] = {}


class _FiguresAsked(Asked):
    """Films that are to be measured: brought, or made here."""

    films: list[Annotated[str, Field(max_length=40)]] = Field(max_length=8)
    song: str | None = Field(None, max_length=40)
    lyrics: str | None = Field(None, max_length=40)
    notes: str | None = Field(None, max_length=40)


class _Again(Asked):
    """What is different the next time."""

    seed: int | None = Field(None, ge=0, lt=2**53)


class _ChoiceAsked(Asked):
    """A piece that is chosen."""

    rank: int = Field(ge=1, le=64)


class _MoreAsked(Asked):
    """More pieces for a clip."""

    like: int | None = Field(None, ge=1, le=64)


class _RowAsked(Asked):
    """A change of a row of a plan."""

    start_s: float | None = None
    scene: str | None = Field(None, max_length=100)
    look: str | None = Field(None, max_length=100)
    shot: str | None = Field(None, max_length=100)
    figure: str | None = Field(None, max_length=100)
    action: str | None = Field(None, max_length=300)
    cut: str | None = Field(None, max_length=100)
    line: str | None = Field(None, max_length=500)


class _CueAsked(Asked):
    """A line that was timed."""

    model_config = ConfigDict(extra="forbid", strict=False)  # JSON has no pairs

    start_s: float = Field(ge=0, le=36_000)
    end_s: float | None = Field(None, ge=0, le=36_000)
    text: str = Field(max_length=2_000)
    words: list[tuple[float, str]] = Field([], max_length=400)


class _LyricsAsked(Asked):
    """Lines that were timed."""

    title: str = Field(max_length=200)
    cues: list[_CueAsked] = Field(min_length=1, max_length=_MOST_CUES)


def studio_of(request: Request) -> StudioState:
    """The studio that a request is for."""
    studio: StudioState = request.app.state.studio
    return studio


def job_of(studio: StudioState, job: str) -> Job:
    """The job of a name, or 404."""
    found = studio.jobs.get(job)
    if found is None:
        raise HTTPException(404, "there is no such run")
    return found


def sheet_of(studio: StudioState, sheet: str) -> Sheet:
    """The plan of a name, or 404."""
    found = studio.sheets.get(sheet)
    if found is None:
        raise HTTPException(404, "there is no such plan")
    return found


@router.post("/inputs")
async def bring(request: Request, kind: str, name: str = "") -> dict[str, Any]:
    """Take a file in: its bytes are the body."""
    if kind not in KINDS:
        raise HTTPException(404, "there is no such kind")
    try:
        found = await studio_of(request).inputs.take(kind, name[:300], request.stream())
    except TooLargeError:
        raise HTTPException(413, "This is too large.") from None
    except InputError as error:
        raise HTTPException(415, f"{error.problem}. {error.hint}".strip()) from None
    if found.kind == "song":  # pictures will be wanted soon
        studio_of(request).workers.wake("desk")
    return found.shown()


@router.get("/form/{command}/{preset}")
def form(request: Request, command: str, preset: str) -> dict[str, Any]:
    """The form of a preset, in the reader's language."""
    if command not in ("video", "bgm_infer") or preset not in presets_of(command):
        raise HTTPException(404, "there is no such preset")
    return {"groups": spoken(form_of(command, preset), language_of(request))}


@router.post("/plans", status_code=201)
def plan(request: Request, asked: _VideoAsked) -> dict[str, Any]:
    """Plan a film."""
    studio = studio_of(request)
    return studio.add_plan(*studio.video_spec(asked.model_dump())).shown()


@router.get("/plans/{sheet}")
def show_plan(request: Request, sheet: str) -> dict[str, Any]:
    """A plan as it stands."""
    return sheet_of(studio_of(request), sheet).shown()


@router.get("/choices")
def choices(request: Request) -> dict[str, Any]:
    """What rows of plans may say."""
    return studio_of(request).sheets.choices() or {}


@router.patch("/plans/{sheet}/rows/{row}")
def change_row(request: Request, sheet: str, row: str, asked: _RowAsked) -> dict[str, Any]:
    """Change a row; its picture is drawn anew."""
    studio = studio_of(request)
    given = {name: value for name, value in asked.model_dump().items() if value is not None}
    return studio.draw(studio.sheets.change(sheet_of(studio, sheet), row, given)).shown()


@router.post("/plans/{sheet}/rows/{row}/{what}")
def cut_row(
    request: Request, sheet: str, row: str, what: Literal["split", "join"]
) -> dict[str, Any]:
    """Divide a row, or let the one before last through it."""
    studio = studio_of(request)
    act = studio.sheets.split if what == "split" else studio.sheets.join
    return studio.draw(act(sheet_of(studio, sheet), row)).shown()


@router.post("/plans/{sheet}/film", status_code=201)
def film(request: Request, sheet: str) -> dict[str, Any]:
    """Make the film of a plan."""
    studio = studio_of(request)
    return shown_job(studio.film(sheet_of(studio, sheet)))


@router.post("/plans/{sheet}/again", status_code=201)
def plan_again(request: Request, sheet: str, asked: _Again) -> dict[str, Any]:
    """Plan the same with another seed."""
    studio = studio_of(request)
    held = sheet_of(studio, sheet)
    return studio.add_plan(held.title, _seeded(held.spec, asked.seed)).shown()


@router.post("/films", status_code=201)
def add_film(request: Request, asked: _VideoAsked) -> dict[str, Any]:
    """Make a film at once, as it will be planned."""
    studio = studio_of(request)
    return shown_job(studio.add_job("video", *studio.video_spec(asked.model_dump())))


@router.post("/music", status_code=201)
def add_music(request: Request, asked: _MusicAsked) -> dict[str, Any]:
    """Write music for a clip."""
    studio = studio_of(request)
    return shown_job(studio.add_job("music", *studio.music_spec(asked.model_dump())))


@router.post("/evaluations", status_code=201)
def evaluate(request: Request, asked: _FiguresAsked) -> dict[str, Any]:
    """Measure films, and show several side by side."""
    studio = studio_of(request)
    return shown_job(studio.add_job("evaluate", *studio.figures_spec(asked.model_dump())))


@router.post("/hear", status_code=201)
def hear(request: Request, song: Annotated[str, Body(embed=True, max_length=40)]) -> dict[str, Any]:
    """Listen to a song, for its wave and its beats."""
    studio = studio_of(request)
    found = studio.inputs.get(song)
    if found is None or found.kind != "song":
        raise HTTPException(404, "there is no such song")
    for job in studio.jobs.listed(("hear",)):
        if job.spec["song"] == song and job.state in ("waiting", "running", "done"):
            return shown_job(job)
    return shown_job(studio.add_job("hear", found.title, {"song": song}))


@router.post("/lyrics", status_code=201)
async def keep_lyrics(request: Request, asked: _LyricsAsked) -> dict[str, Any]:
    """Keep lines that were timed, as lyrics of films."""
    cues = sorted(
        (Cue(c.start_s, c.end_s, c.text, 1.0, tuple(c.words)) for c in asked.cues),
        key=lambda cue: cue.start_s,
    )
    body = "[\n" + ",\n".join(map(cue_object, cues)) + "\n]\n"
    stem = safe_title(asked.title, "lyrics").rpartition(".")[0] or "lyrics"

    async def chunks() -> AsyncIterator[bytes]:
        yield body.encode()

    try:
        kept = await studio_of(request).inputs.take("lyrics", f"{stem}.json", chunks())
    except InputError as error:
        raise FormError([Fault("", error.problem)]) from None
    return kept.shown()


@router.get("/jobs")
def jobs(
    request: Request, words: str = "", state: str = "", kind: str = ""
) -> list[dict[str, Any]]:
    """Runs, the newest first."""
    kinds = [kind] if kind in _SHOWN else _SHOWN
    found = studio_of(request).jobs.listed(kinds, words=words[:100], state=state[:8])
    return [shown_job(job) for job in found]


@router.get("/jobs/{job}")
def show_job(request: Request, job: str) -> dict[str, Any]:
    """A job as it stands."""
    studio = studio_of(request)
    found = job_of(studio, job)
    ahead = studio.jobs.ahead_of(found) if found.state == "waiting" else 0
    return {**shown_job(found), "ahead": ahead}


@router.post("/jobs/{job}/stop")
def stop(request: Request, job: str) -> dict[str, Any]:
    """Stop a job; what is done is kept."""
    studio = studio_of(request)
    found = job_of(studio, job)
    studio.jobs.ask_stop(job)
    studio.workers.wake(found.role)
    return shown_job(job_of(studio, job))


@router.post("/jobs/{job}/go-on")
def go_on(request: Request, job: str) -> dict[str, Any]:
    """Let a job go on that was stopped or failed."""
    studio = studio_of(request)
    found = job_of(studio, job)
    if not studio.jobs.go_on(job):
        raise HTTPException(409, "this run is not stopped")
    studio.workers.wake(found.role)
    return shown_job(job_of(studio, job))


@router.post("/jobs/{job}/again", status_code=201)
def again(request: Request, job: str, asked: _Again) -> dict[str, Any]:
    """Do the same anew, with another seed."""
    studio = studio_of(request)
    held = job_of(studio, job)
    if held.kind not in ("video", "music"):
        raise HTTPException(409, "this is no run")
    return shown_job(studio.add_job(held.kind, held.title, _seeded(held.spec, asked.seed)))


@router.post("/jobs/{job}/choose", status_code=201)
def choose(request: Request, job: str, asked: _ChoiceAsked) -> dict[str, Any]:
    """Deliver one of the pieces that were written for a clip."""
    studio = studio_of(request)
    return shown_job(studio.choose(job_of(studio, job), asked.rank))


@router.post("/jobs/{job}/more", status_code=201)
def more(request: Request, job: str, asked: _MoreAsked) -> dict[str, Any]:
    """Write four more pieces for the same clip; `like`: in the manner of one that is there."""
    studio = studio_of(request)
    return shown_job(studio.more_music(job_of(studio, job), asked.like))


@router.delete("/jobs/{job}")
def remove(request: Request, job: str) -> dict[str, bool]:
    """Remove a run and its files."""
    studio = studio_of(request)
    if not studio.remove_job(job_of(studio, job)):
        raise HTTPException(409, "this run is at work; stop it first")
    return {"removed": True}


def _seeded(spec: dict[str, Any], seed: int | None) -> dict[str, Any]:
    """A specification with another seed; what was planned by the old one goes."""
    if seed is None:
        return spec
    rest = {name: value for name, value in spec.items() if name not in ("plan", "sheet")}
    return {**rest, "settings": {**spec.get("settings", {}), "seed": seed}}
