"""What perceptors have in common that read texts in pieces of words: they cannot tell what of it.

`clip`, `siglip` and `pe_av` are such.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from torch import Tensor, nn

__all__ = ["PieceReader"]


class PieceReader(nn.Module):
    """A part of the Perceptor protocol."""

    language = ""

    def understood(self, texts: list[str]) -> list[tuple[list[str], list[str]]]:
        """Nothing: texts are read in pieces of words."""
        return [([], []) for _ in texts]

    def in_song(self, lines: Sequence[str]) -> Self:
        """Itself: languages are not told apart."""
        return self

    def landmarks(self) -> dict[str, Tensor]:
        """None: no pictures are known by name."""
        return {}
