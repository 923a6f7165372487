"""The speed of pictures in CMT's unit: pixels a frame, of 360 lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bgm_fixtures import film

from musivid.analysis.motion import read_motion, with_speed
from musivid.analysis.published_flow import read_speed, speed_of


def panned(step: int, count: int = 4) -> list[tuple[float, np.ndarray]]:
    """A soft picture that moves `step` pixels a frame to the left."""
    lots = np.random.default_rng(3).random((360 // 8, 900 // 8))
    wide = np.kron(lots, np.ones((8, 8)))
    for axis in (0, 1):
        wide = np.mean([np.roll(wide, n, axis) for n in range(-6, 7)], axis=0)
    grey = np.repeat((255 * wide[..., None]).astype(np.uint8), 3, axis=-1)
    return [
        (n / 25, np.ascontiguousarray(grey[:, n * step : n * step + 640])) for n in range(count)
    ]


@pytest.mark.parametrize("step", [0, 1, 2])
def test_speed_is_the_mean_over_both_axes_in_pixels_a_frame(step: int) -> None:
    times_s, speeds = speed_of(panned(step))
    assert times_s.tolist() == pytest.approx([0.04, 0.08, 0.12])
    assert speeds == pytest.approx([step / 2] * 3, abs=0.12)


def test_a_film_is_measured_once_and_laid_on_its_grid(tmp_path: Path) -> None:
    clip = film(tmp_path / "clip.mp4", 2.0)
    kept = tmp_path / "kept"
    first = read_speed(clip, cache=kept)
    assert len(list(kept.iterdir())) == 1
    again = read_speed(clip, cache=kept)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    motion = read_motion(clip)
    speed = with_speed(motion, clip, cache=kept).speed
    assert len(motion.speed) == 0 and len(speed) == len(motion.times_s)
    assert np.array_equal(speed[1:], first[1])
    next(kept.iterdir()).write_bytes(b"damaged")
    assert np.array_equal(read_speed(clip, cache=kept)[1], first[1])
