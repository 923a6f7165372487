"""Beats before the first one heard, and lines that go on beyond their ends."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.score.bmt.align import _stretched, _with_lead, align
from musivid.score.notes import Note, Score, TrackNotes


def test_beats_before_the_first_one_heard_are_as_far_apart() -> None:
    heard = np.array([1.5, 2.0, 2.6])
    assert _with_lead(heard, False).tolist() == pytest.approx([0, 0.5, 1, 1.5, 2, 2.6])
    assert _with_lead(heard, True).tolist() == pytest.approx([0, 1.5, 2, 2.6])
    assert _with_lead(heard - 1.3, False).tolist() == pytest.approx([0.2, 0.7, 1.3])  # no room
    assert _with_lead(heard - 1.5, True).tolist() == pytest.approx([0, 0.5, 1.1])


def test_lines_go_on_with_their_first_and_last_slope() -> None:
    knots, found = np.array([1.0, 2.0, 4.0]), np.array([10.0, 12.0, 22.0])
    values = np.array([0.0, 1.0, 1.5, 3.0, 4.0, 6.0])
    assert _stretched(values, knots, found).tolist() == [8, 10, 11, 17, 22, 32]


@pytest.mark.parametrize(("tick", "start"), [(191, 1919), (192, 0), (0, 1728), (193, 1)])
def test_what_is_before_the_first_bar_has_a_bar_of_its_own(tick: int, start: int) -> None:
    """Beats from 0.2 s on, which is 192 ticks at 120 bpm; there is no room for one before."""
    played = TrackNotes("piano", 0, False, (Note(tick, 100, 60, 80), Note(480, 100, 62, 80)))
    found = align(Score((played,), 120.0, 2), 0.2 + np.arange(9) / 2, np.array([0.2]))
    assert [n.start for n in found.tracks[0].notes] == [start, start + 480 - tick]
