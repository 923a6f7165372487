"""ID3 tags: where a file has one, and its frames, as the ID3v2 documents lay them down.

Before the sound of MP3, in a chunk of WAV and AIFF, behind the sound of DSF and AIFF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from musivid.media.links import synchsafe

__all__ = ["Tag", "read_tag"]

_HEADER = 10  # bytes of a tag's header, and of a frame's from version 2.3 on
_MOST_TAG = 64_000_000  # bytes of a tag, which holds pictures too
_MOST_CHUNKS = 1000  # of a file
_ORDERS: dict[bytes, Literal["little", "big"]] = {
    b"RIFF": "little", b"RF64": "little", b"FORM": "big",
}  # fmt: skip
_DSF_POINTER = 20  # where a DSF says where its tag is
_NAMED = (b"USLT", b"ULT")
_UNREADABLE = {3: 0xC0, 4: 0x0C}  # flags of frames that are compressed or enciphered, by version


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag's frames.

    Attributes:
        version: 2, 3 or 4.
        body: all behind the header.
    """

    version: int
    body: bytes

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Name and content of each frame that can be read."""
        at, short = 0, self.version == 2
        while at + (6 if short else _HEADER) <= len(self.body):
            name = self.body[at : at + (3 if short else 4)]
            if not name.strip(b"\0"):
                return
            if short:
                size, flags, at = int.from_bytes(self.body[at + 3 : at + 6]), 0, at + 6
            else:
                said = self.body[at + 4 : at + 8]
                size = synchsafe(said) if self.version == 4 else int.from_bytes(said)
                flags, at = self.body[at + 9], at + _HEADER
            data = self.body[at : at + size]
            at += size
            if not flags & _UNREADABLE.get(self.version, 0):
                yield name, self._plain(data, flags)

    def unmarked(self, *names: bytes) -> bytes | None:
        """The text of the first such frame that says Latin-1 and has letters that ASCII lacks.

        So did all say for long, whatever their letters were in; texts behind a language and a name
        are USLT's.
        """
        for name, data in self.frames():
            if name in names and data[:1] == b"\0" and not data.isascii():
                return data[4:].partition(b"\0")[2] if name in _NAMED else data[1:].rstrip(b"\0")
        return None

    def _plain(self, data: bytes, flags: int) -> bytes:
        """A frame's content without what its flags put around it."""
        if self.version == 4:
            data = data[bool(flags & 0x40) + 4 * bool(flags & 0x01) :]
            return data.replace(b"\xff\x00", b"\xff") if flags & 0x02 else data
        return data[bool(self.version == 3 and flags & 0x20) :]


def read_tag(song: Path) -> Tag | None:
    """The tag of a file; None: it has none that can be read."""
    try:
        with song.open("rb") as file:
            for start in _places(file):
                file.seek(start)
                if tag := _read(file):
                    return tag
    except OSError:
        return None
    return None


def _places(file: BinaryIO) -> Iterator[int]:
    """Where a tag may begin."""
    yield 0
    file.seek(0)
    head = file.read(_DSF_POINTER + 8)
    if head[:4] == b"DSD ":
        yield int.from_bytes(head[_DSF_POINTER:], "little")
    order = _ORDERS.get(head[:4])
    if order is None:
        return
    at = 12
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        said = file.read(8)
        if said[:3] == b"ID3" and said[3:4] != b" ":  # bare, behind all chunks
            yield at
        if len(said) < 8:
            return
        size = int.from_bytes(said[4:], order)
        if said[:4].lower() == b"id3 ":
            yield at + 8
        at += 8 + size + size % 2


def _read(file: BinaryIO) -> Tag | None:
    """The tag that begins here."""
    head = file.read(_HEADER)
    size = synchsafe(head[6:10])
    if head[:3] != b"ID3" or len(head) < _HEADER or size > _MOST_TAG:
        return None
    body = file.read(size)
    version, flags = head[3], head[5]
    if version not in (2, 3, 4):
        return None
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\x00", b"\xff")
    if flags & 0x40 and version > 2:  # an extended header, which version 3 does not count itself
        body = body[synchsafe(body[:4]) if version == 4 else int.from_bytes(body[:4]) + 4 :]
    return Tag(version, body)
