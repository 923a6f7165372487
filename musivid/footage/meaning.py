"""How well footage fits the words that are sung: by names of files and folders, or as it is seen.

Words are compared by their stems, so that `waves` meets `wave`; a text beside a file, as
`beach.txt` beside `beach.mp4`, counts as its name.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.media.lyrics.encoding import decode_text

__all__ = ["by_embedding", "by_names", "name_words", "said_words"]

Floats = NDArray[np.float64]

_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
# What cameras and programmes call files, and words that are in every line: they mean nothing.
_EMPTY = frozenset(
    _PARTS.findall(
        "img image dsc dscn dcim mov mvi vid video clip clips footage gopr gp gh gx pxl dji mp "
        "mts take shot scene final copy edit raw photo photos picture the and with you your for "
        "from that this are was were not all its but our out into over they them she her his him "
        "who what when where will can just like there here have has had"
    )
)
_ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e")
_LEAST_LETTERS = 3
_SIDECAR_BYTES = 1 << 14  # of a text beside a file


def said_words(text: str) -> frozenset[str]:
    """Stems of the words of a text that mean something."""
    parts = _PARTS.findall(_CAMEL.sub(" ", text))
    return frozenset(_stem(part.lower()) for part in parts
                     if part.lower() not in _EMPTY and _says_something(part))  # fmt: skip


def name_words(path: Path, root: Path) -> frozenset[str]:
    """Stems of what a file is called: its own name, its folders below `root`, a text beside it."""
    try:
        names = path.relative_to(root).with_suffix("").parts
    except ValueError:
        names = (path.stem,)
    beside = path.with_suffix(".txt")
    text = ""
    if beside.is_file():
        # A text of any other use, or cut off within a sign, is no reason to lose the file.
        with beside.open("rb") as file, contextlib.suppress(InputError):
            text = decode_text(file.read(_SIDECAR_BYTES), beside.name)[0]
    return said_words(" ".join((*names, text)))


def by_names(words: Sequence[frozenset[str]], lines: Sequence[str]) -> Floats:
    """How well each file fits each line, float64 [lines, files], 0..1.

    A word that many files have says less.

    Args:
        words: of each file.
        lines: what is sung; empty: nothing.
    """
    count = {word: sum(word in own for own in words) for own in words for word in own}
    said = [said_words(line) for line in lines]
    fits = np.array(
        [[sum(1 / count[word] ** 0.5 for word in line & own) for own in words] for line in said]
    ).reshape(len(lines), len(words))
    most = fits.max(1, keepdims=True) if fits.size else fits
    return np.asarray(fits / np.maximum(most, 1e-9) * (most > 0), np.float64)


def by_embedding(pictures: Floats, embed: Callable[[Sequence[str]], Floats],
                 lines: Sequence[str]) -> Floats:  # fmt: skip
    """How well each shot fits each line, float64 [lines, shots]: 0 as usual ones, 1 the best.

    Args:
        pictures: float64 [shots, dim], unit length: what shots show, in a space that they share
            with words.
        embed: words into that space.
        lines: what is sung; empty: nothing.
    """
    texts = sorted({line for line in lines if line.strip()})
    fits = np.zeros((len(lines), len(pictures)))
    if texts and len(pictures) > 1:
        likeness = embed(texts) @ pictures.T
        if len(texts) > 1:  # pictures that are near to all words say nothing of one of them
            likeness = likeness - likeness.mean(0)
        above = np.maximum(likeness - likeness.mean(1, keepdims=True), 0.0)
        of = dict(zip(texts, above / (above.max(1, keepdims=True) + 1e-9), strict=True))
        for row, line in zip(fits, lines, strict=True):
            row[:] = of.get(line, 0.0)
    return fits


def _says_something(part: str) -> bool:
    # Of scripts that write no spaces, as Chinese, one sign may be a word.
    return len(part) >= _LEAST_LETTERS or not part.isascii()


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_LETTERS:
            return word[: -len(ending)]
    return word
