"""Pages of listening studies, and what their scripts ask for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from pydantic import Field
from starlette.responses import Response

from musivid.studies.make import session_minutes
from musivid.web.api import Asked, studio_of
from musivid.web.declaring import consents, form_of_study
from musivid.web.holding import (
    Refusal,
    close_study,
    make_study,
    open_study,
    preview_study,
    remove_study,
    report_study,
    shown_study,
)
from musivid.web.pages import films_of, page
from musivid.web.shown import shown_job
from musivid.web.studies import Study
from musivid.web.studio import StudioState
from musivid.web.texts import Language
from musivid.web.tongues import language_of, spoken

__all__ = ["router"]

router = APIRouter()

_USUAL_TRIALS = 12
Name = Annotated[str, Field(max_length=100)]


class _FilmAsked(Asked):
    """A film of a study."""

    source: Annotated[str, Field(max_length=40)]
    system: Name
    clip: Name


class _StudyAsked(Asked):
    """A study that is declared."""

    films: list[_FilmAsked] = Field(max_length=400)
    settings: dict[str, Any] = Field({})
    consent: dict[str, Annotated[str, Field(max_length=10_000)]] = Field({})


class _OpenAsked(Asked):
    """How a study is opened."""

    network: bool = False
    url: str = Field("", max_length=300)


@router.get("/studies")
def studies(request: Request) -> Response:
    """All studies."""
    studio = studio_of(request)
    data = {"studies": [shown_study(studio, each) for each in studio.studies.listed()]}
    return page(request, "studies", data)


@router.get("/studies/new")
def new_study(request: Request, again: str = "") -> Response:
    """A study is declared."""
    studio = studio_of(request)
    spec = _found(studio, again).spec if again else {}
    return page(request, "study_form", _form(studio, spec, language_of(request)))


@router.get("/studies/{study}")
def study(request: Request, study: str) -> Response:
    """One study: previewed, open, watched, reported."""
    studio = studio_of(request)
    found = _found(studio, study)
    data = {"study": shown_study(studio, found)}
    return page(request, "study", data, title=found.title)


@router.get("/studies/{study}/edit")
def edit_study(request: Request, study: str) -> Response:
    """A study is declared anew, before anybody has begun."""
    studio = studio_of(request)
    found = _found(studio, study)
    form = _form(studio, found.spec, language_of(request))
    return page(request, "study_form", {**form, "id": found.id})


@router.post("/api/studies", status_code=201)
def add_study(request: Request, asked: _StudyAsked) -> dict[str, Any]:
    """Make a study."""
    studio = studio_of(request)
    return shown_study(studio, make_study(studio, asked.model_dump()))


@router.put("/api/studies/{study}")
def change_study(request: Request, study: str, asked: _StudyAsked) -> dict[str, Any]:
    """Declare a study anew."""
    studio = studio_of(request)
    found = _found(studio, study)
    try:
        return shown_study(studio, make_study(studio, asked.model_dump(), found))
    except Refusal as refusal:
        raise HTTPException(409, str(refusal)) from None


@router.get("/api/studies/{study}")
def show_study(request: Request, study: str) -> dict[str, Any]:
    """A study as it stands."""
    studio = studio_of(request)
    return shown_study(studio, _found(studio, study))


@router.post("/api/studies/{study}/open")
def open_(request: Request, study: str, asked: _OpenAsked) -> dict[str, Any]:
    """Let participants in."""
    studio = studio_of(request)
    found = _found(studio, study)
    try:
        opened = open_study(studio, found, network=asked.network, url=asked.url.strip())
    except Refusal as refusal:
        raise HTTPException(409, str(refusal)) from None
    return shown_study(studio, opened)


@router.post("/api/studies/{study}/close")
def close(request: Request, study: str) -> dict[str, Any]:
    """Let nobody in any more."""
    studio = studio_of(request)
    return shown_study(studio, close_study(studio, _found(studio, study)))


@router.post("/api/studies/{study}/preview")
def preview(request: Request, study: str) -> dict[str, Any]:
    """Show a study's pages; asked again until there is a port."""
    studio = studio_of(request)
    try:
        return preview_study(studio, _found(studio, study))
    except Refusal as refusal:
        raise HTTPException(409, str(refusal)) from None


@router.post("/api/studies/{study}/report", status_code=201)
def report(request: Request, study: str) -> dict[str, Any]:
    """Say what was found so far."""
    studio = studio_of(request)
    try:
        return shown_job(report_study(studio, _found(studio, study)))
    except Refusal as refusal:
        raise HTTPException(409, str(refusal)) from None


@router.delete("/api/studies/{study}")
def remove(request: Request, study: str) -> dict[str, bool]:
    """Remove a study with its answers."""
    studio = studio_of(request)
    try:
        remove_study(studio, _found(studio, study))
    except Refusal as refusal:
        raise HTTPException(409, str(refusal)) from None
    return {"removed": True}


def _found(studio: StudioState, study: str) -> Study:
    """The study of a name, or 404."""
    found = studio.studies.get(study)
    if found is None:
        raise HTTPException(404, "there is no such study")
    return found


def _form(studio: StudioState, spec: dict[str, Any], language: Language) -> dict[str, Any]:
    """What the form of a study needs; a study's films stay, as far as they are there."""
    films = [
        {**film, "title": title}
        for film in spec.get("films", ())
        if (title := studio.film_title(film["source"]))
    ]
    return {
        "groups": spoken(form_of_study(), language),
        "films": films,
        "settings": spec.get("settings", {}),
        "consent": {**consents(session_minutes(_USUAL_TRIALS)), **spec.get("consent", {})},
        "runs": films_of(studio),
    }
