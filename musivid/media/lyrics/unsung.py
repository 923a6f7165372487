"""What stands in texts of songs and is not sung: names of parts, who sings, how often."""

from __future__ import annotations

import re

__all__ = ["is_mark", "without_marks"]

_PARTS = (
    r"(?:pre|post)[- ]?chorus|chorus|verse|refrain|bridge|intro|outro|hook|interlude|instrumental|"
    r"solo|coda|strophe|refrão|estribillo|couplet|pont"
)
_COUNT = r"(?:[x×]\s?\d{1,2}|\d{1,2}\s?[x×])"
_BRACKETED = re.compile(rf"\[[^\[\]]*\]|\(\s*(?:{_COUNT}|(?:{_PARTS})\s*\d{{0,2}})\s*\)", re.I)
_BARE = re.compile(rf"(?:(?:{_PARTS})\s*\d{{0,2}}|repeat)\s*(?:{_COUNT})?\s*[:.]?", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|\s){_COUNT}\s*$", re.IGNORECASE)


def is_mark(line: str) -> bool:
    """Whether nothing of a line is sung: `[Chorus]`, `Verse 2:`, `(x2)`."""
    return not without_marks(line) and bool(line.strip())


def without_marks(line: str) -> str:
    """What is sung of a line: without `[...]` and `(x2)`; empty: it is a mark."""
    sung = _AT_END.sub("", _BRACKETED.sub(" ", line)).strip()
    return "" if _BARE.fullmatch(sung) else sung
