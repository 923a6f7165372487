"""From the rows of a database to the records that results are made of."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from musivid.studies.manifest import SILENCE, Manifest
from musivid.studies.records import Answers, Check, Event, Participant, Rating, Vote
from musivid.studies.site.tables import ANSWER, EVENT, PARTICIPANT, TRIAL

__all__ = ["read_answers"]

Key = tuple[str, int]
_CHOICES = {"left": 0.0, "right": 1.0, "both": 0.5, "neither": 0.5}


def read_answers(connection: Connection, manifest: Manifest) -> Answers:
    """All answers, in the order of participants' numbers, trials and what was asked."""
    people = connection.execute(select(PARTICIPANT).order_by(PARTICIPANT.c.number)).all()
    number = {row.code: row.number for row in people}
    trials = {(row.code, row.position): row for row in connection.execute(select(TRIAL))}
    given: dict[Key, list[Row[Any]]] = {key: [] for key in trials}
    for row in connection.execute(select(ANSWER)):
        given[row.code, row.position].append(row)
    keys = sorted((key for key in given if given[key]), key=lambda key: (number[key[0]], key[1]))
    return Answers(
        tuple(_person(row) for row in people),
        tuple(_ratings(keys, trials, given)),
        tuple(_votes(keys, trials, given)),
        tuple(_checks(manifest, keys, trials, given)),
        tuple(_events(connection, number)),
    )


def _person(row: Row[Any]) -> Participant:
    return Participant(
        row.code, row.number, row.language, row.role,
        "begun" if row.ended_s is None else "finished", row.began_s, row.ended_s,
        row.age, row.headphones, row.comment
    )  # fmt: skip


def _ratings(
    keys: Iterable[Key], trials: Mapping[Key, Row[Any]], given: Mapping[Key, list[Row[Any]]]
) -> Iterator[Rating]:
    for key in keys:
        trial = trials[key]
        for row in sorted(given[key], key=lambda row: (row.system, row.question)):
            if trial.kind == "rated" and not row.choice:
                yield Rating(*key, trial.clip, row.system, row.question, row.value, _taken_s(trial))


def _votes(
    keys: Iterable[Key], trials: Mapping[Key, Row[Any]], given: Mapping[Key, list[Row[Any]]]
) -> Iterator[Vote]:
    for key in keys:
        trial, row = trials[key], given[key][0]
        if trial.kind == "rated" and row.choice:
            left, right = trial.systems
            yield Vote(*key, trial.clip, left, right, row.choice, _taken_s(trial))


def _checks(
    manifest: Manifest,
    keys: Iterable[Key],
    trials: Mapping[Key, Row[Any]],
    given: Mapping[Key, list[Row[Any]]],
) -> Iterator[Check]:
    scale = manifest.answers_on()
    span = scale.highest - scale.lowest
    for key in keys:
        trial, rows = trials[key], given[key]
        if trial.kind == "instructed":
            yield Check(*key, trial.kind, _missed(trial, rows, span))
        elif trial.kind == "gold":
            yield Check(*key, trial.kind, _praise(trial, rows, scale.lowest, span))
        elif trial.kind == "repeat" and given.get((key[0], trial.of)):
            yield Check(*key, trial.kind, _change(rows, given[key[0], trial.of], span))


def _missed(trial: Row[Any], rows: Iterable[Row[Any]], span: float) -> float:
    """How far the worst answer lies from the one that was asked for, 0..1."""
    return max(
        float(abs(_CHOICES[row.choice] - trial.asked_for) if row.choice
        else abs(row.value - trial.asked_for) / span)
        for row in rows
    )  # fmt: skip


def _praise(trial: Row[Any], rows: Iterable[Row[Any]], lowest: float, span: float) -> float:
    """What silence got, as a share of the range; 1 if it was chosen."""
    shares: list[float] = []
    for row in rows:
        if row.choice:
            right = trial.systems.index(SILENCE)
            shares.append(1 - abs(_CHOICES[row.choice] - right))
        elif row.system == SILENCE:
            shares.append((row.value - lowest) / span)
    return max(shares)


def _change(rows: Iterable[Row[Any]], before: Iterable[Row[Any]], span: float) -> float:
    """Mean difference between two answers to the same, 0..1."""
    first = {(row.system, row.question): row for row in before}
    pairs = [(row, first[row.system, row.question]) for row in rows]
    return statistics.fmean(
        abs(_CHOICES[row.choice] - _CHOICES[other.choice]) if row.choice
        else abs(row.value - other.value) / span
        for row, other in pairs
    )  # fmt: skip


def _events(connection: Connection, number: Mapping[str, int]) -> Iterator[Event]:
    rows = connection.execute(select(EVENT)).all()
    for row in sorted(rows, key=lambda row: (number[row.code], row.position, row.at_ms, row.id)):
        yield Event(row.code, row.position, row.at_ms, row.what, row.detail)


def _taken_s(trial: Row[Any]) -> float:
    shown, answered = trial.shown_s, trial.answered_s
    return round(answered - shown, 3) if shown is not None and answered is not None else 0.0
