"""Encoder layers of the compound-word transformers: causal linear attention, whole or by steps.

Katharopoulos et al., "Transformers are RNNs" (2020): with phi(u) = elu(u) + 1 attention is a
running sum, so a whole sequence (training) and one token at a time (decoding) are one network.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

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
        # Both are made again in the backward pass: keeping them would take a third of the memory.
        seen = checkpoint(_seen, q, k, v, use_reentrant=False, preserve_rng_state=False)
        seen = seen.transpose(1, 2).flatten(2).to(x.dtype)
        x = self.norm1(x + self.dropout(self.out(seen)))
        active = checkpoint(self._active, self.widen(x), use_reentrant=False)
        return self.norm2(x + self.dropout(self.narrow(active)))

    def _active(self, x: Tensor) -> Tensor:
        return self.dropout(F.gelu(x))

    def step(self, x: Tensor, sums: Tensor, weights: Tensor) -> Tensor:
        """The layer's output for the next token [b, size] of each sequence; no dropout.

        Args:
            x: the token.
            sums: float32 [b * heads, d, d], sum of phi(k) v over the past; updated in place.
            weights: float32 [b * heads, 1, d], sum of phi(k); updated in place.
        """
        rows, _, depth = sums.shape
        qkv = _few(self.qkv, x).float().unflatten(1, (3, self.heads, depth))
        q, k = F.elu(qkv[:, :2]).add_(1).unbind(1)
        q, k, v = (part.reshape(rows, 1, depth) for part in (q, k, qkv[:, 2]))
        sums.baddbmm_(k.mT, v)
        weights.add_(k)
        share = torch.linalg.vecdot(q, weights).add_(_EPS)
        seen = torch.bmm(q, sums).div_(share[..., None]).view(x.shape).to(x.dtype)
        x = self.norm1(_few(self.out, seen).add_(x))
        return self.norm2(_few(self.narrow, F.gelu(_few(self.widen, x))).add_(x))


def _seen(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention of raw projections [b, heads, n, d], in float32 whatever they are in."""
    with torch.autocast(q.device.type, enabled=False):
        return causal_linear_attention(F.elu(q.float()) + 1, F.elu(k.float()) + 1, v.float())


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


def _few(linear: nn.Linear, x: Tensor) -> Tensor:
    """A linear layer of a few rows [b, in].

    Reading the weights is all the work, and how fast CPU libraries do it depends on the call: these
    were the fastest, by a quarter (several rows, float32) and a sixth (one row, bfloat16).
    """
    if x.device.type != "cpu":
        return linear(x)
    if x.dtype == torch.float32 and len(x) > 1:
        return torch.addmm(linear.bias[:, None], linear.weight, x.T).T
    if x.dtype == torch.bfloat16 and len(x) == 1:
        return torch.mv(linear.weight, x[0]).add_(linear.bias)[None]
    return linear(x)


def _before(sums: Tensor) -> Tensor:
    """Running sums over chunks [b, heads, chunks, i, j] up to, not with, each chunk."""
    return F.pad(sums[:, :, :-1], (0, 0, 0, 0, 1, 0))
