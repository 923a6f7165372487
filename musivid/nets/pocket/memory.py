"""What the dreamer remembers: scenes as codes of the painter's codebook, with their meanings."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["SceneMemory"]

SIDE = 32  # latent cells a side of a remembered scene


class SceneMemory(nn.Module):
    """Remembered scenes, found by meaning.

    Buffers: codes of twelve bits as `low` uint8 [scenes, 1024] and `high` uint8 [scenes, 512], two
    cells a byte; `meanings` [scenes, dim] of unit length; `codebook` [codes, channels], the
    painter's first one.

    Args:
        scenes: how many are remembered.
        codes: entries of the codebook.
        channels: size of a latent cell.
        dim: size of an embedding.
    """

    near, pickiness = 6, 0.02
    """How many of the nearest scenes are drawn from, and how much nearness counts."""

    def __init__(self, scenes: int, codes: int, channels: int, dim: int) -> None:
        super().__init__()
        self.register_buffer("low", torch.zeros(scenes, SIDE * SIDE, dtype=torch.uint8))
        self.register_buffer("high", torch.zeros(scenes, SIDE * SIDE // 2, dtype=torch.uint8))
        self.register_buffer("meanings", torch.zeros(scenes, dim))
        self.register_buffer("codebook", torch.zeros(codes, channels))

    def remember(self, row: int, codes: Tensor) -> None:
        """Take in a scene's codes int64 [32, 32], each below 4096, in place of row `row`."""
        flat = codes.flatten()
        self.low[row] = (flat % 256).byte()
        pairs = (flat // 256).view(-1, 2)
        self.high[row] = (pairs[:, 0] * 16 + pairs[:, 1]).byte()

    def codes(self, row: int) -> Tensor:
        """The codes int64 [32, 32] of a remembered scene."""
        high = self.high[row].long()
        high = torch.stack([high // 16, high % 16], 1).flatten()
        return (high * 256 + self.low[row].long()).view(SIDE, SIDE)

    def recall(self, embeddings: Tensor, seeds: list[int], height: int, width: int) -> Tensor:
        """Latents [n, channels, height, width] of scenes near to embeddings [n, dim].

        A seed draws one of the nearest, so that a meaning asked for twice gives two pictures.
        Scenes are cut to the wanted shape, never squeezed; larger ones are enlarged first.
        """
        nearness = embeddings.float() @ self.meanings.T
        values, rows = nearness.topk(min(self.near, len(self.meanings)), dim=1)
        shares = (values / self.pickiness).softmax(1).cpu()
        latents = []
        for row, share, seed in zip(rows, shares, seeds, strict=True):
            lots = torch.Generator().manual_seed(seed)
            scene = row[torch.multinomial(share, 1, generator=lots).item()]
            cut = float(torch.rand(1, generator=lots))
            latents.append(self._cut(self.codes(int(scene)), height, width, cut))
        return torch.cat(latents)

    def _cut(self, codes: Tensor, height: int, width: int, share: float) -> Tensor:
        """The part [1, channels, height, width] of a scene that lies a `share` down or right."""
        latent = F.embedding(codes, self.codebook).movedim(-1, 0)[None]
        side = max(height, width)
        if side != SIDE:
            latent = F.interpolate(latent, (side, side), mode="bilinear", antialias=side < SIDE)
        y, x = round((side - height) * share), round((side - width) * share)
        return latent[:, :, y : y + height, x : x + width]
