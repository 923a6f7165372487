"""Texts through a tokenizer and a tower of transformers, some at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["embed_texts"]


@torch.no_grad()
def embed_texts(
    texts: list[str],
    tokenizer: Callable[..., Any],
    read: Callable[[Any], Tensor],
    *,
    most: int,
    at_once: int,
    padding: bool | str = True,
) -> Tensor:
    """Directions of texts, float32 [n, dim]; what goes beyond `most` tokens is not read.

    Args:
        texts: at least one.
        tokenizer: of transformers.
        read: gives embeddings [batch, dim] for the tokens of a batch.
        most: tokens of a text.
        at_once: texts in a batch.
        padding: up to which length tokens are filled, as the tokenizer takes it.
    """
    rows = [
        read(
            tokenizer(
                texts[first : first + at_once],
                padding=padding,
                truncation=True,
                max_length=most,
                return_tensors="pt",
            )
        ).float()
        for first in range(0, len(texts), at_once)
    ]
    return F.normalize(torch.cat(rows), dim=-1)
