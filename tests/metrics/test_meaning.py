"""Likeness of pictures, sounds and words in one space, beside that of shuffled pairs."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.metrics.meaning import likeness_of_frames, likeness_of_pairs

AXES = np.eye(6)


def test_pairs_are_told_beside_other_pairs() -> None:
    found = likeness_of_pairs(AXES, AXES, trials=50)
    assert found.value == 1.0 and found.z is not None and found.z > 3
    assert likeness_of_pairs(AXES[:3], AXES[:3]).value == 1.0
    assert likeness_of_pairs(AXES[:2], AXES[:2]).reason == "2 pairs; 3 are needed"


def test_frames_are_told_beside_the_same_in_another_order() -> None:
    angles = np.linspace(0, np.pi / 2, 10)
    turning = np.stack([np.cos(angles), np.sin(angles)], 1)
    found = likeness_of_frames(turning, trials=50)
    assert found.value == pytest.approx(np.cos(angles[1])) and found.z is not None and found.z > 3
    assert likeness_of_frames(turning[:3]).value == pytest.approx(np.cos(angles[1]))
    assert likeness_of_frames(turning[:2]).reason == "2 frames; 3 are needed"
