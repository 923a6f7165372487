"""SigLIPs of both kinds against the library's own way from pictures and texts to embeddings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from judging_fixtures import save_siglip

from musivid.core.errors import WeightsError
from musivid.nets.siglip import load_siglip


@pytest.mark.parametrize("rows", [False, True], ids=["squares", "rows of patches"])
def test_embeddings_are_those_of_the_library(tmp_path: Path, rows: bool) -> None:
    import transformers

    auto: Any = transformers.AutoImageProcessor
    perceptor = load_siglip(save_siglip(tmp_path / "siglip", rows=rows))
    px = perceptor.image_px
    assert (px, perceptor.dim, perceptor.hears) == (64 if rows else 224, 8, False)
    photos = np.random.default_rng(0).integers(0, 256, (2, px, px, 3), np.uint8)
    given = auto.from_pretrained(tmp_path / "siglip")(list(photos), return_tensors="pt")
    texts = ["A red boat", "rain"]
    words = perceptor._tokenizer(
        [text.lower() for text in texts], padding="max_length", max_length=16, return_tensors="pt"
    )
    with torch.no_grad():
        made = perceptor.network(**given, input_ids=words["input_ids"])
        seen = perceptor.embed_image(torch.from_numpy(photos).movedim(3, 1) / 255)
        read = perceptor.embed_text(texts)
    assert torch.allclose(seen, F.normalize(made.image_embeds, dim=-1), atol=1e-5)
    assert torch.allclose(read, F.normalize(made.text_embeds, dim=-1), atol=1e-6)
    assert not torch.allclose(read[0], read[1], atol=1e-3)
    assert perceptor.embed_text([]).shape == (0, 8)
    assert perceptor.too_long(["x" * 15, "x" * 16]) == ["x" * 16]


def test_pictures_can_be_painted_towards_words_but_not_towards_sounds(tmp_path: Path) -> None:
    perceptor = load_siglip(save_siglip(tmp_path / "siglip", rows=True)).requires_grad_(False)
    picture = torch.full((1, 3, 64, 64), 0.5, requires_grad=True)
    (perceptor.embed_image(picture) * perceptor.embed_text(["rain"])).sum().backward()
    assert picture.grad is not None and picture.grad.abs().max() > 0
    with pytest.raises(WeightsError, match="SigLIP cannot hear"):
        perceptor.embed_audio(torch.zeros(1, 100))
