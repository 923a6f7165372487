"""Lines without times over parts of a song: in order, within them, by their length."""

from __future__ import annotations

import itertools

import pytest

from musivid.media.lyrics.spreading import spread_lines


@pytest.mark.parametrize("count", [1, 2, 5, 40, 300])
@pytest.mark.parametrize("parts", [[(2.0, 10.0)], [(1.0, 4.0), (6.0, 30.0), (40.0, 41.0)]])
def test_all_lines_are_said_in_order_within_the_parts(
    count: int, parts: list[tuple[float, float]]
) -> None:
    lines = [f"line {number} of the song" for number in range(count)]
    cues = spread_lines(lines, parts)
    assert [cue.text for cue in cues] == lines
    assert all((a.end_s or 0) <= b.start_s + 1e-6 for a, b in itertools.pairwise(cues))
    for cue in cues:
        assert any(start <= cue.start_s < (cue.end_s or 0) <= end + 1e-6 for start, end in parts)


def test_long_lines_take_longer() -> None:
    short, long = spread_lines(["la", "la la la la la la la la la"], [(0.0, 6.0)])
    assert (long.end_s or 0) - long.start_s > 3 * ((short.end_s or 0) - short.start_s)


def test_no_lines_and_no_parts_are_nothing() -> None:
    assert spread_lines([], [(0.0, 5.0)]) == spread_lines(["a"], []) == []
