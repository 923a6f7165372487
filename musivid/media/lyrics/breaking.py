"""Where a line of any script may be broken, and how large its letters can be in the room there is.

One table of scripts for both ways to write lines: subtitles that libass draws, and words that light
up. The rules are those of Unicode's annex 14 as far as songs need them: signs of Chinese and
Japanese part anywhere but before what closes and behind what opens; Korean and all scripts with
spaces part at these alone; Thai and Lao, which have none between words, part before the vowels that
are written ahead of their syllable, unless ends of words are typed as spaces without width.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Fitted", "Piece", "clusters", "fit_rows", "is_emoji", "is_wide", "pieces_of"]

_WIDE = ((0x2E80, 0x312F), (0x31A0, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF01, 0xFF60),
         (0xFFE0, 0xFFE6), (0x20000, 0x3FFFF))  # fmt: skip
_EMOJI = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0xE0020, 0xE007F))
_SYLLABLES = ((0x1000, 0x109F), (0x1780, 0x17FF))  # Burmese and Khmer part at any syllable
_NO_FIRST = frozenset(
    "、。，．・：；！？!?,.:;%…‥°ー〜～々ゝゞヽヾ’”»›ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
    "ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
)
_NO_LAST = frozenset("“‘«‹$£¥￥＄#＃")
_AHEAD = frozenset("เแโใไເແໂໃໄ")  # vowels that are written ahead of their consonant
_BEHIND = frozenset("ะาำๅๆฯะາຳະໆ")  # letters that belong to the syllable before them
_KEPT = "\ufdd0"  # stands for a space at which no row ends; this is no character at all
_JOINER, _BREAK_HERE = "\u200d", "\u200b"
_UNSHOWN = str.maketrans("", "", "\u00ad\u200b\ufeff")
_HYPHENS = "-‐–—/"

_STEP = 0.92  # how much smaller letters are tried
_LEAST = 0.55  # letters are made so much smaller before words are parted
_SMALLEST = 0.2  # and so much before a text is cut
_SHARE = 0.45  # of the height that rows should take at most


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line between two places where it may be broken.

    Attributes:
        text: what it says.
        space: whether a space stands behind it, unless it ends a row.
        ends_row: whether the row ends behind it, as the line was typed.
    """

    text: str
    space: bool = False
    ends_row: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """A line in rows: their texts, and how large its letters are beside the wanted size."""

    rows: list[str]
    scale: float


def is_wide(letter: str) -> bool:
    """Whether it is a sign of Chinese or Japanese writing."""
    return any(low <= ord(letter) <= high for low, high in _WIDE)


def is_emoji(letter: str) -> bool:
    """Whether it is a small picture, or what joins or colours such."""
    return any(low <= ord(letter) <= high for low, high in _EMOJI) or letter == "\ufe0f"


def clusters(text: str) -> list[str]:
    """What readers take for letters: each with its marks, and emoji that are joined."""
    found: list[str] = []
    for letter in text:
        if found and _joins(found[-1], letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def pieces_of(text: str) -> list[Piece]:
    """The parts of a line between which it may be broken."""
    pieces: list[Piece] = []
    for row in text.split("\n"):
        first = len(pieces)
        for word in row.replace("\u00a0", _KEPT).split():
            parts = list(_parts(word.replace(_KEPT, "\u00a0")))
            pieces += [Piece(part) for part in parts[:-1]]
            pieces.append(Piece(parts[-1], space=True))
        if len(pieces) > first:
            pieces[-1] = Piece(pieces[-1].text, ends_row=True)
    if pieces:
        pieces[-1] = Piece(pieces[-1].text)
    return pieces


def fit_rows(
    text: str, ems_of: Callable[[str], float], most_ems: float, most_rows: float
) -> Fitted:
    """A line in as few rows of like length as fit, in smaller letters where they would not.

    Args:
        text: the line.
        ems_of: how wide a text is, in sizes of its letters.
        most_ems: how wide a row may be, in letters of the wanted size.
        most_rows: how many rows the picture has room for, in letters of the wanted size.
    """
    pieces, scale = pieces_of(text), 1.0
    while scale > _SMALLEST:
        rows = _rows(pieces, ems_of, most_ems / scale)
        share = _SHARE if scale > _LEAST else 1.0
        if rows is not None and len(rows) <= max(2.0 * share / _SHARE, share * most_rows / scale):
            return Fitted(rows, scale)
        scale *= _STEP
        if scale <= _LEAST:  # words that still do not fit are parted
            pieces = list(_parted(pieces, ems_of, most_ems / scale))
    rows = _rows(pieces, ems_of, most_ems / scale) or [text]
    room = max(1, int(most_rows / scale))
    return Fitted(rows[:room] if len(rows) <= room else [*rows[: room - 1], "…"], scale)


def _joins(cluster: str, letter: str) -> bool:
    """Whether a letter belongs to the cluster before it."""
    last = cluster[-1]
    if unicodedata.category(letter)[0] == "M" or letter in _BEHIND or letter == _JOINER:
        return True
    if last == _JOINER or unicodedata.combining(last) == 9:  # a virama joins consonants
        return unicodedata.category(letter)[0] in "LSN"
    if 0x1F3FB <= ord(letter) <= 0x1F3FF or 0xE0020 <= ord(letter) <= 0xE007F:
        return True
    flags = all(0x1F1E6 <= ord(sign) <= 0x1F1FF for sign in (last, letter))
    return (flags and len(cluster) == 1) or last in _AHEAD


def _parts(word: str) -> Iterator[str]:
    """The parts of what stands between two spaces; where ends of words are typed, no syllables."""
    part, typed = "", _BREAK_HERE in word
    for cluster in clusters(word):
        if part and _may_part(part, cluster, syllables=not typed):
            yield part.translate(_UNSHOWN)
            part = ""
        part += cluster
    yield part.translate(_UNSHOWN)


def _may_part(before: str, after: str, *, syllables: bool) -> bool:
    """Whether a row may end between two clusters, of which the first ends `before`.

    Between syllables only if asked to.
    """
    last, first = before[-1], after[0]
    if last == _BREAK_HERE:
        return True
    opens = last in _NO_LAST or unicodedata.category(last) in ("Ps", "Pi")
    closes = first in _NO_FIRST or unicodedata.category(first) in ("Pe", "Pf")
    if opens or closes:
        return False
    if is_wide(last) or is_wide(first) or is_emoji(last) or is_emoji(first):
        return True
    if last in _HYPHENS:
        return len(before) > 1 and before[-2].isalpha() and first.isalpha()
    begins = first in _AHEAD or any(low <= ord(first) <= high for low, high in _SYLLABLES)
    return begins and syllables


def _parted(
    pieces: Sequence[Piece], ems_of: Callable[[str], float], most: float
) -> Iterator[Piece]:
    """The pieces, of which those that are wider than a row are parted between letters."""
    for piece in pieces:
        part = ""
        for cluster in clusters(piece.text):
            if part and ems_of(part + cluster) > most:
                yield Piece(part)
                part = ""
            part += cluster
        yield Piece(part, piece.space, piece.ends_row)


def _rows(pieces: Sequence[Piece], ems_of: Callable[[str], float], most: float) -> list[str] | None:
    """Rows of like length, as few as fit; None: a piece is wider than a row."""
    widths = [ems_of(piece.text) for piece in pieces]
    if max(widths, default=0.0) > most:
        return None
    space = ems_of(" ")
    fewest = len(_filled(pieces, widths, space, most))
    low, high = max(widths, default=0.0), most
    for _ in range(12):  # the narrowest rows of that number are the most alike
        middle = (low + high) / 2
        if len(_filled(pieces, widths, space, middle)) == fewest:
            high = middle
        else:
            low = middle
    return _filled(pieces, widths, space, high)


def _filled(
    pieces: Sequence[Piece], widths: Sequence[float], space: float, most: float
) -> list[str]:
    """Rows filled one after the other."""
    rows: list[str] = []
    row, filled, gap = "", 0.0, ""
    for piece, width in zip(pieces, widths, strict=True):
        if row and filled + (space if gap else 0.0) + width > most + 1e-9:
            rows.append(row)
            row, filled, gap = "", 0.0, ""
        row += gap + piece.text
        filled += (space if gap else 0.0) + width
        gap = " " if piece.space else ""
        if piece.ends_row:
            rows.append(row)
            row, filled, gap = "", 0.0, ""
    return [*rows, row] if row else rows
