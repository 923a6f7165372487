"""From one thing to another: along arcs, eased, and place by place. Latents, pictures, meanings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from musivid.core.easing import smoothstep

__all__ = [
    "Turn",
    "cell_shares",
    "pixel_shares",
    "slerp",
    "whole_slerp",
]

Share = TypeVar("Share", float, NDArray[np.floating], Tensor)

Turn = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Latents a share of the way from first to second: `slerp`, `whole_slerp`."""

_NEARLY_ONE = 0.9995  # cosine beyond which the published slerp takes the chord
_SMALL_SINE = 1e-4  # below it the arc is replaced by the chord, at both ends of 0..pi
_TINY = 1e-12  # keeps null vectors from dividing by zero
_MOST_WIPE = 0.85  # of the way, spent on waiting for other cells at wipe 1


def slerp(first: Tensor, second: Tensor, share: float | Tensor, *, dim: int = 1) -> Tensor:
    """The vectors a share of the way along the arc from first to second; exact at 0 and 1.

    Each vector along `dim` turns on its own and its length goes evenly from one to the other.
    For latents [n, c, h, w] (dim 1) each cell is a vector, so cells that agree do not change at
    all. Nearly equal and nearly opposite vectors take the chord.

    Args:
        first: float vectors along dim.
        second: as first.
        share: 0..1, a number or a tensor that broadcasts to first.
        dim: where a vector lies; 1 serves latents [n, c, h, w] and embeddings [n, d].
    """
    share = torch.as_tensor(share, dtype=first.dtype, device=first.device)
    start_length = first.norm(dim=dim, keepdim=True)
    end_length = second.norm(dim=dim, keepdim=True)
    start = first / start_length.clamp(min=_TINY)
    end = second / end_length.clamp(min=_TINY)
    # The half angle from sum and difference stays exact where the arccosine of a dot does not.
    angle = 2 * torch.atan2(
        (start - end).norm(dim=dim, keepdim=True), (start + end).norm(dim=dim, keepdim=True)
    )
    sine = angle.sin()
    flat = sine < _SMALL_SINE
    safe = torch.where(flat, torch.ones_like(sine), sine)
    length = torch.lerp(start_length, end_length, share)
    arc = (start * ((1 - share) * angle).sin() + end * (share * angle).sin()) / safe * length
    between = torch.where(flat, torch.lerp(first, second, share), arc)
    return torch.where(share <= 0, first, torch.where(share >= 1, second, between))


def whole_slerp(first: Tensor, second: Tensor, share: float | Tensor) -> Tensor:
    """Latents [n, c, h, w] a share of the way, each latent one vector, as published.

    Source: stable-diffusion-videos. Lengths are not kept apart from directions, and nearly equal
    or opposite latents take the chord.

    Args:
        first: latents [1, c, h, w].
        second: as first.
        share: 0..1, a number or a tensor [n, 1, 1, 1].
    """
    share = torch.as_tensor(share, dtype=first.dtype, device=first.device)
    cosine = functional.cosine_similarity(first.flatten(1), second.flatten(1), dim=1)
    if float(cosine.abs().max()) > _NEARLY_ONE:
        return torch.lerp(first, second, share)
    angle = cosine.acos()[:, None, None, None]
    return (first * ((1 - share) * angle).sin() + second * (share * angle).sin()) / angle.sin()


def _passed(share: float | Share, field: Share, wipe: float) -> Share:
    """How far each place has gone: those of a low field begin first, and each is quicker alone."""
    quick = 1 - _MOST_WIPE * wipe
    return smoothstep((share - field * (1 - quick)) / quick)


def cell_shares(shares: Tensor, *, field: Tensor | None, wipe: float) -> Tensor:
    """The way that each cell has gone, [n, 1, h, w], when the whole has gone `shares` [n].

    With `wipe` above 0 cells of a low `field` [h, w] go first and each is quicker on its own: the
    picture changes place by place, and little of it is ever between two pictures, where latents
    mean nothing. All cells stand at 0 at 0 and at 1 at 1.
    """
    share = shares[:, None, None, None]
    if field is None or wipe <= 0:
        return share
    return _passed(share, field.to(share), wipe)


def pixel_shares(
    share: float, field: NDArray[np.float32] | None, wipe: float
) -> float | NDArray[np.float32]:
    """How far each pixel has gone when the whole has gone `share`: one number, or float32 [h, w].

    Args:
        share: 0..1.
        field: float32 [h, w], 0..1, which pixels go first; None: all together.
        wipe: 0..1, how much they go one after another.
    """
    if field is None or wipe <= 0:
        return share
    return _passed(share, field, wipe)
