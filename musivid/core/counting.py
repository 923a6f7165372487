"""Warnings of one kind counted, so that a file with a thousand faults is told in three lines."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["EXAMPLES", "counted"]

EXAMPLES = 3
"""How many warnings of a kind are shown."""

# What differs between warnings of a kind: what is quoted from a file, and numbers.
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\d[\d:.,]*")


def counted(messages: Iterable[str]) -> list[str]:
    """The messages, each kind once: three examples, and how many more there are.

    Messages are of one kind if they differ in numbers and quotations alone.
    """
    kinds: dict[str, list[str]] = {}
    for message in messages:
        kinds.setdefault(_OWN.sub("#", message), []).append(message)
    return [text for same in kinds.values() for text in _examples(same)]


def _examples(same: list[str]) -> list[str]:
    """The first messages of a kind; the last of them says how many more there are."""
    more = len(same) - EXAMPLES
    if more <= 0:
        return same
    return [*same[: EXAMPLES - 1], f"{same[EXAMPLES - 1]}; and {more} more of this kind"]
