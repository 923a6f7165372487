"""Tiny random pipelines that turn pictures into clips, in the layouts of Wan and LTX-Video."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

from modern_fixtures import save_built

_WIDE = 16


def _tokenizer() -> Any:
    """T5's kind, by letters."""
    from transformers import T5Tokenizer

    marks = ["<pad>", "</s>", "<unk>"]
    letters = ["\u2581", *string.ascii_letters, *string.digits, ",", ".", "-"]
    vocab = [(sign, 0.0 if sign in marks else -2.0) for sign in [*marks, *letters]]
    return T5Tokenizer(vocab=vocab, extra_ids=0)


def _t5(kind: str) -> Any:
    import transformers

    config = getattr(transformers, f"{kind}Config")(
        vocab_size=80, d_model=_WIDE, d_kv=8, d_ff=16, num_layers=1, num_heads=2,
    )  # fmt: skip
    return getattr(transformers, f"{kind}EncoderModel")(config)


def wan(*, first_alone: bool = False) -> Any:
    """Wan 2.1's for a first and a last picture; or the one that begins with a picture alone."""
    from diffusers import (
        AutoencoderKLWan,
        UniPCMultistepScheduler,
        WanImageToVideoPipeline,
        WanTransformer3DModel,
    )
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModel

    coder = AutoencoderKLWan(
        base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1,
        temperal_downsample=[False, True, True],
    )  # fmt: skip
    seen = (32 // 16) ** 2 + 1
    transformer = WanTransformer3DModel(
        patch_size=(1, 2, 2), num_attention_heads=2, attention_head_dim=12, in_channels=36,
        out_channels=16, text_dim=_WIDE, freq_dim=16, ffn_dim=16, num_layers=1,
        cross_attn_norm=True, qk_norm="rms_norm_across_heads", rope_max_seq_len=32,
        image_dim=_WIDE, added_kv_proj_dim=24, pos_embed_seq_len=None if first_alone else 2 * seen,
    )  # fmt: skip
    encoder = CLIPVisionModel(
        CLIPVisionConfig(
            hidden_size=_WIDE, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
            projection_dim=_WIDE, image_size=32, patch_size=16,
        )
    )  # fmt: skip
    return WanImageToVideoPipeline(
        tokenizer=_tokenizer(), text_encoder=_t5("UMT5"), vae=coder, transformer=transformer,
        scheduler=UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=16.0
        ),
        image_encoder=encoder, image_processor=CLIPImageProcessor(size=32, crop_size=32),
    )  # fmt: skip


def ltx() -> Any:
    """LTX-Video's with conditions, whose decoder is told a time."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )

    coder = AutoencoderKLLTXVideo(
        latent_channels=8, block_out_channels=(8, 8, 8, 8), decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1), decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True, False),
        decoder_inject_noise=(False,) * 5, upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4, timestep_conditioning=True, patch_size=4, patch_size_t=1,
    )  # fmt: skip
    transformer = LTXVideoTransformer3DModel(
        in_channels=8, out_channels=8, num_attention_heads=2, attention_head_dim=8,
        cross_attention_dim=16, num_layers=1, caption_channels=_WIDE,
    )  # fmt: skip
    return LTXConditionPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=coder, text_encoder=_t5("T5"),
        tokenizer=_tokenizer(), transformer=transformer,
    )  # fmt: skip


FILMING = {"wan-flf2v": wan, "ltx-video": ltx}


def save_filming(folder: Path) -> Path:
    """Save each under its name in the table of models; the same weights every time."""
    return save_built(folder, FILMING)
