"""JSON as it is read, written to files and told apart: one way each."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

__all__ = ["json_digest", "json_document", "parse_json"]

# Halves of characters, as names that are no UTF-8 have them, and no file can hold.
_HALVES = re.compile("[\ud800-\udfff]")


def parse_json(text: str | bytes) -> Any:
    """What a JSON document says; a stranger may have written it.

    Raises:
        ValueError: it is none, nests too deeply, holds a number of thousands of digits, or bytes
            that are no text.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None


def json_document(data: object) -> str:
    """The data as JSON for a file that people may open: indented, each script as it is.

    What JSON has no type for, such as a path, is written as text.
    """
    text = json.dumps(data, indent=1, ensure_ascii=False, default=str)
    return _HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"


def json_digest(data: object) -> str:
    """SHA-256 of data in JSON types, the same in whatever order they name things."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
