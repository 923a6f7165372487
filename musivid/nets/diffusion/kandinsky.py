"""Kandinsky 2.2 as an artist: texts and pictures are mixed by what they mean."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from musivid.nets.diffusion.reading import count_tokens, shorten
from musivid.nets.protocols import Wish

__all__ = ["KandinskyArtist"]

Picture = NDArray[np.uint8]

_AT_ONCE = 16  # texts that go through the prior together


class KandinskyArtist:
    """Kandinsky 2.2, which paints a weighted sum of what texts and pictures mean.

    Texts go through the prior to picture embeddings, pictures are embedded as they are; the sum is
    neither normalised nor turned (so Pina and Li mix them). Each text passes the prior once a run,
    the negative one too, whatever the number of pictures.
    """

    def __init__(
        self,
        prior: Callable[[], Any],
        decoder: Callable[[], Any],
        *,
        seed: int,
        steps: int,
        guidance: float,
        prior_steps: int,
        prior_guidance: float,
    ) -> None:
        """Keep the ways to the two pipelines, which take turns where memory is short.

        Args:
            prior: gives what goes from texts to embeddings of pictures.
            decoder: gives what goes from those to pictures.
            seed: of the noise that texts begin with.
            steps: of the decoder.
            guidance: its scale.
            prior_steps: of the prior.
            prior_guidance: its scale.
        """
        self._prior, self._decoder = prior, decoder
        self._seed, self._steps, self._guidance = seed, steps, guidance
        self._prior_steps, self._prior_guidance = prior_steps, prior_guidance
        self._texts: dict[str, Tensor] = {}
        self._pictures: dict[str, Tensor] = {}
        self._tokens = count_tokens(prior().tokenizer)

    def looks_at(self, size: tuple[int, int]) -> tuple[int, int] | None:
        """Pictures of any size: its encoder brings them to its own."""
        return None

    def read(self, wishes: Sequence[Wish]) -> None:
        """Take all texts, negatives and pictures through the prior."""
        for wish in wishes:
            for picture, _ in wish.pictures:
                self.embed_picture(picture)
        texts = [self._short(text) for wish in wishes for text, _ in wish.texts]
        self.embed_texts([*texts, *(self._short(wish.negative) for wish in wishes)])

    def unheeded(self, wishes: Sequence[Wish]) -> list[str]:
        """Nothing: texts, pictures and negatives all have a meaning."""
        return []

    def paint(self, wish: Wish, *, seed: int, size: tuple[int, int]) -> Picture:
        """A picture uint8 [h, w, 3] of the weighted mean of what texts and pictures mean.

        Published weights sum to 1, so there the mean is the published sum; without artwork the sum
        would be far too short for the decoder.
        """
        self.read([wish])
        negative = self._texts[self._short(wish.negative)]
        rows = [weight * self._texts[self._short(text)] for text, weight in wish.texts]
        rows += [weight * self.embed_picture(picture) for picture, weight in wish.pictures]
        whole = sum(weight for _, weight in (*wish.texts, *wish.pictures))
        meant = torch.cat(rows).sum(0, keepdim=True) / whole if rows else torch.zeros_like(negative)
        return self.paint_meaning(meant, negative, seed=seed, size=size)

    @torch.no_grad()
    def embed_texts(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """The picture embedding [1, dim] of each text; each has noise of its own from the seed."""
        new = [text for text in dict.fromkeys(texts) if text not in self._texts]
        for first in range(0, len(new), _AT_ONCE):
            batch = new[first : first + _AT_ONCE]
            made = self._prior()(
                batch,
                num_inference_steps=self._prior_steps,
                guidance_scale=self._prior_guidance,
                generator=[_dice(self._seed, text) for text in batch],
            ).image_embeds
            for text, row in zip(batch, made, strict=True):
                self._texts[text] = row[None]
        return {text: self._texts[text] for text in texts}

    @torch.no_grad()
    def embed_picture(self, picture: Picture) -> Tensor:
        """The embedding [1, dim] of a picture uint8 [h, w, 3], made once."""
        key = hashlib.sha256(picture.tobytes()).hexdigest()
        if key not in self._pictures:
            from PIL import Image

            prior = self._prior()
            seen = prior.image_processor(Image.fromarray(picture), return_tensors="pt")
            encoder, device = prior.image_encoder, prior._execution_device
            shown = seen.pixel_values.to(device, encoder.dtype)
            self._pictures[key] = encoder(shown).image_embeds
        return self._pictures[key]

    @torch.no_grad()
    def paint_meaning(
        self, embedding: Tensor, negative: Tensor, *, seed: int, size: tuple[int, int]
    ) -> Picture:
        """A picture uint8 [h, w, 3] of an embedding [1, dim]; sides are rounded up to 64."""
        made = self._decoder()(
            image_embeds=embedding,
            negative_image_embeds=negative,
            width=size[0],
            height=size[1],
            num_inference_steps=self._steps,
            guidance_scale=self._guidance,
            generator=torch.Generator().manual_seed(seed),
        )
        return np.asarray(made.images[0].convert("RGB"), np.uint8)

    def _short(self, text: str) -> str:
        """The text as far as the prior reads it."""
        return shorten([text], *self._tokens)[0]


def _dice(seed: int, text: str) -> torch.Generator:
    """Noise that depends on the seed and the text alone, so that batches do not matter."""
    digest = hashlib.sha256(f"{seed}\0{text}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") & (2**63 - 1))
