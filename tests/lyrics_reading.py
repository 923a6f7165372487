"""Lyrics as tests read them, and what is said of faulty ones."""

from __future__ import annotations

from typing import Any

import pytest

from musivid.core.errors import InputError
from musivid.media.lyrics.reading import Lyrics, parse_cues

__all__ = ["faults", "plain", "read"]


def read(text: str | bytes, name: str = "lyrics.txt", encoding: str | None = None) -> Lyrics:
    """What is parsed of a text, or of bytes."""
    return parse_cues(text if isinstance(text, bytes) else text.encode(), name, encoding)


def plain(lyrics: Lyrics) -> list[Any]:
    """Cues as short tuples: start, text, and end or weight where they say something."""
    return [
        (cue.start_s, cue.text, *([cue.end_s] if cue.end_s is not None else []))
        for cue in lyrics.cues
    ]


def faults(text: str | bytes, name: str = "lyrics.txt") -> str:
    """The error that a text gives."""
    with pytest.raises(InputError) as error:
        read(text, name)
    return error.value.problem
