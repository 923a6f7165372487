"""Times of people: read in all their forms, and printed with no minute of sixty seconds."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musivid.core.clock import clock, parse_time_s, stamp


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("65", 65),
        (65.5, 65.5),
        ("1:05", 65),
        ("1:05.5", 65.5),
        ("0:01:05,5", 65.5),
        ("01:00:00", 3600),
        (" 7 ", 7),
    ],
)
def test_parse_time(text: Any, seconds: Any) -> None:
    assert parse_time_s(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "-1", "1:2:3:4", "a", "1e3", ".", "1::2", "nan", "²", -3])
def test_parse_time_refuses(text: Any) -> None:
    with pytest.raises(ValueError, match="not a time"):
        parse_time_s(text)


@pytest.mark.parametrize("text", ["1.5:30", "9" * 400, "1:05:", "0x10", "1 :05", "1:-5"])
def test_only_the_last_part_has_a_fraction_and_nothing_is_endless(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        parse_time_s(text)


@pytest.mark.parametrize(
    ("seconds", "digits", "shown"),
    [
        (0, 0, "0:00"),
        (65.4, 0, "1:05"),
        (59.999, 2, "1:00.00"),
        (59.5, 0, "1:00"),
        (65.5, 2, "1:05.50"),
        (3599.996, 2, "1:00:00.00"),
        (3600, 0, "1:00:00"),
        (36_125.25, 2, "10:02:05.25"),
    ],
)
def test_clock(seconds: float, digits: int, shown: str) -> None:
    assert clock(seconds, digits) == shown


@pytest.mark.parametrize(
    ("seconds", "digits", "shown"),
    [(5.5, 2, "00:05.50"), (59.9996, 3, "01:00.000"), (3725.5, 2, "62:05.50"), (65, 0, "01:05")],
)
def test_stamps_count_minutes_only(seconds: float, digits: int, shown: str) -> None:
    assert stamp(seconds, digits) == shown


@given(st.floats(0, 360_000), st.integers(0, 3))
def test_what_is_printed_is_read_back(seconds: float, digits: int) -> None:
    for text in (clock(seconds, digits), stamp(seconds, digits)):
        assert math.isclose(parse_time_s(text), seconds, abs_tol=0.51 / 10**digits)
