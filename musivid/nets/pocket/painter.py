"""The pocket painter: a small VQGAN with factor 8 whose latents can also be decoded unquantised."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

__all__ = ["PocketPainter"]


class Res(nn.Module):
    """A residual block of two 3x3 convolutions, without normalisation.

    That would cost as much as they do on a CPU, and let one corner of a picture change the light
    of another.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )
        nn.init.normal_(self.body[-1].weight, std=0.003)

    def forward(self, x: Tensor) -> Tensor:
        """Map [n, channels, h, w] to the same shape."""
        return x + self.body(x)


def _down(a: int, b: int) -> nn.Module:
    return nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(a * 4, b, 1))


def _up(a: int, b: int) -> nn.Module:
    # A 1x1 before the shuffle costs a ninth of the usual convolution after it.
    return nn.Sequential(nn.Conv2d(a, b * 4, 1), nn.PixelShuffle(2))


class PocketPainter(nn.Module):
    """Latent autoencoder: [n, 3, h, w] in 0..1 <-> [n, channels, h / 8, w / 8].

    Each latent cell has the length sqrt(channels): encoder, codebook and `quantize` keep to that
    sphere, so a slerp between two latents stays where the decoder was trained. Vector quantisation
    after van den Oord et al. 2017 (arXiv 1711.00937), with a second codebook for what the first
    leaves over (Lee et al. 2022, arXiv 2203.01941); the decoder saw quantised and unquantised
    latents in equal shares, so walks need no snapping.

    Args:
        channels: size of a latent cell.
        codes: entries of the codebook.
        widths: channels at full, half and quarter latent scale, coarse to fine.
        fine: entries of the second codebook.
    """

    factor = 8

    def __init__(
        self,
        channels: int = 16,
        codes: int = 2048,
        widths: tuple[int, int, int] = (144, 80, 40),
        fine: int = 0,
    ) -> None:
        super().__init__()
        coarse, middle, narrow = widths
        self.channels, self.codes, self.widths = channels, codes, widths
        self.saves_memory = False
        self.encoder = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(12, narrow, 3, padding=1),
            Res(narrow),
            _down(narrow, middle),
            Res(middle),
            Res(middle),
            _down(middle, coarse),
            Res(coarse),
            Res(coarse),
            nn.ReLU(),
            nn.Conv2d(coarse, channels, 1),
        )
        self.decoder = nn.Sequential(
            nn.Conv2d(channels, coarse, 3, padding=1),
            Res(coarse),
            Res(coarse),
            _up(coarse, middle),
            Res(middle),
            _up(middle, narrow),
            Res(narrow),
            nn.ReLU(),
            nn.Conv2d(narrow, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )
        self.register_buffer("codebook", self._sphere(torch.randn(codes, channels), 1))
        if fine:
            self.register_buffer("rest", torch.randn(fine, channels) * 0.3)
        self.fine = fine

    def _sphere(self, x: Tensor, dim: int) -> Tensor:
        return F.normalize(x.float(), dim=dim) * self.channels**0.5

    def embed(self, images: Tensor) -> Tensor:
        """Latents [n, channels, h / 8, w / 8] before quantising."""
        return self._sphere(self.encoder(images * 2 - 1), 1)

    def encode(self, images: Tensor) -> Tensor:
        """Latents [n, channels, h / 8, w / 8] of pictures in 0..1, not quantised."""
        return self.embed(images)

    def indices(self, latents: Tensor) -> Tensor:
        """The nearest codebook entry of each cell: int64 [n, h, w]."""
        # All entries have one length, so the nearest is the one with the largest product.
        return (latents.movedim(1, -1).float() @ self.codebook.T).argmax(-1)

    def rest_indices(self, latents: Tensor) -> Tensor:
        """The entry of the second codebook for what the first leaves over: int64 [n, h, w]."""
        left = latents.movedim(1, -1).float() - F.embedding(self.indices(latents), self.codebook)
        return (left @ self.rest.T - self.rest.square().sum(1) / 2).argmax(-1)

    def quantize(self, latents: Tensor) -> Tensor:
        """Each cell's nearest entries together; the gradient passes straight through."""
        nearest = F.embedding(self.indices(latents), self.codebook)
        if self.fine:
            nearest = nearest + F.embedding(self.rest_indices(latents), self.rest)
            nearest = self._sphere(nearest, -1)
        return latents + (nearest.movedim(-1, 1) - latents).detach()

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, h, w] of latents, nominally 0..1 and not clamped."""
        return self._decoded(self._sphere(latents, 1)) * 0.5 + 0.5

    def save_memory(self, on: bool) -> None:
        """Whether the decoder's activations are made again for gradients: a third more work."""
        self.saves_memory = on

    def _decoded(self, latents: Tensor) -> Tensor:
        if not (self.saves_memory and torch.is_grad_enabled()):
            return self.decoder(latents)
        made: Tensor = checkpoint(
            self.decoder, latents, use_reentrant=False, preserve_rng_state=False
        )
        return made

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, channels, height, width] of random codebook entries."""
        lots = torch.Generator().manual_seed(seed)
        rows = torch.randint(self.codes, (1, height, width), generator=lots)
        return F.embedding(rows.to(self.codebook.device), self.codebook).movedim(-1, 1)

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Least and greatest value of each channel over the codebook, each [1, c, 1, 1]."""
        low, high = self.codebook.amin(0), self.codebook.amax(0)
        return low[None, :, None, None], high[None, :, None, None]
