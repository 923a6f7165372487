"""CLAP: sounds and words in one space; a judge of how well a text tells what a sound is like.

Wu et al. 2022 (arXiv 2211.06687). Folders are those of transformers (`ClapModel`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.speech.loading import load_part
from musivid.nets.texts import embed_texts

__all__ = ["ClapJudge", "load_clap"]

_TEXTS_AT_ONCE = 64  # in a batch
_CONTEXT = 77  # tokens that texts had at most in training


class ClapJudge(nn.Module):
    """A CLAP behind the Judge protocol."""

    def __init__(self, network: Any, ear: Any, tokenizer: Any) -> None:
        """Keep network, feature extractor and tokenizer of transformers."""
        super().__init__()
        self.network, self._ear, self._tokenizer = network, ear, tokenizer
        self.rate_hz, self.window_s = int(ear.sampling_rate), float(ear.max_length_s)
        self.dim = int(network.config.projection_dim)

    @torch.no_grad()
    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings of mono clips [n, samples] of at most `window_s`, -1..1, each on its own.

        Longer ones would be heard in parts that transformers draws by chance.
        """
        place = self.network.logit_scale_a.device
        most = int(self.window_s * self.rate_hz)
        rows = []
        for clip in clips[:, :most].cpu().numpy():  # one by one: else it draws which one is fused
            made = self._ear(clip, sampling_rate=self.rate_hz, return_tensors="pt")
            heard = self.network.audio_model(
                input_features=made["input_features"].to(place),
                is_longer=made["is_longer"].to(place),
            )
            rows.append(self.network.audio_projection(heard.pooler_output).float())
        return F.normalize(torch.cat(rows), dim=-1)

    @torch.no_grad()
    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts, of which the first 77 tokens are read."""
        place = self.network.logit_scale_a.device

        def read(made: Any) -> Tensor:
            made = made.to(place)
            seen = self.network.text_model(
                input_ids=made["input_ids"], attention_mask=made["attention_mask"]
            )
            return cast(Tensor, self.network.text_projection(seen.pooler_output))

        return embed_texts(texts, self._tokenizer, read, most=_CONTEXT, at_once=_TEXTS_AT_ONCE)


def load_clap(folder: Path) -> ClapJudge:
    """The judge in a folder of transformers.

    Raises:
        WeightsError: it cannot be loaded.
    """
    network = load_part(folder, "ClapModel", dtype=torch.float32)
    ear = load_part(folder, "AutoFeatureExtractor")
    return ClapJudge(network, ear, load_part(folder, "AutoTokenizer"))
