"""Keeping values in range without losing the way back: pictures and latents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

__all__ = ["clamp_latents", "clamp_with_grad"]


class _ClampWithGrad(torch.autograd.Function):
    """Clamp whose gradient survives outside the range when following it leads back inside."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, low: float, high: float) -> Tensor:
        ctx.save_for_backward(values)
        ctx.limits = low, high
        return values.clamp(low, high)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (values,) = ctx.saved_tensors
        # A step goes against the gradient: above the range only a positive one leads back.
        outward = gradient * (values - values.clamp(*ctx.limits)) < 0
        return gradient.masked_fill(outward, 0), None, None


def clamp_with_grad(values: Tensor, low: float = 0.0, high: float = 1.0) -> Tensor:
    """Values clamped to low..high; outside, only a gradient that points back in is let through."""
    clamped: Tensor = _ClampWithGrad.apply(values, low, high)  # type: ignore[no-untyped-call]
    return clamped


@torch.no_grad()
def clamp_latents(latents: Sequence[Tensor], bounds: tuple[Tensor, Tensor]) -> None:
    """Clamp each latent [1, c, h, w] in place to the codebook's range of each channel."""
    low, high = bounds
    for latent in latents:
        latent.copy_(latent.maximum(low).minimum(high))
