"""Where songs begin that lie one after another in one file, as recorders of radio leave them.

ffmpeg reads such a file as one song, and stops where the next one has other channels, another rate
or another codec. Read one by one they are whole, and each is exactly as long as it says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from musivid.core.stopping import held_signals, interrupted

__all__ = ["Link", "after_tags", "is_one_song", "links", "synchsafe"]

Link = tuple[int, int]
"""Where a song begins and ends in its file, in bytes."""

# RFC 3533: a page that begins a stream, at no time yet; RFC 9639: the first block of a FLAC, which
# is its last as well or is not.
_OGG = re.compile(rb"OggS\x00\x02\x00{8}")
_FLAC = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_LONGEST = 14  # bytes of either
_OGGS = (".ogg", ".oga", ".opus")
_LONGEST_PAGE = 65_307  # bytes of a page of Ogg at most
_PAGE = 27  # bytes of an Ogg page's head; the last counts the segments
_SOUNDS = (b"\1vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_BLOCK = 2**20  # bytes that are searched at once
_MOST = 1000  # songs that are believed: each takes a moment to open


def links(path: Path) -> tuple[Link, ...]:
    """The songs of a file; one from its beginning to its end, wherever nothing else is sure.

    A recording that begins in the midst of a song has those that begin in it.
    """
    status = path.stat()
    return _links(path, status.st_size, status.st_mtime_ns)


def is_one_song(path: Path) -> bool:
    """Whether a file is one song from its first byte on."""
    first, *others = links(path)
    return first[0] == 0 and not others


@functools.lru_cache(maxsize=64)
def _links(path: Path, size: int, _changed_ns: int) -> tuple[Link, ...]:
    with path.open("rb") as file, held_signals():
        begins = after_tags(file)
        file.seek(begins)
        head = file.read(_LONGEST_PAGE)
        starts = list[int]()
        if head[:4] == b"OggS" or (path.suffix.lower() in _OGGS and b"OggS" in head):
            starts = _ogg_starts(file)
        elif head[:4] == b"fLaC":
            starts = list(_places(file, _FLAC))
    if not 0 < len(starts) < _MOST:
        return ((0, size),)
    if starts[0] == begins:
        starts[0] = 0
    return tuple(zip(starts, [*starts[1:], size], strict=True))


def after_tags(file: BinaryIO) -> int:
    """Where what follows the ID3 tags at the beginning of a file begins."""
    start = 0
    while True:
        file.seek(start)
        head = file.read(10)
        if head[:3] != b"ID3" or len(head) < 10:
            return start
        start += 10 + synchsafe(head[6:])


def synchsafe(data: bytes) -> int:
    """A number of seven bits a byte, as ID3 counts the bytes of tags."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number


def _ogg_starts(file: BinaryIO) -> list[int]:
    """Where each link of an Ogg begins; none if any has more than one stream, or no sound."""
    starts, end = list[int](), -1
    for start in _places(file, _OGG):
        file.seek(start + _PAGE - 1)
        sizes = file.read(int.from_bytes(file.read(1), "big"))
        if start == end or not file.read(8).startswith(_SOUNDS):
            return []
        starts.append(start)
        end = start + _PAGE + len(sizes) + sum(sizes)
    return starts


def _places(file: BinaryIO, wanted: re.Pattern[bytes]) -> Iterator[int]:
    """Where something begins in a file, in order; it is at most `_LONGEST` bytes long."""
    begin, kept, told = 0, b"", -1
    while not interrupted():
        file.seek(begin + len(kept))
        block = file.read(_BLOCK)
        if not block:
            return
        data = kept + block
        for found in wanted.finditer(data):
            if begin + found.start() > told:
                told = begin + found.start()
                yield told
        kept = data[1 - _LONGEST :]
        begin += len(data) - len(kept)
