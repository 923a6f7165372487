"""SigLIP and SigLIP 2: pictures and words in one space, learnt with a sigmoid loss; they are deaf.

Zhai et al. 2023 (arXiv 2303.15343), Tschannen et al. 2025 (arXiv 2502.14786). Folders are those of
transformers: `SiglipModel` sees squares of one size (also the published SigLIP 2 of fixed size),
`Siglip2Model` (NaFlex) rows of patches of pictures of any shape, of which the squares here are one.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from musivid.core.errors import WeightsError
from musivid.nets.pieces import PieceReader
from musivid.nets.speech.loading import load_part
from musivid.nets.texts import embed_texts

__all__ = ["SiglipPerceptor", "load_siglip"]

_TEXTS_AT_ONCE = 64  # in a batch
_RATE_HZ = 16_000  # of sound, which it does not hear


class SiglipPerceptor(PieceReader):
    """A SigLIP behind the Perceptor protocol."""

    rate_hz = _RATE_HZ
    hears = False
    mean: Tensor
    std: Tensor

    def __init__(self, network: Any, tokenizer: Any, mean: list[float], std: list[float]) -> None:
        """Look and read with a network of transformers.

        Args:
            network: a SiglipModel or Siglip2Model.
            tokenizer: its own.
            mean: of each colour in the pictures it was taught by, 0..1.
            std: their spread.
        """
        super().__init__()
        self.network, self._tokenizer = network, tokenizer
        seen, read = network.config.vision_config, network.config.text_config
        self._patch_px = int(seen.patch_size)
        self._in_rows = hasattr(seen, "num_patches")  # Siglip2Model
        across = math.isqrt(seen.num_patches) * self._patch_px if self._in_rows else seen.image_size
        self.image_px, self.dim = int(across), int(read.projection_size)
        self._context = int(read.max_position_embeddings)
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings of pictures [n, 3, image_px, image_px] in 0..1; differentiable."""
        pixels = (images - self.mean) / self.std
        more: dict[str, Tensor] = {}
        if self._in_rows:
            side, count = self.image_px // self._patch_px, len(images)
            pixels = self._rows(pixels)
            more = {
                "pixel_attention_mask": pixels.new_ones(pixels.shape[:2], dtype=torch.int32),
                "spatial_shapes": torch.full((count, 2), side, device=images.device),
            }
        seen = self.network.vision_model(pixels, **more).pooler_output
        return F.normalize(seen.float(), dim=-1)

    def _rows(self, pixels: Tensor) -> Tensor:
        """Patches [n, patches, patch * patch * 3] of pictures, row by row, colours last."""
        size = self._patch_px
        split = pixels.unfold(2, size, size).unfold(3, size, size)  # [n, 3, down, across, y, x]
        return split.permute(0, 2, 3, 4, 5, 1).flatten(3).flatten(1, 2)

    @torch.no_grad()
    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts; what goes beyond its context is not read, see `too_long`.

        Texts were small letters filled up to the context in training, and no mask hid the filling.
        """
        if not texts:
            return self.mean.new_zeros(0, self.dim)

        def read(made: Any) -> Tensor:
            ids = made["input_ids"].to(self.mean.device)
            return cast(Tensor, self.network.text_model(input_ids=ids).pooler_output)

        return embed_texts(
            [text.lower() for text in texts],
            self._tokenizer,
            read,
            most=self._context,
            at_once=_TEXTS_AT_ONCE,
            padding="max_length",
        )

    def too_long(self, texts: list[str]) -> list[str]:
        """Those texts that have more tokens than it reads."""
        counted = [len(self._tokenizer(text.lower())["input_ids"]) for text in texts]
        return [text for text, n in zip(texts, counted, strict=True) if n > self._context]

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Nothing: it is deaf.

        Raises:
            WeightsError: always.
        """
        raise WeightsError(
            "SigLIP cannot hear",
            hint="Take clip-vit-b-32 with wav2clip, or a PE-AV.",
        )


def load_siglip(folder: Path) -> SiglipPerceptor:
    """The perceptor in a folder of transformers.

    Raises:
        WeightsError: it cannot be loaded.
    """
    network = load_part(folder, "AutoModel", dtype=torch.float32)
    eyes = load_part(folder, "AutoImageProcessor")
    tokenizer = load_part(folder, "AutoTokenizer")
    return SiglipPerceptor(network, tokenizer, list(eyes.image_mean), list(eyes.image_std))
