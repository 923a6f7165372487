"""Moments of a picture that change: rises above what was shortly before."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.metrics.events import rise_of

CHANGE = np.array([0.0, 1.0, 0.5, 2.0, 2.5, 0.0, 0.0, 0.0, 3.0])


@pytest.mark.parametrize(
    ("fps", "rise"),
    [
        (4.0, [0, 1, 0, 1.5, 0.5, 0, 0, 0, 3]),  # a frame back is all there is
        (10.0, [0, 1, 0, 1, 0.5, 0, 0, 0, 3]),  # two frames
        (15.0, [0, 1, 0, 1, 0.5, 0, 0, 0, 3]),
        (25.0, [0, 1, 0, 1, 0.5, 0, 0, 0, 0.5]),  # five
    ],
)
def test_a_rise_is_what_stands_above_the_fifth_of_a_second_before(
    fps: float, rise: list[float]
) -> None:
    assert rise_of(CHANGE, fps).tolist() == pytest.approx(rise)
