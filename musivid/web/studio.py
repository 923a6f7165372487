"""The studio's parts in one place, and what pages ask of several of them at once."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musivid.core.clock import parse_time_s
from musivid.core.errors import OutputError
from musivid.core.outputs import check_room
from musivid.serving.database import Database
from musivid.studies.site.tables import ANSWERS
from musivid.web.forms import Fault, FormError, filled, form_of
from musivid.web.inputs import Input, InputStore
from musivid.web.jobs import Job, JobBook
from musivid.web.openings import Openings
from musivid.web.sheets import Sheet, SheetBook, plan_of
from musivid.web.studies import StudyBook
from musivid.web.workers import Workers

__all__ = ["StudioState", "open_studio"]

_WITH_ARTWORK = ("living",)  # presets whose films can show it
_TWICE_S = 3.0  # within which what is sent again is the same
_ROOM_BYTES = 200_000_000  # of the disk, for a job to begin


@dataclass(slots=True)
class StudioState:
    """What the pages have to do with.

    Attributes:
        data: the studio's folder.
        database: of all that follows.
        jobs: work.
        inputs: files that were brought.
        sheets: plans of films.
        workers: who does the work.
        studies: listening studies.
        openings: those that are open.
        version: told to browsers, so that they fetch scripts anew after an update.
        closing: whether pages should not be kept waiting any more.
        host: the address that the studio is served at.
        keep_days: age at which runs are offered for removal; 0: never.
        adding: held while a job is added, so that none is added twice.
    """

    data: Path
    database: Database
    jobs: JobBook
    inputs: InputStore
    sheets: SheetBook
    workers: Workers
    studies: StudyBook
    openings: Openings
    version: str
    closing: bool = field(default=False)
    host: str = field(default="127.0.0.1")
    keep_days: int = field(default=0)
    adding: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add_job(self, kind: str, title: str, spec: Mapping[str, Any]) -> Job:
        """A new job, whose worker is woken.

        Raises:
            FormError: the disk is full.
        """
        self.check_room()
        with self.adding:
            job = self._sent_before(kind, spec) or self.jobs.add(kind, title, spec)
        self.workers.wake(job.role)
        return job

    def _sent_before(self, kind: str, spec: Mapping[str, Any]) -> Job | None:
        """The job of a page that sends the same twice, as by a double click."""
        since_s = time.time() - _TWICE_S
        waiting = self.jobs.listed((kind,), state="waiting", most=20)
        found = (job for job in waiting if job.spec == dict(spec) and job.created_s > since_s)
        return next(found, None)

    def add_plan(self, title: str, spec: Mapping[str, Any]) -> Sheet:
        """A new sheet, and the job that plans it.

        Raises:
            FormError: the disk is full.
        """
        self.check_room()
        with self.database.writing() as connection:
            sheet = self.sheets.add_within(connection, title, spec)
            self.jobs.add_within(connection, "plan", title, {"sheet": sheet.id})
        self.workers.wake("desk")
        return sheet

    def draw(self, sheet: Sheet) -> Sheet:
        """See that what a sheet lacks is drawn."""
        if all(row["picture"] for row in sheet.rows):
            return sheet
        if not any(
            job.spec.get("sheet") == sheet.id and job.state == "waiting"
            for job in self.jobs.listed(("plan", "draw"), state="waiting")
        ):
            self.jobs.add("draw", sheet.title, {"sheet": sheet.id})
        self.workers.wake("desk")
        return sheet

    def film(self, sheet: Sheet) -> Job:
        """The job that makes the film of a sheet.

        Raises:
            FormError: the disk is full.
        """
        spec = {**sheet.spec, "sheet": sheet.id}
        if sheet.is_editable:
            spec["plan"] = self.sheets.plan_file(plan_of(sheet.rows)).name
        return self.add_job("video", sheet.title, spec)

    def video_spec(self, asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """What a page asks of a film: its title and specification.

        Raises:
            FormError: faults, each at its field.
        """
        faults: list[Fault] = []
        song = self._brought(asked.get("song"), "song", "song", faults)
        lyrics = None
        if asked.get("lyrics"):
            lyrics = self._brought(asked["lyrics"], "lyrics", "lyrics", faults)
        artwork = None
        if asked.get("artwork"):
            artwork = self._brought(asked["artwork"], "picture", "artwork", faults)
        begin, end = (_time(asked.get(name), name, faults) for name in ("start", "end"))
        if begin is not None and end is not None and end <= begin:
            faults.append(Fault("end", "this is not after the beginning"))
        settings = _settings("video", asked, faults)
        if artwork and asked["preset"] not in _WITH_ARTWORK:
            faults.append(Fault("artwork", "only films of living scenes show artwork"))
        if faults or song is None:
            raise FormError(faults)
        spec = {
            "song": song.id, "lyrics": lyrics.id if lyrics else None, "preset": asked["preset"],
            "settings": settings, "start_s": begin or 0.0, "end_s": end,
            "subtitles": bool(asked.get("subtitles")) and lyrics is not None,
            **({"artwork": artwork.id} if artwork else {}),
        }  # fmt: skip
        return song.facts.get("title", "")[:80] or _stem(song), spec

    def music_spec(self, asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """What a page asks of music: its title and specification.

        Raises:
            FormError: faults, each at its field.
        """
        faults: list[Fault] = []
        clip = self._brought(asked.get("clip"), "clip", "clip", faults)
        settings = _settings("bgm_infer", asked, faults)
        if faults or clip is None:
            raise FormError(faults)
        spec = {"clip": clip.id, "preset": asked["preset"], "settings": settings}
        return _stem(clip), spec

    def figures_spec(self, asked: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """What a page asks to be measured: a title and a specification.

        Raises:
            FormError: faults, each at its field.
        """
        faults: list[Fault] = []
        titles = [title for name in asked["films"] if (title := self.film_title(name))]
        if not titles or len(titles) < len(asked["films"]):
            faults.append(Fault("films", "bring a film, or choose a run that is done"))
        spec: dict[str, Any] = {"films": list(asked["films"])}
        for name, kind in (("song", "song"), ("lyrics", "lyrics"), ("notes", "notes")):
            if asked.get(name):
                found = self._brought(asked[name], kind, name, faults)
                spec[name] = found.id if found else None
        if faults:
            raise FormError(faults)
        return " / ".join(dict.fromkeys(titles))[:80], spec

    def film_title(self, name: str) -> str:
        """What a film that was brought or made is called; empty: there is none of this name."""
        brought = self.inputs.get(name)
        if brought is not None:
            return _stem(brought) if brought.kind == "clip" else ""
        run = self.jobs.get(name)
        is_film = run is not None and run.state == "done" and "film" in run.result.get("files", {})
        return run.title if run is not None and is_film else ""

    def film_file(self, name: str) -> Path | None:
        """The file of a film that was brought or made; None: there is none of this name."""
        if not self.film_title(name):
            return None
        brought = self.inputs.get(name)
        if brought is not None:
            return brought.path
        run = self.jobs.get(name)
        assert run is not None
        path = self.data / "jobs" / run.id / str(run.result["files"]["film"])
        return path if path.is_file() else None

    def choose(self, run: Job, rank: int) -> Job:
        """The job that delivers one of a run's pieces.

        Raises:
            FormError: there is no such piece.
        """
        if not 1 <= rank <= len(run.result.get("facts", {}).get("pieces", ())):
            raise FormError([Fault("rank", "there is no such piece")])
        return self.add_job("choose", run.title, {"run": run.id, "rank": rank})

    def more_music(self, run: Job, like: int | None) -> Job:
        """Another run for the same clip, with other dice.

        Args:
            run: of music.
            like: rank of a piece whose genre, mood, key and tempo are held; None: none are.

        Raises:
            FormError: there is no such piece.
        """
        facts = run.result.get("facts", {})
        settings = {**run.spec.get("settings", {}), "seed": secrets.randbelow(10**6)}
        if like is not None:
            pieces = facts.get("pieces", [])
            if not like <= len(pieces):
                raise FormError([Fault("like", "there is no such piece")])
            held = {
                "control.genre": facts["genre"],
                "control.emotion": facts["emotion"],
                "control.key": pieces[like - 1]["key"],
                "tempo.bpm": round(facts["tempo_bpm"]),
            }
            groups = form_of("bgm_infer", run.spec["preset"])
            known = {field.key for group in groups for field in group.fields}
            settings |= {key: value for key, value in held.items() if value and key in known}
        spec = {**run.spec, "settings": filled("bgm_infer", run.spec["preset"], settings)}
        return self.add_job("music", run.title, spec)

    def remove_job(self, job: Job) -> bool:
        """Remove a job and its files; whether nobody works on it."""
        if not self.jobs.remove(job.id):
            return False
        shutil.rmtree(self.data / "jobs" / job.id, ignore_errors=True)
        return True

    def _brought(self, name: object, kind: str, at: str, faults: list[Fault]) -> Input | None:
        """A file of a kind."""
        found = self.inputs.get(name) if isinstance(name, str) else None
        if found is None or found.kind != kind:
            faults.append(Fault(at, f"bring a {kind} first" if kind != "lyrics" else
                                "these lyrics have no times yet"))  # fmt: skip
            return None
        return found

    def check_room(self) -> None:
        """Make sure that the disk has room for a job.

        Raises:
            FormError: it is nearly full.
        """
        try:
            check_room(self.data, _ROOM_BYTES)
        except OutputError:
            raise FormError([Fault("", "the disk is nearly full; remove runs first")]) from None


def open_studio(
    data: Path,
    database: Database,
    workers: Workers,
    *,
    most_bytes: int,
    version: str,
    answers: str = "",
) -> StudioState:
    """The studio in a folder.

    Args:
        data: the folder.
        database: its rows.
        workers: who does its work.
        most_bytes: of an upload.
        version: of musivid.
        answers: address of the server that keeps answers of studies; empty: files do.
    """
    inputs = InputStore(data, database, most_bytes=most_bytes)
    inputs.clear()
    return StudioState(
        data, database, JobBook(database), inputs, SheetBook(data, database), workers,
        StudyBook(data, database, answers), Openings({ANSWERS: answers} if answers else {}), version
    )  # fmt: skip


def _stem(found: Input) -> str:
    """What a file is called, without its ending."""
    return found.title.rpartition(".")[0] or found.title


def _time(value: object, at: str, faults: list[Fault]) -> float | None:
    """Seconds of a time as people write it; None: none is given."""
    if value in (None, ""):
        return None
    try:
        return parse_time_s(str(value))
    except ValueError:
        faults.append(Fault(at, "give seconds or m:ss, as 1:05"))
        return None


def _settings(command: str, asked: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The settings that differ from the preset's."""
    try:
        return filled(command, str(asked.get("preset")), asked.get("settings") or {})
    except FormError as error:
        faults += error.faults
        return {}
