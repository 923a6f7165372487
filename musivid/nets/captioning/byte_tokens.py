"""Tokens of a byte-level vocabulary back into text; writing needs no more of a tokenizer.

Radford et al. 2019 (GPT-2): every byte is written as a printable character, so a token's text is
read off its characters. The file is `vocab.json`, a table of tokens and their numbers.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from musivid.core.errors import WeightsError

__all__ = ["ByteWords", "load_words", "tiny_words"]

_MAX_BYTES = 20_000_000  # of the vocabulary's file
# Bytes that are written as they are: printable characters of Latin-1 without the soft hyphen.
_PLAIN = (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100))


@functools.cache
def _bytes_of() -> dict[str, int]:
    """The byte that each character stands for: itself, or the next free one from 256 on."""
    others = [byte for byte in range(256) if byte not in _PLAIN]
    return {chr(byte): byte for byte in _PLAIN} | {chr(256 + k): b for k, b in enumerate(others)}


@dataclass(frozen=True, slots=True)
class ByteWords:
    """A vocabulary: what each token's number is written as."""

    tokens: dict[int, str]

    def text(self, numbers: Sequence[int]) -> str:
        """The text of tokens; those in angle brackets, such as </s>, say nothing."""
        table, raw = _bytes_of(), bytearray()
        for number in numbers:
            token = self.tokens.get(number, "")
            if not (token.startswith("<") and token.endswith(">") and len(token) > 2):
                raw += bytes(table[letter] for letter in token if letter in table)
        return raw.decode("utf-8", errors="replace").strip()


def load_words(path: Path, size: int) -> ByteWords:
    """The vocabulary of a `vocab.json` that has a token for each number under `size`.

    Raises:
        WeightsError: the file cannot be read, is not such a table, or is of another model.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError("too large")
        table = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(table, dict) or not all(type(n) is int for n in table.values()):
            raise ValueError("not a table of tokens and numbers")
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} cannot be read as a vocabulary: {error}",
            hint="Give vocab.json of https://huggingface.co/facebook/bart-base.",
        ) from None
    tokens = {number: str(token) for token, number in table.items()}
    missing = size - len(tokens.keys() & set(range(size)))
    # bart-base's <mask> stands in another of its files; it is never written.
    if missing > 1:
        raise WeightsError(
            f"{path} has {len(tokens)} tokens, the model has {size}",
            hint="Give vocab.json of https://huggingface.co/facebook/bart-base.",
        )
    return ByteWords(tokens)


def tiny_words(size: int) -> ByteWords:
    """A vocabulary of syllables, for tests."""
    start = {0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>"}
    return ByteWords(
        start | {k: f"Ġ{'bdgklmnprst'[k % 11]}{'aeiou'[k % 5]}" for k in range(4, size)}
    )
