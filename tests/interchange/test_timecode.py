from __future__ import annotations

from fractions import Fraction

import pytest

from musivid.core.errors import UsageError
from musivid.interchange.timecode import Rate, TimecodeError, parse_rate, snapped

RATES = ("23.976", "24", "25", "29.97", "29.97df", "30", "50", "59.94", "59.94df", "60", "119.88")


@pytest.mark.parametrize("name", RATES)
def test_labels_come_back_and_never_repeat(name: str) -> None:
    rate = parse_rate(name)
    near = [*range(4000), *range(rate.day - 4000, rate.day), *range(0, rate.day, 9973)]
    labels = {frame: rate.label(frame) for frame in near}
    assert len(set(labels.values())) == len(labels)
    assert all(rate.frame(label) == frame for frame, label in labels.items())


@pytest.mark.slow
def test_a_million_labels_come_back() -> None:
    for name in RATES:
        rate = parse_rate(name)
        for frame in range(0, rate.day, max(1, rate.day // 91_000)):
            assert rate.frame(rate.label(frame)) == frame


@pytest.mark.parametrize(
    ("rate", "label", "frame"),
    [
        ("29.97df", "00:00:59;29", 1799),
        ("29.97df", "00:01:00;02", 1800),
        ("29.97df", "00:10:00;00", 17982),
        ("29.97df", "01:00:00;00", 107892),
        ("29.97", "01:00:00:00", 108000),
        ("59.94df", "00:01:00;04", 3600),
        ("59.94df", "01:00:00;00", 215784),
        ("23.976", "01:00:00:00", 86400),
        ("25", "23:59:59:24", 2159999),
        ("29.97df", "01;00;00;00", 107892),
        ("29.97df", "01:00:00.00", 107892),
    ],
)
def test_labels_are_those_of_the_standard(rate: str, label: str, frame: int) -> None:
    assert parse_rate(rate).frame(label) == frame


@pytest.mark.parametrize(
    ("rate", "label", "says"),
    [
        ("29.97df", "00:01:00;00", "drop frame leaves that label out; the next is 00:01:00;02"),
        ("29.97df", "00:01:00;01", "leaves that label out"),
        ("59.94df", "00:59:00;03", "the next is 00:59:00;04"),
        ("25", "00:00:00:25", "--fps"),
        ("25", "00:60:00:00", "no time of a day"),
        ("25", "24:00:00:00", "no time of a day"),
        ("25", "5.1.00", "not a time code"),
        ("25", "1:2:3:4:5", "not a time code"),
    ],
)
def test_labels_without_a_frame_are_refused(rate: str, label: str, says: str) -> None:
    with pytest.raises(TimecodeError, match=says):
        parse_rate(rate).frame(label)


def test_rates_are_what_is_meant() -> None:
    assert snapped(23.98) == snapped(23.976023976023978) == Fraction(24000, 1001)
    assert snapped(Fraction(29.97)) == Fraction(30000, 1001)
    assert snapped(47.952) == Fraction(48000, 1001)
    assert snapped(59.9401) == Fraction(60000, 1001)
    assert snapped(24.0) == 24
    assert snapped(25.003) == snapped(24.998) == 25
    assert snapped(12.5) == Fraction(25, 2)
    assert str(parse_rate("29.97 DF")) == "29.97df"
    assert str(parse_rate("30000/1001")) == "29.97"
    assert parse_rate("59.94ndf") == Rate(Fraction(60000, 1001))


@pytest.mark.parametrize("text", ["23.976df", "25df", "30df", "x", "0", "df"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="frame rate"):
        parse_rate(text)


def test_the_nearest_frame_is_taken() -> None:
    rate = Rate(Fraction(25))
    assert [rate.nearest(Fraction(n, 100)) for n in (0, 1, 2, 3, 5, 6)] == [0, 0, 1, 1, 1, 2]
