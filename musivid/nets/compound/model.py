"""The compound-word transformer of CMT and BMT: one network, whole sequences or token by token."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from musivid.nets.compound.layers import CompoundLayer
from musivid.nets.compound.schema import CompoundSchema

__all__ = ["CompoundTransformer", "State"]

_PERIOD = 10000.0  # longest wave of the position code, in turns of 2 pi


@dataclass(slots=True)
class State:
    """All that the network remembers of the tokens so far; its size doesn't grow.

    Attributes:
        sums: float32 [layers, batch * heads, d, d].
        weights: float32 [layers, batch * heads, 1, d].
        place: where the next token stands, when tokens have no position field.
        count: whether `place` moves on; the published BMT was sampled with place 0 throughout.
        said: [batch, size], what initial tokens add to every token; None for nothing.
    """

    sums: Tensor
    weights: Tensor
    place: int = 0
    count: bool = True
    said: Tensor | None = None

    def pick(self, rows: Tensor, heads: int) -> State:
        """A copy that holds sequences `rows` [m] of the batch alone; a row may come twice."""
        lines = (rows[:, None] * heads + torch.arange(heads, device=rows.device)).flatten()
        said = None if self.said is None else self.said[rows]
        return State(self.sums[:, lines], self.weights[:, lines], self.place, self.count, said)


class CompoundTransformer(nn.Module):
    """Predicts the next compound token: first its type, then the other fields given the type.

    `forward` is for training, `start` and `step` for decoding; both use the same parameters and
    give the same numbers. Parameters start like those of a fresh torch module, embeddings with
    unit variance once they are scaled.
    """

    scales: Tensor

    def __init__(self, schema: CompoundSchema) -> None:
        super().__init__()
        self.schema = schema
        size = schema.model_size
        self.embeddings = nn.ModuleList(_table(f.classes, f.width) for f in schema.token_fields)
        self.inlet = nn.Linear(sum(f.width for f in schema.token_fields), size)
        if schema.time is not None:
            self.time_embedding = _table(schema.time.classes, schema.time.width)
            self.time_inlet = nn.Linear(schema.time.width, size)
        if schema.init_n_class:
            pairs = zip(schema.init_n_class, schema.init_widths, strict=True)
            self.init_embeddings = nn.ModuleList(_table(*pair) for pair in pairs)
            self.init_inlet = nn.Linear(sum(schema.init_widths), size)
        self.layers = nn.ModuleList(
            CompoundLayer(size, schema.heads, schema.ff, schema.dropout)
            for _ in range(schema.layers)
        )
        self.norm = nn.LayerNorm(size)
        self.type_head = nn.Linear(size, schema[schema.type_field].classes)
        self.meet = nn.Linear(size + schema[schema.type_field].width, size)
        self.heads = nn.Linear(size, sum(f.classes for f in schema.conditioned))
        self.dropout = nn.Dropout(schema.dropout)

    @property
    def kind(self) -> str:
        """Which kind of composer it is, by its tokens."""
        return self.schema.kind

    def forward(
        self, tokens: Tensor, init: Tensor | None = None, target_types: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Logits of the token after each token.

        Args:
            tokens: int64 [b, n, fields].
            init: int64 [b, k, init fields], the tokens before the first one; None for the default.
            target_types: int64 [b, n], the type of each next token; None for the likeliest one.

        Returns:
            `{field: [b, n, classes]}`, the type among them.
        """
        hidden = self.encode(tokens, init)
        types = self.type_logits(hidden)
        chosen = types.argmax(-1) if target_types is None else target_types
        return {self.schema.type_field: types, **self.field_logits(hidden, chosen)}

    def encode(self, tokens: Tensor, init: Tensor | None = None) -> Tensor:
        """Hidden states [b, n, model_size] from which the logits are read; as for `forward`."""
        places = None if self.schema.position is not None else self._places(tokens.shape[1])
        x = self._embed(tokens, places)
        before = self._embed_init(init, len(tokens))
        if before is not None and self.schema.init_spread:
            x = x + before.sum(1, keepdim=True)
        x = self.dropout(x)
        if before is not None:
            x = torch.cat([before.to(x.dtype), x], 1)
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)[:, x.shape[1] - tokens.shape[1] :]

    def start(self, init: Tensor | None = None, batch: int = 1, *, count: bool = True) -> State:
        """The state before the first token.

        Args:
            init: int64 [b or 1, k, init fields]; None for the default.
            batch: how many sequences are decoded side by side.
            count: False keeps every token at position 0, as the published BMT was sampled.
        """
        schema, device = self.schema, self.norm.weight.device
        rows, depth = batch * schema.heads, schema.model_size // schema.heads
        sums = torch.zeros(schema.layers, rows, depth, depth, device=device)
        state = State(sums, torch.zeros(schema.layers, rows, 1, depth, device=device), count=count)
        with torch.inference_mode():
            before = self._embed_init(init, batch)
            if before is not None and schema.init_spread:
                state.said = before.sum(1)
            for x in () if before is None else before.unbind(1):
                self._advance(x, state)
        return state

    @torch.inference_mode()
    def step(self, token: Tensor, state: State) -> tuple[Tensor, State]:
        """Hidden states [b, model_size] after one more token int64 [b, fields], in constant time.

        The state is updated in place and returned. Dropout is never applied.
        """
        places = None
        if self.schema.position is None:
            places = token.new_full((1,), state.place)
            state.place += state.count
        x = self._embed(token, places)
        if state.said is not None:
            x = x + state.said
        return self.norm(self._advance(x, state)), state

    def type_logits(self, hidden: Tensor) -> Tensor:
        """Logits [..., types] of the next token's type."""
        return self.type_head(hidden)

    def field_logits(self, hidden: Tensor, type: Tensor) -> dict[str, Tensor]:
        """Logits of the other fields of the next token, whose type int64 [...] is known."""
        field = self.schema[self.schema.type_field]
        table = self.embeddings[self.schema.token_fields.index(field)]
        known = table(type) * math.sqrt(field.width)
        logits = self.heads(self.meet(torch.cat([hidden, known.to(hidden.dtype)], -1)))
        fields = self.schema.conditioned
        parts = logits.split([field.classes for field in fields], -1)
        return {field.name: part for field, part in zip(fields, parts, strict=True)}

    def _advance(self, x: Tensor, state: State) -> Tensor:
        for layer, sums, weights in zip(self.layers, state.sums, state.weights, strict=True):
            x = layer.step(x, sums, weights)
        return x

    def _embed(self, tokens: Tensor, places: Tensor | None) -> Tensor:
        """Tokens [..., fields] as vectors [..., model_size], each at its place."""
        schema = self.schema
        columns = dict(zip(schema.names, tokens.unbind(-1), strict=True))
        if schema.family == "bmt":  # as published: its vocabulary may be larger than its tables
            columns = {
                f.name: columns[f.name].clamp(max=f.classes - 1) for f in schema.token_fields
            }
        tables = zip(self.embeddings, schema.token_fields, strict=True)
        parts = [table(columns[f.name]) * math.sqrt(f.width) for table, f in tables]
        x = self.inlet(torch.cat(parts, -1))
        if schema.time is not None:
            time = self.time_embedding(columns[schema.time.name]) * math.sqrt(schema.time.width)
            x = x + self.time_inlet(time)
        if schema.position is not None:
            places = tokens[..., schema.position]
        return x + self._waves(places).to(x.dtype)

    def _embed_init(self, init: Tensor | None, batch: int) -> Tensor | None:
        """Initial tokens as vectors [batch, k, model_size]; they stand nowhere. None for none."""
        schema = self.schema
        if not schema.init_n_class or (init is None and not schema.default_init):
            return None
        if init is None:
            init = torch.tensor(schema.default_init, device=self.norm.weight.device)[None]
        columns = zip(self.init_embeddings, init.unbind(-1), schema.init_widths, strict=True)
        parts = [table(column) * math.sqrt(width) for table, column, width in columns]
        return self.init_inlet(torch.cat(parts, -1)).expand(batch, -1, -1)

    def _places(self, length: int) -> Tensor:
        return torch.arange(length, device=self.norm.weight.device)

    def _waves(self, places: Tensor) -> Tensor:
        """Sinusoidal position codes float32 [..., model_size]: sine on even channels."""
        size = self.schema.model_size
        steps = torch.arange(0, size, 2, device=places.device, dtype=torch.float32)
        angles = places[..., None].float() * torch.exp(steps * (-math.log(_PERIOD) / size))
        return torch.stack([angles.sin(), angles.cos()], -1).flatten(-2)


def _table(classes: int, width: int) -> nn.Embedding:
    table = nn.Embedding(classes, width)
    if not table.weight.is_meta:
        nn.init.normal_(table.weight, std=width**-0.5)
    return table
