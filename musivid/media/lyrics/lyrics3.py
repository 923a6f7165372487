"""Lyrics3 tags, which stand behind the sound of old MP3s: lines whose times are `[mm:ss]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["read_lyrics3"]

_BEGINS, _ENDS = b"LYRICSBEGIN", (b"LYRICS200", b"LYRICSEND")
_MOST = 300_000  # bytes at a file's end in which a tag is looked for: its text takes 99,999 at most
_FIELD = re.compile(rb"([A-Z]{3})(\d{5})")  # of version 2: what it is, and how many bytes follow


def read_lyrics3(song: Path) -> bytes | None:
    """The text of such a tag, in whatever encoding; None: there is none."""
    try:
        with song.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - _MOST))
            tail = file.read()
    except OSError:
        return None
    at = tail.rfind(_BEGINS)
    end = max(tail.rfind(mark) for mark in _ENDS)
    if not 0 <= at < end:
        return None
    body = tail[at + len(_BEGINS) : end]
    fields = dict(_fields(body)) if _FIELD.match(body) else {b"LYR": body}
    return fields.get(b"LYR")


def _fields(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents of the fields of version 2."""
    at = 0
    while found := _FIELD.match(body, at):
        at = found.end() + int(found[2])
        yield found[1], body[found.end() : at]
