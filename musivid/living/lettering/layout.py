"""When each word of a line is sung, and in which row it stands: balanced, without orphans."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.media.lyrics.breaking import clusters, pieces_of

__all__ = [
    "Row",
    "Word",
    "balance",
    "in_order",
    "is_right_to_left",
    "letters_typed",
    "parted",
    "runs_right_to_left",
    "split_words",
    "time_words",
    "words_at",
]

_SUNG = 0.86  # share of a line's time in which it is sung
_NEAR_ONSET_S = 0.12
_LEAST_WORD_S = 0.15  # of the last word of a line
_MOST_BALANCED = 60  # words of a line of which all ways to break it are weighed
_SHORT = 3  # letters of words on which no row should end


@dataclass(frozen=True, slots=True)
class Word:
    """A word and when it is sung.

    Attributes:
        text: of it.
        start_s: when it begins.
        end_s: when it ends.
        space: whether a space stands behind it.
        ends_row: whether its row ends with it, as it was typed.
    """

    text: str
    start_s: float
    end_s: float
    space: bool = True
    ends_row: bool = False


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


def split_words(text: str) -> list[str]:
    """Parts of a line that light up one by one, and between which it may be broken."""
    return [piece.text for piece in pieces_of(text)]


def _as_words(text: str, times: Sequence[tuple[float, float]]) -> list[Word]:
    """The words of a line at their times."""
    return [
        Word(piece.text, start_s, end_s, piece.space, piece.ends_row)
        for piece, (start_s, end_s) in zip(pieces_of(text), times, strict=True)
    ]


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
    return _as_words(text, list(itertools.pairwise(edges.tolist())))


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
    return _as_words(text, list(zip(starts, ends, strict=True)))


def parted(words: Sequence[Word], wide: Callable[[str], float], most: float) -> list[Word]:
    """The words, of which those that are wider than a row are parted between letters."""
    found: list[Word] = []
    for word in words:
        parts = [""]
        for cluster in clusters(word.text) if wide(word.text) > most else [word.text]:
            if parts[-1] and wide(parts[-1] + cluster) > most:
                parts.append("")
            parts[-1] += cluster
        each_s = (word.end_s - word.start_s) / len(parts)
        for index, part in enumerate(parts):
            start_s, last = word.start_s + index * each_s, index == len(parts) - 1
            found.append(
                Word(part, start_s, start_s + each_s, word.space and last, word.ends_row and last)
            )
    return found


def balance(words: Sequence[Word], widths: Sequence[float], space: float, most: float) -> list[Row]:
    """Break a line into as few rows as fit, of like length, none of which ends on a short word.

    Args:
        words: of the line.
        widths: of each word in pixels.
        space: between words.
        most: widest row; a single longer word has a row of its own.
    """
    rows: list[Row] = []
    first = 0
    for last, word in enumerate(words, 1):
        if word.ends_row or last == len(words):
            part = _balanced if last - first <= _MOST_BALANCED else _filled
            found = part(words[first:last], widths[first:last], space, most)
            rows += [Row(row.first + first, row.last + first, row.width) for row in found]
            first = last
    return rows


def _filled(words: Sequence[Word], widths: Sequence[float], space: float, most: float) -> list[Row]:
    """Rows that are filled one after the other; for texts too long to weigh all ways."""
    rows: list[Row] = []
    first, filled = 0, 0.0
    for index, (word, width) in enumerate(zip(words, widths, strict=True)):
        if index > first and filled + width > most:
            gap = space if words[index - 1].space else 0.0
            rows.append(Row(first, index, filled - gap))
            first, filled = index, 0.0
        filled += width + (space if word.space else 0.0)
    return [*rows, Row(first, len(words), filled - (space if words[-1].space else 0.0))]


def _balanced(
    words: Sequence[Word], widths: Sequence[float], space: float, most: float
) -> list[Row]:
    """The rows whose widths are most alike."""
    gaps = [space if word.space else 0.0 for word in words]
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
