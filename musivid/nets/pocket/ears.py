"""The sound tower of the pocket perceptor: a log-mel picture, convolutions, four bands apart."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Ears", "mel_filters"]


class Stage(nn.Module):
    """A step to a coarser scale, then a residual pair of convolutions."""

    def __init__(self, a: int, b: int, size: int, stride: int) -> None:
        super().__init__()
        self.step = nn.Sequential(
            nn.Conv2d(a, b, size, stride, (size - 1) // 2), nn.BatchNorm2d(b), nn.ReLU()
        )
        self.body = nn.Sequential(
            nn.Conv2d(b, b, 3, padding=1), nn.ReLU(), nn.Conv2d(b, b, 3, padding=1)
        )
        nn.init.normal_(self.body[-1].weight, std=0.003)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, a, h, w] to [n, b, h / stride, w / stride]."""
        x = self.step(x)
        return F.relu(x + self.body(x))


class Ears(nn.Module):
    """Mono clips [n, samples] at 16 kHz to raw embeddings [n, dim].

    Args:
        dim: size of the embeddings.
        widths: channels of the three stages.
        mels: bands of the log-mel picture.
    """

    rate_hz, n_fft, hop = 16000, 2048, 400

    def __init__(
        self, dim: int, widths: tuple[int, int, int] = (64, 128, 192), mels: int = 96
    ) -> None:
        super().__init__()
        a, b, c = widths
        self.register_buffer("window", torch.hann_window(self.n_fft), persistent=False)
        self.register_buffer(
            "filters", mel_filters(self.n_fft, mels, self.rate_hz), persistent=False
        )
        self.body = nn.Sequential(Stage(1, a, 6, 4), Stage(a, b, 3, 2), Stage(b, c, 3, 2))
        self.wide = c * 4 * 3
        self.head = nn.Sequential(
            nn.LayerNorm(self.wide),
            nn.Linear(self.wide, dim * 2),
            nn.SiLU(),
            nn.Linear(dim * 2, dim),
        )

    def mel(self, clips: Tensor) -> Tensor:
        """Log-mel [n, mels, frames] of clips brought to one power: log10, about -1..1."""
        clips = clips.float()
        power = clips.square().mean(-1, keepdim=True)
        clips = clips * 0.1 / power.sqrt().clamp(min=1e-3)  # silence stays silent
        least = self.n_fft + self.hop * 16
        if clips.shape[-1] < least:
            clips = F.pad(clips, (0, least - clips.shape[-1]))
        spectrum = torch.stft(
            clips,
            self.n_fft,
            self.hop,
            window=self.window,
            return_complex=True,
            pad_mode="constant",
        )
        power = spectrum.real**2 + spectrum.imag**2
        return (torch.log10(self.filters @ power + 1e-6) + 1.5) / 3.5

    def features(self, mels: Tensor) -> Tensor:
        """What is heard in log-mel pictures [n, mels, frames]: [n, wide]."""
        x = self.body(mels[:, None].contiguous(memory_format=torch.channels_last))
        # Where the energy lies is what brightness and bass are, how it changes what density is.
        spread = (x.float().var(-1, unbiased=False) + 1e-5).sqrt().to(x.dtype)
        bands = torch.cat([x.mean(-1), x.amax(-1), spread], 1)
        return F.adaptive_avg_pool1d(bands, 4).flatten(1)

    def forward(self, clips: Tensor) -> Tensor:
        """Raw embeddings [n, dim] of clips."""
        return self.head(self.features(self.mel(clips)))


def mel_filters(n_fft: int, mels: int, rate_hz: int) -> Tensor:
    """Triangular filters float32 [mels, n_fft // 2 + 1], mel = 2595 log10(1 + f / 700)."""
    with torch.device("cpu"):  # also where a network is only outlined, on no device
        top = 2595 * torch.log10(torch.tensor(1 + rate_hz / 2 / 700, dtype=torch.float64))
        low = 2595 * torch.log10(torch.tensor(1 + 30 / 700, dtype=torch.float64))
        edges = 700 * (
            10 ** (torch.linspace(float(low), float(top), mels + 2, dtype=torch.float64) / 2595) - 1
        )
        freqs = torch.linspace(0, rate_hz / 2, n_fft // 2 + 1, dtype=torch.float64)
        up = (freqs - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
        down = (edges[2:, None] - freqs) / (edges[2:] - edges[1:-1])[:, None]
        filters = torch.minimum(up, down).clamp(min=0)
    return (filters / filters.sum(1, keepdim=True).clamp(min=1e-3)).float()
