"""Pictures cut from polygons: the same in strips as at once, what covers, shines and is clear."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.living import cutouts
from musivid.living.cutouts import Cutouts, fineness

RED, BLUE = (0.8, 0.1, 0.0), (0.0, 0.1, 0.9)
TALL = [(0.1, 0.05), (0.7, 0.1), (0.9, 0.95), (0.2, 0.9)]


def picture(**settings: bool) -> Cutouts:
    cut = Cutouts((48, 96), 90, big=2, **settings)
    cut.add([(0.0, 0.0), (0.6, 0.0), (0.6, 1.1), (0.0, 1.1)], RED)
    cut.add(TALL, RED, BLUE)
    return cut


@pytest.mark.parametrize("glazed", [False, True])
def test_strips_join_to_the_picture_drawn_at_once(
    glazed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = picture(glazed=glazed)
    monkeypatch.setattr(cutouts, "_STRIP", 96)
    whole = cut.drawn()
    monkeypatch.setattr(cutouts, "_STRIP", 10)
    np.testing.assert_array_equal(cut.drawn(), whole)


def test_a_polygon_is_shaded_from_its_foot_to_its_top_and_tells_what_it_covers() -> None:
    cut = Cutouts((40, 40), 40)
    cut.add([(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)], RED, BLUE)
    made = cut.drawn()
    assert made.shape == (40, 40, 4)
    assert made[28, 20, 0] > 0.6 and made[12, 20, 2] > 0.6
    assert made[20, 20, 3] == 1 and not made[2].any()


def test_what_lies_over_glass_and_light_hides_them() -> None:
    cut = Cutouts((40, 40), 40, glazed=True)
    whole = [(-0.1, -0.1), (1.1, -0.1), (1.1, 1.1), (-0.1, 1.1)]
    cut.add(whole, RED, clear=True, shine=(2.0, 1.0, 0.0))
    cut.add([(-0.1, 0.5), (1.1, 0.5), (1.1, 1.1), (-0.1, 1.1)], BLUE)
    made = cut.drawn()
    assert made[5, 20, 3] == 1 and made[5, 20, 4] > 0.7
    assert not made[35, 20, 3:].any()


def test_what_lies_outside_is_nothing() -> None:
    cut = Cutouts((16, 16), 16)
    cut.add([(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)], RED)
    assert not cut.drawn().any()


def test_large_pictures_are_drawn_as_large_as_they_are() -> None:
    assert fineness(720) == 2 and fineness(2160) == 1
