"""When each word of a line is sung, and in which row it stands: balanced, without orphans."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Row",
    "Word",
    "balance",
    "is_right_to_left",
    "joins_next",
    "split_words",
    "time_words",
]

_WIDE = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))  # CJK
_SUNG = 0.86  # share of a line's time in which it is sung
_NEAR_ONSET_S = 0.12
_SHORT = 3  # letters of words on which no row should end


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it is sung."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Row:
    """A row of words: indices of the first one and behind the last, and its width in pixels."""

    first: int
    last: int
    width: float


def is_right_to_left(text: str) -> bool:
    """Whether it is written from the right."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def _is_wide(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _WIDE)


def joins_next(text: str) -> bool:
    """Whether a word is set without a space behind it: signs of Chinese and Japanese."""
    return _is_wide(text[0])


def split_words(text: str) -> list[str]:
    """Words by spaces; in Chinese and Japanese each sign is one, with the punctuation behind it."""
    words: list[str] = []
    for chunk in text.split():
        piece = ""
        for letter in chunk:
            if _is_wide(letter) and not unicodedata.category(letter).startswith("P"):
                words += [piece] if piece else []
                piece = letter
            else:
                piece += letter
        words.append(piece)
    return words


def time_words(
    text: str, start_s: float, end_s: float, onsets_s: NDArray[np.float64]
) -> list[Word]:
    """Each word's time: by its length within the line, drawn to the nearest onset."""
    words = split_words(text)
    weights = np.array([1.2 + len(word) for word in words])
    passed = np.concatenate([[0], np.cumsum(weights) / weights.sum()])
    edges = start_s + passed * (end_s - start_s) * _SUNG
    for index in range(1, len(words)):
        if len(onsets_s):
            near = onsets_s[np.argmin(np.abs(onsets_s - edges[index]))]
            if abs(near - edges[index]) < _NEAR_ONSET_S and near > edges[index - 1] + 0.06:
                edges[index] = near
    pairs = zip(words, edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    return [Word(word, begin, end) for word, begin, end in pairs]


def balance(words: Sequence[Word], widths: Sequence[float], space: float, most: float) -> list[Row]:
    """Break a line into as few rows as fit, of like length, none of which ends on a short word.

    Args:
        words: of the line.
        widths: of each word in pixels.
        space: between words.
        most: widest row; a single longer word has a row of its own.
    """
    gaps = [0.0 if joins_next(word.text) else space for word in words]
    ends = np.concatenate([[0.0], np.cumsum(np.add(widths, gaps))])

    def width(first: int, last: int) -> float:
        return float(ends[last] - ends[first] - gaps[last - 1])

    count = len(words)
    for rows in range(1, count + 1):
        goal = min(width(0, count) / rows * 1.04, most)
        cost: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
        for row in range(1, rows + 1):
            for last in range(1, count + 1):
                weak = _is_weak(words[last - 1].text) and last < count
                choices = [
                    (cost[row - 1, first][0] + (width(first, last) - goal) ** 2, first)
                    for first in range(last)
                    if (row - 1, first) in cost
                    and (width(first, last) <= most or last - first == 1)
                ]
                if choices:
                    best, first = min(choices)
                    cost[row, last] = best + ((0.4 * goal) ** 2 if weak else 0.0), first
        if (rows, count) in cost:
            return _traced(cost, rows, count, width)
    return []


def _is_weak(text: str) -> bool:
    return len(text) <= _SHORT and text.isalpha() and text.isascii()


def _traced(
    cost: dict[tuple[int, int], tuple[float, int]],
    rows: int,
    count: int,
    width: Callable[[int, int], float],
) -> list[Row]:
    """The rows that were cheapest."""
    found, last = [], count
    for row in range(rows, 0, -1):
        first = cost[row, last][1]
        found.append(Row(first, last, width(first, last)))
        last = first
    return found[::-1]
