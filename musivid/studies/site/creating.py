"""Clips that participants bring: taken in, scored by all systems one after the other, shown blind.

One thread sees to the queue; what was being written when the pages closed is begun again.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from musivid.core.apart import apart
from musivid.core.errors import InputError, MusividError
from musivid.core.progress import Silent
from musivid.core.seeds import dice
from musivid.serving.database import Database
from musivid.studies.assign import Trial
from musivid.studies.composing import FILM, Commission, compose, sound_name
from musivid.studies.findings import StimulusFacts
from musivid.studies.manifest import Manifest
from musivid.studies.site.tables import CREATION, TRIAL

__all__ = [
    "EMOTIONS",
    "MOST_CLIP_BYTES",
    "Creation",
    "Creations",
    "created_facts",
    "creations_folder",
    "genres",
    "read_controls",
    "shared_clips",
]

MOST_CLIP_BYTES = 200_000_000
"""Of a clip that is brought."""

EMOTIONS = ("happy", "angry", "sad", "calm")
"""Moods that participants choose from."""

_LOG = logging.getLogger("musivid.studies.site.creating")
_LONGEST_S = 60.0  # of a clip: music is written while somebody waits
_CLIP = "clip"
_MOST_TRIES = 2


@dataclass(frozen=True, slots=True)
class Creation:
    """A clip that was brought in a trial.

    Attributes:
        code: whose.
        position: of the trial.
        clip: what it is called in tables.
        share: whether others may see it.
        controls: what was set, by dotted key.
        state: waiting, done or failed.
        problem: why no music could be written.
        tries: how often it was begun.
        facts: of all sounds that were written.
    """

    code: str
    position: int
    clip: str
    share: bool
    controls: dict[str, Any]
    state: str
    problem: str
    tries: int
    facts: tuple[StimulusFacts, ...]


class Creations:
    """All clips of a study that were brought."""

    def __init__(
        self, folder: Path, database: Database, manifest: Manifest, others: Mapping[str, Path]
    ) -> None:
        """Look after a study's clips.

        Args:
            folder: in which they are kept.
            database: of the study.
            manifest: the study.
            others: films whose music is the level of chance; empty: there is none.
        """
        self._folder = folder
        self._database = database
        self._manifest = manifest
        self._others = tuple(others.values())
        self._wake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Creations:
        """Begin to write what waits."""
        self._thread.start()
        return self

    def __exit__(self, *ended: object) -> None:
        """Begin nothing more."""
        self._closed = True
        self._wake.set()

    def get(self, code: str, position: int) -> Creation | None:
        """What was brought in a trial."""
        query = select(CREATION).where(CREATION.c.code == code, CREATION.c.position == position)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _read(row)

    def listed(self) -> list[Creation]:
        """All, in the order in which they were brought."""
        with self._database.reading() as connection:
            rows = connection.execute(select(CREATION).order_by(CREATION.c.id)).all()
        return [_read(row) for row in rows]

    def ahead_of(self, creation: Creation) -> int:
        """How many are written before one that waits."""
        waiting = [one.clip for one in self.listed() if one.state == "waiting"]
        return waiting.index(creation.clip) if creation.clip in waiting else 0

    def room(self) -> Path:
        """Where a clip that is being brought is written."""
        path = self._folder / f"incoming-{secrets.token_hex(8)}"
        path.mkdir(parents=True)
        return path

    def take(
        self, room: Path, code: str, trial: Trial, controls: Mapping[str, Any], *, share: bool
    ) -> Creation:
        """Take a clip in, in place of one that failed.

        Args:
            room: from `room`, with the clip in it.
            code: whose.
            trial: in which it was brought.
            controls: what was set.
            share: whether others may see it.

        Raises:
            InputError: it is no film, or too long.
        """
        from musivid.media.frames import probe_video

        length_s = float(probe_video(room / _CLIP).duration_s or 0)
        if not 1 <= length_s <= _LONGEST_S:
            raise InputError(f"a clip must be of 1 to {_LONGEST_S:.0f} s, not of {length_s:.0f}")
        clip = f"brought-{secrets.token_hex(6)}"
        room.rename(self._folder / clip)
        where = {"code": code, "position": trial.position}
        values = {**where, "clip": clip, "share": int(share), "controls": dict(controls),
                  "state": "waiting", "problem": "", "tries": 0, "facts": []}  # fmt: skip
        with self._database.writing() as connection:
            held = [CREATION.c[name] == value for name, value in where.items()]
            old = connection.execute(select(CREATION.c.clip).where(*held)).scalar()
            connection.execute(CREATION.delete().where(*held))
            connection.execute(insert(CREATION).values(**values))
            trials = [TRIAL.c[name] == value for name, value in where.items()]
            connection.execute(update(TRIAL).where(*trials).values(clip=clip))
        if old:
            shutil.rmtree(self._folder / old, ignore_errors=True)
        self._wake.set()
        found = self.get(code, trial.position)
        assert found is not None
        return found

    def file(self, clip: str, system: str | None) -> Path:
        """The silent film of a clip, or a system's sound."""
        return self._folder / clip / (FILM if system is None else sound_name(system))

    def forget(self, code: str, position: int | None = None) -> None:
        """Remove what a participant brought: all of it, or what need not be kept of a trial."""
        for one in self.listed():
            if one.code != code or (position is not None and one.position != position):
                continue
            if position is None:
                shutil.rmtree(self._folder / one.clip, ignore_errors=True)
            elif not one.share:
                for name in (_CLIP, FILM):
                    (self._folder / one.clip / name).unlink(missing_ok=True)

    def _work(self) -> None:
        """Write music as long as the pages are open."""
        while not self._closed:
            waiting = next((one for one in self.listed() if one.state == "waiting"), None)
            if waiting is None:
                self._wake.wait(2.0)
                self._wake.clear()
                continue
            with contextlib.suppress(Exception):  # the next one is not to blame
                self._write(waiting)

    def _write(self, creation: Creation) -> None:
        if creation.tries >= _MOST_TRIES:
            self._note(creation, state="failed", problem="its music could not be written")
            return
        self._note(creation, tries=creation.tries + 1)
        folder, manifest = self._folder / creation.clip, self._manifest
        rng = dice(manifest.seed, int(creation.clip.removeprefix("brought-"), 16))
        other = self._others[int(rng.integers(len(self._others)))] if self._others else None
        chance = manifest.systems[manifest.first_system()]
        wish = Commission(folder / _CLIP, creation.clip, manifest.systems, other, chance,
                    creation.controls, int(rng.integers(2**31)))  # fmt: skip
        try:
            facts = apart(compose, folder, wish, reporter=Silent())
        except MusividError as error:
            _LOG.warning("no music could be written: %s", error.problem)
            problem = error.problem.replace(str(folder / _CLIP), "this film")[:200]
            self._note(creation, state="failed", problem=problem)
        else:
            self._note(creation, state="done", facts=[asdict(fact) for fact in facts])

    def _note(self, creation: Creation, **values: Any) -> None:
        held = CREATION.c.code == creation.code, CREATION.c.clip == creation.clip
        with self._database.writing() as connection:
            connection.execute(update(CREATION).where(*held).values(**values))


def read_controls(asked: Mapping[str, str]) -> dict[str, Any]:
    """What a page asks of the music, by dotted key; what is left to the system is not there.

    Raises:
        ValueError: a value that no page of ours sends; its message names the field.
    """
    found: dict[str, Any] = {}
    for name, key, low, high in (("bpm", "tempo.bpm", 30, 240),
                                 ("threshold", "control.beat_threshold", 0, 1)):  # fmt: skip
        if asked.get(name):
            try:
                value = float(asked[name])
            except ValueError:
                value = float("nan")
            if not low <= value <= high:
                raise ValueError(name)
            found[key] = value
    for name, key, known in (("emotion", "control.emotion", EMOTIONS),
                             ("genre", "control.genre", genres())):  # fmt: skip
        if asked.get(name):
            if asked[name] not in known:
                raise ValueError(name)
            found[key] = asked[name]
    return found


def genres() -> tuple[str, ...]:
    """Genres that participants choose from."""
    from musivid.score.ensemble import GENRES

    return tuple(GENRES)


def created_facts(database: Database) -> tuple[StimulusFacts, ...]:
    """All sounds that were written for clips that were brought."""
    with database.reading() as connection:
        rows = connection.execute(select(CREATION.c.facts).order_by(CREATION.c.id)).all()
    return tuple(StimulusFacts(**fact) for row in rows for fact in row.facts)


def shared_clips(folder: Path, database: Database) -> tuple[Path, ...]:
    """Folders of the clips that others may see, in the order in which they were brought.

    Args:
        folder: of the study.
        database: of the study.
    """
    query = select(CREATION.c.clip).where(CREATION.c.share == 1, CREATION.c.state == "done")
    with database.reading() as connection:
        clips = connection.execute(query.order_by(CREATION.c.id)).scalars().all()
    paths = (creations_folder(folder) / clip for clip in clips)
    return tuple(path for path in paths if (path / FILM).is_file())


def creations_folder(folder: Path) -> Path:
    """Where a study keeps clips that are brought."""
    return folder / "creations"


def _read(row: Any) -> Creation:
    facts = tuple(StimulusFacts(**fact) for fact in row.facts)
    return Creation(row.code, row.position, row.clip, bool(row.share), row.controls, row.state,
                    row.problem, row.tries, facts)  # fmt: skip
