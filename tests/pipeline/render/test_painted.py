"""Which frames are painted, where fewer are than are shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from songs import write_song

import musivid
from musivid.core.timeline import Timeline
from musivid.pipeline.render.film import _painted_numbers

EACH = {"painting.mode": "every_frame", "painting.steps_per_s": 10, "output.size": "32x32",
        "output.fps": 10}  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "numbers"),
    [(None, range(11)), (10, range(11)), (24, range(11)), (5, [0, 2, 4, 6, 8, 10]),
     (4, [0, 3, 5, 8, 10]), (1, [0, 10])],
)  # fmt: skip
def test_pictures_are_spread_over_the_clock(rate: float | None, numbers: list[int]) -> None:
    assert _painted_numbers(Timeline(1.1, Fraction(10)), rate) == list(numbers)


def test_frames_between_lie_between(tmp_path: Path) -> None:
    song = write_song(tmp_path / "song.wav", 1.0)
    session = musivid.Session("cpu", "float32")
    made = musivid.film(song, preset="tiny", settings=EACH | {"painting.fps": 2}, session=session)
    frames = np.stack(list(made)).astype(float)
    assert len(frames) == 10
    steps = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert (steps[:9] > 0).all(), "each frame is another one"
    ends, within = np.abs(frames[5] - frames[0]).mean(), np.abs(frames[2] - frames[0]).mean()
    assert 0.15 * ends < within < 0.85 * ends
