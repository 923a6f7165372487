"""BART, as small as captioning needs it: an encoder of embeddings and a decoder of tokens.

Lewis et al. 2019 (arXiv 1910.13461): post-layer-norm transformer, learned positions that begin at
row 2, output tied to the embedding. Tensors: `model.{encoder,decoder}.{embed_positions,
layernorm_embedding,layers.N.*}`, `model.shared`, `final_logits_bias`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Bart", "BartMemory", "BartSizes"]

_OFFSET = 2  # the first rows of the position table are never used


@dataclass(frozen=True, slots=True)
class BartSizes:
    """How large a BART is; the defaults are bart-base."""

    vocabulary: int = 50265
    width: int = 768
    encoder_layers: int = 6
    decoder_layers: int = 6
    heads: int = 12
    inner: int = 3072
    positions: int = 1024


@dataclass(slots=True)
class BartMemory:
    """What the decoder remembers, so that no prefix is ever computed twice.

    Attributes:
        said: keys and values of tokens so far, for each layer two of [rows, heads, most, d].
        heard: keys and values of the encoder's output, for each layer two of
            [clips, heads, frames, d]; made once, and shared by all beams of a clip.
        length: tokens so far.
    """

    said: list[tuple[Tensor, Tensor]]
    heard: list[tuple[Tensor, Tensor]]
    length: int = 0

    def reorder(self, rows: Tensor) -> None:
        """Let each row go on from what row `rows[i]` said; only what is filled is moved."""
        for pair in self.said:
            for kept in pair:
                kept[:, :, : self.length] = kept[:, :, : self.length].index_select(0, rows)


class Attention(nn.Module):
    """Multi-head attention."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        """[n, length, width] as [n, heads, length, width / heads]."""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def keys(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of x [n, length, width], split."""
        return self.split(self.k_proj(x)), self.split(self.v_proj(x))

    def forward(self, x: Tensor, keys: Tensor, values: Tensor, causal: bool = False) -> Tensor:
        """What each place of x [n, length, width] takes from split keys and values."""
        query = self.split(self.q_proj(x))
        taken = F.scaled_dot_product_attention(query, keys, values, is_causal=causal)
        return self.out_proj(taken.transpose(1, 2).flatten(2))


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward net, each added and normalised."""

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__()
        self.self_attn = Attention(sizes.width, sizes.heads)
        self.self_attn_layer_norm = nn.LayerNorm(sizes.width)
        self.fc1 = nn.Linear(sizes.width, sizes.inner)
        self.fc2 = nn.Linear(sizes.inner, sizes.width)
        self.final_layer_norm = nn.LayerNorm(sizes.width)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, length, width] to the same."""
        x = self.self_attn_layer_norm(x + self.self_attn(x, *self.self_attn.keys(x)))
        return self.final_layer_norm(x + self.fc2(F.gelu(self.fc1(x))))


class DecoderLayer(EncoderLayer):
    """An encoder's layer that looks back only, and listens to the encoder in between."""

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__(sizes)
        self.encoder_attn = Attention(sizes.width, sizes.heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(sizes.width)

    def listen(self, x: Tensor, heard: tuple[Tensor, Tensor]) -> Tensor:
        """What comes after self-attention, for x [rows, length, width].

        Rows may be several beams for each of the clips in `heard`, clip by clip.
        """
        # Beams of a clip are further places of one query, so that its keys are held once.
        asked = x.view(heard[0].shape[0], -1, x.shape[-1])
        taken = self.encoder_attn(asked, *heard).view_as(x)
        x = self.encoder_attn_layer_norm(x + taken)
        return self.final_layer_norm(x + self.fc2(F.gelu(self.fc1(x))))

    def read(self, x: Tensor, heard: tuple[Tensor, Tensor]) -> Tensor:
        """All places of x [rows, length, width] at once."""
        own = self.self_attn(x, *self.self_attn.keys(x), causal=True)
        return self.listen(self.self_attn_layer_norm(x + own), heard)

    def step(
        self, x: Tensor, said: tuple[Tensor, Tensor], heard: tuple[Tensor, Tensor], length: int
    ) -> Tensor:
        """One new place, x [rows, 1, width], after `length` that `said` holds; it is added."""
        for kept, new in zip(said, self.self_attn.keys(x), strict=True):
            kept[:, :, length : length + 1] = new
        keys, values = (kept[:, :, : length + 1] for kept in said)
        own = self.self_attn(x, keys, values)
        return self.listen(self.self_attn_layer_norm(x + own), heard)


class Stack(nn.Module):
    """What encoder and decoder have alike: positions, a first norm, layers."""

    def __init__(self, sizes: BartSizes, layers: list[EncoderLayer]) -> None:
        super().__init__()
        self.embed_positions = nn.Embedding(sizes.positions + _OFFSET, sizes.width)
        self.layernorm_embedding = nn.LayerNorm(sizes.width)
        self.layers = nn.ModuleList(layers)

    def place(self, x: Tensor, first: int = 0) -> Tensor:
        """Add positions from `first` on to x [n, length, width], and normalise."""
        rows = torch.arange(first, first + x.shape[1], device=x.device) + _OFFSET
        return self.layernorm_embedding(x + self.embed_positions(rows))


class Model(nn.Module):
    """Holds the parts under their published names."""

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__()
        self.shared = nn.Embedding(sizes.vocabulary, sizes.width)
        self.encoder = Stack(sizes, [EncoderLayer(sizes) for _ in range(sizes.encoder_layers)])
        self.decoder = Stack(sizes, [DecoderLayer(sizes) for _ in range(sizes.decoder_layers)])


class Bart(nn.Module):
    """Embeddings in, logits of tokens out."""

    final_logits_bias: Tensor

    def __init__(self, sizes: BartSizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.model = Model(sizes)
        self.register_buffer("final_logits_bias", torch.zeros(1, sizes.vocabulary))

    def encode(self, x: Tensor) -> Tensor:
        """Map embeddings [n, frames, width] to what the decoder listens to, the same shape."""
        x = self.model.encoder.place(x)
        for layer in self.model.encoder.layers:
            x = layer(x)
        return x

    def decode(self, tokens: Tensor, heard: Tensor) -> Tensor:
        """Logits [n, length, vocabulary] after each of tokens int64 [n, length], all at once."""
        x = self.model.decoder.place(self.model.shared(tokens))
        for layer in self.model.decoder.layers:
            x = layer.read(x, layer.encoder_attn.keys(heard))
        return self._logits(x)

    def begin(self, heard: Tensor, beams: int, most: int) -> BartMemory:
        """An empty memory for `beams` rows for each clip of heard [clips, frames, width].

        Args:
            heard: from `encode`.
            beams: rows for each clip.
            most: tokens that it has room for.
        """
        layers = self.model.decoder.layers
        head = self.sizes.width // self.sizes.heads
        shape = (heard.shape[0] * beams, self.sizes.heads, most, head)
        keys = [layer.encoder_attn.keys(heard) for layer in layers]
        kind = keys[0][0]
        return BartMemory(
            said=[(kind.new_zeros(shape), kind.new_zeros(shape)) for _ in layers], heard=keys
        )

    def step(self, tokens: Tensor, memory: BartMemory) -> Tensor:
        """Logits [rows, vocabulary] after one more token int64 [rows] each; `memory` grows."""
        decoder = self.model.decoder
        x = decoder.place(self.model.shared(tokens[:, None]), memory.length)
        for layer, said, heard in zip(decoder.layers, memory.said, memory.heard, strict=True):
            x = layer.step(x, said, heard, memory.length)
        memory.length += 1
        return self._logits(x[:, 0])

    def _logits(self, x: Tensor) -> Tensor:
        return (F.linear(x, self.model.shared.weight) + self.final_logits_bias).float()
