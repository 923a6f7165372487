"""PE-AV: films, sounds and words in one space (Vyas et al. 2025, arXiv 2512.19687).

Folders are those of transformers (`PeAudioVideoModel`). A picture is a film of one frame. Of the
embeddings that words have there, this is the one that goes with films.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from musivid.nets.pieces import PieceReader
from musivid.nets.speech.loading import load_part
from musivid.nets.texts import embed_texts

__all__ = ["PeAvPerceptor", "load_pe_av"]

_TEXTS_AT_ONCE = 32  # in a batch
_CONTEXT = 512  # tokens that are read at most
_ONE, _BOTH = r"\.rope\.pos_embed", r"\.rope\."  # buffers of places, as patterns


class PeAvPerceptor(PieceReader):
    """A PE-AV behind the Watcher protocol."""

    hears = True
    frame_step_s = 0.5
    mean: Tensor
    std: Tensor

    def __init__(self, network: Any, ear: Any, eyes: Any, tokenizer: Any) -> None:
        """Keep network, feature extractor, video processor and tokenizer of transformers."""
        super().__init__()
        self.network, self._ear, self._tokenizer = network, ear, tokenizer
        self.rate_hz = int(ear.sampling_rate)
        self.image_px = int(eyes.size.get("height") or eyes.size["shortest_edge"])
        self.dim = int(network.config.text_config.hidden_size)
        for name, values in (("mean", eyes.image_mean), ("std", eyes.image_std)):
            self.register_buffer(name, torch.tensor(values).view(1, 3, 1, 1), persistent=False)

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings of pictures [n, 3, image_px, image_px] in 0..1; differentiable."""
        return self.embed_film(images[:, None])

    def embed_film(self, films: Tensor) -> Tensor:
        """Embeddings of films [n, frames, 3, image_px, image_px] in 0..1; differentiable."""
        pixels = (films - self.mean) / self.std
        part = self.network.video_model
        seen = part.video_encoder(pixel_values_videos=pixels).pooler_output
        return F.normalize(part.video_head(seen).float(), dim=-1)

    @torch.no_grad()
    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings of mono clips [n, samples] at 48 kHz, -1..1, each on its own."""
        made = self._ear(
            list(clips.float().cpu().numpy()), sampling_rate=self.rate_hz, return_tensors="pt"
        )
        part = self.network.audio_model
        heard = part.audio_encoder(
            input_values=made["input_values"].to(self.mean.device),
            padding_mask=made["padding_mask"].to(self.mean.device),
        ).pooler_output
        return F.normalize(part.audio_head(heard).float(), dim=-1)

    @torch.no_grad()
    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings of texts as they go with films, of which the first 512 tokens are read."""
        if not texts:
            return self.mean.new_zeros(0, self.dim)
        head = self.network.video_model.text_video_head

        def read(made: Any) -> Tensor:
            made = made.to(self.mean.device)
            seen = self.network.text_model(
                input_ids=made["input_ids"],
                attention_mask=made["attention_mask"],
                output_hidden_states=True,
            )
            return cast(Tensor, head(seen.hidden_states[-1][:, 0]))

        return embed_texts(texts, self._tokenizer, read, most=_CONTEXT, at_once=_TEXTS_AT_ONCE)

    def too_long(self, texts: list[str]) -> list[str]:
        """Those texts that have more tokens than it reads."""
        counted = [len(self._tokenizer(text)["input_ids"]) for text in texts]
        return [text for text, n in zip(texts, counted, strict=True) if n > _CONTEXT]


def load_pe_av(folder: Path) -> PeAvPerceptor:
    """The perceptor in a folder of transformers.

    Raises:
        WeightsError: it cannot be loaded.
    """
    network = load_part(folder, _network(), dtype=torch.float32)
    ear = load_part(folder, "AutoFeatureExtractor")
    eyes = load_part(folder, "AutoVideoProcessor")
    return PeAvPerceptor(network, ear, eyes, load_part(folder, "AutoTokenizer"))


def _network() -> type:
    """The class of transformers, in which what timm keeps of places is no weight of two parts.

    Its table of shared weights knows one buffer of those places where timm 1.0.31 has two; with the
    second one nothing at all can be loaded (transformers 5.23).
    """
    import transformers

    class Network(transformers.PeAudioVideoModel):  # type: ignore[misc]
        _tied_weights_keys = {  # noqa: RUF012
            ours.replace(_ONE, _BOTH): theirs.replace(_ONE, _BOTH)
            for ours, theirs in transformers.PeAudioVideoModel._tied_weights_keys.items()
        }

    return Network
