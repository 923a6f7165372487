"""Levels of sound: rounded to what is heard, and nothing where there is none."""

from __future__ import annotations

import math

import pytest

from musivid.metrics.integrity import FrameClock, _finite


def test_levels_are_rounded_and_silence_has_none() -> None:
    assert _finite(-14.237) == -14.24
    assert _finite(-math.inf) is None and _finite(math.nan) is None


@pytest.mark.parametrize("fps", [25.0, 30000 / 1001])
def test_the_rate_is_measured_from_the_times(fps: float) -> None:
    times = FrameClock()
    for k in (0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12):  # the fifth is lost
        times.see(k / fps)
    facts = times.facts(24.0, repeated=2)
    assert facts.measured_fps == pytest.approx(fps, abs=1e-5) and facts.stated_fps == 24.0
    assert (facts.frames, facts.dropped_frames, facts.repeated_frames) == (12, 1, 2)
    assert facts.last_frame_s == pytest.approx(12 / fps, abs=1e-4)
    assert FrameClock().facts(24.0, repeated=0).measured_fps is None
