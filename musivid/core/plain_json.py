"""JSON that a stranger may have written: whatever is wrong with it is a ValueError."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["parse_json"]


def parse_json(text: str | bytes) -> Any:
    """What a JSON document says.

    Raises:
        ValueError: it is none, nests too deeply, holds a number of thousands of digits, or bytes
            that are no text.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
