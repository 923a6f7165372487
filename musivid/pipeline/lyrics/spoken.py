"""Lines of a text as the letters that a network can hear: case, marks, numbers and writings.

What is shown stays as it was written; only what is listened for is brought into the letters of the
network's vocabulary. What it has no letters for is passed over, and told.
"""

from __future__ import annotations

import string
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from musivid.media.lyrics.breaking import is_wide, pieces_of
from musivid.media.lyrics.lines import writing_of
from musivid.media.lyrics.unsung import without_marks
from musivid.pipeline.lyrics.numbers import said_numbers

if TYPE_CHECKING:
    from musivid.nets.speech.ctc import Letters

__all__ = ["SpokenLine", "SpokenWord", "passed_over", "speak", "words_of"]

_APOSTROPHES = str.maketrans("’‘ʼ`´＇", "''''''")
_MOST_NAMED = 12  # letters that are passed over and named


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word: as it is shown, what is heard of it, and letters that have no token."""

    text: str
    tokens: tuple[int, ...]
    unheard: str = ""


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A line: as it is shown, and the words of it that are sung."""

    text: str
    words: tuple[SpokenWord, ...]

    @property
    def is_heard(self) -> bool:
        """Whether any letter of it can be heard."""
        return any(word.tokens for word in self.words)


def speak(lines: Sequence[str], letters: Letters, language: str | None = None) -> list[SpokenLine]:
    """The lines in the letters of a network.

    Args:
        lines: as they are shown.
        letters: what the network can hear.
        language: code of what is sung; None: not known, numbers are English.
    """
    return [
        SpokenLine(line, tuple(_spoken(word, letters, language) for word in words_of(line)))
        for line in lines
    ]


def words_of(line: str) -> list[str]:
    """The words of a line that are sung, in writings without spaces sign by sign."""
    words: list[str] = []
    joins = False
    for piece in pieces_of(without_marks(line)):
        wide = any(is_wide(letter) for letter in piece.text)
        if joins and words and not wide and not is_wide(words[-1][-1]):
            words[-1] += piece.text
        else:
            words.append(piece.text)
        joins = not piece.space
    return words


def passed_over(lines: Sequence[SpokenLine], letters: Letters) -> list[str]:
    """What to tell of letters that the network has none for; nothing where it has all."""
    unheard = Counter(sign for line in lines for word in line.words for sign in word.unheard)
    if not unheard:
        return []
    shown = " ".join(sign for sign, _ in unheard.most_common(_MOST_NAMED))
    more = f" and {len(unheard) - _MOST_NAMED} more" if len(unheard) > _MOST_NAMED else ""
    return [
        f"{sum(unheard.values())} letters are passed over, for which the aligner has none: "
        f"{shown}{more}; it reads {_writings(letters)}"
    ]


def _writings(letters: Letters) -> str:
    """The writings of a vocabulary."""
    known = Counter(filter(None, map(writing_of, letters.tokens)))
    return ", ".join(name.capitalize() for name, _ in known.most_common(3)) or "no letters"


def _spoken(word: str, letters: Letters, language: str | None) -> SpokenWord:
    text = unicodedata.normalize("NFKC", word).translate(_APOSTROPHES)
    if language in (None, "en") and _is_latin(letters):
        text = said_numbers(text)
    tokens: list[int] = []
    unheard = ""
    for sign in text:
        found = _tokens(sign, letters)
        tokens += found
        if not found and sign.isalnum():
            unheard += sign
    return SpokenWord(word, tuple(tokens), unheard)


def _tokens(sign: str, letters: Letters) -> list[int]:
    """The tokens of a letter: its own, of another case, without its marks, or in Latin letters."""
    known = letters.tokens
    bare = "".join(c for c in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(c))
    for form in (sign, sign.casefold(), sign.upper(), bare.casefold(), bare.upper()):
        if form and all(letter in known for letter in form):
            return [known[letter] for letter in form]
    if not sign.isalpha() or not _is_latin(letters):
        return []
    from anyascii import anyascii

    latin = anyascii(sign).lower()
    return [known[c] if c in known else known[c.upper()] for c in latin
            if c in known or c.upper() in known]  # fmt: skip


def _is_latin(letters: Letters) -> bool:
    """Whether it has all letters of English, and may be given other writings in these."""
    return all(c in letters.tokens or c.upper() in letters.tokens for c in string.ascii_lowercase)
