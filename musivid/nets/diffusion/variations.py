"""Variations of pictures on the way between two, by the UNet of SD image variations.

The UNet is told what a picture shows by CLIP's embedding of it. Halfway between two pictures it is
given the embedding halfway, and starts from the latent halfway under noise; at the pictures
themselves no noise is left, so the way begins and ends with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["Variations"]

Picture = NDArray[np.uint8]
Turn = Callable[[Tensor, Tensor, float], Tensor]


class Variations:
    """A StableDiffusionImageVariationPipeline that paints on the way."""

    def __init__(
        self, pipeline: Any, turn: Turn, *, steps: int, guidance: float, strength: float, seed: int
    ) -> None:
        """Keep the pipeline, loaded.

        Args:
            pipeline: with image_encoder, feature_extractor, unet and scheduler.
            turn: how embeddings and latents go from one to the other.
            steps: of a full diffusion.
            guidance: scale; 1 or less: none.
            strength: 0..1, share of them that is done halfway.
            seed: of the noise, one for all, so that neighbours are alike.
        """
        self._pipeline, self._turn = pipeline, turn
        self._steps, self._guidance, self._strength = steps, guidance, strength
        self._seed = seed

    @torch.no_grad()
    def rung(
        self, pair: tuple[Tensor, Tensor], pictures: tuple[Picture, Picture], share: float
    ) -> Tensor:
        """The latent [1, c, h, w] of a variation a share of the way.

        Args:
            pair: scaled latents [1, c, h, w] of the two pictures.
            pictures: uint8 [h, w, 3].
            share: 0..1.
        """
        latents = self._turn(pair[0], pair[1], share)
        left = round(self._steps * self._strength * math.sin(math.pi * share))
        if left <= 0:
            return latents
        first, second = (self._embed(picture) for picture in pictures)
        return self._denoise(latents, self._turn(first, second, share)[:, None], left)

    def _denoise(self, latents: Tensor, meaning: Tensor, left: int) -> Tensor:
        """Latents after the last `left` steps from themselves under noise."""
        scheduler, unet = self._pipeline.scheduler, self._pipeline.unet
        device = self._pipeline._execution_device
        scheduler.set_timesteps(self._steps, device=device)
        order = getattr(scheduler, "order", 1)
        times = scheduler.timesteps[max(len(scheduler.timesteps) - left * order, 0) :]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(len(scheduler.timesteps) - len(times))
        noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(self._seed))
        dtype = unet.dtype
        noisy = scheduler.add_noise(latents.to(device), noise.to(device), times[:1]).to(dtype)
        guided = self._guidance > 1
        told = torch.cat([torch.zeros_like(meaning), meaning]) if guided else meaning
        for time in times:
            seen = torch.cat([noisy] * 2) if guided else noisy
            seen = scheduler.scale_model_input(seen, time)
            guess = unet(seen, time, encoder_hidden_states=told.to(dtype)).sample
            if guided:
                without, with_it = guess.chunk(2)
                guess = without + self._guidance * (with_it - without)
            noisy = scheduler.step(guess, time, noisy).prev_sample
        return noisy.to(latents)

    def _embed(self, picture: Picture) -> Tensor:
        """CLIP's embedding [1, dim] of a picture."""
        from PIL import Image

        encoder = self._pipeline.image_encoder
        seen = self._pipeline.feature_extractor(
            images=Image.fromarray(picture), return_tensors="pt"
        )
        device = self._pipeline._execution_device
        embedded: Tensor = encoder(seen.pixel_values.to(device, encoder.dtype)).image_embeds
        return embedded.float()
