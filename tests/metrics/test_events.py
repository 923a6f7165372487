"""Moments of a picture that change: rises above what was shortly before."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.strikes import rise_of
from musivid.metrics.events import waveform_outline

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


def test_an_outline_has_the_least_and_greatest_of_even_parts() -> None:
    samples = np.array([0, 3, 2, 1, 5, -4, 6, 7], np.float32)
    assert waveform_outline(samples, 4).tolist() == [[0, 3], [1, 2], [-4, 5], [6, 7]]
    assert waveform_outline(samples[:2], 4).tolist() == [[0, 0], [3, 3]]
    assert waveform_outline(samples[:0], 4).shape == (0, 2)
