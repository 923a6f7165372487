"""Files that go out: by the name of a job, plan or input and by what they are, never by a path."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from musivid.core.errors import MusividError
from musivid.media.lyrics.formats import written_formats
from musivid.media.lyrics.reading import read_cues
from musivid.media.lyrics.writing import format_cues
from musivid.web.api import job_of, sheet_of, studio_of
from musivid.web.inputs import safe_title
from musivid.web.sheets import plan_of

__all__ = ["router"]

router = APIRouter()

_CONTENT = {
    ".mp4": "video/mp4", ".jpg": "image/jpeg", ".png": "image/png", ".wav": "audio/wav",
    ".m4a": "audio/mp4", ".mid": "audio/midi", ".zip": "application/zip",
    ".json": "application/json", ".yaml": "text/yaml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}  # fmt: skip
_PREVIEW = "preview"


@router.get("/files/{job}/{role}")
def job_file(request: Request, job: str, role: str, download: bool = False) -> FileResponse:
    """A file that came of a job."""
    studio = studio_of(request)
    found = job_of(studio, job)
    names = dict(found.result.get("files", {}))
    if found.preview:
        names[_PREVIEW] = found.preview
    folder = studio.data / "jobs" / found.id
    path = _within(folder, names.get(role))
    title = safe_title(found.title, "run")
    suffix = path.suffix if role in ("film", "poster") else f"-{role}{path.suffix}"
    return _sent(path, f"{title}{suffix}", download=download)


@router.get("/inputs/{name}/file")
def input_file(request: Request, name: str) -> FileResponse:
    """A file that was brought, to be heard or seen."""
    found = studio_of(request).inputs.get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    return FileResponse(found.path, media_type=found.content_type)


@router.get("/inputs/{name}/lyrics.{form}")
def lyrics_file(request: Request, name: str, form: str) -> Response:
    """Timed lyrics in a format of the user's choice."""
    found = studio_of(request).inputs.get(name)
    if found is None or found.kind != "lyrics" or form not in written_formats():
        raise HTTPException(404, "there are no such lyrics")
    try:
        text = format_cues(read_cues(found.path).cues, form)
    except MusividError as error:
        raise HTTPException(404, error.problem) from None
    stem = found.title.rpartition(".")[0] or "lyrics"
    return _text(text, f"{stem}.{form}")


@router.get("/plans/{sheet}/plan.yaml")
def plan_file(request: Request, sheet: str) -> Response:
    """A plan as the file that `--plan` takes."""
    found = sheet_of(studio_of(request), sheet)
    return _text(plan_of(found.rows), f"{safe_title(found.title, 'plan')}-plan.yaml")


@router.get("/plans/{sheet}/pictures/{key}")
def picture(request: Request, sheet: str, key: str) -> FileResponse:
    """The picture of a row."""
    studio = studio_of(request)
    found = sheet_of(studio, sheet)
    if key not in {row["picture"] for row in found.rows} - {""}:
        raise HTTPException(404, "there is no such picture")
    path = studio.sheets.picture(found.id, key)
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)


def _within(folder: Path, name: object) -> Path:
    """A file of a folder, or 404."""
    path = (folder / str(name)).resolve()
    if not name or not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise HTTPException(404, "there is no such file")
    return path


def _sent(path: Path, name: str, *, download: bool) -> FileResponse:
    return FileResponse(
        path,
        media_type=_CONTENT.get(path.suffix, "application/octet-stream"),
        filename=name,
        content_disposition_type="attachment" if download else "inline",
    )


def _text(text: str, name: str) -> Response:
    from urllib.parse import quote

    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    return PlainTextResponse(text, headers=headers)
