from __future__ import annotations

import math

import numpy as np
import pytest

from musivid.core.seeds import dice
from musivid.studies.agreement import Level, agreement

_ = math.nan
# The example of four raters and twelve units in Krippendorff's paper of 2011.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491)]
)
def test_alpha_is_that_of_the_published_example(level: Level, expected: float) -> None:
    assert agreement(PUBLISHED, level).alpha == pytest.approx(expected, abs=5e-5)


def test_always_agreeing_is_one_and_chance_is_about_zero() -> None:
    values = np.tile(np.arange(30.0) % 5, (6, 1))
    assert agreement(values).alpha == 1
    lots = dice(1).integers(1, 6, (30, 200)).astype(float)
    assert abs(agreement(lots, "ordinal", resamples=0).alpha) < 0.02


def test_what_cannot_be_told_is_not_a_number() -> None:
    assert math.isnan(agreement(np.array([[1.0, _], [_, 2.0]])).alpha)
    assert math.isnan(agreement(np.full((3, 4), 2.0)).alpha)
    assert agreement(np.array([[1.0, _], [_, 2.0]])).low is None


def test_the_interval_holds_alpha_and_narrows_with_units() -> None:
    rng = dice(2)
    truth = rng.normal(3, 1, 120)
    ratings = np.clip(np.round(truth + rng.normal(0, 0.7, (8, 120))), 1, 5)
    few, many = agreement(ratings[:, :15]), agreement(ratings)
    assert few.low is not None and few.high is not None
    assert many.low is not None and many.high is not None
    assert many.low < many.alpha < many.high
    assert many.high - many.low < 0.6 * (few.high - few.low)
