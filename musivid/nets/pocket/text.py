"""The words tower: a table of everyday words, pieces for all others, a small transformer."""

from __future__ import annotations

import copy
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TypedDict

import torch
from torch import Tensor, nn

from musivid.nets.pocket.tongues import (
    NO_RANK,
    SMALL,
    Leaning,
    Reading,
    Tongue,
    guess_tongue,
    lean_of,
    script_of,
    split_words,
)

__all__ = ["MOST_WORDS", "TongueTable", "Words", "plain"]

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PIECES = 4096
MOST_WORDS = 48
_LONGEST_HAN = 5
_OWN = ("en", "es", "pt", "zh")  # whose words the table and `others` know
_BORROWED = 5_000  # rank up to which an English word is one in other languages' lines too


class TongueTable(TypedDict):
    """A language as a file of weights has it.

    Attributes:
        words: words and phrases, and what each is called in English.
        common: the most frequent words, with spaces between.
    """

    words: dict[str, str]
    common: str


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
        others: words of Chinese, Spanish and Portuguese, without accents, and what they are called
            in the table.
        word_dim: size of a word vector.
        tongues: other languages by their codes; without them lines are read as `others` has it.
    """

    def __init__(
        self,
        dim: int,
        words: list[str],
        others: dict[str, str] | None = None,
        word_dim: int = 128,
        *,
        tongues: Mapping[str, TongueTable] | None = None,
        width: int = 192,
        depth: int = 2,
    ) -> None:
        super().__init__()
        self.words, self.others = list(words), dict(others or {})
        self.leaning = Leaning()
        self._row = {word: row for row, word in enumerate(self.words)}
        self._tongues = {
            code: Tongue(code, table["words"] or self.others, table["common"].split())
            for code, table in (tongues or {}).items()
        }
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
        """All words of a text as the table knows them, those of other languages in English."""
        return [word for reading in self.read(text) for word in reading.words]

    def read(self, text: str) -> list[Reading]:
        """All words of a text, and what is made of each."""
        spoken = self._spoken(text) if self._tongues else []
        if not {code for _, _, code in spoken} - set(_OWN):
            return self._read_own(text)
        out: list[Reading] = []
        for code, group in groupby(spoken, key=lambda word: word[2]):
            part = " ".join(word for word, _, _ in group)
            out += self._read_own(part) if code in _OWN else self._read_in(code, part)
        return out

    def in_song(self, lines: Sequence[str]) -> Words:
        """The same tower; what may be of several languages it reads as most of these lines are."""
        twin = copy.copy(self)
        alone = [self._spoken(line) for line in dict.fromkeys(lines)]
        words = ((w for w in line if w[0][0].isalpha()) for line in alone)
        twin.leaning = lean_of([list(line) for line in words]) if self._tongues else Leaning()
        return twin

    def tongues_of(self, text: str) -> list[str]:
        """The language that each word of a text is read in."""
        return [code for _, _, code in self._spoken(text)]

    def _spoken(self, text: str) -> list[tuple[str, str | None, str]]:
        """Words of a text, the languages of their signs (None: Latin ones), and their own."""
        said = split_words(text)
        scripts = [script_of(word) for word in said]
        latin = [w for w, s in zip(said, scripts, strict=True) if s is None and w[0].isalpha()]
        guess = "en"
        if latin:
            guess = guess_tongue(latin, self._tongues, self._row, self.leaning.latin)
        kana = "ja" in scripts or self.leaning.han == "ja"
        both = zip(said, scripts, strict=True)
        return [(word, script, self._tongue(word, script, guess, kana)) for word, script in both]

    def _tongue(self, word: str, script: str | None, guess: str, kana: bool) -> str:
        """The language of one word of a text.

        Args:
            word: of the text.
            script: the language of its signs; None: Latin ones.
            guess: the language of those in Latin letters.
            kana: whether the text, or its song, has words with Japanese letters.
        """
        code = script or (guess if word[0].isalpha() else "en")
        if code == "zh" and "ja" in self._tongues and self.leaning.han != "zh":
            code = "ja" if kana or self._japanese(word) else "zh"
        return code if code in self._tongues or code in _OWN else "en"

    def _japanese(self, signs: str) -> bool:
        """Whether signs that both languages write are rather Japanese: it has longer words."""
        own = [r for r in self._cut(signs) if r.known is not False]
        japanese = self._tongues["ja"].read(signs)
        if any(reading.known is False for reading in japanese):
            return False
        covered = sum(len(reading.said) for reading in own)
        return covered < len(signs) or len(japanese) < len(own)

    def _read_in(self, code: str, text: str) -> list[Reading]:
        """The words of a text in another language; English ones may stand among them."""
        tongue, out = self._tongues[code], []
        for reading in tongue.read(text):
            row = self._row.get(reading.said, NO_RANK)
            strange = reading.known is False and tongue.rank(reading.said) == NO_RANK
            borrowed = strange and row < _BORROWED
            out.append(Reading(reading.said, (reading.said,), True) if borrowed else reading)
        return out

    def _read_own(self, text: str) -> list[Reading]:
        """The words of a text in English, Spanish, Portuguese or Chinese.

        Chinese, which has no spaces, is cut where the longest known words end, and characters that
        are in none are left out. Words that are not known are guessed by their spelling.
        """
        out: list[Reading] = []
        for word in _WORD.findall(text.lower().replace("\u2019", "'")):
            if _HAN.search(word):
                out += self._cut(word)
                continue
            known = word if word in self._row else plain(word)
            called = self.others.get(plain(word), known)
            rows = [self._row.get(part, NO_RANK) for part in called.split()]
            small = all(row < SMALL for row in rows) or not word[0].isalpha()
            out.append(Reading(word, tuple(called.split()), None if small else max(rows) < NO_RANK))
        return out

    def _cut(self, text: str) -> list[Reading]:
        """The known words of a run of Chinese characters, longest first."""
        out, at = [], 0
        while at < len(text):
            size = 1
            for size in range(min(_LONGEST_HAN, len(text) - at), 0, -1):
                if called := self.others.get(text[at : at + size]):
                    small = all(self._row.get(part, NO_RANK) < SMALL for part in called.split())
                    said = text[at : at + size]
                    out.append(Reading(said, tuple(called.split()), None if small else True))
                    break
            else:
                out.append(Reading(text[at], (), False))
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
