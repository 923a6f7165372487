"""From one thing to another: one curve and one arc for numbers, arrays and tensors."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from musivid.painting.between import cell_shares, pixel_shares, slerp
from musivid.painting.directions import slerp_directions, unit


@pytest.mark.parametrize("angle", [0.0, 0.01, 0.7, math.pi / 2, 3.0])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 1.0])
def test_directions_go_the_same_arc_as_tensors(angle: float, share: float) -> None:
    first = np.array([1, 0, 0], np.float32)
    second = np.array([math.cos(angle), math.sin(angle), 0], np.float32)
    ours = slerp_directions(first, second, share)
    arc = slerp(torch.from_numpy(first), torch.from_numpy(second), share, dim=0).numpy()
    np.testing.assert_allclose(ours, arc, atol=2e-4)  # the cosine of a small angle is inexact
    wanted = [math.cos(share * angle), math.sin(share * angle), 0]
    np.testing.assert_allclose(ours, wanted, atol=2e-4)
    assert ours.dtype == np.float32


def test_null_vectors_stay_null() -> None:
    vectors = np.array([[3, 4], [0, 0]], np.float32)
    np.testing.assert_allclose(unit(vectors), [[0.6, 0.8], [0, 0]], atol=1e-7)


@pytest.mark.parametrize("wipe", [0.0, 0.4, 1.0])
def test_cells_and_pixels_are_wiped_alike(wipe: float) -> None:
    field = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
    for share in (0.0, 0.2, 0.7, 1.0):
        cells = cell_shares(torch.tensor([share]), field=torch.from_numpy(field), wipe=wipe)
        pixels = np.broadcast_to(pixel_shares(share, field, wipe), field.shape)
        np.testing.assert_allclose(np.broadcast_to(cells[0, 0], field.shape), pixels, atol=1e-6)
