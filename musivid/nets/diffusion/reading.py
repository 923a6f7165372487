"""How much of a text a pipeline reads, and texts that are cut where it makes sense, not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["count_tokens", "shorten"]

_NO_LIMIT = 512  # tokens, where a tokenizer states none


def count_tokens(tokenizer: Any) -> tuple[Callable[[str], int], int]:
    """What counts the tokens of a text, ends included; and how many are read.

    Without a tokenizer (None) words are counted.
    """
    if tokenizer is None:
        return lambda text: len(text.split()), _NO_LIMIT
    limit = int(tokenizer.model_max_length)

    def count(text: str) -> int:
        return len(tokenizer(text, truncation=False).input_ids)

    return count, limit if limit < 10_000 else _NO_LIMIT


def shorten(texts: Sequence[str], count: Callable[[str], int], limit: int) -> list[str]:
    """Texts that together have at most `limit` tokens: the last is cut first, at clauses and words.

    Captions alone fill half of CLIP's 77 tokens; what is over would be cut off unseen.

    Args:
        texts: the most important first.
        count: how many tokens a text has, ends included.
        limit: how many are read.
    """
    kept = [text.strip() for text in texts]
    for place in reversed(range(len(kept))):
        while kept[place] and count(", ".join(filter(None, kept))) > limit:
            kept[place] = _without_end(kept[place])
    return kept


def _without_end(text: str) -> str:
    """The text without its last clause, or without its last word where it is one clause."""
    body = text.rstrip(" .,;:!?")
    cut = max(body.rfind(mark) for mark in ".,;:")
    if cut <= 0:
        cut = body.rfind(" ")
    return body[:cut].rstrip(" .,;:") if cut > 0 else ""
