"""Timed lyrics in ID3 tags: frames SYLT (SLT before version 2.3), as the ID3v2 documents lay down.

ffmpeg, which reads all other tags here, passes over them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from musivid.media.lyrics.lines import Sheet

__all__ = ["read_sylt"]

_HEADER = 10  # bytes of a tag's header, and of a frame's from version 2.3 on
_MOST = 2_000_000  # bytes of a frame, and pieces of text together
_MOST_TAG = 64_000_000  # bytes of a tag, which holds pictures too
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_MPEG_FRAMES, _MILLISECONDS = 1, 2  # what times may count
_WORDS = (0, 1, 2)  # contents: other, lyrics, what is said; chords and remarks are none
_UNREADABLE = {3: 0xC0, 4: 0x0C}  # flags of frames that are compressed or enciphered, by version


@dataclass(frozen=True, slots=True)
class _Tag:
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
                size = _synchsafe(said) if self.version == 4 else int.from_bytes(said)
                flags, at = self.body[at + 9], at + _HEADER
            data = self.body[at : at + size]
            at += size
            if not flags & _UNREADABLE.get(self.version, 0):
                yield name, self._plain(data, flags)

    def _plain(self, data: bytes, flags: int) -> bytes:
        """A frame's content without what its flags put around it."""
        if self.version == 4:
            data = data[bool(flags & 0x40) + 4 * bool(flags & 0x01) :]
            return data.replace(b"\xff\x00", b"\xff") if flags & 0x02 else data
        return data[bool(self.version == 3 and flags & 0x20) :]


def read_sylt(song: Path, frame_s: float) -> Sheet | None:
    """The timed lines that a song's tag holds; None: there are none.

    Args:
        song: any file.
        frame_s: length of a frame of its sound, which some tags count.
    """
    tag = _tag_of(song)
    if tag is None:
        return None
    for name, data in tag.frames():
        if name in (b"SYLT", b"SLT") and 6 < len(data) <= _MOST:
            sheet = _lines(data, frame_s)
            if sheet is not None and any(line.text for line in sheet.lines):
                return sheet
    return None


def _tag_of(song: Path) -> _Tag | None:
    """The tag that a file begins with."""
    try:
        with song.open("rb") as file:
            head = file.read(_HEADER)
            size = _synchsafe(head[6:10])
            if head[:3] != b"ID3" or len(head) < _HEADER or size > _MOST_TAG:
                return None
            body = file.read(size)
    except OSError:
        return None
    version, flags = head[3], head[5]
    if version not in (2, 3, 4):
        return None
    if flags & 0x80 and version < 4:
        body = body.replace(b"\xff\x00", b"\xff")
    if flags & 0x40 and version > 2:  # an extended header, which version 3 does not count itself
        body = body[_synchsafe(body[:4]) if version == 4 else int.from_bytes(body[:4]) + 4 :]
    return _Tag(version, body)


def _lines(data: bytes, frame_s: float) -> Sheet | None:
    """The lines of a frame; None: it holds none, or what cannot be read."""
    encoding, counts, content = data[0], data[4], data[5]
    if encoding >= len(_ENCODINGS) or content not in _WORDS:
        return None
    if counts not in (_MPEG_FRAMES, _MILLISECONDS):
        return None
    unit_s = 0.001 if counts == _MILLISECONDS else frame_s
    _, at = _text(data, 6, encoding)  # what the frame is called
    pieces: list[tuple[float, str]] = []
    while at < len(data):
        said, at = _text(data, at, encoding)
        if at + 4 > len(data):
            break
        pieces.append((round(int.from_bytes(data[at : at + 4]) * unit_s, 3), said))
        at += 4
    sheet = Sheet(may_be_unordered=True)
    for number, line in enumerate(_parted(pieces), 1):
        text = "".join(said for _, said in line)
        sheet.add(number, line[0][0], None, text, words=line if len(line) > 1 else ())
    return sheet


def _parted(pieces: list[tuple[float, str]]) -> list[list[tuple[float, str]]]:
    """Pieces as lines: where breaks of lines stand among them these part, else each is a line."""
    breaks = any("\n" in said.replace("\r", "\n") for _, said in pieces)
    lines: list[list[tuple[float, str]]] = []
    begins = True
    for at, said in pieces:
        said = said.replace("\r\n", "\n").replace("\r", "\n")
        if begins or not breaks or said.startswith("\n"):
            lines.append([])
        begins = said.rstrip(" ").endswith("\n") and bool(said.strip())
        lines[-1].append((at, said.replace("\n", " ") if said.strip() else said.strip("\n")))
    return lines


def _text(data: bytes, at: int, encoding: int) -> tuple[str, int]:
    """A text that ends with a zero, and where the next thing begins."""
    wide = encoding in (1, 2)
    end = at
    if wide:
        while data[end : end + 2] not in (b"\0\0", b"", data[-1:]):
            end += 2
    else:
        found = data.find(b"\0", at)
        end = found if found >= 0 else len(data)
    raw = data[at:end]
    name = _ENCODINGS[encoding]
    if encoding == 1 and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        name = "utf-16-le"  # only the first text of a frame has a mark
    return raw.decode(name, "replace"), end + (2 if wide else 1)


def _synchsafe(data: bytes) -> int:
    """A number of seven bits a byte."""
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number
