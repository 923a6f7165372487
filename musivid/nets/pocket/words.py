"""The words tower: a table of everyday words, pieces for all others, a small transformer."""

from __future__ import annotations

import re
import zlib

import torch
from torch import Tensor, nn

__all__ = ["MOST_WORDS", "WordTower", "find_words", "split_words"]

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+", re.UNICODE)
_PIECES = 4096
MOST_WORDS = 48


def find_words(text: str) -> list[str]:
    """All words of a text, in lower case."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))


def split_words(text: str) -> list[str]:
    """The words of a text that are read, at most 48; without any, one empty word."""
    return find_words(text)[:MOST_WORDS] or [""]


def _pieces(word: str) -> list[int]:
    """Rows of the piece table: hashed runs of three and four characters, and the word itself."""
    marked = f"<{word}>"
    runs = [marked] + [marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1)]
    return [zlib.crc32(run.encode()) % _PIECES for run in runs]


class WordTower(nn.Module):
    """Texts to raw embeddings [n, dim].

    Args:
        dim: size of the embeddings.
        vocabulary: rows of the word table.
        word_dim: size of a word vector.
        words: the vocabulary, one word a row.
    """

    def __init__(
        self,
        dim: int,
        vocabulary: int,
        word_dim: int,
        words: list[str] | None = None,
        *,
        width: int = 192,
        depth: int = 2,
    ) -> None:
        super().__init__()
        self.words = list(words or [])
        self._row = {word: row for row, word in enumerate(self.words)}
        self.table = nn.Embedding(vocabulary, word_dim)
        self.pieces = nn.EmbeddingBag(_PIECES, word_dim, mode="sum")
        nn.init.zeros_(self.pieces.weight)
        self.inlet = nn.Linear(word_dim, width)
        layer = nn.TransformerEncoderLayer(
            width, 4, width * 2, 0.0, "gelu", batch_first=True, norm_first=True
        )
        self.body = nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)
        self.place = nn.Parameter(torch.zeros(MOST_WORDS, width))
        self.head = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, dim * 2), nn.SiLU(), nn.Linear(dim * 2, dim)
        )
        self.gate = nn.Linear(width, 1)

    def vectors(self, words: list[str]) -> Tensor:
        """Word vectors [n, word_dim]: from the table, or by pieces."""
        weight = self.table.weight
        rows = [self._row.get(word, -1) for word in words]
        known = torch.tensor(rows, device=weight.device)
        out = self.table(known.clamp(min=0))
        missing = [i for i, row in enumerate(rows) if row < 0]
        if missing:
            guess = self.spelled([words[i] for i in missing])
            out = out.index_copy(
                0, torch.tensor(missing, device=weight.device), guess.to(out.dtype)
            )
        return out

    def spelled(self, words: list[str]) -> Tensor:
        """Word vectors [n, word_dim] from pieces alone."""
        bags = [_pieces(word) for word in words]
        starts = torch.tensor([0, *[len(bag) for bag in bags[:-1]]]).cumsum(0)
        flat = torch.tensor([piece for bag in bags for piece in bag])
        device = self.pieces.weight.device
        return self.pieces(flat.to(device), starts.to(device))

    def forward(self, texts: list[str]) -> Tensor:
        """Raw embeddings [n, dim] of texts."""
        split = [split_words(text) for text in texts]
        longest = max(len(words) for words in split)
        flat = self.vectors([word for words in split for word in words])
        device = flat.device
        pad = torch.ones(len(split), longest, dtype=torch.bool, device=device)
        for row, words in enumerate(split):
            pad[row, : len(words)] = False
        x = torch.zeros(len(split), longest, flat.shape[1], dtype=flat.dtype, device=device)
        x[~pad] = flat
        x = self.body(self.inlet(x) + self.place[:longest], src_key_padding_mask=pad)
        weight = self.gate(x).float().masked_fill(pad[..., None], -1e9).softmax(1)
        return self.head((x * weight.to(x.dtype)).sum(1))
