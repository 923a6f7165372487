"""How far raters agree: Krippendorff's alpha, 1 for always, 0 for no more than chance.

Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), with its three metrics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["Agreement", "Level", "agreement"]

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval"]

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha and its 95 % interval.

    Attributes:
        alpha: NaN where it is not defined: no unit has two values, or all values are one.
        low: lower end; None where too few resamples have an alpha.
        high: upper end.
        units: how many units have two values or more.
    """

    alpha: float
    low: float | None
    high: float | None
    units: int


def agreement(
    ratings: Floats, level: Level = "interval", *, resamples: int = 500, seed: int = 0
) -> Agreement:
    """Alpha with percentiles of units drawn with replacement.

    Args:
        ratings: float64 [raters, units], NaN where a rater did not rate a unit.
        level: what differences mean: none but equal or not, order only, or distance.
        resamples: of the bootstrap.
        seed: of the bootstrap.
    """
    counts, values = _counts(ratings)
    rng, units = dice(seed), len(counts)
    drawn = [
        _alpha(counts[rng.integers(0, units, units)], values, level)
        for _ in range(resamples if units else 0)
    ]
    known = [alpha for alpha in drawn if not math.isnan(alpha)]
    low = high = None
    if len(known) > resamples // 2:
        low, high = map(float, np.quantile(known, [(1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2]))
    return Agreement(_alpha(counts, values, level), low, high, units)


def _counts(ratings: Floats) -> tuple[Floats, Floats]:
    """How often each unit with two ratings got each value, [units, values], and the values."""
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = (ratings.T[:, :, None] == values).sum(1).astype(np.float64)
    return counts[counts.sum(1) >= 2], values


def _alpha(counts: Floats, values: Floats, level: Level) -> float:
    per_unit = counts.sum(1)
    shares = counts / (per_unit - 1)[:, None]
    # Pairs of values within a unit; a value is no pair with itself.
    observed = shares.T @ counts - np.diag(shares.sum(0))
    totals = counts.sum(0)
    distance = _distances(values, totals, level)
    expected = (np.outer(totals, totals) * distance).sum()
    if expected == 0:
        return math.nan
    return float(1 - (totals.sum() - 1) * (observed * distance).sum() / expected)


def _distances(values: Floats, totals: Floats, level: Level) -> Floats:
    """Squared differences of values, [values, values]."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    # Ordinal: as many ratings as lie between, the ends counted half.
    places = values if level == "interval" else np.cumsum(totals) - totals / 2
    return np.square(places[:, None] - places)
