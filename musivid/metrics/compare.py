"""Systems side by side: means with confidence intervals, and a paired test against the first.

The rows are what `evaluate` returns for each file; files of two systems are pairs where their names
agree. What has a chance level is compared by how far it lies above it: flashing all the time must
not win.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["Comparison", "Contrast", "Interval", "compare", "figures", "holm", "sign_flip_p"]

Floats = NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)

_LEVEL = 0.95  # confidence of intervals
# What says how good a result is; lengths, rates and counts of a file do not.
_JUDGED = ("sync.", "meaning.", "music.", "roundtrip.", "picture.flicker", "picture.smoothness",
           "picture.ssim")  # fmt: skip
_EXACT_PAIRS = 12  # up to here all 2^n ways of signing the differences are tried


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and its 95 % interval.

    Attributes:
        mean: of `n` files.
        low: None with fewer than two files, as one says nothing about how they vary.
        high: likewise.
        n: files that have this figure.
    """

    mean: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """A system less the first one, over the files that both have.

    Attributes:
        difference: its mean over the pairs with its 95 % interval; `n` is the number of pairs.
        p: chance of so large a mean difference if signs were random; two-sided; None with fewer
            than two pairs.
        p_holm: the same, corrected for the number of figures that are looked at (Holm 1979).
    """

    difference: Interval
    p: float | None
    p_holm: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of all systems.

    Attributes:
        systems: their names; the others are compared with the first.
        means: figure: system: mean with interval.
        contrasts: figure: system but the first: how it differs from it.
    """

    systems: tuple[str, ...]
    means: dict[str, dict[str, Interval]]
    contrasts: dict[str, dict[str, Contrast]]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        return {
            "systems": list(self.systems),
            "level": _LEVEL,
            "measures": {
                figure: {
                    "systems": {name: _interval_dict(found) for name, found in each.items()},
                    "against_first": {
                        name: {**_interval_dict(c.difference), "p": c.p, "p_holm": c.p_holm}
                        for name, c in self.contrasts.get(figure, {}).items()
                    },
                }
                for figure, each in self.means.items()
            },
        }


def compare(
    systems: Mapping[str, Mapping[str, Mapping[str, Any]]],
    *,
    resamples: int = 2000,
    seed: int = 0,
) -> Comparison:
    """Return systems side by side.

    Intervals are percentiles of means of files drawn with replacement (Efron and Tibshirani 1993);
    the test flips the signs of paired differences (exactly up to 12 pairs).

    Args:
        systems: system: name of a file that systems share: what `evaluate` found in it.
        resamples: of the bootstrap, and of the test beyond 12 pairs.
        seed: of both.
    """
    values = {
        system: {name: _judged(figures(result)) for name, result in files.items()}
        for system, files in systems.items()
    }
    known = _in_order(values)
    means: dict[str, dict[str, Interval]] = {}
    contrasts: dict[str, dict[str, Contrast]] = {}
    first, *others = values
    for figure in known:
        columns = {
            system: {name: row[figure] for name, row in files.items() if figure in row}
            for system, files in values.items()
        }
        means[figure] = {
            system: _interval(list(column.values()), resamples, seed)
            for system, column in columns.items()
            if column
        }
        contrasts[figure] = dict(
            _contrasts(columns[first], {o: columns[o] for o in others}, resamples, seed)
        )
    _correct(contrasts, others)
    return Comparison(tuple(values), means, contrasts)


def figures(result: Mapping[str, Any], above: str = "") -> dict[str, float]:
    """Return the plain figures of a result by dotted path: `sync.bas_music`, `picture.flicker`.

    Objects with a `value` give that, less their chance level where they have one; those without a
    value, and what is not a number, are left out.
    """
    found: dict[str, float] = {}
    for name, item in result.items():
        path = f"{above}.{name}" if above else name
        if isinstance(item, Mapping) and "value" in item:
            item = _above_chance(item)
        if isinstance(item, Mapping):
            if name != "params":
                found |= figures(item, path)
        elif above and _is_figure(item):
            found[path] = float(item)
    return found


def sign_flip_p(differences: Sequence[float], *, resamples: int = 2000, seed: int = 0) -> float:
    """Return how often random signs give a mean as far from 0 as these differences have.

    All 2^n ways are counted up to 12 differences; beyond, random ones, the true one among them
    (so p is never 0; Phipson and Smyth 2010).
    """
    values = np.asarray(differences, np.float64)
    if len(values) <= _EXACT_PAIRS:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=len(values))))
    else:
        rng = dice(seed)
        signs = rng.choice((-1.0, 1.0), (resamples, len(values)))
        signs[0] = 1.0
    sums = np.abs(signs @ values)
    return float((sums >= abs(values.sum()) * (1 - 1e-12)).mean())


def holm(tested: Mapping[Name, float]) -> dict[Name, float]:
    """Chances of a family of tests, corrected for their number (S. Holm, 1979)."""
    corrected: dict[Name, float] = {}
    worst = 0.0
    for rank, name in enumerate(sorted(tested, key=lambda name: (tested[name], str(name)))):
        worst = max(worst, min(1.0, tested[name] * (len(tested) - rank)))
        corrected[name] = worst
    return corrected


def _above_chance(measure: Mapping[str, Any]) -> Any:
    value, chance = measure["value"], measure.get("chance_mean")
    return value - chance if _is_figure(value) and _is_figure(chance) else value


def _judged(found: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in found.items() if name.startswith(_JUDGED)}


def _is_figure(item: Any) -> TypeGuard[float]:
    number = isinstance(item, int | float) and not isinstance(item, bool)
    return number and math.isfinite(item)


def _in_order(values: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[str]:
    rows = (row for files in values.values() for row in files.values())
    return list(dict.fromkeys(figure for row in rows for figure in row))


def _interval(values: Sequence[float], resamples: int, seed: int) -> Interval:
    mean = float(np.mean(values))
    if len(values) < 2:
        return Interval(mean, None, None, len(values))
    rng = dice(seed)
    drawn = rng.choice(np.asarray(values), (resamples, len(values))).mean(1)
    low, high = np.quantile(drawn, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(mean, float(low), float(high), len(values))


def _contrasts(
    first: Mapping[str, float],
    others: Mapping[str, Mapping[str, float]],
    resamples: int,
    seed: int,
) -> Iterator[tuple[str, Contrast]]:
    for system, column in others.items():
        pairs = [column[name] - first[name] for name in first if name in column]
        if not pairs:
            continue
        p = sign_flip_p(pairs, resamples=resamples, seed=seed) if len(pairs) > 1 else None
        yield system, Contrast(_interval(pairs, resamples, seed), p)


def _correct(contrasts: dict[str, dict[str, Contrast]], systems: Sequence[str]) -> None:
    """Fill in `p_holm` of each system: over its figures, in place."""
    for system in systems:
        tested = {
            figure: contrast.p
            for figure, each in contrasts.items()
            if (contrast := each.get(system)) is not None and contrast.p is not None
        }
        for figure, p_holm in holm(tested).items():
            before = contrasts[figure][system]
            contrasts[figure][system] = Contrast(before.difference, before.p, p_holm)


def _interval_dict(found: Interval) -> dict[str, Any]:
    return {"mean": found.mean, "low": found.low, "high": found.high, "n": found.n}
