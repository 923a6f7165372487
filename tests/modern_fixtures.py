"""Tiny random pipelines in the layouts of FLUX.2 klein, Z-Image and SDXL, saved as published."""

from __future__ import annotations

import string
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusion_fixtures import _scheduler, _vae, tokenizer

_HIDDEN = 16
_CHAT = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


def _letters() -> Any:
    """A tokenizer of Qwen's kind, by letters, with a template of chats."""
    from transformers import Qwen2Tokenizer

    signs = string.ascii_letters + string.digits + ",.-\u0120"
    vocab = {sign: number for number, sign in enumerate([*signs, "<|endoftext|>"])}
    made = Qwen2Tokenizer(vocab=vocab, merges=[], pad_token="<|endoftext|>")
    made.chat_template = _CHAT
    return made


def _qwen(layers: int) -> Any:
    from transformers import Qwen3Config

    return Qwen3Config(
        vocab_size=80, hidden_size=_HIDDEN, intermediate_size=16, num_hidden_layers=layers,
        num_attention_heads=2, num_key_value_heads=1, head_dim=8, max_position_embeddings=600,
    )  # fmt: skip


def klein() -> Any:
    """FLUX.2 klein: distilled, its text encoder heard at three layers."""
    from diffusers import (
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )
    from transformers import Qwen3ForCausalLM

    coder = AutoencoderKLFlux2(
        block_out_channels=(8, 8, 8, 8), norm_num_groups=4, latent_channels=4, layers_per_block=1
    )
    transformer = Flux2Transformer2DModel(
        in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=3 * _HIDDEN, axes_dims_rope=(4, 4, 4, 4),
        guidance_embeds=False,
    )  # fmt: skip
    return Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=coder,
        text_encoder=Qwen3ForCausalLM(_qwen(28)), tokenizer=_letters(), transformer=transformer,
        is_distilled=True,
    )  # fmt: skip


def zimage() -> Any:
    """Z-Image Turbo."""
    from diffusers import (
        AutoencoderKL,
        FlowMatchEulerDiscreteScheduler,
        ZImagePipeline,
        ZImageTransformer2DModel,
    )
    from transformers import Qwen3Model

    kinds = ["DownEncoderBlock2D"] * 4, ["UpDecoderBlock2D"] * 4
    coder = AutoencoderKL(
        block_out_channels=[8, 8, 8, 8], down_block_types=kinds[0], up_block_types=kinds[1],
        latent_channels=4, norm_num_groups=4, scaling_factor=0.3611, shift_factor=0.1159,
    )  # fmt: skip
    transformer = ZImageTransformer2DModel(
        in_channels=4, dim=32, n_layers=1, n_refiner_layers=1, n_heads=2, n_kv_heads=2,
        cap_feat_dim=_HIDDEN, axes_dims=[8, 4, 4], axes_lens=[1024, 64, 64],
    )  # fmt: skip
    return ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=coder, text_encoder=Qwen3Model(_qwen(2)),
        tokenizer=_letters(), transformer=transformer,
    )  # fmt: skip


def turbo() -> Any:
    """SDXL, and SDXL Turbo, with two text encoders."""
    from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    words = len(tokenizer())
    config = CLIPTextConfig(
        vocab_size=words, hidden_size=32, intermediate_size=37, num_hidden_layers=2,
        num_attention_heads=4, projection_dim=32, max_position_embeddings=77,
        bos_token_id=words - 2, eos_token_id=words - 1, pad_token_id=words - 1,
    )  # fmt: skip
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, sample_size=8, in_channels=4,
        out_channels=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=64,
        addition_embed_type="text_time", addition_time_embed_dim=8,
        projection_class_embeddings_input_dim=80, attention_head_dim=(2, 4),
        use_linear_projection=True,
    )  # fmt: skip
    return StableDiffusionXLPipeline(
        vae=_vae(), text_encoder=CLIPTextModel(config),
        text_encoder_2=CLIPTextModelWithProjection(config), tokenizer=tokenizer(),
        tokenizer_2=tokenizer(), unet=unet, scheduler=_scheduler(),
    )  # fmt: skip


MODERN = {"flux2-klein": klein, "z-image-turbo": zimage, "sdxl-turbo": turbo}


def save_modern(folder: Path) -> Path:
    """Save each under its name in the table of models."""
    return save_built(folder, MODERN)


def save_built(folder: Path, builders: Mapping[str, Callable[[], Any]]) -> Path:
    """Save pipelines under their names; the same weights every time."""
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, build in builders.items():
            torch.manual_seed(5)
            build().save_pretrained(folder / name)
    return folder
