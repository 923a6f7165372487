"""Listening studies of the studio: rows of the database, and a folder each, as commands have it.

A study's folder has `study.yaml` and `films/SYSTEM/CLIP.*`, so `musivid study` works there, too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml
from sqlalchemy import Row, delete, insert, select, update

from musivid.core.errors import MusividError
from musivid.core.storage import write_atomic
from musivid.media.kinds import FILM
from musivid.serving.database import Database
from musivid.studies.manifest import Manifest, read_manifest
from musivid.web.declaring import RatedFilm
from musivid.web.jobs import new_id
from musivid.web.tables import STUDY

if TYPE_CHECKING:
    from musivid.studies.site.store import Progress

__all__ = ["Reach", "Study", "StudyBook"]

MANIFEST = "study.yaml"
_HEAD = "# A listening study that was made in the studio; `musivid study` reads it.\n"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where participants find a study.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0: none was given yet.
        url: what they type, where another server stands before this one.
    """

    host: str = "127.0.0.1"
    port: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """A study as it stands.

    Attributes:
        id: its name.
        title: what participants read.
        spec: what it is made of: films, settings, consent.
        wanted: open, or nothing.
        reach: where it is, or was last, open.
        problem: why it could not be open.
        created_s: when it was made.
    """

    id: str
    title: str
    spec: dict[str, Any]
    wanted: Literal["", "open"]
    reach: Reach
    problem: str
    created_s: float


class StudyBook:
    """All studies."""

    def __init__(self, data: Path, database: Database, answers: str = "") -> None:
        """Look after the studies of a folder.

        Args:
            data: the studio's folder.
            database: rows of studies.
            answers: address of the server that keeps answers; empty: files do.
        """
        self._folder = data / "studies"
        self._answers = answers
        self._database = database

    def folder(self, study: str) -> Path:
        """Where a study's files are."""
        return self._folder / study

    def manifest(self, study: str) -> Path:
        """Where a study's manifest is."""
        return self.folder(study) / MANIFEST

    def get(self, study: str) -> Study | None:
        """The study of a name."""
        with self._database.reading() as connection:
            row = connection.execute(select(STUDY).where(STUDY.c.id == study)).first()
        return None if row is None else _read(row)

    def listed(self) -> list[Study]:
        """All, the newest first."""
        query = select(STUDY).order_by(STUDY.c.created_s.desc())
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(query)]

    def add(
        self,
        manifest: Manifest,
        films: Sequence[tuple[RatedFilm, Path]],
        spec: Mapping[str, Any],
        *,
        instead_of: str | None = None,
    ) -> Study:
        """A new study, or another one under the name of one that nobody has begun.

        Args:
            manifest: what is declared.
            films: each with its file.
            spec: as the page sent it, for the next time.
            instead_of: the study that is changed.
        """
        made = Study(instead_of or new_id(), manifest.title, dict(spec), "", Reach(), "",
                     time.time())  # fmt: skip
        folder = self.folder(made.id)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for film, path in films:
            place = "clips" if manifest.design == "create" else f"films/{film.system}"
            _link(path, folder / place / f"{film.clip}{_ending(path)}")
        write_atomic(folder / MANIFEST, _HEAD + _text(manifest))
        values = {**asdict(made), "reach": asdict(made.reach)}
        with self._database.writing() as connection:
            connection.execute(delete(STUDY).where(STUDY.c.id == made.id))
            connection.execute(insert(STUDY).values(**values))
        return made

    def want(self, study: Study, reach: Reach | None, *, problem: str = "") -> Study:
        """Note that a study is to be open, and where; None: it is not."""
        changed = replace(study, wanted="open" if reach else "", reach=reach or study.reach,
                          problem=problem)  # fmt: skip
        values = {"wanted": changed.wanted, "reach": asdict(changed.reach), "problem": problem}
        with self._database.writing() as connection:
            connection.execute(update(STUDY).where(STUDY.c.id == study.id).values(**values))
        return changed

    def remove(self, study: str) -> None:
        """Remove a study, its films and its answers."""
        with self._database.writing() as connection:
            connection.execute(delete(STUDY).where(STUDY.c.id == study))
        shutil.rmtree(self.folder(study), ignore_errors=True)

    def progress(self, study: str) -> Progress | None:
        """How far a study is; None: it was never opened."""
        from musivid.studies.site.serve import open_answers, study_folder
        from musivid.studies.stimuli import read_stimuli

        path = self.manifest(study)
        folder = study_folder(path)
        with contextlib.suppress(MusividError, OSError):
            stimuli = read_stimuli(folder / "stimuli")
            if stimuli is not None:
                manifest, clips = read_manifest(path), stimuli.clips()
                store, database = open_answers(manifest, folder, clips, self._answers)
                try:
                    return store.progress()
                finally:
                    database.close()
        return None


def _read(row: Row[Any]) -> Study:
    reach = Reach(**row.reach)
    return Study(row.id, row.title, row.spec, row.wanted, reach, row.problem, row.created_s)


def _link(source: Path, target: Path) -> None:
    """The same file under another name, or a copy where the disk is another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _ending(path: Path) -> str:
    """An ending by which the file is found as a film; what it is, its content says."""
    return path.suffix.lower() if FILM.holds(path) else ".mp4"


def _text(manifest: Manifest) -> str:
    said = manifest.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
