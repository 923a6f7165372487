"""What landscapes are made of: trees in layers, grass in strips, houses, lightning, a beam."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import grid, new_planes
from musivid.living.clouds import bolts, glows_of, meteors
from musivid.living.figures.deer import stag
from musivid.living.grove import Eye, Layer, Stand, lone_tree
from musivid.living.hamlet import Hamlet, Row, Walls
from musivid.living.headland import paint_beam, surf_rows
from musivid.living.moment import Event, Moment
from musivid.living.turf import strips

DARK, WHITE = (0.01, 0.01, 0.01), (0.5, 0.5, 0.5)
WALLS = Walls(DARK, DARK, WHITE, WHITE, DARK, DARK)
SIZE = (160, 90)


def moment(*events: Event) -> Moment:
    return replace(made_music().at(60), events=events)


def test_a_tree_comes_nearer_and_larger_as_the_eye_goes_on() -> None:
    layer = Layer(SIZE, 1, Stand(2.0, 6, 0.3, 1.0), (0.9, 0.3), 0.6)
    far, near = layer.stood(Eye(0.0, 0.0, 0.0)), layer.stood(Eye(0.8, 0.0, 0.0))
    middle = SIZE[0] / SIZE[1] / 2
    for (x0, y0, wide0), (x1, y1, wide1) in zip(far, near, strict=True):
        assert y1 > y0 and wide1 > wide0
        assert abs(x1 - middle) >= abs(x0 - middle)
    seen = layer.seen(Eye(0.8, 0.0, 0.0), (80, 45))
    assert seen.shape == (45, 80, 4) and seen[..., 0].max() > 200


def test_a_lone_tree_stands_on_its_foot() -> None:
    tree = lone_tree(90, 2, (0.0, 0.0))
    wood, leaves = tree[..., 0] > 127, tree[..., 1] > 127
    assert wood[-1].any() and not wood[-1, :30].any()
    assert leaves[:45].sum() > 4 * leaves[60:].sum()


def test_grass_keeps_its_number_as_the_eye_goes_on() -> None:
    before, after = strips(0.30, 0.7, 11.0, 25), strips(0.33, 0.7, 11.0, 25)
    assert (np.diff(before[:, 0]) > 0).all(), "nearest first"
    distance = {number: z for z, number, _ in before.tolist()}
    shared = [(distance[n], z) for z, n, _ in after.tolist() if n in distance]
    assert len(shared) >= 24
    assert all(now == pytest.approx(then * np.exp(-0.03), rel=1e-3) for then, now in shared)


def test_no_window_is_seen_through_the_house_before_it() -> None:
    alone = Hamlet.built(SIZE, Row(0.9, 0.2, (0.5,), 0.0), WALLS, 3)
    both = Hamlet.built(SIZE, Row(0.9, 0.2, (0.5, 0.5), 0.0), WALLS, 3)
    assert 5 <= len(alone.windows) <= 6
    assert len(both.windows) < 2 * len(alone.windows)
    assert len(alone.chimneys) == 1
    x0, y0, x1, y1 = alone.windows[0]
    assert x0 < x1 and y0 < y1 < 0.9


def test_lightning_answers_strong_hits_and_fades() -> None:
    keys = [3 * k for k in range(1, 4)]
    quiet, still = moment(Event(0.1, 0.3, 0.5, 3)), moment()
    for m in (quiet, still):
        planes = new_planes(SIZE)
        bolts(planes, m, (0.1, 0.6), (1.0, 1.0, 1.0))
        assert planes.max() == 0 and glows_of(m, 1.8).max() == 0
    light = []
    for age in (0.2, 0.9):
        planes = new_planes(SIZE)
        m = moment(*(Event(age, 0.9, 0.5, key) for key in keys))
        bolts(planes, m, (0.1, 0.6), (1.0, 1.0, 1.0))
        light.append(planes.sum())
        assert (planes.max(0) > 0).mean() < 0.1, "a bolt is thin: the picture does not flash"
    assert light[0] > 2 * light[1] > 0


def test_a_strong_hit_lets_a_star_fall() -> None:
    dark, lit = new_planes(SIZE), new_planes(SIZE)
    meteors(dark, moment(Event(0.3, 0.5, 0.5, 8)), (1.0, 1.0, 1.0))
    meteors(lit, moment(Event(0.3, 0.9, 0.5, 8)), (1.0, 1.0, 1.0))
    assert dark.max() == 0 and lit.max() > 0


def test_a_beam_lights_where_it_turns() -> None:
    out = np.empty((45, 80), np.float32)
    place = np.array([0.89, 0.3, 2.4, 0.05], np.float32)
    paint_beam(out, *grid((80, 45)), place, 0.0, 0.0)
    row, off = int(0.3 * 45), int(0.7 * 45)
    assert out[row, 60] > 5 * out[off, 60]
    paint_beam(out, *grid((80, 45)), place, float(np.pi / 2), 0.0)
    assert out[row, 75] < 0.2


def test_hits_throw_surf_at_the_rocks() -> None:
    stones = np.array([[0.5, 0.7, 0.05]], np.float32)
    assert len(surf_rows(moment(), stones, (1.0, 1.0, 1.0), 1.0)) == 0
    rows = surf_rows(moment(Event(0.3, 0.9, 0.5, 4)), stones, (1.0, 1.0, 1.0), 1.0)
    assert len(rows) > 40
    assert (rows[:, 1] < 0.7).mean() > 0.8, "it rises"
    assert np.abs(rows[:, 0] - 0.5).max() < 0.4


def test_a_stag_lifts_its_head() -> None:
    grazing, up = stag(0.0, graze=1.0), stag(0.0)
    assert grazing.places["nose"][1] > up.places["nose"][1] + 0.2
