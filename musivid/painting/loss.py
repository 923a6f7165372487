"""How far a picture is from what it should mean: prompts and the squared great-circle distance.

The painter asks for one loss per cut-out; a picture's loss is the mean over its cut-outs. Formulas
are those of VQGAN-CLIP (Crowson et al., arXiv 2204.08583).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from musivid.core.seeds import lots

__all__ = ["Prompt", "Targets", "init_loss", "noise_prompt", "spherical_distance"]

_LARGEST_HALF_CHORD = 1 - 1e-7  # the slope of arcsin is infinite at 1, for opposite vectors


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something that pulls a picture towards itself, or away with a negative weight.

    embeddings: float [rows, dim], any length; the rows share the weight equally.
    stop: signed distance below which it no longer pulls; -inf means never.
    """

    embeddings: Tensor
    weight: float = 1.0
    stop: float = -math.inf


@dataclass(frozen=True, slots=True)
class Targets:
    """The prompts of a batch of pictures, as many for each.

    embeddings: float32 [pictures, rows, dim], unit length.
    weights, stops: float32 [pictures, rows].
    """

    embeddings: Tensor
    weights: Tensor
    stops: Tensor

    @classmethod
    def of(cls, embeddings: Tensor) -> Targets:
        """One prompt of weight 1 a picture, from embeddings [pictures, dim]."""
        rows = functional.normalize(embeddings.float(), dim=-1)[:, None]
        return cls(rows, rows.new_ones(rows.shape[:2]), rows.new_full(rows.shape[:2], -math.inf))

    def only(self, pictures: Sequence[int]) -> Targets:
        """The targets of some of the pictures, by index."""
        chosen = list(pictures)
        return Targets(self.embeddings[chosen], self.weights[chosen], self.stops[chosen])

    def with_prompts(self, prompts: Sequence[Prompt]) -> Targets:
        """These targets, with further prompts for every picture."""
        own = zip((self.embeddings, self.weights, self.stops), _rows(prompts), strict=True)
        count = len(self.embeddings)
        return Targets(*(torch.cat([a, b.expand(count, *b.shape)], 1) for a, b in own))

    def losses(self, embeddings: Tensor, owners: Tensor) -> Tensor:
        """Loss [cutouts] of cut-outs' embeddings [cutouts, dim]; owners [cutouts] names pictures.

        The value is the weighted distance; the gradient goes through max(distance, stop), so that
        a prompt lets go of a cut-out that is near enough.
        """
        weights = self.weights[owners]
        near = functional.normalize(embeddings.float(), dim=-1)[:, None]
        signed = spherical_distance(near, self.embeddings[owners]) * weights.sign()
        pulled = torch.maximum(signed, self.stops[owners])
        return (weights.abs() * (signed.detach() + pulled - pulled.detach())).sum(1)


def spherical_distance(first: Tensor, second: Tensor) -> Tensor:
    """Squared great-circle distance, halved: 2 arcsin(chord / 2)^2, in 0..pi^2/2.

    first, second: unit vectors [..., dim].
    """
    half_chord = (first - second).norm(dim=-1) / 2
    angle: Tensor = 2 * half_chord.clamp(max=_LARGEST_HALF_CHORD).arcsin()
    return angle.square() / 2


def noise_prompt(seed: int, dim: int, *, weight: float, device: torch.device | str) -> Prompt:
    """A prompt in a random direction of the space, the same for the same seed."""
    generator = lots(seed)
    return Prompt(torch.randn(1, dim, generator=generator).to(device), weight)


def init_loss(latents: Tensor, first: Tensor, weight: float, *, fading_step: int | None) -> Tensor:
    """What it costs to leave the first latent, summed over a batch of latents [n, c, h, w].

    With a `fading_step` it is the published term instead: the cost of being away from zero,
    which fades with the number of the step.
    """
    anchor = first if fading_step is None else torch.zeros_like(first)
    fading = 1 if fading_step is None else 2 * fading_step + 1
    return (latents - anchor).square().flatten(1).mean(1).sum() * (weight / fading / 2)


def _rows(prompts: Sequence[Prompt]) -> tuple[Tensor, Tensor, Tensor]:
    """Unit embeddings [rows, dim], weights [rows] and stops [rows] of one picture's prompts."""
    embeddings = functional.normalize(
        torch.cat([prompt.embeddings.float() for prompt in prompts]), dim=-1
    )
    counts = [len(prompt.embeddings) for prompt in prompts]
    weights = [p.weight / n for p, n in zip(prompts, counts, strict=True) for _ in range(n)]
    stops = [p.stop for p, n in zip(prompts, counts, strict=True) for _ in range(n)]
    return embeddings, embeddings.new_tensor(weights), embeddings.new_tensor(stops)
