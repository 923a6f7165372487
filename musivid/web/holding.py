"""What pages ask of listening studies: made, changed, looked at, opened, watched, reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from musivid.web.declaring import RatedFilm, checked_films, manifest_of
from musivid.web.forms import Fault, FormError
from musivid.web.jobs import Job
from musivid.web.openings import free_port
from musivid.web.shown import shown_job
from musivid.web.studies import Reach, Study
from musivid.web.studio import StudioState

__all__ = [
    "Refusal",
    "close_study",
    "keep_studies",
    "make_study",
    "open_study",
    "preview_study",
    "remove_study",
    "report_study",
    "shown_study",
]

_NETWORK = "0.0.0.0"


class Refusal(Exception):
    """What cannot be done with a study as it stands; the message says why."""


def make_study(studio: StudioState, asked: Mapping[str, Any], study: Study | None = None) -> Study:
    """A study, and the job that makes its stimuli.

    Args:
        studio: where.
        asked: films, settings and consent, as a page sends them.
        study: the one that is changed; None: a new one.

    Raises:
        FormError: faults, each at its field. Refusal: it cannot be changed any more.
    """
    if study is not None:
        _check_changeable(studio, study)
    films = [RatedFilm(**film) for film in asked["films"]]
    faults: list[Fault] = []
    creates = asked["settings"].get("design") == "create"
    for check in (
        lambda: checked_films(films, of_systems=not creates),
        lambda: manifest_of(films, asked["settings"], asked["consent"]),
    ):
        try:
            check()
        except FormError as error:
            faults += error.faults
    files = [(film, path) for film in films if (path := studio.film_file(film.source))]
    if len(files) < len(films):
        faults.append(Fault("films", "a film is gone; choose it again"))
    if faults:
        raise FormError(faults)
    manifest = manifest_of(films, asked["settings"], asked["consent"])
    studio.check_room()
    if study is not None:
        studio.openings.close(_preview(study))
    made = studio.studies.add(manifest, files, asked, instead_of=study.id if study else None)
    studio.add_job("stimuli", made.title[:80], {"study": made.id, "made_s": made.created_s})
    return made


def shown_study(studio: StudioState, study: Study) -> dict[str, Any]:
    """What pages are told of a study."""
    job = _stimuli(studio, study)
    opening = studio.openings.now(study.id)
    state = "failed" if job is None or job.state in ("failed", "stopped") else "preparing"
    if job is not None and job.state == "done":
        state = opening.state if study.wanted and opening else "ready"
        if study.problem:
            state = "failed"
    progress = studio.studies.progress(study.id)
    if progress and progress.began and not study.wanted and state == "ready":
        state = "closed"
    report = next(iter(_jobs(studio, study, "report")), None)
    return {
        "id": study.id,
        "title": study.title,
        "state": state,
        "spec": study.spec,
        "created_s": study.created_s,
        "reach": asdict(study.reach),
        "link": study.reach.url or (opening.link if opening else ""),
        "problem": study.problem,
        "facts": job.result.get("facts", {}) if job else {},
        "progress": asdict(progress) if progress else None,
        "job": shown_job(job) if job else None,
        "report": shown_job(report) if report else None,
    }


def open_study(studio: StudioState, study: Study, *, network: bool, url: str) -> Study:
    """Let participants in, from now on and whenever the studio is open, until it is closed.

    Args:
        studio: where.
        study: which.
        network: whether other machines reach it.
        url: what participants type, where another server stands before this one.

    Raises:
        FormError: no address. Refusal: its stimuli are not made yet.
    """
    if url and not _is_address(url):
        raise FormError([Fault("url", "give an address, as https://study.example.org/")])
    _check_ready(studio, study)
    host = _NETWORK if network else "127.0.0.1"
    taken = {one.reach.port for one in studio.studies.listed() if one.id != study.id}
    port = study.reach.port if study.reach.host == host and study.reach.port else 0
    reach = Reach(host, port or free_port(host, taken), url)
    wanted = studio.studies.want(study, reach)
    studio.openings.close(study.id)
    studio.openings.open(study.id, studio.studies.manifest(study.id), reach)
    return wanted


def close_study(studio: StudioState, study: Study) -> Study:
    """Let nobody in any more; answers are kept."""
    studio.openings.close(study.id)
    return studio.studies.want(study, None)


def preview_study(studio: StudioState, study: Study) -> dict[str, Any]:
    """Show the pages of a study as they will be; its state, and its port once it is open.

    Raises:
        Refusal: its stimuli are not made yet.
    """
    _check_ready(studio, study)
    key = _preview(study)
    found = studio.openings.now(key)
    if found is None or found.state == "failed":
        if found is not None:
            studio.openings.close(key)
            raise Refusal(found.problem)
        reach = Reach(studio.host, free_port(studio.host, set()))
        studio.openings.open(key, studio.studies.manifest(study.id), reach, preview=True)
        found = studio.openings.now(key)
    assert found is not None
    return {"state": found.state, "port": urlsplit(found.link).port if found.link else None}


def report_study(studio: StudioState, study: Study) -> Job:
    """The job that says what was found so far, and writes all that is exported.

    Raises:
        Refusal: nobody has answered yet.
    """
    progress = studio.studies.progress(study.id)
    if progress is None or not progress.trials:
        raise Refusal("nobody has answered yet")
    for old in _jobs(studio, study, "report"):
        studio.remove_job(old)
    return studio.add_job("report", study.title[:80], {"study": study.id})


def remove_study(studio: StudioState, study: Study) -> None:
    """Remove a study with its answers.

    Raises:
        Refusal: it is open, or is being made.
    """
    if study.wanted:
        raise Refusal("this study is open; close it first")
    job = _stimuli(studio, study)
    if job is not None and job.state == "running":
        raise Refusal("its films are being made ready; wait, or stop that first")
    studio.openings.close(_preview(study))
    for kind in ("stimuli", "report"):
        for each in _jobs(studio, study, kind):
            studio.jobs.ask_stop(each.id)
            studio.remove_job(each)
    studio.studies.remove(study.id)


def keep_studies(studio: StudioState) -> None:
    """See that open studies are open, also after a kill; note what cannot be."""
    studio.openings.close_old_previews()
    for study in studio.studies.listed():
        if not study.wanted:
            continue
        found = studio.openings.now(study.id)
        if found is None:
            studio.openings.open(study.id, studio.studies.manifest(study.id), study.reach)
        elif found.state == "failed":
            studio.openings.close(study.id)
            studio.studies.want(study, None, problem=found.problem)


def _check_changeable(studio: StudioState, study: Study) -> None:
    """Make sure that nobody has begun.

    Raises:
        Refusal: somebody has, or the study is at work.
    """
    progress = studio.studies.progress(study.id)
    if study.wanted or (progress and progress.began):
        raise Refusal("participants have begun: what was declared stays; make another study of it")
    job = _stimuli(studio, study)
    if job is not None and job.state == "running":
        raise Refusal("its films are being made ready; wait until that is done")
    if job is not None and job.state == "waiting":
        studio.jobs.ask_stop(job.id)


def _check_ready(studio: StudioState, study: Study) -> None:
    """Make sure that participants can be shown something.

    Raises:
        Refusal: not yet.
    """
    job = _stimuli(studio, study)
    if job is None or job.state != "done":
        raise Refusal("its films are not ready yet")


def _stimuli(studio: StudioState, study: Study) -> Job | None:
    return next(iter(_jobs(studio, study, "stimuli")), None)


def _jobs(studio: StudioState, study: Study, kind: str) -> list[Job]:
    """A study's jobs of a kind, the newest first."""
    return [job for job in studio.jobs.listed((kind,)) if job.spec.get("study") == study.id]


def _preview(study: Study) -> str:
    return f"preview {study.id}"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
