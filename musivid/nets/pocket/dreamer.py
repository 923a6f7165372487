"""The pocket dreamer: a small flow-matching transformer from embeddings to first latents."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.pocket.memory import SceneMemory

__all__ = ["PocketDreamer"]

CELL = 4  # latent cells a side of one token


class Conv(nn.Module):
    """Two 3x3 convolutions whose strength the condition sets."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.one, self.two = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.norm, self.tune = nn.BatchNorm2d(channels), nn.Linear(width, channels * 2)
        nn.init.normal_(self.two.weight, std=0.01)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Map [n, channels, h, w] under conditions [n, width]."""
        gain, shift = self.tune(condition)[:, :, None, None].chunk(2, 1)
        return x + self.two(F.silu(self.one(F.silu(self.norm(x))) * (1 + gain) + shift))


class Layer(nn.Module):
    """Attention and a feed-forward net, both scaled and shifted by the condition."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, width * 3), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, width * 4), nn.Linear(width * 4, width)
        self.shift = nn.Parameter(torch.zeros(6, width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Map tokens [n, t, width] under conditions [n, 6, width]."""
        a, b, c, d, e, f = (condition + self.shift).unsqueeze(2).unbind(1)
        n, t, width = x.shape
        h = F.layer_norm(x, (width,)) * (1 + a) + b
        q, k, v = self.qkv(h).view(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        h = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, width)
        x = x + c * self.out(h)
        h = F.layer_norm(x, (width,)) * (1 + d) + e
        return x + f * self.down(F.gelu(self.up(h), approximate="tanh"))


class PocketDreamer(nn.Module):
    """Generator of latents [n, channels, h, w] for embeddings [n, dim].

    A rectified flow (Liu et al. 2022, arXiv 2209.03003; Lipman et al. 2022, arXiv 2210.02747):
    the net predicts the velocity from noise (t = 0) to latent (t = 1). Convolutions at half the
    latent's scale draw edges, a transformer at a quarter of it (conditioned as in Peebles and Xie
    2022, arXiv 2212.09748, one table for all layers) sets what stands where. Positions are shares
    of the picture, so any shape works that is not far from what was trained.

    A net this small draws light and texture well, but not every castle stands. So it remembers
    some scenes, as codes of the painter's codebook, and dreams on from the one that is nearest to
    what is asked for (as in Meng et al. 2021, arXiv 2108.01073): noise is laid over it up to
    `start`, and the flow clears it again towards the meaning. Without memories it begins at noise.
    """

    steps, guidance = 16, 2.0
    start = 0.7
    """How much of a remembered scene stands when the dream begins (0: nothing, 1: all)."""

    def __init__(
        self,
        *,
        channels: int = 16,
        dim: int = 192,
        width: int = 256,
        depth: int = 4,
        heads: int = 4,
        fine: int = 128,
        memories: int = 0,
        codes: int = 2048,
    ) -> None:
        super().__init__()
        self.channels, self.dim, self.width = channels, dim, width
        self.inlet = nn.Conv2d(channels * 4, fine, 3, padding=1)
        self.first = nn.ModuleList([Conv(fine, width) for _ in range(2)])
        self.gather = nn.Linear(fine * 4, width)
        self.layers = nn.ModuleList([Layer(width, heads) for _ in range(depth)])
        self.spread = nn.Linear(width, fine * 4)
        self.last = nn.ModuleList([Conv(fine, width) for _ in range(2)])
        self.outlet = nn.Conv2d(fine, channels * 4, 3, padding=1)
        self.clock = nn.Sequential(nn.Linear(64, width), nn.SiLU(), nn.Linear(width, width))
        self.meaning = nn.Sequential(nn.Linear(dim, width), nn.SiLU(), nn.Linear(width, width))
        self.table = nn.Sequential(nn.SiLU(), nn.Linear(width, width * 6))
        self.nothing = nn.Parameter(torch.zeros(dim))
        nn.init.zeros_(self.outlet.weight)
        nn.init.zeros_(self.outlet.bias)
        self.memory = SceneMemory(memories, codes, channels, dim) if memories else None

    def velocity(self, x: Tensor, t: Tensor, embeddings: Tensor) -> Tensor:
        """Predicted velocity, shaped like x [n, c, h, w], at times t [n] in 0..1; h, w by 4."""
        rows, columns = x.shape[2] // CELL, x.shape[3] // CELL
        condition = self.clock(_waves(t * 1000, 64)) + self.meaning(embeddings * self.dim**0.5)
        table = self.table(condition).view(len(x), 6, self.width)
        condition = F.silu(condition)
        x = self.inlet(F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last))
        for block in self.first:
            x = block(x, condition)
        tokens = self.gather(F.pixel_unshuffle(x, 2).flatten(2).transpose(1, 2))
        tokens = tokens + _places(rows, columns, self.width, x.device)
        for layer in self.layers:
            tokens = layer(tokens, table)
        wide = self.spread(F.layer_norm(tokens, (self.width,))).transpose(1, 2)
        x = x + F.pixel_shuffle(wide.unflatten(2, (rows, columns)), 2)
        for block in self.last:
            x = block(x, condition)
        return F.pixel_shuffle(self.outlet(F.silu(x)), 2)

    @torch.inference_mode()
    def dream(self, embeddings: Tensor, seeds: list[int], height: int, width: int) -> Tensor:
        """Latents [n, channels, height, width] for embeddings [n, dim]; one seed a picture."""
        even = (height + -height % CELL, width + -width % CELL)
        noise = [
            torch.randn(1, self.channels, *even, generator=torch.Generator().manual_seed(seed))
            for seed in seeds
        ]
        x = torch.cat(noise).to(embeddings.device)
        start = 0.0
        if self.memory is not None:
            start = self.start
            x = torch.lerp(x, self.memory.recall(embeddings, seeds, *even), start)
        both = torch.cat([embeddings, self.nothing.expand_as(embeddings)]).to(embeddings.dtype)
        times = torch.linspace(start, 1, max(2, round(self.steps * (1 - start))) + 1)
        for now, then in pairwise(times):
            t = now.expand(2 * len(x)).to(x.device)
            wanted, free = self.velocity(torch.cat([x, x]), t, both).float().chunk(2)
            x = x + (then - now).to(x.device) * (free + self.guidance * (wanted - free))
        x = F.normalize(x, dim=1) * self.channels**0.5
        return x[:, :, :height, :width].clone()


def _waves(x: Tensor, size: int) -> Tensor:
    """Sines and cosines [n, size] of numbers [n] at falling frequencies."""
    rates = torch.exp(-math.log(10000) * torch.arange(size // 2, device=x.device) / (size // 2))
    angles = x[:, None].float() * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


def _places(rows: int, columns: int, width: int, device: torch.device) -> Tensor:
    """Position codes [rows * columns, width] from the place in the picture, 0..16 each way."""
    y = (torch.arange(rows, device=device) + 0.5) * 16 / rows
    x = (torch.arange(columns, device=device) + 0.5) * 16 / columns
    size = width // 2
    rates = torch.exp(-math.log(64) * torch.arange(size // 2, device=device) / (size // 2)) * 2
    code = lambda v: torch.cat([(v[:, None] * rates).sin(), (v[:, None] * rates).cos()], 1)  # noqa: E731
    grid = torch.cat(
        [code(y)[:, None].expand(-1, columns, -1), code(x)[None].expand(rows, -1, -1)], 2
    )
    return grid.flatten(0, 1)
