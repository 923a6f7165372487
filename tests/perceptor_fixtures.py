"""A perceptor without a network."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

__all__ = ["DIM", "FakePerceptor"]

DIM = 24


class FakePerceptor:
    """Texts and sounds in cones of their own, as in a space trained by contrast."""

    image_px, rate_hz, dim, language, hears = 16, 1000, DIM, "", True

    def embed_text(self, texts: list[str]) -> Tensor:
        """Random by the text, in a cone."""
        return self._rows([zlib.crc32(text.encode()) for text in texts], axis=0)

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Random by the clip's mean, in another cone."""
        means = (clips.mean(1) * 10).round().long()
        return self._rows([100 + int(mean) for mean in means], axis=1)

    def embed_image(self, images: Tensor) -> Tensor:
        """Random by the picture's mean, in a third cone."""
        means = (images.mean((1, 2, 3)) * 50).round().long()
        return self._rows([1000 + int(mean) for mean in means], axis=2)

    def understood(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Nothing is told."""
        return [([], []) for _ in texts]

    def in_song(self, lines: Sequence[str]) -> FakePerceptor:
        """Itself: languages are not told apart."""
        return self

    def landmarks(self) -> dict[str, Tensor]:
        """None are known."""
        return {}

    def _rows(self, seeds: Sequence[int], axis: int) -> Tensor:
        rows = np.stack([np.random.default_rng(seed).standard_normal(DIM) for seed in seeds])
        rows[:, axis] += 12
        return torch.from_numpy(rows / np.linalg.norm(rows, axis=1, keepdims=True)).float()
