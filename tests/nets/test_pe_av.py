"""A PE-AV against the library's own way from films, sounds and texts to embeddings."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from judging_fixtures import save_pe_av

from musivid.nets.pe_av import load_pe_av
from musivid.nets.protocols import Watcher


def test_embeddings_are_those_of_the_library(tmp_path: Path) -> None:
    perceptor = load_pe_av(save_pe_av(tmp_path / "pe-av"))
    assert isinstance(perceptor, Watcher)
    assert (perceptor.image_px, perceptor.rate_hz, perceptor.dim) == (28, 48_000, 16)
    chance = torch.Generator().manual_seed(0)
    films, clips = (
        torch.rand(2, 4, 3, 28, 28, generator=chance),
        torch.randn(2, 9600, generator=chance),
    )
    texts = ["A calm piano", "rain"]
    sound = perceptor._ear(list(clips.numpy()), sampling_rate=48_000, return_tensors="pt")
    words = perceptor._tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        made = perceptor.network(
            input_ids=words["input_ids"],
            attention_mask=words["attention_mask"],
            pixel_values_videos=(films - 0.5) / 0.5,
            **sound,
        )
        seen, heard = perceptor.embed_film(films), perceptor.embed_audio(clips)
        read, picture = perceptor.embed_text(texts), perceptor.embed_image(films[:, 0])
    for ours, theirs in ((seen, made.video_embeds), (heard, made.audio_embeds),
                         (read, made.text_video_embeds)):  # fmt: skip
        assert torch.allclose(ours, F.normalize(theirs, dim=-1), atol=1e-5)
    assert torch.allclose(picture, perceptor.embed_film(films[:, :1]), atol=1e-6)
    assert not torch.allclose(picture, seen, atol=1e-3)
    assert perceptor.too_long(["x" * 511, "x" * 512]) == ["x" * 512]
