"""CLAPs against the library's own way from sounds and texts to embeddings."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from judging_fixtures import save_clap

from musivid.nets.clap import load_clap


@pytest.mark.parametrize("fused", [False, True], ids=["unfused", "fused"])
def test_embeddings_are_those_of_the_library(tmp_path: Path, fused: bool) -> None:
    judge = load_clap(save_clap(tmp_path / "clap", fused=fused))
    assert (judge.rate_hz, judge.window_s, judge.dim) == (48_000, 2.0, 16)
    clips = torch.randn(2, 48_000, generator=torch.Generator().manual_seed(0)) / 4
    given = judge._ear(clips[0].numpy(), sampling_rate=48_000, return_tensors="pt")
    texts = ["A calm piano", "drums"]
    words = judge._tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        made = judge.network(
            **given, input_ids=words["input_ids"], attention_mask=words["attention_mask"]
        )
    heard, read = judge.embed_audio(clips), judge.embed_text(texts)
    assert torch.allclose(heard[:1], made.audio_embeds, atol=1e-6)
    assert torch.allclose(read, made.text_embeds, atol=1e-6)
    assert torch.equal(heard, judge.embed_audio(clips))
    longer = torch.cat([clips, clips, clips], 1)  # what goes beyond its window is not drawn of
    assert torch.equal(judge.embed_audio(longer), judge.embed_audio(longer[:, :96_000]))
