"""A study's database: who takes part, what they were shown, what they answered.

Everything is written at once and once: an answer that is sent again changes nothing.
"""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from musivid.core.errors import InputError
from musivid.studies.assign import Trial, trials_of
from musivid.studies.manifest import Manifest
from musivid.studies.records import Answers, Choice
from musivid.studies.site.reading import read_answers
from musivid.studies.site.tables import ANSWER, EVENT, PARTICIPANT, STUDY, TRIAL

if TYPE_CHECKING:
    from musivid.serving.database import Database

__all__ = ["Given", "Newcomer", "Progress", "Standing", "Store"]

_CODE_BYTES = 9  # of a participant's code: nobody guesses another's


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a participant says of themselves before the first trial.

    Attributes:
        language: of the pages.
        role: training in music: none, amateur, professional; empty: not said.
        age: an age band; empty: not said.
        headphones: yes, no; empty: not said.
        consent: digest of the text that they agreed to.
        outside: salted digest of what a panel calls them; empty: they came by themselves.
    """

    language: str
    role: str
    age: str
    headphones: str
    consent: str
    outside: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a participant is.

    Attributes:
        trial: the next one without an answer; None: all have one.
        trials: how many there are.
        language: of the pages.
        is_finished: whether they said that they are through.
    """

    trial: Trial | None
    trials: int
    language: str
    is_finished: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered in a trial.

    Attributes:
        values: system: question: value.
        choice: of two; empty where values are asked for.
        events: milliseconds, what, detail.
    """

    values: Mapping[str, Mapping[str, float]]
    choice: Choice | None
    events: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a study is.

    Attributes:
        began: how many participants began.
        finished: how many of them are through.
        trials: how many trials that count were answered.
        least: how often the stimulus was answered that was answered least.
        latest_s: when the latest answer came, in seconds since 1970; None: there is none.
    """

    began: int
    finished: int
    trials: int
    least: int
    latest_s: float | None


class Store:
    """The answers of one study."""

    def __init__(self, database: Database, manifest: Manifest, clips: Sequence[str]) -> None:
        """Keep a study's answers in a database.

        Raises:
            InputError: participants were shown another manifest before.
        """
        self._database = database
        self._manifest = manifest
        self._clips = tuple(clips)
        with database.reading() as connection:
            known = connection.scalar(select(STUDY.c.digest))
        if known is not None and known != manifest.freeze():
            raise InputError(
                "the manifest was changed after the first participant had begun",
                hint="Put it back as it was, or serve the new one from another folder.",
            )

    def begin(self, newcomer: Newcomer) -> str:
        """Take a participant in, or find one of a panel who came before; return their code."""
        with self._database.writing() as connection:
            if newcomer.outside:
                before = select(PARTICIPANT.c.code).where(PARTICIPANT.c.outside == newcomer.outside)
                if (code := connection.scalar(before)) is not None:
                    return str(code)
            if connection.scalar(select(func.count()).select_from(STUDY)) == 0:
                connection.execute(insert(STUDY).values(digest=self._manifest.freeze()))
            number, code = _free_number(connection), secrets.token_urlsafe(_CODE_BYTES)
            connection.execute(
                insert(PARTICIPANT).values(
                    code=code, number=number, outside=newcomer.outside,
                    language=newcomer.language, role=newcomer.role, age=newcomer.age,
                    headphones=newcomer.headphones, consent=newcomer.consent, comment="",
                    began_s=time.time()
                )
            )  # fmt: skip
            trials = trials_of(self._manifest, self._clips, number)
            connection.execute(insert(TRIAL), [_row(code, trial) for trial in trials])
        return code

    def place(self, code: str) -> Standing | None:
        """Where somebody is; None if nobody has this code."""
        with self._database.reading() as connection:
            person = connection.execute(
                select(PARTICIPANT.c.language, PARTICIPANT.c.ended_s).where(
                    PARTICIPANT.c.code == code
                )
            ).first()
            if person is None:
                return None
            own = select(TRIAL).where(TRIAL.c.code == code)
            rows = connection.execute(own.order_by(TRIAL.c.position)).all()
        left = next((row for row in rows if row.answered_s is None), None)
        trial = None if left is None else _trial(left)
        return Standing(trial, len(rows), person.language, person.ended_s is not None)

    def show(self, code: str, position: int) -> None:
        """Note when a trial was first shown."""
        with self._database.writing() as connection:
            trial = update(TRIAL).where(TRIAL.c.code == code, TRIAL.c.position == position)
            connection.execute(trial.where(TRIAL.c.shown_s.is_(None)).values(shown_s=time.time()))

    def answer(self, code: str, trial: Trial, given: Given) -> bool:
        """Keep the answers of a trial; whether they were new: sent again they change nothing."""
        where = (TRIAL.c.code == code, TRIAL.c.position == trial.position)
        with self._database.writing() as connection:
            done = connection.execute(
                update(TRIAL)
                .where(*where, TRIAL.c.answered_s.is_(None))
                .values(answered_s=time.time())
            )
            if not done.rowcount:
                return False
            connection.execute(insert(ANSWER), _answer_rows(code, trial.position, given))
            place = {"code": code, "position": trial.position}
            events = [
                {**place, "at_ms": at_ms, "what": what, "detail": detail}
                for at_ms, what, detail in given.events
            ]
            if events:
                connection.execute(insert(EVENT), events)
        return True

    def finish(self, code: str, comment: str) -> None:
        """Note that somebody is through, and what they had to say."""
        with self._database.writing() as connection:
            connection.execute(
                update(PARTICIPANT)
                .where(PARTICIPANT.c.code == code, PARTICIPANT.c.ended_s.is_(None))
                .values(comment=comment, ended_s=time.time())
            )

    def withdraw(self, code: str) -> bool:
        """Delete all that is known of somebody; their number is handed out again."""
        with self._database.writing() as connection:
            gone = connection.execute(delete(PARTICIPANT).where(PARTICIPANT.c.code == code))
        return bool(gone.rowcount)

    def progress(self) -> Progress:
        """How far the study is."""
        each = select(TRIAL.c.clip, TRIAL.c.systems).where(
            TRIAL.c.kind == "rated", TRIAL.c.answered_s.is_not(None)
        )
        with self._database.reading() as connection:
            began = connection.scalar(select(func.count()).select_from(PARTICIPANT)) or 0
            ended = connection.scalar(select(func.count(PARTICIPANT.c.ended_s))) or 0
            latest = connection.scalar(select(func.max(TRIAL.c.answered_s)))
            rows = connection.execute(each).all()
        counts = dict.fromkeys(
            itertools.product(self._clips, self._manifest.rated_systems()), 0
        )  # fmt: skip
        for row in rows:
            for system in row.systems:
                counts[row.clip, system] = counts.get((row.clip, system), 0) + 1
        return Progress(began, ended, len(rows), min(counts.values(), default=0), latest)

    def answers(self) -> Answers:
        """All that was answered, in the order of participants' numbers."""
        with self._database.reading() as connection:
            return read_answers(connection, self._manifest)


def _free_number(connection: Connection) -> int:
    """The least number that nobody has."""
    taken = set(connection.scalars(select(PARTICIPANT.c.number)))
    return next(number for number in range(len(taken) + 1) if number not in taken)


def _row(code: str, trial: Trial) -> dict[str, object]:
    return {
        "code": code, "position": trial.position, "kind": trial.kind, "clip": trial.clip,
        "systems": list(trial.systems), "asked_for": trial.asked_for, "of": trial.of,
    }  # fmt: skip


def _trial(row: object) -> Trial:
    kept = row._mapping  # type: ignore[attr-defined]
    return Trial(
        kept["position"], kept["kind"], kept["clip"], tuple(kept["systems"]), kept["asked_for"],
        kept["of"]
    )  # fmt: skip


def _answer_rows(code: str, position: int, given: Given) -> list[dict[str, object]]:
    plain = {"code": code, "position": position, "choice": ""}
    if given.choice is not None:
        return [{**plain, "system": "", "question": "", "value": 0.0, "choice": given.choice}]
    return [
        {**plain, "system": system, "question": question, "value": value}
        for system, values in given.values.items()
        for question, value in values.items()
    ]
