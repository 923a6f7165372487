"""A crowd from behind: who stands where, and that it moves on the beat."""

from __future__ import annotations

import numpy as np

from musivid.living.canvas import Planes, new_planes
from musivid.living.figures.crowd import Crowd, Row

SIZE = (160, 90)
INKS = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))


def drawn(row: Row, *, beat: float = 0.5, lift: float = 1.0, shift: float = 0.0) -> Planes:
    planes = new_planes(SIZE) + np.float32(1)
    Crowd(SIZE, 2).draw(planes, row, INKS, beat=beat, lift=lift, shift=shift)
    return planes


def test_people_stand_in_front_of_what_is_behind() -> None:
    shown = drawn(Row(0.7, 0.08))
    assert np.all(shown[:, :10] == 1), "nobody reaches the top"
    assert np.all(shown[:, -3:] == 0), "below the shoulders all is covered"
    heads = shown[0, int(0.7 * 90) - 5]
    assert 0.1 < (heads < 0.5).mean() < 0.9, "heads with gaps between them"


def test_raised_hands_reach_above_the_heads() -> None:
    none, all_up = drawn(Row(0.7, 0.08, hands=0.0)), drawn(Row(0.7, 0.08, hands=1.0))
    above = slice(0, int((0.7 - 0.16) * 90))
    assert (all_up[0, above] < 0.5).sum() > (none[0, above] < 0.5).sum() + 30


def test_they_jump_between_beats() -> None:
    row = Row(0.7, 0.08, hands=0.0)
    high, low = (drawn(row, beat=b)[0] < 0.5 for b in (0.5, 0.0))
    assert high.sum() > low.sum() + 20
    still, same = (drawn(row, beat=b, lift=0.0) for b in (0.5, 0.0))
    assert np.array_equal(still, same)


def test_the_same_people_go_with_the_camera() -> None:
    row = Row(0.7, 0.08)
    here, there = drawn(row, shift=0.5), drawn(row, shift=0.5 + 20 / 90)
    assert np.allclose(here[:, :, 40:100], there[:, :, 60:120], atol=1e-3)


def test_phones_shine() -> None:
    def bluish(planes: Planes) -> int:
        return int(((planes[2] > 0.4) & (planes[2] < 0.6) & (planes[0] < 0.9 * planes[2])).sum())

    row = Row(0.7, 0.08, phones=1.0, hands=0.0)
    assert bluish(drawn(row)) > 20 and bluish(drawn(Row(0.7, 0.08, hands=0.0))) == 0
