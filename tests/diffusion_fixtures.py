"""Tiny random pipelines of diffusers in the layout of the published ones, built from configs."""

from __future__ import annotations

import string
import warnings
from pathlib import Path
from typing import Any

import torch

SEQUENCE = 77
WIDTH = 32


def tokenizer() -> Any:
    """Letters with and without the end of a word, and the two marks: CLIP's kind of vocabulary."""
    from transformers import CLIPTokenizer

    signs = string.ascii_lowercase + string.digits + ",."
    letters = [sign + end for sign in signs for end in ("", "</w>")]
    vocab = {token: n for n, token in enumerate([*letters, "<|startoftext|>", "<|endoftext|>"])}
    return CLIPTokenizer(vocab=vocab, merges=[], model_max_length=SEQUENCE)


def _text_config() -> Any:
    from transformers import CLIPTextConfig

    vocabulary = len(tokenizer())
    return CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, intermediate_size=37, num_hidden_layers=2,
        num_attention_heads=4, projection_dim=WIDTH, max_position_embeddings=SEQUENCE,
        bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1, pad_token_id=vocabulary - 1,
    )  # fmt: skip


def _vision() -> tuple[Any, Any]:
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=WIDTH, intermediate_size=37, num_hidden_layers=2, num_attention_heads=4,
            projection_dim=WIDTH, image_size=32, patch_size=8,
        )
    )  # fmt: skip
    return encoder, CLIPImageProcessor(size=32, crop_size=32)


def _unet() -> Any:
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, sample_size=8, in_channels=4,
        out_channels=4, down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), cross_attention_dim=WIDTH,
        norm_num_groups=32,
    )  # fmt: skip


def _vae() -> Any:
    from diffusers import AutoencoderKL

    kinds = ["DownEncoderBlock2D"] * 4, ["UpDecoderBlock2D"] * 4
    return AutoencoderKL(
        block_out_channels=[32, 32, 32, 32], down_block_types=kinds[0], up_block_types=kinds[1],
        latent_channels=4, scaling_factor=0.18215, sample_size=64,
    )  # fmt: skip


def _scheduler() -> Any:
    from diffusers import DDIMScheduler

    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        clip_sample=False, set_alpha_to_one=False, steps_offset=1,
    )  # fmt: skip


def text_to_image() -> Any:
    """Stable Diffusion's layout."""
    from diffusers import StableDiffusionPipeline
    from transformers import CLIPTextModel

    return StableDiffusionPipeline(
        vae=_vae(), text_encoder=CLIPTextModel(_text_config()), tokenizer=tokenizer(),
        unet=_unet(), scheduler=_scheduler(), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip


def image_to_image() -> Any:
    """The same as a pipeline that starts from a picture."""
    from diffusers import StableDiffusionImg2ImgPipeline

    parts = text_to_image().components
    return StableDiffusionImg2ImgPipeline(**parts, requires_safety_checker=False)


def variations() -> Any:
    """The layout of lambdalabs/sd-image-variations-diffusers."""
    from diffusers import StableDiffusionImageVariationPipeline

    encoder, extractor = _vision()
    return StableDiffusionImageVariationPipeline(
        vae=_vae(), image_encoder=encoder, unet=_unet(), scheduler=_scheduler(),
        safety_checker=None, feature_extractor=extractor, requires_safety_checker=False,
    )  # fmt: skip


def kandinsky_prior() -> Any:
    """The layout of kandinsky-community/kandinsky-2-2-prior."""
    from diffusers import KandinskyV22PriorPipeline, PriorTransformer, UnCLIPScheduler
    from transformers import CLIPTextModelWithProjection

    encoder, processor = _vision()
    prior = PriorTransformer(
        num_attention_heads=2, attention_head_dim=12, embedding_dim=WIDTH, num_layers=1,
        num_embeddings=SEQUENCE,
    )  # fmt: skip
    prior.clip_std.data.fill_(1.0)
    return KandinskyV22PriorPipeline(
        prior=prior, image_encoder=encoder,
        text_encoder=CLIPTextModelWithProjection(_text_config()), tokenizer=tokenizer(),
        scheduler=UnCLIPScheduler(
            variance_type="fixed_small_log", prediction_type="sample", num_train_timesteps=1000,
            clip_sample=True, clip_sample_range=10.0,
        ),
        image_processor=processor,
    )  # fmt: skip


def kandinsky_decoder() -> Any:
    """The layout of kandinsky-community/kandinsky-2-2-decoder."""
    from diffusers import DDPMScheduler, KandinskyV22Pipeline, UNet2DConditionModel, VQModel

    unet = UNet2DConditionModel(
        in_channels=4, out_channels=8, addition_embed_type="image", block_out_channels=(32, 64),
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn", layers_per_block=1,
        encoder_hid_dim=WIDTH, encoder_hid_dim_type="image_proj", cross_attention_dim=WIDTH,
        attention_head_dim=4, resnet_time_scale_shift="scale_shift", class_embed_type=None,
    )  # fmt: skip
    movq = VQModel(
        block_out_channels=[32, 32, 64, 64], down_block_types=["DownEncoderBlock2D"] * 3
        + ["AttnDownEncoderBlock2D"], up_block_types=["AttnUpDecoderBlock2D"]
        + ["UpDecoderBlock2D"] * 3, in_channels=3, latent_channels=4, layers_per_block=1,
        norm_num_groups=8, norm_type="spatial", num_vq_embeddings=12, out_channels=3,
        vq_embed_dim=4,
    )  # fmt: skip
    scheduler = DDPMScheduler(
        num_train_timesteps=1000, beta_schedule="linear", beta_start=0.00085, beta_end=0.012,
        clip_sample=False, prediction_type="epsilon", variance_type="learned_range",
    )  # fmt: skip
    return KandinskyV22Pipeline(unet=unet, scheduler=scheduler, movq=movq)


BUILDERS = {
    "text": text_to_image,
    "image": image_to_image,
    "variations": variations,
    "prior": kandinsky_prior,
    "decoder": kandinsky_decoder,
}


def save_all(folder: Path) -> Path:
    """Save every kind into a folder of its name under `folder`; the same weights every time."""
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        for name, build in BUILDERS.items():
            torch.manual_seed(5)
            build().save_pretrained(folder / name)
    return folder
