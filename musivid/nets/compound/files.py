"""Compound-word transformers as files: published CMT and BMT checkpoints, and files of our own.

Everything about these networks that other parts need is offered here; `compound_schema` says what
a token is, `compound_model` is the network.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch

from musivid.core.errors import WeightsError
from musivid.nets.archives import read_metadata, read_tensors
from musivid.nets.checkpoints import fill, identify, read_model
from musivid.nets.compound.model import CompoundTransformer, State
from musivid.nets.compound.published import from_published, published_schema
from musivid.nets.compound.schema import BMT_SCHEMA, CMT_SCHEMA, CompoundSchema, Field

__all__ = [
    "BMT_SCHEMA",
    "CMT_SCHEMA",
    "CompoundSchema",
    "CompoundTransformer",
    "Field",
    "State",
    "is_own",
    "load_bmt",
    "load_cmt",
    "load_compound",
    "read_card",
    "save_compound",
]

_FAMILY = "compound"  # in the header of files of our own


def load_compound(path: Path, family: str | None = None) -> CompoundTransformer:
    """A compound-word transformer in float32, frozen and ready to decode.

    Args:
        path: a published state dict of CMT or BMT, in any container, with or without the prefix
            of parallel training; or what `save_compound` wrote.
        family: `cmt` or `bmt`; None takes either.

    Raises:
        WeightsError: damaged, incomplete, or another model, which is named.
    """
    metadata = read_metadata(path)
    if is_own(path):
        schema = _own_schema(metadata, path)
        if family not in (None, schema.family):
            raise WeightsError(
                f"{path} holds tokens of {schema.family.upper()}, not of {str(family).upper()}",
                hint="Give the file of the system that the preset names.",
            )
        tensors = read_tensors(path)
    else:
        family = family or identify(read_tensors(path))
        published = read_model(path, family if family in ("cmt", "bmt") else "cmt")
        schema = published_schema(published, path)
        tensors = from_published(published, schema, path)
    with torch.device("meta"):
        model = CompoundTransformer(schema)
    fill(model, tensors, path)
    return model


def load_cmt(path: Path) -> CompoundTransformer:
    """`load_compound` of a file that must hold a CMT."""
    return load_compound(path, "cmt")


def load_bmt(path: Path) -> CompoundTransformer:
    """`load_compound` of a file that must hold a BMT."""
    return load_compound(path, "bmt")


def save_compound(
    model: CompoundTransformer, path: Path, card: dict[str, Any], *, half: bool = False
) -> None:
    """Write a model as safetensors with its schema and card in the header, whole or not at all.

    Args:
        model: in any precision, on any device.
        path: of the file; an old one is replaced.
        card: what people should know: data, steps, figures, licence. Anything JSON takes.
        half: store in float16: half the size, differences near 1e-3 of each value.
    """
    from safetensors.torch import save

    dtype = torch.float16 if half else torch.float32
    tensors = {
        name: value.detach().to("cpu", dtype).contiguous()
        for name, value in model.state_dict().items()
    }
    metadata = {"family": _FAMILY, "schema": model.schema.to_json(), "card": json.dumps(card)}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(save(tensors, metadata))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def is_own(path: Path) -> bool:
    """Whether a file was written by `save_compound`, rather than by the publishers' code."""
    return read_metadata(path).get("family") == _FAMILY


def read_card(path: Path) -> dict[str, Any]:
    """The card that `save_compound` wrote; empty for other files."""
    return dict(json.loads(read_metadata(path).get("card", "{}")))


def _own_schema(metadata: dict[str, str], path: Path) -> CompoundSchema:
    try:
        return CompoundSchema.from_json(metadata.get("schema", ""))
    except ValueError as error:
        raise WeightsError(
            f"{path} doesn't say what its tokens are made of: {error}",
            hint="The file is damaged: train or fetch it again.",
        ) from None
