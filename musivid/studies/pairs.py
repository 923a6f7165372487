"""Strengths of systems from votes between two: Bradley-Terry with ties.

The chance that i beats j is p_i / (p_i + p_j + n sqrt(p_i p_j)), that of a tie the share of the
last term (R. R. Davidson, On extending the Bradley-Terry model to accommodate ties, 1970).
Strengths are logarithms that sum to 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["Ballot", "Strength", "Strengths", "fit_strengths", "strengths"]

Floats = NDArray[np.float64]

_CONFIDENCE = 0.95
_HALF_A_WIN = 0.5  # each way, where else a strength would be without bound


@dataclass(frozen=True, slots=True)
class Ballot:
    """What raters said between systems.

    Attributes:
        wins: float64 [systems, systems]: how often the row beat the column.
        ties: float64 [systems, systems], symmetric: how often neither did.
    """

    wins: Floats
    ties: Floats


@dataclass(frozen=True, slots=True)
class Strength:
    """One system among others.

    Attributes:
        system: its name.
        log_strength: its strength; all sum to 0.
        low: lower end of the 95 % interval over raters.
        high: upper end.
        rank: from 1, the strongest.
        best_rank: least rank of the middle 95 % of resamples.
        worst_rank: greatest one.
        win_rate: wins, with half the ties, of all its votes.
        votes: in how many votes it stood.
    """

    system: str
    log_strength: float
    low: float
    high: float
    rank: int
    best_rank: int
    worst_rank: int
    win_rate: float
    votes: int


@dataclass(frozen=True, slots=True)
class Strengths:
    """All systems, the strongest first.

    Attributes:
        systems: each with its intervals.
        tie: Davidson's n: 0 where nobody ever tied.
        is_bounded: whether half a win each way was added to every pair, since some systems never
            lost to the others, or never met them.
    """

    systems: tuple[Strength, ...]
    tie: float
    is_bounded: bool


def fit_strengths(ballot: Ballot) -> tuple[Floats, float, bool]:
    """Strengths of highest likelihood, [systems], the tie term, and whether votes were added."""
    from scipy.optimize import minimize

    is_bounded = not _is_connected(ballot)
    wins = ballot.wins + _HALF_A_WIN * (1 - np.eye(len(ballot.wins))) * is_bounded
    has_ties = bool(ballot.ties.any())
    start = np.zeros(len(wins) + has_ties)
    found = minimize(_loss, start, (wins, ballot.ties), method="BFGS", jac=True,
                     options={"gtol": 1e-8})  # fmt: skip
    logs = found.x[: len(wins)]
    return logs - logs.mean(), float(np.exp(found.x[-1])) if has_ties else 0.0, is_bounded


def strengths(
    names: Sequence[str],
    ballots: Mapping[str, Ballot],
    *,
    resamples: int = 300,
    seed: int = 0,
) -> Strengths:
    """Strengths with intervals from raters drawn with replacement.

    Args:
        names: the systems, in the order of the ballots' rows.
        ballots: of each rater.
        resamples: of the bootstrap.
        seed: of the bootstrap.
    """
    wins = np.stack([ballot.wins for ballot in ballots.values()])
    ties = np.stack([ballot.ties for ballot in ballots.values()])
    whole = Ballot(wins.sum(0), ties.sum(0))
    logs, tie, is_bounded = fit_strengths(whole)
    rng, raters = dice(seed), len(wins)
    drawn = np.empty((resamples, len(names)))
    for row in drawn:
        chosen = rng.integers(0, raters, raters)
        row[:] = fit_strengths(Ballot(wins[chosen].sum(0), ties[chosen].sum(0)))[0]
    return Strengths(tuple(_ranked(names, whole, logs, drawn)), tie, is_bounded)


def _ranked(names: Sequence[str], ballot: Ballot, logs: Floats, drawn: Floats) -> list[Strength]:
    ends = ((1 - _CONFIDENCE) / 2, (1 + _CONFIDENCE) / 2)
    low, high = np.quantile(drawn, ends, 0)
    ranks = np.quantile(_ranks(drawn), ends, 0, method="nearest")
    rank = _ranks(logs[None])[0]
    won = ballot.wins.sum(1) + ballot.ties.sum(1) / 2
    met = (ballot.wins + ballot.wins.T + ballot.ties).sum(1)
    found = [
        Strength(
            name, float(logs[i]), float(low[i]), float(high[i]), int(rank[i]),
            int(ranks[0, i]), int(ranks[1, i]), float(won[i] / max(met[i], 1)), int(met[i])
        )
        for i, name in enumerate(names)
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.rank)


def _ranks(logs: Floats) -> NDArray[np.intp]:
    """Ranks from 1 of each row, the greatest first."""
    return (-logs).argsort(1, kind="stable").argsort(1) + 1


def _loss(point: Floats, wins: Floats, ties: Floats) -> tuple[float, Floats]:
    """Negative log-likelihood and its gradient, by log strengths and, at last, log of the tie term.

    A slight pull to the sum 0 makes the point of least loss one.
    """
    n = len(wins)
    logs = point[:n]
    half = (logs[:, None] + logs) / 2
    with np.errstate(divide="ignore"):
        tie = half + (point[n] if len(point) > n else -np.inf)
    first, second = np.broadcast_to(logs[:, None], (n, n)), np.broadcast_to(logs, (n, n))
    top = np.maximum(np.maximum(first, second), tie)
    weights = np.stack([np.exp(part - top) for part in (first, second, tie)])
    total = weights.sum(0)
    log_total = top + np.log(total)
    pairs = ties / 2  # each stands twice in the table
    met = wins + pairs
    loss = (met * log_total - wins * first).sum()
    if len(point) > n:
        loss -= (pairs * tie).sum()
    return float(loss + logs.sum() ** 2), _gradient(point, (wins, pairs), weights / total)


def _gradient(point: Floats, votes: tuple[Floats, Floats], shares: Any) -> Floats:
    wins, pairs = votes
    n, met = len(wins), wins + pairs
    mine = met * (shares[0] + shares[2] / 2)
    theirs = met * (shares[1] + shares[2] / 2)
    slope: Floats = mine.sum(1) + theirs.sum(0) - wins.sum(1) - (pairs.sum(1) + pairs.sum(0)) / 2
    slope += 2 * point[:n].sum()
    if len(point) == n:
        return slope
    return np.append(slope, (met * shares[2]).sum() - pairs.sum())


def _is_connected(ballot: Ballot) -> bool:
    """Whether from each system a chain of wins or ties leads to each other (Ford 1957)."""
    from scipy.sparse.csgraph import connected_components

    parts, _ = connected_components(ballot.wins + ballot.ties > 0, connection="strong")
    return bool(parts == 1)
