"""Hybrid Demucs: a song into drums, bass, voice and all else.

Défossez 2021 (arXiv 2111.03600), the network of torchaudio (`torchaudio.models.hdemucs_high`) for
the weights that its pipelines publish. Tensors: `freq_encoder.*`, `freq_decoder.*`,
`time_encoder.*`, `time_decoder.*`, `freq_emb.embedding.weight`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from musivid.nets.checkpoints import Facts, check_layout, fill, read_model

__all__ = ["HybridDemucs", "check_hdemucs", "load_hdemucs", "tiny_separator"]

_NFFT, _DEPTH = 4096, 6  # of the variant for sound of 44.1 kHz
_CHANNELS = 48  # of the first layer, as published
_GROUPS, _MOST_CHANNELS = 4, 512  # what the channels are divided by, and a bound for damaged files
_FIRST = "freq_encoder.0.conv.weight"


class HybridDemucs(nn.Module):
    """Stereo sound to the stems that it was mixed of."""

    kind = "hdemucs"
    rate_hz = 44_100
    stems = ("drums", "bass", "other", "vocals")

    def __init__(self, channels: int = _CHANNELS) -> None:
        """Make the network with random weights.

        Args:
            channels: of its first layer, a multiple of 4; each further layer has twice as many.
        """
        super().__init__()
        from torchaudio.models import HDemucs

        self.network = HDemucs(list(self.stems), nfft=_NFFT, depth=_DEPTH, channels=channels)

    @torch.inference_mode()
    def stem(self, mixes: Tensor, name: str) -> Tensor:
        """One stem of mixes: float32 [n, 2, samples] to the same, in float32 whatever the session.

        Args:
            mixes: of mean 0 and deviation 1, as it was trained.
            name: one of `stems`.
        """
        with torch.autocast(mixes.device.type, enabled=False):
            found: Tensor = self.network(mixes.float())[:, self.stems.index(name)]
        return found


def load_hdemucs(path: Path) -> HybridDemucs:
    """Hybrid Demucs from its published file, or from its slim safetensors copy.

    Raises:
        WeightsError: the file cannot be read, holds another model, or is not whole.
    """
    tensors = read_model(path, "hdemucs")
    with torch.device("meta"):
        model = HybridDemucs(_channels(tensors))
    fill(model.network, tensors, path)
    return model


def check_hdemucs(tensors: Mapping[str, Tensor], path: Path) -> Facts:
    """Whether the tensors make a whole Hybrid Demucs of four stems.

    Raises:
        WeightsError: something is missing or has another shape.
    """
    channels = _channels(tensors)
    with torch.device("meta"):
        names = check_layout(HybridDemucs(channels).network, tensors, path)
    return Facts(names, {"channels": channels, "rate_hz": HybridDemucs.rate_hz})


def tiny_separator(seed: int = 0) -> HybridDemucs:
    """A network in miniature with random weights, the same for the same seed; for tests."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return HybridDemucs(_GROUPS).eval()


def _channels(tensors: Mapping[str, Tensor]) -> int:
    """Channels of the first layer; the published number, where they cannot be what they are."""
    first = tensors.get(_FIRST)
    channels = len(first) if first is not None and first.ndim else 0
    fits = 0 < channels <= _MOST_CHANNELS and channels % _GROUPS == 0
    return channels if fits else _CHANNELS
