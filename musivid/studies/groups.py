"""Whether groups of raters answer otherwise, and how long answers take as trials go by.

Each answer counts less the mean of its stimulus, so that it does not matter who saw what.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.metrics.compare import Interval, holm
from musivid.studies.records import Answers, Rating, Vote
from musivid.studies.spread import Correlation, correlation

__all__ = ["Contrast", "Grouping", "Pace", "contrasts_of", "pace_of", "stimulus_rest"]

Floats = NDArray[np.float64]
Grouping = Literal["role", "headphones"]

_FEWEST = 2  # raters of a group
_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Contrast:
    """One group of raters less another, for a question.

    Attributes:
        by: what groups them: training in music, or headphones.
        question: which.
        group: which.
        other: what it is compared with.
        difference: of the raters' means, with its 95 % interval over raters; `n` counts raters.
        p: of Mann and Whitney's test over the raters' means.
        effect: rank-biserial correlation, -1..1.
        p_holm: p, corrected for all contrasts of the question.
    """

    by: Grouping
    question: str
    group: str
    other: str
    difference: Interval
    p: float
    effect: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How long trials take.

    Attributes:
        median_s: of a trial, in seconds; None where there is none.
        order: rank correlation of a trial's position with its seconds: hurry, or fatigue.
    """

    median_s: float | None
    order: Correlation


def stimulus_rest(rows: Sequence[Rating]) -> Floats:
    """What each answer is above the mean of its stimulus."""
    cells: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        cells[row.clip, row.system].append(row.value)
    means = {cell: statistics.fmean(values) for cell, values in cells.items()}
    return np.array([row.value - means[row.clip, row.system] for row in rows], np.float64)


def contrasts_of(answers: Answers, *, seed: int = 0) -> tuple[Contrast, ...]:
    """All groups with two raters or more, each compared with each other of its kind."""
    found: list[Contrast] = []
    for question in dict.fromkeys(row.question for row in answers.ratings):
        made = list(_contrasts(answers, question, seed))
        corrected = holm({(one.by, one.group, one.other): one.p for one in made})
        found += [
            replace(one, p_holm=corrected[one.by, one.group, one.other]) for one in made
        ]  # fmt: skip
    return tuple(found)


def pace_of(answers: Answers) -> Pace:
    """How long trials take, and whether later ones take longer or shorter."""
    rows: list[Rating | Vote] = [*answers.ratings, *answers.votes]
    trials = {(row.participant, row.position): row.taken_s for row in rows if row.taken_s > 0}
    # Less what a rater takes at all: some are slow throughout.
    usual = {
        code: statistics.median(s for (who, _), s in trials.items() if who == code)
        for code in {code for code, _ in trials}
    }
    places = np.array([position for _, position in trials], np.float64)
    rest = np.array([s - usual[code] for (code, _), s in trials.items()], np.float64)
    median_s = statistics.median(trials.values()) if trials else None
    return Pace(median_s, correlation(places, rest))


def _contrasts(answers: Answers, question: str, seed: int) -> Iterator[Contrast]:
    from scipy.stats import mannwhitneyu

    means = _means_of_raters(answers, question)
    kinds: tuple[Grouping, ...] = ("role", "headphones")
    for by in kinds:
        groups: dict[str, list[float]] = defaultdict(list)
        for person in answers.participants:
            name = getattr(person, by)
            if name and person.code in means:
                groups[name].append(means[person.code])
        known = sorted(name for name, each in groups.items() if len(each) >= _FEWEST)
        for other, group in itertools.combinations(known, 2):
            first, second = (np.array(groups[name]) for name in (group, other))
            test = mannwhitneyu(first, second)
            effect = 2 * float(test.statistic) / (len(first) * len(second)) - 1
            p = float(test.pvalue)
            difference = _difference(first, second, seed)
            yield Contrast(by, question, group, other, difference, p, effect, p)


def _means_of_raters(answers: Answers, question: str) -> Mapping[str, float]:
    """What each rater's answers are above those of all to the same stimuli."""
    rows = [row for row in answers.ratings if row.question == question]
    above: dict[str, list[float]] = defaultdict(list)
    for row, rest in zip(rows, stimulus_rest(rows), strict=True):
        above[row.participant].append(float(rest))
    return {code: statistics.fmean(each) for code, each in above.items()}


def _difference(first: Floats, second: Floats, seed: int) -> Interval:
    """The difference of two means; raters of each group are drawn again for its interval."""
    rng = dice(seed, len(first), len(second))
    drawn = [
        each[rng.integers(0, len(each), (_RESAMPLES, len(each)))].mean(1)
        for each in (first, second)
    ]
    low, high = np.quantile(drawn[0] - drawn[1], (0.025, 0.975))
    mean = float(first.mean() - second.mean())
    return Interval(mean, float(low), float(high), len(first) + len(second))
