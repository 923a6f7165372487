"""The clock: exact fractions, no drift, every frame in exactly one segment."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musivid.core.errors import UsageError
from musivid.core.timeline import Cue, Timeline, parse_fps

RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)]


@pytest.mark.parametrize(
    ("text", "fps"),
    [
        ("25", Fraction(25)),
        (25, Fraction(25)),
        (25.0, Fraction(25)),
        (" 30000/1001 ", Fraction(30000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("29.970", Fraction(30000, 1001)),
        (29.97, Fraction(30000, 1001)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("12.5", Fraction(25, 2)),
        ("0.1", Fraction(1, 10)),
        (Fraction(30000, 1001), Fraction(30000, 1001)),
        ("240", Fraction(240)),
    ],
)
def test_parse_fps(text: Any, fps: Fraction) -> None:
    assert parse_fps(text) == fps


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-25",
        "0/1",
        "25/0",
        "",
        "fast",
        "241",
        "nan",
        "inf",
        "1e3",
        "1e999999999",
        "25fps",
        "1/2/3",
        "٢٥/٠",
        "9" * 5000,
    ],
)
def test_parse_fps_refuses(text: str) -> None:
    with pytest.raises(UsageError, match="frame rate") as caught:
        parse_fps(text)
    assert "30000/1001" in caught.value.hint


@pytest.mark.parametrize("fps", RATES)
def test_ten_hours_do_not_drift(fps: Fraction) -> None:
    timeline = Timeline(36000.0, fps)
    assert timeline.frames == round(36000 * fps)
    last = timeline.frames - 1
    assert timeline.time_s(last) == pytest.approx(last * fps.denominator / fps.numerator, abs=1e-9)
    assert abs(timeline.frames / fps - 36000) <= 1 / fps / 2


def test_there_is_always_a_frame() -> None:
    assert Timeline(0.001, Fraction(25)).frames == 1
    assert Timeline(0.001, Fraction(25)).times_s() == [0.0]


@given(st.floats(0.05, 4000), st.sampled_from(RATES), st.floats(-10, 5000))
def test_frame_at_is_the_nearest_frame(duration: Any, fps: Any, time: Any) -> None:
    timeline = Timeline(duration, fps)
    frame = timeline.frame_at(time)
    assert 0 <= frame < timeline.frames
    if 0 <= time <= timeline.time_s(timeline.frames - 1):
        assert abs(Fraction(time) - frame / fps) <= Fraction(1, 2) / fps


@given(
    st.floats(0.05, 600),
    st.sampled_from(RATES),
    st.lists(st.floats(0, 700), min_size=1, max_size=40).map(sorted),
)
def test_split_covers_every_frame_once(duration: Any, fps: Any, starts: Any) -> None:
    timeline = Timeline(duration, fps)
    ranges = timeline.split(starts)
    assert len(ranges) == len(starts)
    assert [k for part in ranges for k in part] == list(range(timeline.frames))
    for start, part in zip(starts[1:], ranges[1:], strict=True):
        if part and part.start < timeline.frames:
            assert abs(part.start / fps - Fraction(start)) <= Fraction(1, 2) / fps


def test_a_border_does_not_depend_on_those_before_it() -> None:
    timeline = Timeline(600.0, Fraction(30000, 1001))
    third = [k / 3 for k in range(1700)]
    alone = timeline.split([0.0, third[1500]])
    assert timeline.split(third)[1500].start == alone[1].start


def test_values_are_frozen() -> None:
    cue = Cue(1.0, None, "words")
    assert cue.weight == 1.0
    with pytest.raises(AttributeError):
        cue.text = "others"
