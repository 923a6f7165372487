"""What is read of a line before looks are chosen: strange words as known ones, telling stems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musivid.nets.protocols import Perceptor

__all__ = ["in_known_words", "stems_of", "told_stems"]

_LEAST_PART = 3  # letters of a word that another is made of
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""), ("ed", "e"))
_ENGLISH = ("", "en")  # a song's language, where one is known


def stems_of(text: str) -> frozenset[str]:
    """The words of a text without their endings, but for the shortest ones."""
    return frozenset(_stem(word) for word in re.findall(r"[^\W\d_]{4,}", text.lower()))


def told_stems(perceptor: Perceptor, line: str) -> frozenset[str]:
    """The stems of a line without small words, as "away", which say nothing to see."""
    known, strange = perceptor.understood([line])[0]
    return stems_of(" ".join((*known, *strange)) if known or strange else line)


def in_known_words(perceptor: Perceptor, line: str) -> str:
    """An English line whose strange words stand as known ones, or as the two that they are made of.

    "a seashell" is read as "a sea shell": what is not in the vocabulary would be guessed by its
    spelling.
    """
    if perceptor.language not in _ENGLISH:
        return line
    for word in perceptor.understood([line])[0][1]:
        if known := _known(perceptor, word):
            line = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", known, line, flags=re.I)
    return line


def _known(perceptor: Perceptor, word: str) -> str | None:
    """A word as one or two that are understood; None: there are none."""
    if not (word.isascii() and word.isalpha()):
        return None
    plain = [word[: -len(end)] + put for end, put in _ENDINGS if word.endswith(end)]
    cuts = range(_LEAST_PART, len(word) - _LEAST_PART + 1)
    # What a word is made of begins with one thing, not with many: a sea shell, no seas' hell.
    parts = [(word[:cut], word[cut:]) for cut in cuts if word[cut - 1] != "s"]
    parts.sort(key=lambda both: abs(len(both[0]) - len(both[1])))
    tried = [(one,) for one in plain if len(one) >= _LEAST_PART] + parts
    understood = perceptor.understood([part for several in tried for part in several])
    known = iter([bool(said) for said, _ in understood])
    found = [" ".join(several) for several in tried if all([next(known) for _ in several])]
    return found[0] if found else None


def _stem(word: str) -> str:
    stem = re.sub(r"(?:ing|ed|es|e|s|y)$", "", word)
    return re.sub(r"([^aeiou])\1$", r"\1", stem)  # dripping, drip
