"""Encoder and decoder of the published VQGANs, with the tensor names of their checkpoints.

Esser, Rombach and Ommer 2021, "Taming Transformers for High-Resolution Image Synthesis"
(arXiv 2012.09841); the layers are those of Ho et al. 2020 (arXiv 2006.11239) without time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from musivid.nets.vqgan.norm_swish import Norm, norm_swish

__all__ = ["Decoder", "Encoder", "LayerShape"]

# Which of the 3 weights of a row fall together on one cell, for each of the 4 transposed ones.
_FOLD = ((0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 1.0, 0.0), (1.0, 0.0, 0.0))


@dataclass(frozen=True, slots=True)
class LayerShape:
    """Sizes of an encoder or decoder, from fine to coarse.

    `widths`: channels of each level; `blocks`: residual blocks of a level; `attention`: the
    levels that have it; `outer`: channels of the encoder's first convolution; `inner`: channels
    of the latent before (decoder) or after (encoder) its 1x1 convolution.
    """

    widths: tuple[int, ...]
    blocks: int
    attention: frozenset[int]
    outer: int
    inner: int


class Residual(nn.Module):
    """Two 3x3 convolutions, each after normalisation and swish, around a skip."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.norm1 = Norm(channels)
        self.conv1 = nn.Conv2d(channels, out, 3, padding=1)
        self.norm2 = Norm(out)
        self.conv2 = nn.Conv2d(out, out, 3, padding=1)
        if channels != out:
            self.nin_shortcut = nn.Conv2d(channels, out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to [n, out, h, w]."""
        h = self.conv1(norm_swish(self.norm1, x))
        h = self.conv2(norm_swish(self.norm2, h))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class Attention(nn.Module):
    """Attention of one head among all cells."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = Norm(channels)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in "qkvo")

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to the same shape."""
        h = self.norm(x)
        q, k, v = (conv(h).flatten(2).mT[:, None] for conv in (self.q, self.k, self.v))
        mixed = F.scaled_dot_product_attention(q, k, v)[:, 0].mT.unflatten(2, x.shape[2:])
        return x + self.proj_out(mixed)


class Down(nn.Module):
    """Halves the sides by a convolution that leans to the upper left, as published."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to [n, channels, h / 2, w / 2]."""
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Up(nn.Module):
    """Doubles the sides: each cell is repeated, then convolved.

    A 3x3 convolution of repeated cells sees each of them once or twice, so it equals a transposed
    4x4 convolution of the cells themselves, with 4 / 9 of the products. `fold` prepares that.
    """

    kernel: Tensor | None

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.register_buffer("kernel", None, persistent=False)

    def fold(self) -> None:
        """Prepare the transposed kernel [in, out, 4, 4]; the weights must not change afterwards."""
        weight = self.conv.weight.detach()
        rows = torch.tensor(_FOLD, dtype=weight.dtype, device=weight.device)
        kernel = torch.einsum("ai,bj,ocij->coab", rows, rows, weight)
        self.kernel = kernel.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to [n, channels, 2 h, 2 w]."""
        if self.kernel is None:
            return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
        return F.conv_transpose2d(x, self.kernel, self.conv.bias, stride=2, padding=1)


class Level(nn.Module):
    """The blocks of one resolution, each followed by attention where there is any."""

    def __init__(self, channels: int, out: int, blocks: int, attention: bool) -> None:
        super().__init__()
        starts = [channels, *[out] * (blocks - 1)]
        self.block = nn.ModuleList(Residual(start, out) for start in starts)
        self.attn = nn.ModuleList(Attention(out) for _ in starts if attention)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to [n, out, h, w], or to the level's next resolution."""
        for index, block in enumerate(self.block):
            x = block(x)
            if self.attn:
                x = self.attn[index](x)
        for change in ("downsample", "upsample"):
            x = getattr(self, change)(x) if hasattr(self, change) else x
        return x


class Middle(nn.Module):
    """Two blocks with attention between, at the lowest resolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block_1 = Residual(channels, channels)
        self.attn_1 = Attention(channels)
        self.block_2 = Residual(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to the same shape."""
        return self.block_2(self.attn_1(self.block_1(x)))


class Encoder(nn.Module):
    """Pictures [n, 3, h, w] in -1..1 to [n, inner, h / f, w / f]."""

    def __init__(self, shape: LayerShape) -> None:
        super().__init__()
        starts = (shape.outer, *shape.widths)
        self.conv_in = nn.Conv2d(3, shape.outer, 3, padding=1)
        self.down = nn.ModuleList(
            Level(starts[level], width, shape.blocks, level in shape.attention)
            for level, width in enumerate(shape.widths)
        )
        for level, width in zip(self.down[:-1], shape.widths[:-1], strict=True):
            level.downsample = Down(width)
        self.mid = Middle(shape.widths[-1])
        self.norm_out = Norm(shape.widths[-1])
        self.conv_out = nn.Conv2d(shape.widths[-1], shape.inner, 3, padding=1)
        self.saves_memory = False

    def forward(self, x: Tensor) -> Tensor:
        """Encode pictures."""
        x = _run([*self.down, self.mid], self.conv_in(x), self.saves_memory)
        return self.conv_out(norm_swish(self.norm_out, x))


class Decoder(nn.Module):
    """Latents [n, inner, h, w] to pictures [n, 3, f h, f w], nominally -1..1."""

    def __init__(self, shape: LayerShape) -> None:
        super().__init__()
        starts = (*shape.widths[1:], shape.widths[-1])
        self.conv_in = nn.Conv2d(shape.inner, shape.widths[-1], 3, padding=1)
        self.mid = Middle(shape.widths[-1])
        self.up = nn.ModuleList(
            Level(starts[level], width, shape.blocks + 1, level in shape.attention)
            for level, width in enumerate(shape.widths)
        )
        for level, width in zip(self.up[1:], shape.widths[1:], strict=True):
            level.upsample = Up(width)
        self.norm_out = Norm(shape.widths[0])
        self.conv_out = nn.Conv2d(shape.widths[0], 3, 3, padding=1)
        self.saves_memory = False

    def forward(self, x: Tensor) -> Tensor:
        """Decode latents."""
        x = _run([self.mid, *reversed(self.up)], self.conv_in(x), self.saves_memory)
        return self.conv_out(norm_swish(self.norm_out, x))


def _run(levels: Sequence[nn.Module], x: Tensor, saves_memory: bool) -> Tensor:
    """Run levels one after another; to save memory, activations are made again for gradients."""
    for level in levels:
        if saves_memory and torch.is_grad_enabled():
            x = checkpoint(level, x, use_reentrant=False, preserve_rng_state=False)
        else:
            x = level(x)
    return x
