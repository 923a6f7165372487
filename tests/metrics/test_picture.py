"""The small picture of a film that is measured: its size, and frames that stand still."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.metrics.picture import PictureMeter, working_size


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((1280, 640), (256, 128)),
        ((360, 640), (144, 256)),
        ((100, 50), (100, 50)),
        ((4000, 20), (256, 16)),
    ],
)
def test_the_longer_side_has_256_pixels_at_most(
    size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    assert working_size(size) == wanted


def test_frames_that_show_the_picture_before_are_counted() -> None:
    meter = PictureMeter(25.0, (64, 64))
    chroma = np.full((32, 32), 128, np.uint8)
    for shade, steps in ((10, 1), (10, 1), (90, 1), (40, 3), (40, 1)):
        meter.see((np.full((64, 64), shade, np.uint8), chroma, chroma), steps)
    meter.hold(3)
    # Two came again; where none comes, none is repeated.
    assert meter.repeated == 2
    assert len(meter.events([]).change) == 10
