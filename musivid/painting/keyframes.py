"""Keyframes: many at once, each from its first latent towards what it should mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from musivid.nets.protocols import Painter, Perceptor
from musivid.painting.between import slerp
from musivid.painting.loss import Targets
from musivid.painting.painter import LatentPainter
from musivid.painting.thrift import Thrift
from musivid.settings.video import PaintingPreset

__all__ = ["paint_keyframes"]


def paint_keyframes(
    network: Painter,
    perceptor: Perceptor,
    settings: PaintingPreset,
    inits: Tensor,
    targets: Targets | Tensor,
    *,
    seeds: Sequence[int],
    previous: Tensor | None = None,
    lr_scales: Sequence[float] | None = None,
    autocast: torch.dtype | None = None,
    thrift: Thrift | None = None,
    on_step: Callable[[int], None] | None = None,
) -> Tensor:
    """Painted latents [n, c, h, w], not quantised, of n keyframes.

    A keyframe's randomness comes from its own seed alone. With `continue_from` above 0 each starts
    part of the way from the one before it, so they are painted one after the other; otherwise all
    are painted together (the caller bounds memory by how many it gives).

    Args:
        network: latent autoencoder.
        perceptor: space of meanings.
        settings: how to paint.
        inits: first latents [n, c, h, w].
        targets: prompts of n pictures, or target embeddings [n, dim].
        seeds: one a keyframe.
        previous: latent [1, c, h, w] of the keyframe before these, for `continue_from`.
        lr_scales: factor on each keyframe's step size.
        autocast: half precision for the networks' inner products.
        thrift: whether memory is spared, from when the device is full on.
        on_step: told how many pictures have been moved, after each step.
    """
    if isinstance(targets, Tensor):
        targets = Targets.of(targets.to(inits.device))
    scales = list(lr_scales) if lr_scales is not None else [1.0] * len(inits)
    every = list(range(len(inits)))
    groups = [[keyframe] for keyframe in every] if settings.continue_from else [every]
    painted: list[Tensor] = []
    for group in filter(None, groups):
        first = inits[group]
        if settings.continue_from and previous is not None:
            first = slerp(first, previous, settings.continue_from)
        painter = LatentPainter(
            network,
            perceptor,
            settings,
            seeds=[seeds[keyframe] for keyframe in group],
            device=inits.device,
            autocast=autocast,
            thrift=thrift,
        )
        painter.start(first)
        for _ in range(settings.steps):
            painter.step(targets.only(group), [scales[keyframe] for keyframe in group])
            if on_step is not None:
                on_step(len(group))
        painted.append(painter.latents)
        previous = painted[-1][-1:]
    return torch.cat(painted) if painted else inits
