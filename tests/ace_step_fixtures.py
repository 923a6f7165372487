"""A tiny random ACE-Step 1.5, saved in the layout of the published one."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from modern_fixtures import _letters, _qwen

__all__ = ["save_ace_step"]

_SIZES: dict[str, Any] = {
    "hidden_size": 16, "intermediate_size": 16, "num_attention_heads": 2, "num_key_value_heads": 1,
    "head_dim": 8,
}  # fmt: skip
_SOUND = 8  # channels of its latents


def save_ace_step(folder: Path, *, follows: bool = True, rate_hz: int = 4800) -> Path:
    """A folder as ACE-Step/acestep-v15-xl-turbo-diffusers has it.

    Args:
        folder: is made.
        follows: with what it needs to follow a guide.
        rate_hz: of its sound, a multiple of 4800; the published one has 48,000.
    """
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.default_generator.manual_seed(0)
        _made(follows, rate_hz).save_pretrained(folder)
    return folder


def _made(follows: bool, rate_hz: int) -> Any:
    import diffusers
    from diffusers.pipelines.ace_step import modeling_ace_step as parts
    from transformers import Qwen3Model

    d: Any = diffusers
    more: dict[str, Any] = {}
    if follows:
        coded = {"audio_acoustic_hidden_dim": _SOUND, "num_attention_pooler_hidden_layers": 1}
        more["audio_tokenizer"] = parts.AceStepAudioTokenizer(**_SIZES, **coded, fsq_dim=16)
        # Else all that random weights hear would be one word.
        more["audio_tokenizer"].audio_acoustic_proj.weight.data *= 1000
        more["audio_token_detokenizer"] = parts.AceStepAudioTokenDetokenizer(**_SIZES, **coded)
    return d.AceStepPipeline(
        vae=d.AutoencoderOobleck(
            encoder_hidden_size=2 * _SOUND, decoder_channels=4, decoder_input_channels=_SOUND,
            downsampling_ratios=[4, 4, 12 * rate_hz // 4800], channel_multiples=[1, 1, 2],
            sampling_rate=rate_hz,
        ),
        text_encoder=Qwen3Model(_qwen(1)),
        tokenizer=_letters(),
        transformer=d.AceStepTransformer1DModel(
            **_SIZES, num_hidden_layers=1, in_channels=3 * _SOUND, is_turbo=True,
            audio_acoustic_hidden_dim=_SOUND, encoder_hidden_size=16,
        ),
        condition_encoder=parts.AceStepConditionEncoder(
            **_SIZES, text_hidden_dim=16, timbre_hidden_dim=_SOUND,
            num_lyric_encoder_hidden_layers=1, num_timbre_encoder_hidden_layers=1,
        ),
        scheduler=d.FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
        **more,
    )  # fmt: skip
