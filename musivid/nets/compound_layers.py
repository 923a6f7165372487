"""Encoder layers of the compound-word transformers: causal linear attention, whole or by steps.

Katharopoulos et al., "Transformers are RNNs" (2020): with phi(u) = elu(u) + 1 attention is a
running sum, so a whole sequence (training) and one word at a time (decoding) are one network.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["CompoundLayer", "causal_linear_attention"]

_EPS = 1e-6  # of the published denominators
CHUNK = 64
"""Positions that look at each other directly; what came before them is a sum."""


class CompoundLayer(nn.Module):
    """One post-norm encoder layer of `size` channels."""

    def __init__(self, size: int, heads: int, ff: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(size, 3 * size)
        self.out = nn.Linear(size, size)
        self.widen = nn.Linear(size, ff)
        self.narrow = nn.Linear(ff, size)
        self.norm1 = nn.LayerNorm(size)
        self.norm2 = nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output for whole sequences [b, n, size]."""
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        with torch.autocast(x.device.type, enabled=False):
            seen = causal_linear_attention(F.elu(q.float()) + 1, F.elu(k.float()) + 1, v.float())
        seen = seen.transpose(1, 2).flatten(2).to(x.dtype)
        x = self.norm1(x + self.dropout(self.out(seen)))
        return self.norm2(x + self.dropout(self.narrow(self.dropout(F.gelu(self.widen(x))))))

    def step(self, x: Tensor, sums: Tensor, weights: Tensor) -> Tensor:
        """The layer's output for the next word [b, size] of each sequence; no dropout.

        Args:
            x: the word.
            sums: float32 [b * heads, d, d], sum of phi(k) v over the past; updated in place.
            weights: float32 [b * heads, 1, d], sum of phi(k); updated in place.
        """
        rows, _, depth = sums.shape
        q, k, v = self.qkv(x).float().view(-1, 3, self.heads, depth).unbind(1)
        q, k = F.elu(q).add_(1).reshape(rows, 1, depth), F.elu(k).add_(1).reshape(rows, 1, depth)
        sums.baddbmm_(k.mT, v.reshape(rows, 1, depth))
        weights.add_(k)
        share = torch.linalg.vecdot(q, weights).add_(_EPS)
        seen = torch.bmm(q, sums).div_(share[..., None]).view(x.shape).to(x.dtype)
        x = self.norm1(self.out(seen).add_(x))
        return self.norm2(self.narrow(F.gelu(self.widen(x))).add_(x))


def causal_linear_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """What each position sees of itself and the past, weighted by q . k.

    Args:
        q: float32 [b, heads, n, d], above 0.
        k: the same.
        v: float32 [b, heads, n, d].

    Returns:
        float32 [b, heads, n, d]. Time and memory grow with n, not with its square.
    """
    length = q.shape[2]
    spare = -length % CHUNK
    q, k, v = (F.pad(x, (0, 0, 0, spare)).unflatten(2, (-1, CHUNK)) for x in (q, k, v))
    past_sums = _before((k.mT @ v).cumsum(2))
    past_weights = _before(k.sum(3, keepdim=True).cumsum(2))
    near = (q @ k.mT).tril()
    share = near.sum(-1, keepdim=True) + (q * past_weights).sum(-1, keepdim=True) + _EPS
    return ((near @ v + q @ past_sums) / share).flatten(2, 3)[:, :, :length]


def _before(sums: Tensor) -> Tensor:
    """Running sums over chunks [b, heads, chunks, i, j] up to, not with, each chunk."""
    return F.pad(sums[:, :, :-1], (0, 0, 0, 0, 1, 0))
