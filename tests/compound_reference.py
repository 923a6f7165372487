"""CMT and BMT as their papers and released tensors have them, token by token in plain loops."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from musivid.nets.compound.files import CompoundSchema

CMT_TABLES = ("barbeat", "type", "beat_density", "pitch", "duration", "instr", "onset_density")
BMT_TABLES = ("tempo", "chord", "barbeat", "type", "pitch", "duration", "velocity", "strength",
              "density", "time", "emotion")  # fmt: skip
INIT = [[5, 0, 0], [0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 4], [0, 0, 5]]


class Published:
    """The published forward pass in double precision, from tensors by their published names."""

    def __init__(self, tensors: dict[str, Tensor], schema: CompoundSchema) -> None:
        self.t = {name: tensor.double() for name, tensor in tensors.items()}
        self.cmt = schema.family == "cmt"
        self.heads, self.size = schema.heads, schema.model_size
        self.names = schema.names

    def logits(self, tokens: Tensor, types: Tensor) -> dict[str, Tensor]:
        h = self.encoder(self.inputs(tokens))[:, 7 if self.cmt else 0 :]
        table = "encoder_emb_type" if self.cmt else "word_emb_type"
        both = torch.cat([h, self.embed(table, types)], -1)
        y = self.linear("project_concat_type", both)
        theirs = CMT_TABLES if self.cmt else BMT_TABLES
        result = {
            name: self.linear(f"proj_{their}", h if their == "type" else y).float()
            for name, their in zip(self.names, theirs, strict=False)
        }
        return result

    def inputs(self, tokens: Tensor) -> Tensor:
        columns = tokens.unbind(-1)
        if not self.cmt:
            parts = self.side_by_side("word_emb", BMT_TABLES, columns)
            places = torch.arange(tokens.shape[1])[None]
            return self.linear("in_linear", parts) + self.waves(places)
        parts = self.side_by_side("encoder_emb", CMT_TABLES, columns)
        x = self.linear("encoder_in_linear", parts)
        time = self.embed("encoder_emb_time_encoding", columns[7])
        x = x + self.linear("encoder_time_linear", time) + self.waves(columns[8])
        init = torch.tensor(INIT).unbind(-1)
        parts = self.side_by_side("init_emb", ("genre", "key", "instrument"), init)
        before = self.linear("init_in_linear", parts)
        return torch.cat([before.expand(len(tokens), -1, -1), x], 1)

    def side_by_side(self, prefix: str, names: Sequence[str], columns: Sequence[Tensor]) -> Tensor:
        pairs = zip(names, columns, strict=False)
        return torch.cat([self.embed(f"{prefix}_{name}", column) for name, column in pairs], -1)

    def encoder(self, x: Tensor) -> Tensor:
        layer = 0
        while f"transformer_encoder.layers.{layer}.linear1.weight" in self.t:
            name = f"transformer_encoder.layers.{layer}"
            x = self.norm(f"{name}.norm1", x + self.attention(f"{name}.attention", x))
            y = self.linear(f"{name}.linear2", F.gelu(self.linear(f"{name}.linear1", x)))
            x = self.norm(f"{name}.norm2", x + y)
            layer += 1
        return self.norm("transformer_encoder.norm", x)

    def attention(self, name: str, x: Tensor) -> Tensor:
        q, k, v = (
            self.linear(f"{name}.{part}_projection", x).unflatten(-1, (self.heads, -1))
            for part in ("query", "key", "value")
        )
        q, k = F.elu(q) + 1, F.elu(k) + 1
        outputs = []
        for t in range(x.shape[1]):
            share = torch.einsum("bhd,bshd->bhs", q[:, t], k[:, : t + 1])
            seen = torch.einsum("bhs,bshd->bhd", share, v[:, : t + 1])
            outputs.append(seen / (share.sum(-1, keepdim=True) + 1e-6))
        return self.linear(f"{name}.out_projection", torch.stack(outputs, 1).flatten(2))

    def waves(self, places: Tensor) -> Tensor:
        """Position codes in single precision, as the published tables are computed."""
        steps = torch.arange(0, self.size, 2).float()
        angles = places[..., None].float() * torch.exp(steps * (-math.log(10000.0) / self.size))
        code = torch.zeros(*places.shape, self.size)
        code[..., 0::2], code[..., 1::2] = angles.sin(), angles.cos()
        return code.double()

    def embed(self, name: str, ids: Tensor) -> Tensor:
        table = self.t[f"{name}.lut.weight"]
        return table[ids] * math.sqrt(table.shape[1])

    def linear(self, name: str, x: Tensor) -> Tensor:
        return x @ self.t[f"{name}.weight"].T + self.t[f"{name}.bias"]

    def norm(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.t[f"{name}.weight"], self.t[f"{name}.bias"]
        return F.layer_norm(x, (self.size,), weight, bias)
