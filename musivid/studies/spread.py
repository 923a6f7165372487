"""Means of ratings with intervals over raters and clips, and paired differences of systems.

Both raters and clips are drawn with replacement, a cell weighing as often as both were drawn (the
pigeonhole bootstrap: A. B. Owen, 2007): intervals over answers alone are too narrow, as answers of
one rater, and of one clip, are alike.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.metrics.compare import Interval

__all__ = ["Correlation", "PairedTest", "correlation", "mean_interval", "paired_test"]

Floats = NDArray[np.float64]

_ENDS = (0.025, 0.975)
_FEWEST = 2  # raters, or clips, that say something about how they vary


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One system less another, over the clips of both.

    Attributes:
        difference: mean with its 95 % interval; `n` counts the ratings of both.
        p: of Wilcoxon's signed ranks over the raters' mean differences; None with fewer than two
            raters, or where none tells the two apart.
        effect: rank-biserial correlation, -1..1; None where `p` is.
        raters: who rated both.
    """

    difference: Interval
    p: float | None
    effect: float | None
    raters: int


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation with its 95 % interval; None where it is not defined."""

    rho: float | None
    low: float | None
    high: float | None
    n: int


def mean_interval(table: Floats, *, resamples: int = 1000, seed: int = 0) -> Interval:
    """Mean of all ratings of a table, with its interval over raters and clips.

    Args:
        table: float64 [raters, clips], NaN where a rater did not rate a clip; at least one is.
        resamples: of the bootstrap.
        seed: of the bootstrap.
    """
    known = ~np.isnan(table)
    table = table[known.any(1)][:, known.any(0)]
    mean, n = float(np.nanmean(table)), int(known.sum())
    if max(table.shape) < _FEWEST:
        return Interval(mean, None, None, n)
    (drawn,) = _drawn_means([table], resamples, seed)
    return Interval(mean, *_ends(drawn), n)


def paired_test(
    first: Floats, second: Floats, *, resamples: int = 1000, seed: int = 0
) -> PairedTest | None:
    """How `second` differs from `first` over the clips of both; None without such a clip.

    Args:
        first: float64 [raters, clips], NaN where unrated.
        second: the same of another system, by the same raters of the same clips.
        resamples: of the bootstrap.
        seed: of the bootstrap.
    """
    both = ~np.isnan(first).all(0) & ~np.isnan(second).all(0)
    if not both.any():
        return None
    first, second = first[:, both], second[:, both]
    # Less what a clip is liked at all, so that it does not matter who saw which clip.
    liked = (np.nanmean(first, 0) + np.nanmean(second, 0)) / 2
    mean = float(np.nanmean(second - liked) - np.nanmean(first - liked))
    rated = ~np.isnan(first).all(1) & ~np.isnan(second).all(1)
    by_rater = np.nanmean((second - liked)[rated], 1) - np.nanmean((first - liked)[rated], 1)
    p, effect = _signed_ranks(by_rater)
    n = int((~np.isnan(first)).sum() + (~np.isnan(second)).sum())
    less, more = _drawn_means([first - liked, second - liked], resamples, seed)
    return PairedTest(Interval(mean, *_ends(more - less), n), p, effect, len(by_rater))


def correlation(
    first: Floats, second: Floats, *, resamples: int = 500, seed: int = 0
) -> Correlation:
    """Spearman's correlation of two rows of numbers; for its interval, pairs are drawn again."""
    n = len(first)
    whole = _spearman(first, second)
    if whole is None:
        return Correlation(None, None, None, n)
    rng = dice(seed)
    drawn = [_spearman(first[rows], second[rows]) for rows in rng.integers(0, n, (resamples, n))]
    known = [rho for rho in drawn if rho is not None]
    low, high = np.quantile(known, _ENDS)
    return Correlation(whole, float(low), float(high), n)


def _drawn_means(tables: Sequence[Floats], resamples: int, seed: int) -> list[Floats]:
    """Means of each table, [resamples], over the same draws of raters and clips."""
    raters, clips = (
        _draws(axis, size, resamples, seed) for axis, size in enumerate(tables[0].shape)
    )
    found = []
    for table in tables:
        known = ~np.isnan(table)
        total = ((raters @ np.where(known, table, 0.0)) * clips).sum(1)
        weight = ((raters @ known) * clips).sum(1)
        found.append(np.divide(total, weight, out=np.full(resamples, np.nan), where=weight > 0))
    return found


def _ends(drawn: Floats) -> tuple[float, float]:
    low, high = np.nanquantile(drawn, _ENDS)
    return float(low), float(high)


@functools.lru_cache(maxsize=8)
def _draws(axis: int, size: int, resamples: int, seed: int) -> Floats:
    """How often each of `size` is drawn in each resample, [resamples, size]; drawn once for all."""
    if size < _FEWEST:
        return np.ones((resamples, size))
    rng = dice(seed, axis, size)
    return rng.multinomial(size, np.full(size, 1 / size), resamples).astype(np.float64)


def _signed_ranks(differences: Floats) -> tuple[float | None, float | None]:
    from scipy.stats import rankdata, wilcoxon

    told = differences[differences != 0]
    if len(differences) < _FEWEST or not len(told):
        return None, None
    ranks = rankdata(np.abs(told))
    up = ranks[told > 0].sum() / ranks.sum()
    return float(wilcoxon(told).pvalue), float(2 * up - 1)


def _spearman(first: Floats, second: Floats) -> float | None:
    from scipy.stats import rankdata

    if len(first) < _FEWEST or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    rho = float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])
    return None if math.isnan(rho) else rho
