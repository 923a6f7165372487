"""Jobs: rows of the database that pages add and look at, and that workers take and fill.

A job waits, runs, and is done, failed or stopped; what failed or was stopped can go on.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from musivid.serving.database import Database
from musivid.web.tables import COUNTER, JOB

__all__ = ["ROLES", "STATES", "Job", "JobBook", "Role", "State", "new_id"]

State = Literal["waiting", "running", "done", "failed", "stopped"]
STATES: tuple[State, ...] = ("waiting", "running", "done", "failed", "stopped")
"""In the order in which a job goes through them."""

Role = Literal["film", "desk"]
ROLES: tuple[Role, ...] = ("film", "desk")
"""Who does a job: `film` what takes minutes, `desk` what somebody waits for."""

_KINDS: Mapping[str, Role] = {
    "video": "film",
    "music": "film",
    "plan": "desk",
    "draw": "desk",
    "hear": "desk",
    "choose": "desk",
    "evaluate": "film",
    "stimuli": "film",
    "report": "desk",
}
_MOST_ATTEMPTS = 4  # begun and not ended: what kills its worker is not tried for ever
_MOST_NOTES = 20


def new_id() -> str:
    """A name that nobody guesses."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands.

    Attributes:
        id: its name.
        kind: what is done: video, music, plan, draw, hear, choose, evaluate, stimuli, report.
        role: who does it.
        title: what it is called on pages.
        spec: what is asked for, in JSON types.
        state: how far it is.
        asked: what the user asked of it meanwhile: stop; or nothing.
        attempts: how often it was begun.
        stage: what is being done.
        stage_s: when the stage began, in seconds since 1970.
        stage_from: how much of it was done by then, in an earlier attempt.
        done: how much of the stage is done.
        total: of how much; None: not known.
        unit: of what.
        notes: what the work said.
        preview: role of the picture that shows how far it is; or empty.
        result: files by role, and facts.
        problem: what went wrong.
        hint: what can be done about it.
        created_s: when it was asked for.
        started_s: when it was first begun.
        ended_s: when it ended.
        change: number of its latest change.
    """

    id: str
    kind: str
    role: Role
    title: str
    spec: dict[str, Any]
    state: State
    asked: str
    attempts: int
    stage: str
    stage_s: float
    stage_from: int
    done: int
    total: int | None
    unit: str
    notes: list[str]
    preview: str
    result: dict[str, Any]
    problem: str
    hint: str
    created_s: float
    started_s: float | None
    ended_s: float | None
    change: int


_NAMES = tuple(field.name for field in fields(Job))


class JobBook:
    """All jobs. Every change gets the next number, so that pages can ask for what is new."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, kind: str, title: str, spec: Mapping[str, Any]) -> Job:
        """A new job at the end of the queue."""
        with self.database.writing() as connection:
            return self.add_within(connection, kind, title, spec)

    def add_within(
        self, connection: Connection, kind: str, title: str, spec: Mapping[str, Any]
    ) -> Job:
        """The same as part of a transaction."""
        values: dict[str, Any] = {
            "id": new_id(), "kind": kind, "role": _KINDS[kind], "title": title, "spec": dict(spec),
            "state": "waiting", "asked": "", "attempts": 0, "stage": "", "stage_s": 0.0,
            "stage_from": 0, "done": 0, "total": None, "unit": "", "notes": [], "preview": "",
            "result": {}, "problem": "", "hint": "", "created_s": time.time(),
            "change": _next_change(connection),
        }  # fmt: skip
        connection.execute(insert(JOB).values(**values))
        return Job(**values, started_s=None, ended_s=None)

    def get(self, job: str) -> Job | None:
        """The job of a name."""
        with self.database.reading() as connection:
            return _read(connection.execute(select(JOB).where(JOB.c.id == job)).first())

    def listed(
        self, kinds: Sequence[str], *, words: str = "", state: str = "", most: int = 200
    ) -> list[Job]:
        """Jobs of some kinds, the newest first.

        Args:
            kinds: of which kinds.
            words: what must be in the title.
            state: in which state; empty: in any.
            most: how many at most.
        """
        query = select(JOB).where(JOB.c.kind.in_(kinds))
        for word in words.split():
            query = query.where(JOB.c.title.icontains(word, autoescape=True))
        if state:
            query = query.where(JOB.c.state == state)
        query = query.order_by(JOB.c.created_s.desc()).limit(most)
        with self.database.reading() as connection:
            return [cast("Job", _read(row)) for row in connection.execute(query)]

    def changed_since(self, change: int) -> list[Job]:
        """Jobs that changed after the change of that number, in the order of their changes."""
        query = select(JOB).where(JOB.c.change > change).order_by(JOB.c.change).limit(200)
        with self.database.reading() as connection:
            return [cast("Job", _read(row)) for row in connection.execute(query)]

    def latest_change(self) -> int:
        """The number of the latest change."""
        with self.database.reading() as connection:
            return int(connection.execute(select(COUNTER.c.value)).scalar_one())

    def ahead_of(self, job: Job) -> int:
        """How many jobs are done before a job that waits."""
        query = select(func.count()).where(
            JOB.c.role == job.role,
            JOB.c.state.in_(("waiting", "running")),
            JOB.c.created_s < job.created_s,
        )
        with self.database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def open_roles(self) -> set[Role]:
        """Who has something to do."""
        query = select(JOB.c.role).where(JOB.c.state.in_(("waiting", "running"))).distinct()
        with self.database.reading() as connection:
            return set(connection.execute(query).scalars())

    def ask_stop(self, job: str) -> bool:
        """Ask for a job to be stopped; one that waits is stopped at once. Whether that helps."""
        with self.database.writing() as connection:
            now = {"state": "stopped", "ended_s": time.time()}
            return self._change(connection, job, ("waiting",), now) or self._change(
                connection, job, ("running",), {"asked": "stop"}
            )

    def go_on(self, job: str) -> bool:
        """Let a job that failed or was stopped wait again; whether it was such a one."""
        values = {
            "state": "waiting", "asked": "", "attempts": 0, "problem": "", "hint": "", "stage": "",
            "done": 0, "total": None, "ended_s": None, "notes": [],
        }  # fmt: skip
        with self.database.writing() as connection:
            return self._change(connection, job, ("failed", "stopped"), values)

    def remove(self, job: str) -> bool:
        """Remove a job on which nobody works; whether there was one."""
        over = ("done", "failed", "stopped")
        with self.database.writing() as connection:
            found = connection.execute(
                delete(JOB).where(JOB.c.id == job, JOB.c.state.in_(over))
            ).rowcount
            if found:
                _next_change(connection)
            return found > 0

    # What workers do.

    def take(self, role: Role) -> Job | None:
        """The next job of a role, which runs from now on; None: there is none."""
        query = select(JOB).where(JOB.c.role == role, JOB.c.state == "waiting")
        with self.database.writing() as connection:
            job = _read(connection.execute(query.order_by(JOB.c.created_s).limit(1)).first())
            if job is None:
                return None
            values = {
                "state": "running", "asked": "", "attempts": job.attempts + 1, "stage": "",
                "stage_s": time.time(), "started_s": job.started_s or time.time(), "ended_s": None,
            }  # fmt: skip
            self._change(connection, job.id, ("waiting",), values)
            return _read(connection.execute(select(JOB).where(JOB.c.id == job.id)).first())

    def take_back(self, role: Role) -> None:
        """Let jobs wait again whose worker is gone; for who holds the lock of that role."""
        query = select(JOB).where(JOB.c.role == role, JOB.c.state == "running")
        with self.database.writing() as connection:
            for row in connection.execute(query).all():
                job = cast("Job", _read(row))
                values: dict[str, Any] = {"state": "waiting"}
                if job.asked == "stop":
                    values = {"state": "stopped", "ended_s": time.time()}
                elif job.attempts >= _MOST_ATTEMPTS:
                    values = {
                        "state": "failed",
                        "ended_s": time.time(),
                        "problem": f"the work ended {job.attempts} times without a word",
                        "hint": "The memory may be too small. Try a smaller size.",
                    }
                self._change(connection, job.id, ("running",), values)

    def tell(self, job: str, **values: Any) -> None:
        """Note how far a running job is."""
        with self.database.writing() as connection:
            self._change(connection, job, ("running",), values)

    def end(self, job: str, state: State, **values: Any) -> None:
        """Note that a job is over, and what came of it."""
        values |= {"state": state, "asked": "", "ended_s": time.time()}
        with self.database.writing() as connection:
            self._change(connection, job, ("running",), values)

    def amend(self, job: str, result: Mapping[str, Any]) -> None:
        """Note that something else came of a job that is done."""
        with self.database.writing() as connection:
            self._change(connection, job, ("done",), {"result": dict(result)})

    def is_asked_to_stop(self, job: str) -> bool:
        """Whether a running job should be stopped."""
        found = self.get(job)
        return found is not None and found.state == "running" and found.asked == "stop"

    def note(self, job: str, text: str) -> None:
        """Add to what the work said; only the latest is kept."""
        with self.database.writing() as connection:
            row = connection.execute(select(JOB.c.notes).where(JOB.c.id == job)).first()
            if row is not None and text not in row.notes:
                notes = [*row.notes, text][-_MOST_NOTES:]
                self._change(connection, job, ("running",), {"notes": notes})

    def _change(
        self, connection: Connection, job: str, states: Sequence[str], values: Mapping[str, Any]
    ) -> bool:
        """Change a job that is in one of some states; whether it was."""
        held = JOB.c.id == job, JOB.c.state.in_(states)
        if connection.execute(select(JOB.c.id).where(*held)).first() is None:
            return False
        change = _next_change(connection)
        connection.execute(update(JOB).where(*held).values(**values, change=change))
        return True


def _next_change(connection: Connection) -> int:
    counted = update(COUNTER).values(value=COUNTER.c.value + 1).returning(COUNTER.c.value)
    return int(connection.execute(counted).scalar_one())


def _read(row: Row[Any] | None) -> Job | None:
    return None if row is None else Job(**{name: getattr(row, name) for name in _NAMES})
