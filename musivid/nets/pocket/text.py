"""The words tower: a table of everyday words, pieces for all others, a small transformer."""

from __future__ import annotations

import re
import unicodedata
import zlib

import torch
from torch import Tensor, nn

__all__ = ["MOST_WORDS", "Words", "plain"]

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PIECES = 4096
MOST_WORDS = 48
_LONGEST_HAN = 5


def plain(word: str) -> str:
    """Return a lower-case word without accents."""
    split = unicodedata.normalize("NFD", word.lower())
    return unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))


def _pieces(word: str) -> list[int]:
    """Rows of the piece table: hashed runs of three and four characters, and the word itself."""
    marked = f"<{word}>"
    runs = [marked] + [marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1)]
    return [zlib.crc32(run.encode()) % _PIECES for run in runs]


class Words(nn.Module):
    """Texts to raw embeddings [n, dim].

    Buffers: `table` int8 [words, word_dim], in units of `steps` [word_dim].

    Args:
        dim: size of the embeddings.
        words: the vocabulary, one word a row of the table.
        others: words of other languages, without accents, and what they are called in the table.
        word_dim: size of a word vector.
    """

    def __init__(
        self,
        dim: int,
        words: list[str],
        others: dict[str, str] | None = None,
        word_dim: int = 128,
        *,
        width: int = 192,
        depth: int = 2,
    ) -> None:
        super().__init__()
        self.words, self.others = list(words), dict(others or {})
        self._row = {word: row for row, word in enumerate(self.words)}
        self.register_buffer("table", torch.zeros(len(words), word_dim, dtype=torch.int8))
        self.register_buffer("steps", torch.ones(word_dim))
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

    def find(self, text: str) -> list[str]:
        """All words of a text as the table knows them.

        Words of other languages are translated; Chinese, which has no spaces, is cut where the
        longest known words end, and characters that are in none are left out.
        """
        out: list[str] = []
        for word in _WORD.findall(text.lower().replace("\u2019", "'")):
            if _HAN.search(word):
                out += self._cut(word)
            else:
                known = word if word in self._row else plain(word)
                out += self.others.get(plain(word), known).split()
        return out

    def _cut(self, text: str) -> list[str]:
        """The known words of a run of Chinese characters, longest first."""
        out, at = [], 0
        while at < len(text):
            for size in range(min(_LONGEST_HAN, len(text) - at), 0, -1):
                if text[at : at + size] in self.others:
                    out += self.others[text[at : at + size]].split()
                    break
            at += size
        return out

    def vectors(self, words: list[str]) -> Tensor:
        """Word vectors [n, word_dim]: from the table, or by pieces."""
        device = self.steps.device
        rows = [self._row.get(word, -1) for word in words]
        known = torch.tensor(rows, device=device).clamp(min=0)
        out = self.table[known].to(self.steps.dtype) * self.steps
        missing = [i for i, row in enumerate(rows) if row < 0]
        if missing:
            guess = self.spelled([words[i] for i in missing])
            out = out.index_copy(0, torch.tensor(missing, device=device), guess.to(out.dtype))
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
        split = [self.find(text)[:MOST_WORDS] or [""] for text in texts]
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
