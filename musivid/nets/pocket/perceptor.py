"""The pocket perceptor: three small towers that put pictures, words and sounds into one space."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from musivid.nets.pocket.ears import Ears
from musivid.nets.pocket.text import MOST_WORDS, TongueTable, Words

__all__ = ["ImageTower", "PocketPerceptor"]


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


class PocketPerceptor(nn.Module):
    """One space of `dim` for pictures, words and sounds; embeddings have unit length.

    Trained contrastively, one tower against another (Radford et al. 2021, arXiv 2103.00020). What
    is left between the mean directions of the modalities is taken off by the buffers `centre_*`.

    Args:
        dim: size of the embeddings.
        words: the vocabulary of the words tower.
        others: words of other languages that it knows.
        word_dim: size of a word vector.
        tongues: languages that it reads by tables of their own.
        families: what the rows of the buffer `sights` [families, dim] are the mean pictures of.
    """

    image_px, rate_hz, hears = 96, Ears.rate_hz, True

    def __init__(
        self,
        dim: int,
        words: list[str],
        others: dict[str, str] | None = None,
        word_dim: int = 128,
        *,
        tongues: Mapping[str, TongueTable] | None = None,
        families: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.dim, self.families = dim, tuple(families)
        self.image = ImageTower(dim)
        self.text = Words(dim, words, others, word_dim, tongues=tongues)
        self.sound = Ears(dim)
        for name in ("image", "text", "sound"):
            self.register_buffer(f"centre_{name}", torch.zeros(dim))
        if families:
            self.register_buffer("sights", torch.zeros(len(families), dim))

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
        return [text for text in texts if len(self.text.find(text)) > MOST_WORDS]

    def understood(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Words of each text that are understood, and others; small words are in neither."""
        read = [self.text.read(text) for text in texts]
        return [
            ([word.said for word in line if word.known], [w.said for w in line if w.known is False])
            for line in read
        ]

    def in_song(self, lines: Sequence[str]) -> PocketPerceptor:
        """The same; what may be of several languages it reads as most of these lines are."""
        twin = copy.copy(self)
        twin._modules = {**self._modules, "text": self.text.in_song(lines)}
        return twin

    @property
    def language(self) -> str:
        """Code of the language of the song that it reads; empty: none, or several."""
        return self.text.leaning.most

    def landmarks(self) -> dict[str, Tensor]:
        """Mean directions [dim] of what is seen in pictures of each family."""
        return {name: self.sights[row] for row, name in enumerate(self.families)}

    def embed_audio(self, clips: Tensor) -> Tensor:
        """Embeddings [n, dim] of mono clips [n, samples] at 16 kHz, -1..1, each on its own."""
        return self._unit(self.sound(clips), self.centre_sound)
