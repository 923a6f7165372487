"""Tiny random language models that hear, saved in the layout of the published ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from judging_fixtures import byte_tokenizer

__all__ = ["save_flamingo", "save_qwen"]

_CHAT = (
    "{% for message in messages %}{{ message['role'] }}: {% for part in message['content'] %}"
    "{% if part['type'] == 'audio' %}SOUND{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endfor %}{% if add_generation_prompt %} assistant: {% endif %}"
)
_EAR: dict[str, Any] = {
    "num_mel_bins": 16, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
    "intermediate_size": 16, "max_source_positions": 100,
    "initializer_range": 1.0,
}  # fmt: skip


def save_flamingo(folder: Path) -> Path:
    """A folder as nvidia/music-flamingo-2601-hf has it; it hears six seconds, two at once."""
    import transformers

    tf: Any = transformers
    names = ["<sound>", "<|sound_bos|>", "<|sound_eos|>"]
    words = _words(names)
    sound, bos, eos = (words.convert_tokens_to_ids(name) for name in names)
    config = tf.MusicFlamingoConfig(
        audio_config={"model_type": "audioflamingo3_encoder", **_EAR}, text_config=_text(words),
        audio_token_id=sound, audio_bos_token_id=bos, audio_eos_token_id=eos,
        rope_parameters={"rope_type": "default", "rope_theta": 1200.0,
                         "partial_rotary_factor": 0.2},
    )  # fmt: skip
    _saved(folder, tf.MusicFlamingoForConditionalGeneration, config)
    processor = tf.MusicFlamingoProcessor(
        _ear(), words, chat_template=_CHAT.replace("SOUND", "<sound>"), max_audio_len=6
    )
    processor.save_pretrained(folder)
    return folder


def save_qwen(folder: Path) -> Path:
    """A folder as Qwen/Qwen2-Audio-7B-Instruct has it; it hears two seconds."""
    import transformers

    tf: Any = transformers
    words = _words(["<|AUDIO|>", "<|audio_bos|>", "<|audio_eos|>"])
    ear = {"model_type": "qwen2_audio_encoder", "num_mel_bins": 16, "d_model": 16,
           "encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 16,
           "max_source_positions": 100}  # fmt: skip
    config = tf.Qwen2AudioConfig(
        audio_config=ear,
        text_config=_text(words),
        audio_token_index=words.convert_tokens_to_ids("<|AUDIO|>"),
    )
    _saved(folder, tf.Qwen2AudioForConditionalGeneration, config)
    chat = _CHAT.replace("SOUND", "<|audio_bos|><|AUDIO|><|audio_eos|>")
    tf.Qwen2AudioProcessor(_ear(), words, chat_template=chat).save_pretrained(folder)
    return folder


def _words(names: list[str]) -> Any:
    words = byte_tokenizer()
    words.add_special_tokens({"additional_special_tokens": names})
    return words


def _text(words: Any) -> dict[str, Any]:
    return {
        "model_type": "qwen2", "vocab_size": len(words), "hidden_size": 16, "intermediate_size": 16,
        "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 1,
        "max_position_embeddings": 2048, "pad_token_id": 0, "bos_token_id": 2, "eos_token_id": 1,
        "initializer_range": 1.0,
    }  # fmt: skip


def _ear() -> Any:
    import transformers

    ear: Any = transformers.WhisperFeatureExtractor
    return ear(feature_size=16, chunk_length=2)


def _saved(folder: Path, kind: Any, config: Any) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        made = kind(config).eval()
    made.save_pretrained(folder)
