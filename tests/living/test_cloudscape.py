"""A sea of clouds: a tile without a seam, lit from one side, drawn up to its horizon."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.living.canvas import Planes, new_planes
from musivid.living.cloudscape import CloudSea, paint_clouds


@pytest.fixture(scope="module")
def sea() -> CloudSea:
    return CloudSea(3, 1.5, 0.5, (0.0, 0.3))


def drawn(sea: CloudSea, lamp: float = 0.0) -> Planes:
    planes = new_planes((80, 60)) - np.float32(1)
    eye = [100.0, 0.0, 2.2, 0.0, 0.5, 1.0, sea.many, 0.1, 0.5, 19.0, 0.0]
    colours = [(1, 1, 1), (0.3, 0.3, 0.3), (0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)]
    lamps = [[100.0, 3 * sea.many, sea.many, lamp, 0.0, 0.0]]
    paint_clouds(planes, sea.height, sea.lit, sea.soft,
                 *(np.array(a, np.float32) for a in (eye, colours, lamps)))  # fmt: skip
    return planes


def test_the_tile_has_no_seam(sea: CloudSea) -> None:
    for tile in (sea.height, sea.lit):
        inside = np.abs(np.diff(tile, axis=0)).max()
        assert np.abs(tile[0] - tile[-1]).max() <= inside * 1.5


def test_slopes_towards_the_light_are_brighter(sea: CloudSea) -> None:
    # The light stands ahead, where rows rise: what falls off ahead faces it.
    ahead = np.roll(sea.height, -1, 0) - np.roll(sea.height, 1, 0)
    steep = np.abs(ahead) > np.quantile(np.abs(ahead), 0.8)
    assert sea.lit[steep & (ahead < 0)].mean() > 1.5 * sea.lit[steep & (ahead > 0)].mean()


def test_clouds_fill_what_lies_below_the_horizon(sea: CloudSea) -> None:
    planes = drawn(sea)
    assert (planes[:, 45:] >= 0).all() and (planes[:, :10] == -1).all()
    assert np.isfinite(planes).all()


def test_light_within_them_shines_where_it_is(sea: CloudSea) -> None:
    more = drawn(sea, 2.0) - drawn(sea)
    assert more[0].max() > 0.2 and np.abs(more[1:]).max() == 0
    assert more[0, :, 30:50].sum() > 3 * more[0, :, :20].sum()
