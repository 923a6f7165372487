"""Zoom feedback: which way pictures are moved, and by how much."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from musivid.painting.feedback import moved_pictures
from musivid.settings.video import FeedbackPreset

HEIGHT, WIDTH = 40, 60


def bump(y: float, x: float) -> Tensor:
    """A picture [1, 3, h, w] with a soft light at a place in pixels."""
    rows, columns = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    light = torch.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * 3.0**2))
    return light.expand(1, 3, HEIGHT, WIDTH).float()


def place(picture: Tensor) -> tuple[float, float]:
    """Where the light is."""
    light = picture[0, 0].clamp(min=0.05) - 0.05
    rows, columns = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    total = light.sum()
    return float((light * rows).sum() / total), float((light * columns).sum() / total)


@pytest.mark.parametrize(
    ("settings", "there"),
    [
        ({}, (14.5, 36.5)),
        ({"zoom": 1.5}, (12.0, 40.0)),  # half as far again from the middle, 19.5 and 29.5
        ({"shift_x": 0.1}, (14.5, 42.5)),  # to the right by a tenth of the width
        ({"shift_y": 0.1}, (18.5, 36.5)),  # down by a tenth of the height
        ({"shift_x": -0.2, "zoom": 1.5}, (12.0, 28.0)),  # zoomed first, then shifted
        ({"rotate_deg": 30}, (11.67, 33.06)),  # against the clock
    ],
)
def test_the_light_goes_where_it_should(
    settings: dict[str, float], there: tuple[float, float]
) -> None:
    moved = moved_pictures(bump(14.5, 36.5), FeedbackPreset(**settings))
    assert place(moved) == pytest.approx(there, abs=0.15)


def test_borders_are_mirrored_and_light_stays_in_range() -> None:
    pictures = torch.rand(2, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    moved = moved_pictures(pictures, FeedbackPreset(shift_x=0.5))
    assert moved.shape == pictures.shape and moved.min() >= 0 and moved.max() <= 1
    mirrored = pictures[..., :30].flip(-1)
    torch.testing.assert_close(moved[..., :30], mirrored, atol=1e-4, rtol=0)
    torch.testing.assert_close(moved[..., 30:], pictures[..., :30], atol=1e-4, rtol=0)
