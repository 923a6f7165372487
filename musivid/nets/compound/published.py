"""Published CMT and BMT checkpoints: their names of tensors against ours, and sizes from shapes.

Both are flat state dicts of the same lineage. The query, key and value projections are three
tensors there and one here; so are the heads of all fields but the type. Position codes (`pe`) are
computed anew, so a file may lack them or hold any number of rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from musivid.core.errors import WeightsError
from musivid.nets.checkpoints import Facts, check_layout
from musivid.nets.compound.model import CompoundTransformer
from musivid.nets.compound.schema import BMT_SCHEMA, CMT_SCHEMA, CompoundSchema

__all__ = [
    "check_published",
    "from_published",
    "published_schema",
    "to_published",
]

_HEAD_CHANNELS = 64  # of both systems; no tensor's shape tells
_QKV = ("query", "key", "value")
_LAYER = re.compile(r"transformer_encoder\.layers\.(\d+)\.")
# Our name of a field: theirs, where they differ.
_THEIRS = {
    "cmt": {
        "beat": "barbeat",
        "density": "beat_density",
        "instrument": "instr",
        "strength": "onset_density",
        "p_beat": "time_encoding",
    },
    "bmt": {"beat": "barbeat", "p_time": "time"},
}
_TABLES = {"cmt": "encoder_emb_", "bmt": "word_emb_"}
_INIT_TABLES = ("init_emb_genre", "init_emb_key", "init_emb_instrument")
_CALLED = {"cmt": "CMT (Controllable Music Transformer)", "bmt": "BMT (BM-Transformer)"}
_BASES = {"cmt": CMT_SCHEMA, "bmt": BMT_SCHEMA}


def published_schema(tensors: Mapping[str, Tensor], path: Path) -> CompoundSchema:
    """The schema of a published state dict, all sizes from the shapes of its tensors.

    Raises:
        WeightsError: tensors that tell sizes are missing or have other than two dimensions.
    """
    family = "cmt" if any(name.startswith(_TABLES["cmt"]) for name in tensors) else "bmt"
    base = _BASES[family]
    size, _ = _shape(tensors, _inlet(family), path)
    tables = {
        field.name: _shape(tensors, _table(family, field.name), path)
        for field in base.fields
        if field.role != "position"
    }
    layers = {int(m[1]) for m in map(_LAYER.match, tensors) if m}
    init = [
        _shape(tensors, f"{name}.lut.weight", path) for name in _INIT_TABLES * (family == "cmt")
    ]
    try:
        return base.resized(
            {name: classes for name, (classes, _) in tables.items()},
            {name: width for name, (_, width) in tables.items()},
            model_size=size,
            layers=max(layers, default=-1) + 1,
            heads=max(size // _HEAD_CHANNELS, 1),
            ff=_shape(tensors, "transformer_encoder.layers.0.linear1.weight", path)[0],
            init_n_class=tuple(classes for classes, _ in init),
            init_widths=tuple(width for _, width in init),
        )
    except ValueError as error:
        raise WeightsError(
            f"{path} is not a {_CALLED[family]} that musivid knows: {error}",
            hint="Give loss_8_params.pt or loss_13_params.pt as its authors released it.",
        ) from None


def from_published(
    tensors: Mapping[str, Tensor], schema: CompoundSchema, path: Path
) -> dict[str, Tensor]:
    """Tensors under our names, projections and heads joined.

    Raises:
        WeightsError: some are missing; the message names the first.
    """

    def joined(names: list[str]) -> Tensor:
        for name in names:
            if name not in tensors:
                raise WeightsError(
                    f"{path} does not hold the whole {_CALLED[schema.family]}: {name} is missing",
                    hint="The file is damaged, or of a variant that musivid does not know.",
                )
        if len(names) == 1:
            return tensors[names[0]]
        return torch.cat([tensors[name].float() for name in names])

    return {ours: joined(theirs) for ours, theirs in _names(schema).items()}


def to_published(tensors: Mapping[str, Tensor], schema: CompoundSchema) -> dict[str, Tensor]:
    """Tensors under their published names, as their own code loads them, position codes apart."""
    result: dict[str, Tensor] = {}
    for ours, theirs in _names(schema).items():
        tensor = tensors[ours]
        if len(theirs) == 1:
            parts: tuple[Tensor, ...] = (tensor,)
        elif ".qkv." in ours:
            parts = tensor.chunk(3)
        else:
            parts = tensor.split([field.classes for field in schema.conditioned])
        result.update(zip(theirs, (part.clone() for part in parts), strict=True))
    return result


def check_published(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """The tensors that musivid needs of a published CMT or BMT, and its sizes.

    Raises:
        WeightsError: some are missing or don't fit together.
    """
    schema = published_schema(tensors, path)
    with torch.device("meta"):
        blank = CompoundTransformer(schema)
    check_layout(blank, from_published(tensors, schema, path), path)
    names = frozenset(name for theirs in _names(schema).values() for name in theirs)
    return Facts(names, {"layers": schema.layers, "model_size": schema.model_size})


def _names(schema: CompoundSchema) -> dict[str, list[str]]:
    """Our name of each tensor: the published names of which it is made."""
    family = schema.family
    numbered = enumerate(schema.token_fields)
    pairs = {f"embeddings.{i}.weight": [_table(family, f.name)] for i, f in numbered}
    pairs |= _both("inlet", [_inlet(family).removesuffix(".weight")])
    if schema.time is not None:
        pairs["time_embedding.weight"] = [_table(family, schema.time.name)]
        pairs |= _both("time_inlet", ["encoder_time_linear"])
    if schema.init_n_class:
        inits = enumerate(_INIT_TABLES)
        pairs |= {f"init_embeddings.{i}.weight": [f"{name}.lut.weight"] for i, name in inits}
        pairs |= _both("init_inlet", ["init_in_linear"])
    for index in range(schema.layers):
        theirs = f"transformer_encoder.layers.{index}"
        qkv = [f"{theirs}.attention.{part}_projection" for part in _QKV]
        ours = f"layers.{index}"
        pairs |= _both(f"{ours}.qkv", qkv)
        pairs |= _both(f"{ours}.out", [f"{theirs}.attention.out_projection"])
        pairs |= _both(f"{ours}.widen", [f"{theirs}.linear1"])
        pairs |= _both(f"{ours}.narrow", [f"{theirs}.linear2"])
        pairs |= _both(f"{ours}.norm1", [f"{theirs}.norm1"])
        pairs |= _both(f"{ours}.norm2", [f"{theirs}.norm2"])
    pairs |= _both("norm", ["transformer_encoder.norm"])
    pairs |= _both("type_head", ["proj_type"]) | _both("meet", ["project_concat_type"])
    heads = [f"proj_{_their(family, field.name)}" for field in schema.conditioned]
    return pairs | _both("heads", heads)


def _both(ours: str, theirs: list[str]) -> dict[str, list[str]]:
    return {f"{ours}.{part}": [f"{name}.{part}" for name in theirs] for part in ("weight", "bias")}


def _their(family: str, field: str) -> str:
    return _THEIRS[family].get(field, field)


def _table(family: str, field: str) -> str:
    return f"{_TABLES[family]}{_their(family, field)}.lut.weight"


def _inlet(family: str) -> str:
    return "encoder_in_linear.weight" if family == "cmt" else "in_linear.weight"


def _shape(tensors: Mapping[str, Tensor], name: str, path: Path) -> tuple[int, int]:
    if name not in tensors or tensors[name].ndim != 2:
        raise WeightsError(
            f"{path} does not hold the whole model: {name} is missing or has another shape",
            hint="The file is damaged, or of a variant that musivid does not know.",
        )
    rows, columns = tensors[name].shape
    return rows, columns
