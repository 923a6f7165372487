"""Steps before each frame: none lost, led by a rate or by the loudness."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from musivid.painting.pace import published_steps, spread_steps, steps_per_frame


def test_a_rate_is_kept_over_frames() -> None:
    assert steps_per_frame(5, Fraction(25), 60).tolist() == [2, 3, 2, 3, 2]
    assert steps_per_frame(4, Fraction(25), 10).tolist() == [0, 1, 0, 1]
    assert steps_per_frame(250, Fraction(25), 12.5).sum() == 125


def test_loudness_leads_from_ten_to_a_hundred_and_twenty_a_second() -> None:
    loudness = np.repeat([0.0, 1.0, 0.5, 2.0], 10)
    steps = steps_per_frame(40, Fraction(10), 0, loudness).reshape(4, 10)
    assert steps.tolist() == [[1] * 10, [12] * 10, [7, 6] * 5, [12] * 10]
    for wrong in (None, loudness[1:]):
        with pytest.raises(ValueError, match="one loudness a frame"):
            steps_per_frame(40, Fraction(10), 0, wrong)


def test_published_segments_count_up_to_their_number() -> None:
    quiet = np.array([0.1, 0.5, 0.2])
    assert published_steps(0.5, 0, quiet) == int(0.5 * 65) + 1
    assert published_steps(2.0, 7.6, quiet) == 16
    assert published_steps(1.0, 0, quiet[:0]) == 11


def test_steps_of_segments_are_spread_and_handed_on() -> None:
    assert spread_steps([5, 3, 4], [2, 0, 3]).tolist() == [2, 3, 2, 2, 3]
    assert spread_steps([1], [4]).tolist() == [0, 0, 0, 1]
    assert spread_steps([], []).tolist() == spread_steps([3], [0]).tolist() == []
