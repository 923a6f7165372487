"""Faster parts for CLIP's vision transformer, with the same weights, names and results.

`hasten` puts them into a model of open_clip. There the attention's first linear layer gets a
transposed input, for which torch multiplies picture by picture with a copy of the weights for
each: in bfloat16 on a CPU that is six sevenths of the time of a picture and its gradient.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Patches", "SelfAttention", "hasten"]

# Below this many tokens whole tables of attention are faster on a CPU than tiles of them.
_FEW_TOKENS = 256


class SelfAttention(nn.Module):
    """Self-attention [n, tokens, width] with the weights of a `nn.MultiheadAttention`."""

    def __init__(self, attention: nn.MultiheadAttention) -> None:
        super().__init__()
        self.heads = attention.num_heads
        self.in_proj_weight, self.in_proj_bias = attention.in_proj_weight, attention.in_proj_bias
        self.out_proj = attention.out_proj

    def forward(self, x: Tensor, *_: Tensor, **__: object) -> tuple[Tensor, None]:
        """Map x to the same shape; keys and values, equal to x, are not needed, nor is a mask."""
        n, tokens, width = x.shape
        parts = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = parts.view(n, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind()
        if x.is_cuda or tokens > _FEW_TOKENS:
            mixed = F.scaled_dot_product_attention(q, k, v)
        else:
            table = ((q * q.shape[-1] ** -0.5) @ k.mT).softmax(-1)
            mixed = table.to(v.dtype) @ v
        return self.out_proj(mixed.transpose(1, 2).reshape(n, tokens, width)), None


class Patches(nn.Module):
    """A convolution whose stride is its size, in place of `nn.Conv2d`, as one product."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.weight, self.side = conv.weight, conv.kernel_size[0]

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, 3, h, w] to [n, width, h / side, w / side]."""
        grid = x.unflatten(3, (-1, self.side)).unflatten(2, (-1, self.side))
        cells = grid.permute(0, 2, 4, 1, 3, 5).flatten(3)
        return F.linear(cells, self.weight.flatten(1)).movedim(3, 1)


def hasten(visual: nn.Module) -> None:
    """Put the faster parts into open_clip's vision transformer; leave ResNets alone."""
    transformer = getattr(visual, "transformer", None)
    if transformer is None:
        return
    for block in transformer.resblocks:
        block.attn = SelfAttention(block.attn)
    conv = visual.conv1
    if conv.bias is None and conv.kernel_size == conv.stride:
        visual.conv1 = Patches(conv)
