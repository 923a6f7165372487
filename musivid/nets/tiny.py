"""Random-weight stand-ins for all networks, so that whole commands run in seconds in tests.

They answer to `protocols.Painter`, `Perceptor` and `Dreamer`; what they make means nothing.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.compound.model import CompoundTransformer
from musivid.nets.compound.schema import CMT_SCHEMA

__all__ = [
    "TinyDreamer",
    "TinyPainter",
    "TinyPerceptor",
    "tiny_composer",
    "tiny_dreamer",
    "tiny_painter",
    "tiny_perceptor",
]

_CHANNELS = 16
_CODES = 64
_DIM = 64
_PIECES = 512
_N_FFT = 512
_BANDS = 32

_Module = TypeVar("_Module", bound=nn.Module)


class TinyPainter(nn.Module):
    """A latent autoencoder of factor 8 with 16 channels and 64 random codes."""

    factor = 8
    codebook: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.PixelUnshuffle(8), nn.Conv2d(192, _CHANNELS, 1))
        self.decoder = nn.Sequential(
            nn.Conv2d(_CHANNELS, 32, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(32, 192, 1),
            nn.PixelShuffle(8),
        )
        self.register_buffer("codebook", torch.randn(_CODES, _CHANNELS))

    def encode(self, images: Tensor) -> Tensor:
        """Latents [n, 16, h / 8, w / 8] of pictures [n, 3, h, w] in 0..1, quantised."""
        latents: Tensor = self.encoder(images * 2 - 1)
        return self.quantize(latents * 4)

    def quantize(self, latents: Tensor) -> Tensor:
        """Each cell's nearest code; the gradient passes straight through."""
        cells = latents.movedim(1, -1).float()
        scores = cells @ self.codebook.T - self.codebook.square().sum(1) / 2
        nearest = F.embedding(scores.argmax(-1), self.codebook).movedim(-1, 1)
        return latents + (nearest - latents).detach()

    def decode(self, latents: Tensor) -> Tensor:
        """Pictures [n, 3, 8 h, 8 w] of latents [n, 16, h, w], nominally 0..1."""
        pictures: Tensor = self.decoder(latents)
        return pictures * 0.5 + 0.5

    def save_memory(self, on: bool) -> None:
        """Do nothing: there is hardly anything to save."""

    def sample(self, seed: int, height: int, width: int) -> Tensor:
        """One latent [1, 16, height, width] of random codes."""
        lots = torch.Generator().manual_seed(seed)
        rows = torch.randint(_CODES, (1, height, width), generator=lots)
        return F.embedding(rows.to(self.codebook.device), self.codebook).movedim(-1, 1)

    def bounds(self) -> tuple[Tensor, Tensor]:
        """Least and greatest value of each channel over the codes, each [1, 16, 1, 1]."""
        low, high = self.codebook.amin(0), self.codebook.amax(0)
        return low[None, :, None, None], high[None, :, None, None]


class TinyPerceptor(nn.Module):
    """One space of 64 dimensions for 32-pixel pictures, texts and 16 kHz clips."""

    image_px, rate_hz, dim = 32, 16000, _DIM
    language, hears = "", True
    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.image = nn.Sequential(
            nn.Conv2d(3, 16, 4, 4), nn.SiLU(), nn.Flatten(), nn.Linear(16 * 8 * 8, _DIM)
        )
        self.pieces = nn.EmbeddingBag(_PIECES, _DIM, mode="mean")
        self.sound = nn.Linear(2 * _BANDS, _DIM)
        self.register_buffer("window", torch.hann_window(_N_FFT))

    def embed_image(self, images: Tensor) -> Tensor:
        """Embeddings [n, 64] of pictures [n, 3, 32, 32] in 0..1; differentiable."""
        return F.normalize(self.image(images * 2 - 1).float(), dim=-1)

    def embed_text(self, texts: list[str]) -> Tensor:
        """Embeddings [n, 64] of texts of any length and alphabet."""
        bags = [_pieces(text) for text in texts]
        starts = torch.tensor([0, *map(len, bags)])[:-1].cumsum(0)
        flat = torch.tensor([piece for bag in bags for piece in bag])
        device = self.pieces.weight.device
        return F.normalize(self.pieces(flat.to(device), starts.to(device)).float(), dim=-1)

    def too_long(self, texts: list[str]) -> list[str]:
        """None: texts of any length are read whole."""
        return []

    def understood(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Nothing: texts are read in pieces of words."""
        return [([], []) for _ in texts]

    def in_song(self, lines: Sequence[str]) -> TinyPerceptor:
        """Itself: languages are not told apart."""
        return self

    def landmarks(self) -> dict[str, Tensor]:
        """None: no pictures are known by name."""
        return {}

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings [n, 64] of mono clips [n, samples] at 16 kHz, each on its own."""
        clips = F.pad(clips.float(), (0, max(0, _N_FFT - clips.shape[-1])))
        spectrum = torch.stft(clips, _N_FFT, window=self.window, return_complex=True)
        bands = F.adaptive_avg_pool1d(spectrum.abs().movedim(1, 2), _BANDS)
        loud = torch.log10(bands + 1e-5)
        facts = torch.cat([loud.mean(1), loud.std(1, correction=0)], 1)
        return F.normalize(self.sound(facts).float(), dim=-1)


class TinyDreamer(nn.Module):
    """Latents that depend on the embedding in broad areas and on the seed in each cell."""

    dim = _DIM

    def __init__(self) -> None:
        super().__init__()
        self.areas = nn.Linear(_DIM, _CHANNELS * 4 * 4)

    def dream(self, embeddings: Tensor, seeds: list[int], height: int, width: int) -> Tensor:
        """Latents [n, 16, height, width] for embeddings [n, 64]; one seed a picture."""
        areas = self.areas(embeddings * _DIM**0.5).unflatten(1, (_CHANNELS, 4, 4))
        shapes = F.interpolate(areas, (height, width), mode="bilinear", align_corners=False)
        size = (1, _CHANNELS, height, width)
        grains = [
            torch.randn(size, generator=torch.Generator().manual_seed(seed)) for seed in seeds
        ]
        return shapes + 0.3 * torch.cat(grains).to(shapes.device)


def tiny_painter(seed: int = 0) -> TinyPainter:
    """A painter with random weights, the same for the same seed; factor 8, 16 channels."""
    return _build(TinyPainter, seed)


def tiny_perceptor(seed: int = 0) -> TinyPerceptor:
    """A perceptor with random weights, the same for the same seed; 64 dimensions."""
    return _build(TinyPerceptor, seed)


def tiny_dreamer(seed: int = 0) -> TinyDreamer:
    """A dreamer with random weights, the same for the same seed; for the tiny painter."""
    return _build(TinyDreamer, seed)


def tiny_composer(seed: int = 0) -> CompoundTransformer:
    """A composer of CMT tokens with random weights, the same for the same seed."""
    widths = {"beat": 8, "type": 4, "density": 8, "pitch": 16, "duration": 8}
    widths |= {"instrument": 8, "strength": 8, "p_beat": 8}
    schema = CMT_SCHEMA.resized(
        widths=widths,
        model_size=32,
        layers=2,
        heads=2,
        ff=64,
        init_n_class=(20, 25, 6),
        init_widths=(8, 8, 8),
    )
    return _build(lambda: CompoundTransformer(schema), seed)


def _build(kind: Callable[[], _Module], seed: int) -> _Module:
    """Build a module from a seed without touching anybody's random state."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return kind().eval().requires_grad_(False)


def _pieces(text: str) -> list[int]:
    """Rows for runs of three characters; crc32, since hash() differs from process to process."""
    marked = f"<{text.lower()}>"
    runs = [marked[i : i + 3] for i in range(max(1, len(marked) - 2))]
    return [zlib.crc32(run.encode()) % _PIECES for run in runs]
