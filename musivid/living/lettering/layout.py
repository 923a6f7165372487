"""When each word of a line is sung, and in which row it stands: balanced, without orphans."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Row",
    "Word",
    "balance",
    "in_order",
    "is_right_to_left",
    "joins_next",
    "letters_typed",
    "runs_right_to_left",
    "split_words",
    "time_words",
    "words_at",
]

_WIDE = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))  # CJK
_SUNG = 0.86  # share of a line's time in which it is sung
_NEAR_ONSET_S = 0.12
_LEAST_WORD_S = 0.15  # of the last word of a line
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


def runs_right_to_left(text: str) -> bool:
    """Whether a line is written from the right: as its first letter with a direction says."""
    return _direction(text) == "R"


def in_order(words: Sequence[str], *, right: bool) -> list[int]:
    """Indices of the words of a row from left to right, as readers of both directions expect.

    Unicode's rule for mixed directions (annex 9, rules N0-N2, I1, I2 and L2), by whole words: what
    runs against the row's direction keeps its own order within, and so do numbers.

    Args:
        words: as they are spoken.
        right: whether the line runs from the right.
    """
    levels = _levels([_direction(word) for word in words], 1 if right else 0)
    order = list(range(len(words)))
    for level in range(max(levels, default=0), 0, -1):
        first = 0
        while first < len(order):
            last = first
            while last < len(order) and levels[order[last]] >= level:
                last += 1
            order[first:last] = order[first:last][::-1]
            first = max(last, first + 1)
    return order


def _levels(kinds: Sequence[str], base: int) -> list[int]:
    """The depth of each word in runs of the other direction; odd ones run from the right."""
    own, levels = "LR"[base], []
    for index, kind in enumerate(kinds):
        before = next((k for k in reversed(kinds[:index]) if k in "LR"), own)
        if kind == "":  # as its neighbours, if both run one way
            after = next((k for k in kinds[index + 1 :] if k in "LR"), own)
            kind = before if before == after else own
        if kind == "N":
            levels.append(2 if base or before == "R" else 0)
        else:
            levels.append(1 if kind == "R" else 2 * base)
    return levels


def _direction(text: str) -> str:
    """L or R as the first letter that has a direction; N: numbers alone; empty: neither."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    for kind in kinds:
        if kind in ("L", "R", "AL"):
            return "L" if kind == "L" else "R"
    return "N" if any(kind in ("EN", "AN") for kind in kinds) else ""


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


def letters_typed(text: str, share: float) -> int:
    """How many characters of a word stand when a share of it (0..1) is typed; marks come along."""
    count = max(1, round(share * len(text)))
    while count < len(text) and unicodedata.category(text[count]).startswith(("M", "C")):
        count += 1
    return count


def words_at(text: str, end_s: float, given: Sequence[tuple[float, str]]) -> list[Word]:
    """The words of a line at times that are known; none if these are of other words.

    Args:
        text: the line.
        end_s: when its last word ends.
        given: when each piece of it begins, and the piece: a word or some.
    """
    starts: list[float] = []
    for (time_s, piece), (later_s, _) in itertools.pairwise([*given, (end_s, "")]):
        count = len(split_words(piece))
        starts += [time_s + (later_s - time_s) * k / count for k in range(count)]
    words = split_words(text)
    if len(starts) != len(words) or not words:
        return []
    ends = [*starts[1:], max(end_s, starts[-1] + _LEAST_WORD_S)]
    return [Word(*word) for word in zip(words, starts, ends, strict=True)]


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
