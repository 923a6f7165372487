"""What participants left: answers, votes, checks and events, as rows that name each thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Answers", "Check", "CheckKind", "Choice", "Event", "Participant", "Rating", "Vote"]

Choice = Literal["left", "right", "both", "neither"]
CheckKind = Literal["instructed", "gold", "repeat"]


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who took part; nothing here tells who.

    Attributes:
        code: their own code.
        number: counted from 0; with the study's seed it says what they were shown.
        language: of the pages.
        role: training in music: none, amateur, professional; empty: not said.
        state: how far they came.
        began_s: seconds since 1970.
        ended_s: the same; None: not yet.
        age: an age band; empty: not said.
        headphones: yes or no; empty: not said.
        comment: what they wrote at the end.
    """

    code: str
    number: int
    language: str = "en"
    role: str = ""
    state: Literal["begun", "finished"] = "finished"
    began_s: float = 0.0
    ended_s: float | None = None
    age: str = ""
    headphones: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """One answer on the scale.

    Attributes:
        participant: their code.
        position: of the trial among those of this participant.
        clip: which film.
        system: which music.
        question: which question, by name.
        value: the answer.
        taken_s: from the trial's begin to the answer.
    """

    participant: str
    position: int
    clip: str
    system: str
    question: str
    value: float
    taken_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Vote:
    """One choice between two.

    Attributes:
        participant: their code.
        position: of the trial among those of this participant.
        clip: which film.
        left: the system that stood left.
        right: the other.
        choice: what was chosen.
        taken_s: from the trial's begin to the choice.
    """

    participant: str
    position: int
    clip: str
    left: str
    right: str
    choice: Choice
    taken_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Check:
    """How a trial that checks a participant went.

    Attributes:
        participant: their code.
        position: of the trial.
        kind: what was checked.
        found: the answer's distance from what was asked for (`instructed`), what silence got as a
            share of the scale's range (`gold`), or the difference of two answers (`repeat`),
            likewise; 0..1.
    """

    participant: str
    position: int
    kind: CheckKind
    found: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a trial: `play`, `seek`, `switch`, `stall`, `drift`, `hidden`."""

    participant: str
    position: int
    at_ms: int
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """All of a study; trials that only check or train have no ratings or votes here."""

    participants: tuple[Participant, ...] = ()
    ratings: tuple[Rating, ...] = ()
    votes: tuple[Vote, ...] = ()
    checks: tuple[Check, ...] = ()
    events: tuple[Event, ...] = ()

    def without(self, codes: frozenset[str]) -> Answers:
        """Return what is left when some participants are left out."""
        return Answers(
            tuple(one for one in self.participants if one.code not in codes),
            tuple(one for one in self.ratings if one.participant not in codes),
            tuple(one for one in self.votes if one.participant not in codes),
            tuple(one for one in self.checks if one.participant not in codes),
            tuple(one for one in self.events if one.participant not in codes),
        )
