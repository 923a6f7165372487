"""Tiny random SigLIPs, CLAPs and PE-AVs, saved in the layout of the published ones."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import torch

__all__ = ["byte_tokenizer", "save_clap", "save_pe_av", "save_siglip"]


def save_siglip(folder: Path, *, rows: bool = False) -> Path:
    """A folder as google/siglip2-base-patch16-224 has it; or as the NaFlex ones, with `rows`."""
    import transformers as tf

    text = {"vocab_size": 256_000, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
            "num_attention_heads": 2, "max_position_embeddings": 16, "pad_token_id": 0,
            "bos_token_id": 2, "eos_token_id": 1, "projection_size": 8}  # fmt: skip
    seen: dict[str, Any] = {"hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1,
                            "num_attention_heads": 2, "patch_size": 16}  # fmt: skip
    seen |= {"num_patches": 16} if rows else {"image_size": 224}
    kind: Any = tf.Siglip2Config if rows else tf.SiglipConfig
    eyes: Any = tf.Siglip2ImageProcessor if rows else tf.SiglipImageProcessor
    side = {"height": 224, "width": 224}
    sizes = {"patch_size": 16, "max_num_patches": 16} if rows else {"size": side}
    _save(folder, tf.Siglip2Model if rows else tf.SiglipModel,
          kind(text_config=text, vision_config=seen))  # fmt: skip
    eyes(image_mean=[0.5] * 3, image_std=[0.5] * 3, **sizes).save_pretrained(folder)
    byte_tokenizer().save_pretrained(folder)
    return folder


def save_clap(folder: Path, *, fused: bool = False) -> Path:
    """A folder as laion/clap-htsat-unfused has it, or the fused one."""
    import transformers as tf

    text = {"vocab_size": 300, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
            "num_attention_heads": 2, "max_position_embeddings": 90, "projection_dim": 16,
            "pad_token_id": 1}  # fmt: skip
    heard = {"spec_size": 64, "num_mel_bins": 16, "window_size": 4, "patch_size": 4,
             "patch_stride": [4, 4], "patch_embeds_hidden_size": 96, "depths": [1, 1],
             "num_attention_heads": [2, 2], "hidden_size": 192, "projection_dim": 16,
             "enable_fusion": fused, "aff_block_r": 2, "num_classes": 8}  # fmt: skip
    config: Any = tf.ClapConfig
    _save(folder, tf.ClapModel, config(text_config=text, audio_config=heard, projection_dim=16))
    ear: Any = tf.ClapFeatureExtractor
    ear(feature_size=16, sampling_rate=48_000, max_length_s=2,
        truncation="fusion" if fused else "rand_trunc").save_pretrained(folder)  # fmt: skip
    byte_tokenizer(pad="</s>").save_pretrained(folder)
    return folder


def save_pe_av(folder: Path) -> Path:
    """A folder as facebook/pe-av-small has it."""
    import transformers as tf

    text = {"model_type": "modernbert", "vocab_size": 300, "hidden_size": 16,
            "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
            "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 1,
            "cls_token_id": 1, "sep_token_id": 1}  # fmt: skip
    part = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1,
            "num_attention_heads": 2, "head_dim": 8}  # fmt: skip
    codec = {"model_type": "dac", "downsampling_ratios": [2, 8, 10, 12], "encoder_hidden_size": 4,
             "codebook_dim": 8, "hidden_size": 64}  # fmt: skip
    heard = {**part, "dac_config": codec}
    eye = {"architecture": "vit_pe_core_large_patch14_336", "num_classes": 16, "do_pooling": True,
           "global_pool": "map", "model_type": "timm_wrapper",
           "model_args": {"embed_dim": 16, "depth": 1, "num_heads": 2, "img_size": 28}}  # fmt: skip
    seen = {**part, "vision_config": eye}
    both = {**part, "audio_config": {**heard, "model_type": "pe_audio_encoder"},
            "video_config": {**seen, "model_type": "pe_video_encoder"}}  # fmt: skip
    config: Any = tf.PeAudioVideoConfig
    _save(folder, tf.PeAudioVideoModel, config(text_config=text, audio_video_config=both))
    ear: Any = tf.PeAudioFeatureExtractor
    eyes: Any = tf.PeVideoVideoProcessor
    made: Any = tf.PeAudioVideoProcessor
    made(
        ear(),
        eyes(size={"height": 28, "width": 28}, image_mean=[0.5] * 3, image_std=[0.5] * 3,
             do_resize=True, do_rescale=True, do_normalize=True),
        byte_tokenizer(),
    ).save_pretrained(folder)  # fmt: skip
    return folder


def _save(folder: Path, kind: Any, config: Any) -> None:
    with torch.random.fork_rng(devices=[]), contextlib.redirect_stdout(io.StringIO()):
        torch.default_generator.manual_seed(0)
        made = kind(config).eval()
    made.save_pretrained(folder)


def byte_tokenizer(pad: str = "<pad>") -> Any:
    """Words of single bytes, as byte-level BPE without merges has them."""
    import transformers as tf
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    names = ["<pad>", "</s>", "<s>", "<unk>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: number for number, token in enumerate([*names, *letters])}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    fast: Any = tf.PreTrainedTokenizerFast
    return fast(tokenizer_object=made, pad_token=pad, eos_token="</s>", unk_token="<unk>")
