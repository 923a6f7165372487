"""Lanes of timed prompts: which line speaks when, and how one gives way to the next."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.core.timeline import Cue
from musivid.painting.directions import slerp_directions
from musivid.pipeline.guidance.lanes import Lane, Span, lay_spans

DIRECTIONS = np.eye(3, dtype=np.float32)


def edges(spans: list[Span]) -> list[tuple[float, float, str]]:
    return [(span.start_s, span.end_s, span.text) for span in spans]


def lane(*spans: tuple[float, float, float], fade_s: float = 1.0) -> Lane:
    """A lane of (start, end, weight), each with a direction of its own."""
    made = [Span(start, end, str(k), weight) for k, (start, end, weight) in enumerate(spans)]
    return Lane(made, DIRECTIONS[: len(made)], fade_s)


def test_a_cue_holds_until_the_next_its_own_end_or_the_end_of_the_song() -> None:
    cues = [Cue(1.0, None, "a"), Cue(4.0, 5.0, "b"), Cue(6.0, 99.0, "c"), Cue(8.0, None, "")]
    assert edges(lay_spans(cues, 20.0)) == [(1, 4, "a"), (4, 5, "b"), (6, 8, "c")]
    assert edges(lay_spans(cues[:3], 7.0)) == [(1, 4, "a"), (4, 5, "b"), (6, 7, "c")]
    assert edges(lay_spans(cues, 20.0, hold_s=1.5)) == [(1, 2.5, "a"), (4, 5, "b"), (6, 7.5, "c")]
    assert lay_spans(cues, 0.5) == []


def test_filled_spans_leave_no_gap_from_the_beginning_to_the_end() -> None:
    cues = [Cue(1.0, None, "a"), Cue(4.0, 5.0, "b"), Cue(6.0, 7.0, "c")]
    assert edges(lay_spans(cues, 20.0, fill=True)) == [(0, 4, "a"), (4, 6, "b"), (6, 20, "c")]
    assert lay_spans([], 20.0, fill=True) == []


def test_by_beats_a_cue_guides_the_segment_that_it_begins_in() -> None:
    beats = [0.0, 2.0, 4.0, 6.0]
    cues = [Cue(0.5, None, "a"), Cue(2.0, None, "b"), Cue(2.5, None, "c"), Cue(6.5, None, "d")]
    found = lay_spans(cues, 8.0, beats_s=beats)
    # Of the two that begin in one segment the later has it.
    assert edges(found) == [(0, 2, "a"), (2, 4, "c"), (6, 8, "d")]
    assert edges(lay_spans([Cue(9.0, None, "late")], 8.0, beats_s=beats)) == [(6, 8, "late")]


def test_the_span_that_covers_a_moment() -> None:
    two = lane((1.0, 3.0, 1.0), (5.0, 6.0, 1.0))
    covered = [span.text if (span := two.span_at(t)) else None for t in (0.9, 1, 2.9, 3, 5, 6)]
    assert covered == [None, "0", "0", None, "1", None]


def test_a_lane_fades_half_on_either_side_of_a_border() -> None:
    two = lane((2.0, 6.0, 1.0), (6.0, 10.0, 0.5))
    for time_s, share in ((5.4, 0.0), (5.5, 0.0), (5.75, 0.15625), (6.0, 0.5), (6.25, 0.84375),
                          (6.5, 1.0), (7.0, 1.0)):  # fmt: skip
        direction, weight = two.at(time_s)
        angle = share * np.pi / 2
        np.testing.assert_allclose(direction, [np.cos(angle), np.sin(angle), 0], atol=1e-5)
        assert weight == pytest.approx(1 - 0.5 * share, abs=1e-5)


def test_out_of_a_pause_a_line_fades_in_with_its_own_direction() -> None:
    one = lane((2.0, 6.0, -0.8))
    for time_s, share in ((1.4, 0.0), (1.75, 0.15625), (2.0, 0.5), (2.5, 1.0), (4.0, 1.0),
                          (5.5, 1.0), (6.25, 0.15625), (6.6, 0.0)):  # fmt: skip
        direction, weight = one.at(time_s)
        assert weight == pytest.approx(-0.8 * share, abs=1e-5)
        if share:
            np.testing.assert_allclose(direction, DIRECTIONS[0], atol=1e-6)


def test_no_fade_at_the_beginning_of_the_song_and_none_of_no_length() -> None:
    assert lane((0.0, 4.0, 1.0)).at(0.0)[1] == 1.0
    hard = lane((2.0, 4.0, 1.0), fade_s=0.0)
    assert [hard.at(t)[1] for t in (1.999, 2.0, 3.999, 4.0)] == [0, 1, 1, 0]
    assert Lane([], np.zeros((0, 3), np.float32), 1.0).at(3.0)[1] == 0.0


def test_a_fade_never_reaches_past_the_middle_of_a_short_line() -> None:
    short = lane((2.0, 2.4, 1.0), (2.4, 8.0, 1.0), fade_s=4.0)
    np.testing.assert_allclose(short.at(2.2)[0], DIRECTIONS[0], atol=1e-5)
    assert short.at(1.79)[1] == 0.0 and short.at(1.81)[1] > 0.0
    np.testing.assert_allclose(short.at(5.2)[0], DIRECTIONS[1], atol=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_slerp_turns_at_an_even_pace(share: float) -> None:
    first = np.array([1, 0, 0], np.float32)
    for angle in (0.5, 2.0, 3.0):
        second = np.array([np.cos(angle), np.sin(angle), 0], np.float32)
        wanted = [np.cos(share * angle), np.sin(share * angle), 0]
        np.testing.assert_allclose(slerp_directions(first, second, share), wanted, atol=1e-5)


def test_hold_ends_a_line_and_weights_of_cues_count() -> None:
    spans = lay_spans([Cue(1.0, None, "a"), Cue(9.0, None, "b", -0.5)], 20.0, hold_s=3.0)
    assert [(s.start_s, s.end_s, s.weight) for s in spans] == [(1.0, 4.0, 1.0), (9.0, 12.0, -0.5)]


def test_slerp_keeps_unit_length_and_survives_equal_and_opposite() -> None:
    one, two = DIRECTIONS[0], DIRECTIONS[1]
    for share in (0.0, 0.3, 1.0):
        assert np.linalg.norm(slerp_directions(one, two, share)) == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(slerp_directions(one, one, 0.5), one, atol=1e-6)
    assert np.isfinite(slerp_directions(one, -one, 0.5)).all()
