"""When each token of a known text is heard: the likeliest way through what a network heard.

Forced alignment for CTC (Graves et al. 2006; Kürzinger et al. 2020, arXiv 2007.09127), whose search
is torchaudio's. What nobody wrote down - an instrumental part, calls between lines - is taken by a
star that fits any sound as well as silence does (Pratap et al. 2023, arXiv 2305.13516).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from musivid.core.errors import InputError

__all__ = ["STAR", "Stretch", "force_tokens"]

STAR = -1
"""Stands in a text for whatever is heard there, or nothing."""

_MOST_CELLS = 1.5e9  # frames times states; of bytes the search takes about as many


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a token is heard: its frames, and the mean likelihood of the token in them, 0 to 1."""

    first: int
    stop: int
    chance: float


def force_tokens(
    log_probs: NDArray[np.float32], tokens: Sequence[int], *, blank: int = 0
) -> list[Stretch]:
    """Where each token is heard, ascending and apart.

    Args:
        log_probs: [frames, tokens], the log-likelihood of each token in each frame.
        tokens: the text, columns of these or `STAR`; of two stars side by side one is none.
        blank: the column that stands between tokens.

    Raises:
        InputError: the text has more tokens than there are frames, or both are too long.
    """
    from torchaudio.functional import forced_align

    if not tokens:
        return []
    frames, columns = log_probs.shape
    again = sum(a == b for a, b in itertools.pairwise(tokens))
    if len(tokens) + again > frames:
        raise InputError(
            f"the words do not fit into the song: {len(tokens)} letters and gaps in {frames} "
            "moments of sound",
            hint="Give the words of this song, or of the part that is heard.",
        )
    if frames * (2.0 * len(tokens) + 1) > _MOST_CELLS:
        raise InputError(
            f"{len(tokens)} letters in {frames} moments of sound are too many to be timed at once",
            hint="Give the song and its words in parts.",
        )
    heard = torch.from_numpy(np.pad(log_probs, ((0, 0), (0, 1))))  # a star costs nothing
    wanted = torch.tensor([[columns if one == STAR else one for one in tokens]], dtype=torch.int32)
    path, _ = forced_align(heard[None], wanted, blank=blank)
    return _spans(path[0].numpy(), np.exp(log_probs), blank)


def _spans(path: NDArray[np.int32], chances: NDArray[np.float32], blank: int) -> list[Stretch]:
    """Runs of one token, but for the blank."""
    borders = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    spans = []
    for first, stop in itertools.pairwise(borders):
        token = int(path[first])
        if token != blank:
            held = chances[first:stop, token].mean() if token < chances.shape[1] else 1.0
            spans.append(Stretch(first, stop, float(held)))
    return spans
