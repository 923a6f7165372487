"""Text from elsewhere made safe to show: names, tags, lyrics and summaries command no terminal."""

from __future__ import annotations

import json
import re

__all__ = ["printable", "printable_json"]

# Control characters but tab and line feed, separators of lines, signs that force the direction of
# what follows (Unicode Standard Annex 9), and halves of characters, as names that are no UTF-8
# have them. Joiners, which emoji and many scripts need, are let through.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text with what could command a terminal written out: an escape character is `\x1b`."""
    return _HARMFUL.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def printable_json(data: object, *, ascii_only: bool = False) -> str:
    """The data as JSON in one line that reads back as it is and commands no terminal."""
    text = json.dumps(data, ensure_ascii=ascii_only, default=str)
    return _HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
