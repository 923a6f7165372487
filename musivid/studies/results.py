"""All figures of a study: means, differences, agreement, strengths and order."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.metrics.compare import Interval, holm
from musivid.studies.agreement import Agreement, agreement
from musivid.studies.groups import Contrast, Pace, contrasts_of, pace_of, stimulus_rest
from musivid.studies.manifest import ANCHOR, Manifest
from musivid.studies.pairs import Ballot, Strengths, strengths
from musivid.studies.records import Answers, Rating, Vote
from musivid.studies.spread import (
    Correlation,
    PairedTest,
    correlation,
    mean_interval,
    paired_test,
)

__all__ = ["FEW_RATINGS", "Difference", "Mean", "Results", "ballots_of", "results_of"]

Floats = NDArray[np.float64]

FEW_RATINGS = 4
"""Of a stimulus: below, it is thin."""


@dataclass(frozen=True, slots=True)
class Mean:
    """What a system got for a question.

    Attributes:
        question: which.
        system: which.
        role: of raters with this training; empty: of all.
        mean: with its interval over raters and clips; `n` counts answers.
        deviation: of single answers.
        raters: how many raters.
        clips: of how many clips.
    """

    question: str
    system: str
    role: str
    mean: Interval
    deviation: float
    raters: int
    clips: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A system less another for a question.

    Attributes:
        question: which.
        system: which.
        other: what it is compared with.
        test: the difference.
        p_holm: its p, corrected for all differences of the question; None where p is.
    """

    question: str
    system: str
    other: str
    test: PairedTest
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class Results:
    """What a study found.

    Attributes:
        raters: how many participants left at least one answer that counts.
        answers: ratings or votes that count.
        means: of each question and system, over all and by role.
        differences: to the baseline and to the anchor of chance.
        agreement: question: how far raters agree.
        strengths: of votes; None without any.
        order: question: whether later trials are rated otherwise.
        left_share: share of decided votes that went left; None without any.
        contrasts: whether raters with other training, or other devices, rate otherwise.
        pace: how long trials take.
        thin: how many stimuli have fewer than four ratings for a question.
    """

    raters: int
    answers: int
    means: tuple[Mean, ...]
    differences: tuple[Difference, ...]
    agreement: Mapping[str, Agreement]
    strengths: Strengths | None
    order: Mapping[str, Correlation]
    left_share: float | None
    contrasts: tuple[Contrast, ...]
    pace: Pace
    thin: int


def results_of(manifest: Manifest, answers: Answers) -> Results:
    """All figures; the same answers give the same figures.

    Args:
        manifest: the study.
        answers: those that count.
    """
    rows = answers.ratings
    questions = list(dict.fromkeys(row.question for row in rows))
    tables = {question: _tables(manifest, rows, question) for question in questions}
    means = tuple(_means(manifest, answers, questions))
    differences = tuple(_differences(manifest, tables))
    agreed = {question: _agreement(tables[question]) for question in questions}
    order = {question: _order(rows, question) for question in questions}
    ballots = ballots_of(manifest, answers.votes)
    names = manifest.rated_systems()
    strong = strengths(names, ballots, seed=manifest.seed) if ballots else None
    codes = {row.participant for row in rows} | {vote.participant for vote in answers.votes}
    return Results(
        len(codes), len(rows) + len(answers.votes), means, differences, agreed, strong, order,
        _left_share(answers.votes), contrasts_of(answers, seed=manifest.seed), pace_of(answers),
        0 if manifest.design == "create" else _thin(rows)
    )  # fmt: skip


def ballots_of(manifest: Manifest, votes: Iterable[Vote]) -> dict[str, Ballot]:
    """What each rater voted, as tables in the order of the rated systems."""
    names = manifest.rated_systems()
    place = {name: k for k, name in enumerate(names)}
    ballots: dict[str, Ballot] = {}
    for vote in votes:
        blank = Ballot(*np.zeros((2, len(names), len(names))))
        ballot = ballots.setdefault(vote.participant, blank)
        left, right = place[vote.left], place[vote.right]
        if vote.choice == "left":
            ballot.wins[left, right] += 1
        elif vote.choice == "right":
            ballot.wins[right, left] += 1
        else:
            ballot.ties[[left, right], [right, left]] += 1
    return ballots


def _tables(manifest: Manifest, rows: Iterable[Rating], question: str) -> dict[str, Floats]:
    """Of each system the ratings, [raters, clips], NaN where there is none; means of several."""
    rows = [row for row in rows if row.question == question]
    raters = {code: k for k, code in enumerate(sorted({row.participant for row in rows}))}
    clips = {clip: k for k, clip in enumerate(sorted({row.clip for row in rows}))}
    sums = {s: np.zeros((2, len(raters), len(clips))) for s in manifest.rated_systems()}
    for row in rows:
        sums[row.system][:, raters[row.participant], clips[row.clip]] += (row.value, 1)
    return {
        system: np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0)
        for system, (total, n) in sums.items()
        if n.any()
    }


def _means(manifest: Manifest, answers: Answers, questions: Sequence[str]) -> Iterator[Mean]:
    roles = {person.code: person.role for person in answers.participants}
    known = sorted({role for role in roles.values() if role})
    for role, question in itertools.product(("", *known), questions):
        rows = [row for row in answers.ratings if not role or roles[row.participant] == role]
        for system, table in _tables(manifest, rows, question).items():
            rated = ~np.isnan(table)
            values = [r.value for r in rows if r.system == system and r.question == question]
            yield Mean(
                question, system, role, mean_interval(table, seed=manifest.seed),
                float(np.std(values, ddof=1)) if len(values) > 1 else 0.0,
                int(rated.any(1).sum()), int(rated.any(0).sum())
            )  # fmt: skip


def _differences(
    manifest: Manifest, tables: Mapping[str, Mapping[str, Floats]]
) -> Iterator[Difference]:
    for question, systems in tables.items():
        pairs = [
            (system, other)
            for other in dict.fromkeys((manifest.first_system(), ANCHOR))
            for system in systems
            if other in systems and system not in (other, ANCHOR)
        ]
        found = {
            pair: test
            for pair in pairs
            if (test := paired_test(systems[pair[1]], systems[pair[0]], seed=manifest.seed))
        }
        corrected = holm({pair: test.p for pair, test in found.items() if test.p is not None})
        for (system, other), test in found.items():
            yield Difference(question, system, other, test, corrected.get((system, other)))


def _agreement(tables: Mapping[str, Floats]) -> Agreement:
    """Alpha over all stimuli: what was rated is a clip with a system."""
    return agreement(np.concatenate(list(tables.values()), 1))


def _order(rows: Sequence[Rating], question: str) -> Correlation:
    """Rank correlation of the position of a trial and the answer, less its stimulus' mean."""
    rows = [row for row in rows if row.question == question]
    places = np.array([row.position for row in rows], np.float64)
    return correlation(places, stimulus_rest(rows))


def _left_share(votes: Sequence[Vote]) -> float | None:
    decided = [vote.choice == "left" for vote in votes if vote.choice in ("left", "right")]
    return sum(decided) / len(decided) if decided else None


def _thin(rows: Iterable[Rating]) -> int:
    counts: dict[tuple[str, str, str], int] = {}
    for row in rows:
        key = (row.clip, row.system, row.question)
        counts[key] = counts.get(key, 0) + 1
    return len({key[:2] for key, n in counts.items() if n < FEW_RATINGS})
