"""Zoom feedback: move the painted picture, and encode it again to paint on from there."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional

from musivid.nets.protocols import Painter
from musivid.settings.video import FeedbackPreset, PaintingPreset

__all__ = ["moved_latents", "moved_pictures"]


def moved_latents(network: Painter, latents: Tensor, settings: PaintingPreset) -> Tensor:
    """Latents [n, c, h, w] of the pictures of latents, moved once by the settings' feedback."""
    with torch.no_grad():
        shown = network.quantize(latents) if settings.quantise else latents
        pictures = network.decode(shown).float().clamp(0, 1)
        return network.encode(moved_pictures(pictures, settings.feedback))


def moved_pictures(pictures: Tensor, settings: FeedbackPreset) -> Tensor:
    """Pictures [n, 3, h, w] zoomed, turned about the middle, then shifted; borders are mirrored."""
    height, width = pictures.shape[-2:]
    angle = math.radians(settings.rotate_deg)
    cosine, sine = math.cos(angle) / settings.zoom, math.sin(angle) / settings.zoom
    # Rows map output to input in units of half sides, where y points down.
    turn = torch.tensor([[cosine, -sine * height / width], [sine * width / height, cosine]])
    shift = turn @ torch.tensor([[-2 * settings.shift_x], [-2 * settings.shift_y]])
    matrix = torch.cat([turn, shift], 1)[None].expand(len(pictures), -1, -1).to(pictures)
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    moved = functional.grid_sample(
        pictures, grid, mode="bicubic", padding_mode="reflection", align_corners=False
    )
    return moved.clamp(0, 1)
