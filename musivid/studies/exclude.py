"""Who is left out of the second reading, by the rules that the manifest declared beforehand.

Nothing is deleted: results are given with and without, and how many each rule found.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from musivid.studies.manifest import Manifest
from musivid.studies.records import Answers, CheckKind, Rating, Vote

__all__ = ["Excluded", "exclude"]

_POINTS = 4.0  # range of the five-point scale, on which variance is told
_FEWEST = 3  # answers from which a variance or an outlier can be told, and trials for a pace
# An instructed answer may be off by this share of the range: a slider is not set to the point.
_INSTRUCTED = 0.02


@dataclass(frozen=True, slots=True)
class Excluded:
    """What the rules found.

    Attributes:
        answers: what is left.
        participants: code: the rules that excluded them.
        outliers: answers that were left out on their own.
    """

    answers: Answers
    participants: Mapping[str, tuple[str, ...]]
    outliers: tuple[Rating, ...]

    def counts(self) -> dict[str, int]:
        """Return how many participants each rule excluded."""
        found = itertools.chain.from_iterable(self.participants.values())
        counted: dict[str, int] = defaultdict(int)
        for rule in found:
            counted[rule] += 1
        return dict(sorted(counted.items()))


def exclude(manifest: Manifest, answers: Answers, lengths_s: Mapping[str, float]) -> Excluded:
    """What is left of the answers.

    Args:
        manifest: with the rules.
        answers: of all.
        lengths_s: how long each clip is.
    """
    rules = {
        "instructed": _missed_instructed(manifest, answers),
        "gold": _praised_silence(manifest, answers),
        "repeat": _disagreed(manifest, answers),
        "same answers": _flat(manifest, answers),
        "reference": _missed_reference(manifest, answers),
        "too fast": _fast(manifest, answers, lengths_s),
    }
    found: dict[str, tuple[str, ...]] = {}
    for person in answers.participants:
        broken = tuple(rule for rule, codes in rules.items() if person.code in codes)
        if broken:
            found[person.code] = broken
    left = answers.without(frozenset(found))
    outliers = tuple(_outliers(left.ratings, manifest.exclusion.outlier_z))
    kept = tuple(rating for rating in left.ratings if rating not in set(outliers))
    return Excluded(replace(left, ratings=kept), found, outliers)


def _missed_instructed(manifest: Manifest, answers: Answers) -> set[str]:
    missed = {
        code: sum(found > _INSTRUCTED for found in each)
        for code, each in _checks(answers, "instructed").items()
    }
    return {code for code, n in missed.items() if n > manifest.exclusion.instructed_missed}


def _praised_silence(manifest: Manifest, answers: Answers) -> set[str]:
    checks = _checks(answers, "gold")
    return {code for code, each in checks.items() if max(each) > manifest.exclusion.gold_share}


def _disagreed(manifest: Manifest, answers: Answers) -> set[str]:
    most = manifest.exclusion.repeat_share
    checks = _checks(answers, "repeat")
    return {code for code, each in checks.items() if statistics.fmean(each) > most}


def _flat(manifest: Manifest, answers: Answers) -> set[str]:
    scale = manifest.answers_on()
    points = _POINTS / (scale.highest - scale.lowest)
    values = _by_person((r.participant, r.value * points) for r in answers.ratings)
    least = manifest.exclusion.least_variance
    return {
        code
        for code, each in values.items()
        if len(each) >= _FEWEST and statistics.pvariance(each) < least
    }


def _missed_reference(manifest: Manifest, answers: Answers) -> set[str]:
    limit, reference = manifest.exclusion, manifest.reference
    found = _by_person(
        (r.participant, float(r.value < limit.reference_below))
        for r in answers.ratings
        if reference and r.system == reference
    )
    return {code for code, each in found.items() if statistics.fmean(each) > limit.reference_missed}


def _fast(manifest: Manifest, answers: Answers, lengths_s: Mapping[str, float]) -> set[str]:
    rows: list[Rating | Vote] = [*answers.ratings, *answers.votes]
    trials = {
        (row.participant, row.position): row.taken_s / lengths_s[row.clip]
        for row in rows
        if lengths_s.get(row.clip)
    }
    shares = _by_person((code, share) for (code, _), share in trials.items())
    least = manifest.exclusion.fastest
    return {
        code
        for code, each in shares.items()
        if len(each) >= _FEWEST and statistics.median(each) < least
    }


def _outliers(ratings: Iterable[Rating], most: float) -> Iterator[Rating]:
    """Answers far from the others' on the same stimulus and question."""
    cells: dict[tuple[str, str, str], list[Rating]] = defaultdict(list)
    for rating in ratings:
        cells[rating.clip, rating.system, rating.question].append(rating)
    for cell in cells.values():
        values = [rating.value for rating in cell]
        spread = statistics.pstdev(values)
        if len(cell) >= _FEWEST and spread > 0:
            mean = statistics.fmean(values)
            yield from (r for r in cell if abs(r.value - mean) > most * spread)


def _checks(answers: Answers, kind: CheckKind) -> dict[str, list[float]]:
    return _by_person((c.participant, c.found) for c in answers.checks if c.kind == kind)


def _by_person(pairs: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for code, value in pairs:
        found[code].append(value)
    return found
