"""Tiny random aligners and transcribers, saved in the layout of the published ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from musivid.nets.speech.ctc import tiny_aligner
from musivid.nets.speech.whisper import tiny_transcriber

__all__ = ["save_aligner", "save_tongues", "save_transcriber"]


def save_aligner(folder: Path, *, mms: bool = False) -> Path:
    """A folder as facebook/wav2vec2-base-960h has it; or one of MMS, in small letters."""
    import transformers

    extractor: Any = transformers.Wav2Vec2FeatureExtractor
    made = tiny_aligner()
    folder.mkdir(parents=True)
    made.network.save_pretrained(folder)
    extractor(do_normalize=True).save_pretrained(folder)
    tokens = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4, **made.letters.tokens}
    if mms:
        tokens = {"<blank>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
        tokens |= {letter: 4 + n for n, letter in enumerate("aienoutsrmkldghybpwcvjzf'qx")}
    (folder / "vocab.json").write_text(json.dumps(tokens))
    (folder / "tokenizer_config.json").write_text('{"tokenizer_class": "Wav2Vec2CTCTokenizer"}')
    return folder


def save_tongues(folder: Path) -> Path:
    """A folder as facebook/mms-1b-all has it: an adapter and letters for each language."""
    import torch
    import transformers
    from safetensors.torch import save_file

    extractor: Any = transformers.Wav2Vec2FeatureExtractor
    config = tiny_aligner().network.config
    config.adapter_attn_dim = 4
    vocabularies = {}
    for number, (tongue, letters) in enumerate({"eng": "abcdehlorw", "rus": "вдеимпрт"}.items()):
        table = {"<pad>": 0, "<s>": 1, "</s>": 2, "<unk>": 3, "|": 4}
        vocabularies[tongue] = table | {letter: 5 + n for n, letter in enumerate(letters)}
        config.vocab_size = len(vocabularies[tongue])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(number)
            network: Any = transformers.Wav2Vec2ForCTC(config)
        if not number:
            network.save_pretrained(folder)
        adapter = {name: tensor.contiguous() for name, tensor in network._get_adapters().items()}
        save_file(adapter, folder / f"adapter.{tongue}.safetensors")
    extractor(do_normalize=True).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps(vocabularies))
    return folder


def save_transcriber(folder: Path) -> Path:
    """A folder as openai/whisper-small has it."""
    made = tiny_transcriber()
    for part in (made.network, made._ear, made._tokenizer):
        part.save_pretrained(folder)
    return folder
