"""The layouts in which a CLIP is published, brought to the one of OpenAI, which open_clip shares.

Known beside OpenAI's: that of transformers (`vision_model.`, `text_model.`), open_clip's with the
words apart (`text.`), and pictures seen by timm's vision transformer (`visual.trunk.`). Names and
the order of query, key and value are facts of those libraries' modules (transformers 5, open_clip
3.2, timm 1.0); the published ResNets exist in OpenAI's layout alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch
from torch import Tensor

__all__ = ["openai_layout"]

_Named = Mapping[str, Tensor]

# What a name ends with in a block, and what it ends with in OpenAI's.
_TRANSFORMERS_BLOCK = {
    "self_attn.out_proj.": "attn.out_proj.",
    "layer_norm1.": "ln_1.",
    "layer_norm2.": "ln_2.",
    "mlp.fc1.": "mlp.c_fc.",
    "mlp.fc2.": "mlp.c_proj.",
}
_TRANSFORMERS = {
    "vision_model.embeddings.class_embedding": "visual.class_embedding",
    "vision_model.embeddings.patch_embedding.weight": "visual.conv1.weight",
    "vision_model.embeddings.position_embedding.weight": "visual.positional_embedding",
    "vision_model.pre_layrnorm.": "visual.ln_pre.",  # sic: the library's own spelling
    "vision_model.post_layernorm.": "visual.ln_post.",
    "text_model.embeddings.token_embedding.": "token_embedding.",
    "text_model.embeddings.position_embedding.weight": "positional_embedding",
    "text_model.final_layer_norm.": "ln_final.",
    "logit_scale": "logit_scale",
}
_TRANSPOSED = {
    "visual_projection.weight": "visual.proj",
    "text_projection.weight": "text_projection",
}
_TIMM_BLOCK = {
    "attn.qkv.weight": "attn.in_proj_weight",
    "attn.qkv.bias": "attn.in_proj_bias",
    "attn.proj.": "attn.out_proj.",
    "norm1.": "ln_1.",
    "norm2.": "ln_2.",
    "mlp.fc1.": "mlp.c_fc.",
    "mlp.fc2.": "mlp.c_proj.",
}
_TIMM = {
    "patch_embed.proj.weight": "visual.conv1.weight",
    "norm_pre.": "visual.ln_pre.",
    "norm.": "visual.ln_post.",
}
_TRUNK = "visual.trunk."


def openai_layout(tensors: _Named) -> dict[str, Tensor]:
    """The same CLIP by OpenAI's names; what is of no known layout comes back as it is."""
    if "vision_model.embeddings.class_embedding" in tensors:
        return _of_transformers(tensors)
    plain = {name.removeprefix("text."): tensor for name, tensor in tensors.items()}
    if f"{_TRUNK}patch_embed.proj.weight" in plain:
        return _of_timm(plain)
    sees = "visual.class_embedding" in plain or "visual.layer1.0.conv1.weight" in plain
    return plain if sees else dict(tensors)


def _of_transformers(tensors: _Named) -> dict[str, Tensor]:
    found = {_renamed(name, _TRANSFORMERS): tensor for name, tensor in tensors.items()}
    for name, ours in _TRANSPOSED.items():
        if name in tensors:
            found[ours] = tensors[name].t()
    for side, ours in (("vision_model", "visual.transformer"), ("text_model", "transformer")):
        blocks = rf"{side}\.encoder\.layers\.(\d+)\.(.+)"
        found |= _blocks(tensors, blocks, f"{ours}.resblocks", _TRANSFORMERS_BLOCK)
        found |= _joined(tensors, f"{side}.encoder.layers", f"{ours}.resblocks")
    return found


def _of_timm(tensors: _Named) -> dict[str, Tensor]:
    seen = {n.removeprefix(_TRUNK): t for n, t in tensors.items() if n.startswith(_TRUNK)}
    found = {name: t for name, t in tensors.items() if not name.startswith(_TRUNK)}
    found |= {_renamed(name, _TIMM): tensor for name, tensor in seen.items()}
    found |= _blocks(seen, r"blocks\.(\d+)\.(.+)", "visual.transformer.resblocks", _TIMM_BLOCK)
    if "cls_token" in seen:
        found["visual.class_embedding"] = seen["cls_token"].flatten()
    if "pos_embed" in seen:
        found["visual.positional_embedding"] = seen["pos_embed"].flatten(0, 1)
    head, bias = seen.get("head.weight"), seen.get("head.bias")
    if head is not None and (bias is None or not bias.any()):  # OpenAI's projection has no bias
        found["visual.proj"] = head.t()
    return found


def _blocks(tensors: _Named, pattern: str, ours: str, ends: Mapping[str, str]) -> dict[str, Tensor]:
    """The parts of a transformer's blocks that only have another name."""
    found = {}
    for name, tensor in tensors.items():
        match = re.fullmatch(pattern, name)
        if match and (end := _renamed(match[2], ends)) != match[2]:
            found[f"{ours}.{match[1]}.{end}"] = tensor
    return found


def _joined(tensors: _Named, theirs: str, ours: str) -> dict[str, Tensor]:
    """Query, key and value of each block in one tensor, which transformers keeps apart."""
    found = {}
    for name in tensors:
        match = re.fullmatch(rf"{re.escape(theirs)}\.(\d+)\.self_attn\.q_proj\.(weight|bias)", name)
        if match is None:
            continue
        parts = [f"{theirs}.{match[1]}.self_attn.{part}_proj.{match[2]}" for part in "qkv"]
        if all(part in tensors for part in parts):
            joined = torch.cat([tensors[part] for part in parts])
            found[f"{ours}.{match[1]}.attn.in_proj_{match[2]}"] = joined
    return found


def _renamed(name: str, table: Mapping[str, str]) -> str:
    """The name, with what it begins with exchanged as the table says."""
    for theirs, ours in table.items():
        if name == theirs or (theirs.endswith(".") and name.startswith(theirs)):
            return ours + name.removeprefix(theirs)
    return name
