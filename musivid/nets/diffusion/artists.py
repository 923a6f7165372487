"""Pictures from published pipelines: Kandinsky 2.2, and any text-to-image or image-to-image one."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["KandinskyArtist", "TextArtist", "count_tokens"]

Picture = NDArray[np.uint8]

_AT_ONCE = 16  # texts that go through the prior together
_LEAST_STRENGTH = 0.05  # of image-to-image; below it no step would be left
_NO_LIMIT = 512  # tokens, where a tokenizer states none


def count_tokens(tokenizer: Any) -> tuple[Callable[[str], int], int]:
    """What counts the tokens of a text, ends included; and how many are read.

    Without a tokenizer (None) words are counted.
    """
    if tokenizer is None:
        return lambda text: len(text.split()), _NO_LIMIT
    limit = int(tokenizer.model_max_length)

    def count(text: str) -> int:
        return len(tokenizer(text, truncation=False).input_ids)

    return count, limit if limit < 10_000 else _NO_LIMIT


class KandinskyArtist:
    """Kandinsky 2.2, which paints a weighted sum of what texts and pictures mean.

    Texts go through the prior to picture embeddings, pictures are embedded as they are; the sum is
    neither normalised nor turned (so Pina and Li mix them). Each text passes the prior once a run,
    the negative one too, whatever the number of pictures.
    """

    def __init__(self, prior: Any, decoder: Any) -> None:
        """Keep the two pipelines, loaded."""
        self._prior, self._decoder = prior, decoder
        self._texts: dict[tuple[str, int, int, float], Tensor] = {}
        self.tokens = count_tokens(prior.tokenizer)

    @torch.no_grad()
    def embed_texts(
        self, texts: Sequence[str], *, seed: int, steps: int, guidance: float
    ) -> dict[str, Tensor]:
        """The picture embedding [1, dim] of each text; each has noise of its own from the seed."""
        new = [t for t in dict.fromkeys(texts) if (t, seed, steps, guidance) not in self._texts]
        for first in range(0, len(new), _AT_ONCE):
            batch = new[first : first + _AT_ONCE]
            made = self._prior(
                batch,
                num_inference_steps=steps,
                guidance_scale=guidance,
                generator=[_dice(seed, text) for text in batch],
            ).image_embeds
            for text, row in zip(batch, made, strict=True):
                self._texts[text, seed, steps, guidance] = row[None]
        return {text: self._texts[text, seed, steps, guidance] for text in texts}

    @torch.no_grad()
    def embed_picture(self, picture: Picture) -> Tensor:
        """The embedding [1, dim] of a picture uint8 [h, w, 3]."""
        from PIL import Image

        encoder = self._prior.image_encoder
        seen = self._prior.image_processor(Image.fromarray(picture), return_tensors="pt")
        device = self._prior._execution_device
        embedded: Tensor = encoder(seen.pixel_values.to(device, encoder.dtype)).image_embeds
        return embedded

    @torch.no_grad()
    def paint(
        self,
        embedding: Tensor,
        negative: Tensor,
        *,
        seed: int,
        size: tuple[int, int],
        steps: int,
        guidance: float,
    ) -> Picture:
        """A picture uint8 [h, w, 3] of an embedding [1, dim]; sides are rounded up to 64."""
        made = self._decoder(
            image_embeds=embedding,
            negative_image_embeds=negative,
            width=size[0],
            height=size[1],
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator().manual_seed(seed),
        )
        return np.asarray(made.images[0].convert("RGB"), np.uint8)


class TextArtist:
    """Any pipeline that makes pictures of a text, or of a text and a picture to start from."""

    def __init__(self, pipeline: Any) -> None:
        """Keep the pipeline, loaded."""
        self._pipeline = pipeline
        self._from_picture: Any = None
        self.tokens = count_tokens(getattr(pipeline, "tokenizer", None))

    @torch.no_grad()
    def paint(
        self,
        text: str,
        negative: str,
        *,
        seed: int,
        size: tuple[int, int],
        steps: int,
        guidance: float,
        start: Picture | None = None,
        keep: float = 0.0,
    ) -> Picture:
        """A picture uint8 [h, w, 3] of a text.

        Args:
            text: what to paint.
            negative: what not, where the pipeline knows of it.
            seed: of its noise.
            size: (width, height).
            steps: of diffusion.
            guidance: scale.
            start: uint8 [h, w, 3] of that size to start from, or None.
            keep: 0..1, how much of `start` stays.
        """
        asked: dict[str, Any] = {
            "prompt": text,
            "negative_prompt": negative or None,
            "width": size[0],
            "height": size[1],
            "num_inference_steps": steps,
            "guidance_scale": guidance,
            "generator": torch.Generator().manual_seed(seed),
        }
        pipeline = self._pipeline
        if start is not None:
            from PIL import Image

            pipeline = self._starting()
            strength = max(1 - keep, _LEAST_STRENGTH)
            asked |= {"image": Image.fromarray(start), "strength": strength}
            # int(steps * strength) steps are left; none would be an error.
            asked["num_inference_steps"] = max(steps, int(np.ceil(1 / strength)))
        known = inspect.signature(pipeline.__call__).parameters
        made = pipeline(**{key: value for key, value in asked.items() if key in known})
        return np.asarray(made.images[0].convert("RGB"), np.uint8)

    def _starting(self) -> Any:
        """The same networks as a pipeline that starts from a picture."""
        if self._from_picture is None:
            from diffusers import AutoPipelineForImage2Image

            self._from_picture = AutoPipelineForImage2Image.from_pipe(self._pipeline)
            self._from_picture.set_progress_bar_config(disable=True)
        return self._from_picture


def _dice(seed: int, text: str) -> torch.Generator:
    """Noise that depends on the seed and the text alone, so that batches do not matter."""
    digest = hashlib.sha256(f"{seed}\0{text}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") & (2**63 - 1))
