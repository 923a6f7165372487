"""The pocket perceptor: three small towers that put pictures, words and sounds into one space."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.pocket.ears import Ears
from musivid.nets.pocket.text import Words
from musivid.nets.pocket.words import MOST_WORDS, WordTower, find_words

__all__ = ["ImageTower", "PocketPerceptor", "SoundTower"]


class Block(nn.Module):
    """A residual block of two 3x3 convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.SiLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to the same shape."""
        return x + self.body(x)


class ImageTower(nn.Module):
    """Pictures [n, 3, s, s] in 0..1 to raw embeddings [n, dim]."""

    def __init__(self, dim: int, widths: tuple[int, ...] = (48, 96, 160, 192)) -> None:
        super().__init__()
        a, b, c, d = widths
        self.stages = nn.ModuleList(
            [
                nn.Sequential(nn.Conv2d(3, a, 7, 2, 3), Block(a)),
                nn.Sequential(nn.Conv2d(a, b, 2, 2), Block(b)),
                nn.Sequential(nn.Conv2d(b, c, 2, 2), Block(c), Block(c)),
                nn.Sequential(nn.Conv2d(c, d, 2, 2), Block(d), Block(d)),
            ]
        )
        self.head = nn.Sequential(
            nn.LayerNorm(d * 2), nn.Linear(d * 2, dim * 2), nn.SiLU(), nn.Linear(dim * 2, dim)
        )

    def features(self, images: Tensor) -> list[Tensor]:
        """The activations after each stage, fine to coarse."""
        x, out = images * 2 - 1, []
        for stage in self.stages:
            x = stage(x)
            out.append(x)
        return out

    def forward(self, images: Tensor) -> Tensor:
        """Raw embeddings [n, dim] of pictures."""
        x = self.features(images)[-1].flatten(2)
        return self.head(torch.cat([x.mean(-1), x.amax(-1)], 1))


class SoundTower(nn.Module):
    """Mono clips [n, samples] at 16 kHz to raw embeddings [n, dim], through a log-mel picture."""

    rate_hz, n_fft, hop, mels = 16000, 1024, 320, 64

    def __init__(self, dim: int, widths: tuple[int, ...] = (32, 64, 112, 160)) -> None:
        super().__init__()
        self.register_buffer("window", torch.hann_window(self.n_fft), persistent=False)
        self.register_buffer(
            "filters", mel_filters(self.n_fft, self.mels, self.rate_hz), persistent=False
        )
        layers: list[nn.Module] = []
        for a, b in zip((1, *widths[:-1]), widths, strict=True):
            layers += [nn.Conv2d(a, b, 3, (2, 2), 1), Block(b)]
        self.body = nn.Sequential(*layers)
        wide = widths[-1] * 4 * 2
        self.head = nn.Sequential(
            nn.LayerNorm(wide), nn.Linear(wide, dim * 2), nn.SiLU(), nn.Linear(dim * 2, dim)
        )

    def mel(self, clips: Tensor) -> Tensor:
        """Log-mel [n, mels, frames]: log10 of power, scaled to about -1..1."""
        least = self.n_fft + self.hop * 16
        if clips.shape[-1] < least:
            clips = F.pad(clips, (0, least - clips.shape[-1]))
        spectrum = torch.stft(
            clips.float(),
            self.n_fft,
            self.hop,
            window=self.window,
            return_complex=True,
            pad_mode="constant",
        )
        power = spectrum.real**2 + spectrum.imag**2
        return (torch.log10(self.filters @ power + 1e-6) + 1.5) / 3.5

    def forward(self, clips: Tensor) -> Tensor:
        """Raw embeddings [n, dim] of clips."""
        x = self.body(self.mel(clips)[:, None])
        # Keep four bands apart: where the energy lies is what brightness and bass are.
        bands = torch.cat([x.mean(-1), x.amax(-1)], 1)
        return self.head(F.adaptive_avg_pool1d(bands, 4).flatten(1))


def mel_filters(n_fft: int, mels: int, rate_hz: int) -> Tensor:
    """Triangular filters float32 [mels, n_fft // 2 + 1] , mel = 2595 log10(1 + f / 700)."""
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


class PocketPerceptor(nn.Module):
    """One space of `dim` for pictures, words and sounds; embeddings have unit length.

    Trained contrastively, one tower against another (Radford et al. 2021, arXiv 2103.00020). What
    is left between the mean directions of the modalities is taken off by the buffers `centre_*`.
    """

    image_px, rate_hz = 96, SoundTower.rate_hz

    def __init__(
        self,
        dim: int = 192,
        vocabulary: int = 1,
        word_dim: int = 96,
        words: list[str] | None = None,
        ears: int = 1,
        others: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.dim = dim
        self.image = ImageTower(dim)
        self.text: nn.Module = WordTower(dim, vocabulary, word_dim, words)
        if others is not None:
            self.text = Words(dim, words or [], others, word_dim)
        self.sound = Ears(dim) if ears == 2 else SoundTower(dim)
        for name in ("image", "text", "sound"):
            self.register_buffer(f"centre_{name}", torch.zeros(dim))

    def _unit(self, raw: Tensor, centre: Tensor) -> Tensor:
        return F.normalize(F.normalize(raw.float(), dim=-1) - centre, dim=-1)

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings [n, dim] of pictures [n, 3, 96, 96] in 0..1; differentiable."""
        return self._unit(self.image(images), self.centre_image)

    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings [n, dim] of texts of any alphabet; 48 words are read, see `too_long`."""
        return self._unit(self.text(texts), self.centre_text)

    def too_long(self, texts: list[str]) -> list[str]:
        """Those texts that have more words than are read."""
        return [text for text in texts if len(find_words(text)) > MOST_WORDS]

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings [n, dim] of mono clips [n, samples] at 16 kHz, -1..1, each on its own."""
        return self._unit(self.sound(clips), self.centre_sound)
