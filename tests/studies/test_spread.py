from __future__ import annotations

import math

import numpy as np
import pytest

from musivid.core.seeds import dice
from musivid.studies.spread import correlation, mean_interval, paired_test


def crossed(raters: int, clips: int, seed: int) -> np.ndarray:
    """Ratings with habits of raters and of clips, mean 3."""
    rng = dice(seed)
    habits, liked = rng.normal(0, 0.6, (raters, 1)), rng.normal(0, 0.4, clips)
    return 3 + habits + liked + rng.normal(0, 0.5, (raters, clips))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(100):
        found = mean_interval(crossed(20, 10, seed), resamples=400)
        assert found.low is not None and found.high is not None
        held += found.low < 3 < found.high
    assert 88 <= held <= 100


def test_it_is_wider_than_one_over_answers_alone() -> None:
    table = crossed(20, 10, 3)
    found = mean_interval(table)
    assert found.low is not None and found.high is not None
    plain = 2 * 1.96 * table.std() / math.sqrt(table.size)
    assert found.high - found.low > 1.5 * plain
    assert found.mean == pytest.approx(table.mean()) and found.n == 200


def test_missing_ratings_are_left_out() -> None:
    table = crossed(10, 6, 4)
    table[3:, 2] = math.nan
    table[5] = math.nan
    assert mean_interval(table).mean == pytest.approx(np.nanmean(table))
    lone = mean_interval(np.array([[math.nan, 4.0]]))
    assert (lone.mean, lone.low, lone.n) == (4.0, None, 1)


def test_paired_difference_takes_the_raters_habits_away() -> None:
    first = crossed(20, 10, 5)
    second = first + 0.3 + dice(9).normal(0, 0.2, first.shape)
    found = paired_test(first, second)
    assert found is not None and found.p is not None and found.effect is not None
    assert found.p < 0.001 and found.effect > 0.9 and found.raters == 20
    assert found.difference.mean == pytest.approx(0.3, abs=0.05)
    turned = paired_test(second, first)
    assert turned is not None and turned.effect == -found.effect


def test_nothing_to_tell_has_no_p() -> None:
    table = crossed(4, 3, 6)
    same = paired_test(table, table)
    assert same is not None and same.p is None and same.difference.mean == 0
    apart = np.full_like(table, math.nan)
    assert paired_test(table, apart) is None


def test_correlation_is_by_rank() -> None:
    rising = np.arange(20.0)
    found = correlation(rising, np.exp(rising))
    assert found.rho == pytest.approx(1) and found.n == 20
    assert correlation(rising, np.ones(20)).rho is None
    lots = correlation(rising, dice(3).normal(size=20))
    assert lots.low is not None and lots.high is not None and lots.low < 0 < lots.high
