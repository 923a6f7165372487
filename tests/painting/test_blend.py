"""Pictures blended and seen by a slow camera, place by place."""

from __future__ import annotations

import math

import numpy as np
import pytest

from musivid.painting.blend import blend_pictures, view_picture

FIRST = np.full((4, 6, 3), 200, np.uint8)
SECOND = np.full((4, 6, 3), 100, np.uint8)


def test_a_share_is_of_the_way_for_all_or_for_each_place() -> None:
    assert (blend_pictures(FIRST, SECOND, 0.25) == 175).all()
    share = np.zeros((4, 6), np.float32)
    share[0], share[1] = 1.0, 0.25
    seen = blend_pictures(FIRST, SECOND, share)
    assert (seen[0] == 100).all() and (seen[1] == 175).all() and (seen[2:] == 200).all()


@pytest.mark.parametrize(
    ("gone", "angle", "across", "down"),
    [(0.0, 1.0, (0, 100), (0, 60)),
     (1.0, 0.0, (20, 100), (6, 54)), (1.0, math.pi, (0, 80), (6, 54)),
     (1.0, math.pi / 2, (10, 90), (12, 60)), (0.5, 0.0, (100 / 9, 100), (10 / 3, 170 / 3))],
)  # fmt: skip
def test_a_camera_goes_in_where_it_looks(
    gone: float, angle: float, across: tuple[float, float], down: tuple[float, float]
) -> None:
    y, x = np.mgrid[:60, :100]
    picture = np.stack([2 * x, 4 * y, 0 * x], -1).astype(np.uint8)
    seen = view_picture(picture, (50, 30), 0.25, gone, angle)
    assert seen.shape == (30, 50, 3)
    # The middle of each place that is seen, as a place of the picture.
    wide = across[0] + (np.arange(50) + 0.5) * (across[1] - across[0]) / 50 - 0.5
    high = down[0] + (np.arange(30) + 0.5) * (down[1] - down[0]) / 30 - 0.5
    assert np.abs(seen[15, 1:-1, 0] - 2 * wide[1:-1]).max() <= 1.01
    assert np.abs(seen[1:-1, 25, 1] - 4 * high[1:-1]).max() <= 1.01
