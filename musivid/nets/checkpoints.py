"""Published checkpoints: what a file is, the part of it that musivid needs, and slim copies.

`fetch` converts a file once with `convert_checkpoint`; each family's loader takes `read_model`
and `fill`, so published and slim files load alike.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from musivid.core.errors import WeightsError
from musivid.nets.archives import read_tensors
from musivid.nets.clip_layouts import openai_layout

__all__ = ["Facts", "check_layout", "convert_checkpoint", "fill", "identify", "read_model"]

# Family: what it is called, the beginnings of names that only it has, those worth keeping.
# The first family that fits is taken, so a VQGAN inside a larger model is found first.
_FAMILIES = {
    "vqgan": (
        "a VQGAN",
        ("decoder.conv_in.", "post_quant_conv.", "quantize."),
        ("encoder.", "decoder.", "quantize.", "quant_conv.", "post_quant_conv."),
    ),
    "clip": (
        "a CLIP",
        ("visual.", "token_embedding.", "text_projection"),
        ("visual.", "transformer.", "token_embedding.", "positional_", "ln_", "text_", "logit_"),
    ),
    "wav2clip": (
        "a Wav2CLIP",
        ("audio_encoder.conv1.", "audio_transform."),
        ("audio_encoder.", "audio_transform."),
    ),
    "lp-musiccaps": (
        "an LP-MusicCaps",
        ("audio_encoder.conv_stack.", "bart.model."),
        ("audio_encoder.", "bart."),
    ),
    "cmt": (
        "a CMT",
        ("encoder_emb_barbeat.", "encoder_emb_onset_density."),
        ("encoder_", "init_", "transformer_encoder.", "proj"),
    ),
    "bmt": (
        "a BMT",
        ("word_emb_strength.", "word_emb_time."),
        ("word_emb_", "in_linear.", "transformer_encoder.", "proj"),
    ),
    "hdemucs": (
        "a Hybrid Demucs",
        ("freq_encoder.", "time_encoder.", "freq_emb."),
        ("freq_encoder.", "freq_decoder.", "time_encoder.", "time_decoder.", "freq_emb."),
    ),
}
# Models that people mix up with those.
_OTHERS = {
    "a diffusion model": ("model.diffusion_model.",),
    "an autoencoder without a codebook": ("decoder.conv_in.", "quant_conv."),
    "a diffusers autoencoder": ("decoder.mid_block.",),
    "a part of a CLIP": ("vision_model.embeddings.class_embedding",),
    "the pictures' side of a CLIP, which reads no words": ("patch_embed.proj.", "blocks.0.attn."),
    "a SigLIP or another CLIP without a class token": ("vision_model.", "text_model."),
    "a CLAP": ("audio_branch.",),
    "a transformer without its VQGAN": ("transformer.tok_emb.",),
    "a pocket painter": ("codebook", "encoder.", "decoder."),
    "a pocket perceptor": ("centre_image", "centre_text"),
    "a pocket dreamer": ("inlet.", "meaning."),
    "a composer in musivid's own layout": ("type_head.", "layers.0.qkv."),
    "a transformer of the same words without video control": ("word_emb_tempo.", "proj_chord."),
}
# What wraps a whole model: the first stage of a transformer or diffusion model, parallel training.
_WRAPS = ("first_stage_model.", "module.")
# How other layouts of a family are brought to the one of its publisher.
_LAYOUTS = {"clip": openai_layout}
_CHECKS = {
    "vqgan": "musivid.nets.vqgan.model:check_vqgan",
    "clip": "musivid.nets.clip:check_clip",
    "wav2clip": "musivid.nets.wav2clip:check_wav2clip",
    "lp-musiccaps": "musivid.nets.captioning.lp_musiccaps:check_lp_musiccaps",
    "cmt": "musivid.nets.compound.published:check_published",
    "bmt": "musivid.nets.compound.published:check_published",
    "hdemucs": "musivid.nets.hdemucs:check_hdemucs",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a family's check finds: the names of the tensors in use, and sizes for people."""

    names: frozenset[str]
    about: dict[str, str | int | bool]


def identify(names: Mapping[str, Tensor]) -> str | None:
    """The family that tensors belong to by their names, a key of `_FAMILIES`; None if neither."""
    plain = _unwrap(names)
    return next((f for f, (_, marks, _) in _FAMILIES.items() if _bears(plain, marks)), None)


def read_model(path: Path, family: str) -> dict[str, Tensor]:
    """The tensors of a `family` model in a file, by the names that the publisher's code gives.

    What only training needs (losses, discriminators, optimisers) or what surrounds the model (a
    transformer of which it is the first stage) is left out.

    Raises:
        WeightsError: the file cannot be read, or holds another model, which is named.
    """
    whole = read_tensors(path)
    tensors = _LAYOUTS.get(family, dict)(_unwrap(whole))
    called, marks, keep = _FAMILIES[family]
    if not _bears(tensors, marks):
        raise WeightsError(
            f"{path} holds {_call(tensors | whole)}, not {called}",
            hint=f"Give a file of {called.partition(' ')[2]} weights, or a model's name.",
            command="musivid models list",
        )
    return {name: tensor for name, tensor in tensors.items() if name.startswith(keep)}


def convert_checkpoint(
    path: Path, family: str, *, half: bool = False
) -> tuple[dict[str, Tensor], dict[str, str]]:
    """What a slim safetensors file of a published checkpoint should hold: tensors and metadata.

    Args:
        path: the published file, in any container.
        family: a key of `_FAMILIES`: vqgan, clip, wav2clip, cmt, bmt, hdemucs, ...
        half: store numbers in float16: half the size, differences near 1e-3 of each value.

    Raises:
        WeightsError: the file cannot be read, holds another model, or lacks a part of this one.
    """
    tensors = read_model(path, family)
    module, _, function = _CHECKS[family].partition(":")
    facts = getattr(importlib.import_module(module), function)(tensors, path)
    slim = {
        name: (tensor.half() if half and tensor.is_floating_point() else tensor).clone(
            memory_format=torch.contiguous_format
        )
        for name, tensor in tensors.items()
        if name in facts.names
    }
    _check_numbers(slim, path)
    return slim, {"family": family, "facts": json.dumps(facts.about), "source": path.name}


def check_layout(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> frozenset[str]:
    """Names of the tensors that a module takes, all of which must be there in the right shape.

    Raises:
        WeightsError: some are missing or have another shape; the message names the first few.
    """
    wanted = module.state_dict()
    missing = [name for name in wanted if name not in tensors]
    odd = [
        f"{name} is {list(tensors[name].shape)}, not {list(value.shape)}"
        for name, value in wanted.items()
        if name in tensors and tensors[name].shape != value.shape
    ]
    faults = [f"{_some(missing)} missing"] * bool(missing) + [_some(odd)] * bool(odd)
    if faults:
        raise WeightsError(
            f"{path} does not hold the whole model: {'; '.join(faults)}",
            hint="The file is damaged, or of a variant that musivid does not know.",
        )
    return frozenset(wanted)


def fill(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Give a module, made on the meta device, its tensors: float32 copies on the CPU, frozen.

    Raises:
        WeightsError: tensors are missing, have other shapes, or hold numbers that are none.
    """
    names = check_layout(module, tensors, path)
    own = {name: _single(tensors[name]) for name in names}
    _check_numbers(own, path)
    module.load_state_dict(own, assign=True)
    module.eval().requires_grad_(False)


def _single(tensor: Tensor) -> Tensor:
    dtype = torch.float32 if tensor.is_floating_point() else tensor.dtype
    return tensor.to(dtype, copy=True).contiguous()


def _check_numbers(tensors: Mapping[str, Tensor], path: Path) -> None:
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(tensor.isfinite().all()):
            raise WeightsError(
                f"{path}: {name} holds values that are not numbers",
                hint="The file is damaged: fetch it again. If it was halved, take full precision.",
            )


def _unwrap(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors without the prefix of what wraps the model; what is beside the model falls away."""
    found = dict(tensors)
    for prefix in _WRAPS:
        inner = {n.removeprefix(prefix): t for n, t in found.items() if n.startswith(prefix)}
        found = inner or found
    return found


def _bears(names: Mapping[str, Tensor], marks: tuple[str, ...]) -> bool:
    return all(any(name.startswith(mark) for name in names) for mark in marks)


def _call(tensors: Mapping[str, Tensor]) -> str:
    """What a person would call a model."""
    known = {called: marks for called, marks, _ in _FAMILIES.values()} | _OTHERS
    fitting = (called for called, marks in known.items() if _bears(tensors, marks))
    return next(fitting, f"an unknown model ({_some(list(tensors))})")


def _some(items: list[str]) -> str:
    rest = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return ", ".join(items[:3]) + rest
