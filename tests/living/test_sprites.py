"""Smooth polygons over a picture, filled anew or laid as a stencil."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.living.canvas import new_planes
from musivid.living.sprites import Stencil, shape

SQUARE = np.array([(-0.1, -0.1), (0.1, -0.1), (0.1, 0.1), (-0.1, 0.1)])
WHITE = (1.0, 0.5, 0.0)


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.523, 0.471), (0.02, 0.96), (-0.5, 0.5)])
def test_a_stencil_is_laid_where_its_shape_would_be(at: tuple[float, float]) -> None:
    drawn, laid = new_planes((80, 60)), new_planes((80, 60))
    shape(drawn, [SQUARE + at], WHITE)
    Stencil([SQUARE], 60).lay(laid, at, WHITE)
    assert abs(float(laid.sum() - drawn.sum())) <= 1.0 + 0.06 * float(drawn.sum())
    assert np.abs(laid - drawn).max() < 0.5, "edges alone differ, by less than half a pixel"
    assert laid[2].max() == 0


def test_a_stencil_moves_between_pixels() -> None:
    stencil, middles = Stencil([SQUARE], 60), []
    for step in range(5):
        planes = new_planes((80, 60))
        stencil.lay(planes, (0.5 + 0.25 * step / 60, 0.5), WHITE)
        middles.append(float((planes[0].sum(0) * np.arange(80)).sum() / planes[0].sum()))
    assert np.allclose(np.diff(middles), 0.25, atol=0.05)
